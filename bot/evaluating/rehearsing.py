"""Whole deals played through the bot.

The person in a rehearsal says every message of the case in its order, whatever is asked in
between, and then answers each question from the case's answers, or with "I don't know".  It ends
with the first full advice that leaves nothing more to say.  Answers go in as picked choices: how
words are read shows in what is known after the messages alone, and here a slip would count twice.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.advisor import Outcome, Said
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import Deal, MessageKey
from bot.dialogue.reply import Kind, Reply, Status
from bot.errors import AdvisorError
from bot.measures.labelled import Case
from retrieval.guidance import Fact, FlagId

MOST_TURNS = 60
"""Turns after which a rehearsal is given up; the longest real one takes some twenty."""

READS_FOR = timedelta(minutes=5)
"""How long a person takes over a reply before they write again."""
GOES_ON_AFTER = timedelta(seconds=8)
"""How long after one part of a message the next one is sent."""

TakeTurn = Callable[[Said], Outcome]

Answers = Mapping[str, list[str] | None]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a rehearsal, and what came of it."""

    answers: Answers | None
    """What was picked; None where the person wrote."""
    reply: Reply
    conversation: Conversation
    """The conversation after it."""

    @property
    def asks(self) -> tuple[Fact, ...]:
        """The facts that the reply asks for."""
        if self.reply.question is None or self.reply.kind is Kind.ADVICE:
            return ()
        return tuple(one.fact for one in self.reply.question.all())


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a case went."""

    case: Case
    turns: tuple[Turn, ...] = ()
    failure: str | None = None
    """Why it broke off; None when it came to its end."""

    @property
    def reply(self) -> Reply | None:
        """The last reply."""
        return self.turns[-1].reply if self.turns else None

    @property
    def deal(self) -> Deal:
        """What was known in the end."""
        return self.turns[-1].conversation.deal if self.turns else Deal()

    @property
    def said(self) -> tuple[Turn, ...]:
        """The turns in which the person wrote."""
        return tuple(turn for turn in self.turns if turn.answers is None)

    @property
    def settled(self) -> tuple[Turn, ...]:
        """The turns from the last message on: before it, the person may still change their mind."""
        return self.turns[max(len(self.said) - 1, 0) :]

    @property
    def told(self) -> Deal:
        """What was known after the messages alone."""
        return self.said[-1].conversation.deal if self.said else Deal()

    @property
    def asked(self) -> tuple[Fact, ...]:
        """Each fact asked for, once."""
        return tuple(dict.fromkeys(fact for turn in self.turns for fact in turn.asks))

    @property
    def rounds(self) -> int:
        """Messages in which something was asked that had not been asked before."""
        seen: set[Fact] = set()
        rounds = 0
        for turn in self.turns:
            rounds += not seen.issuperset(turn.asks)
            seen.update(turn.asks)
        return rounds

    @property
    def asked_again(self) -> tuple[Fact, ...]:
        """Facts asked for although they had been answered.

        To ask back what was only guessed from the words is another matter; see `told_anyway`.
        """
        return tuple(fact for turn in self.turns for fact in turn.asks if _sure_of(turn, fact))

    @property
    def told_anyway(self) -> tuple[Fact, ...]:
        """Facts asked for from the last message on although the messages say them."""
        told = {fact for fact, values in (self.case.told or {}).items() if values}
        asked = dict.fromkeys(fact for turn in self.settled for fact in turn.asks)
        return tuple(fact for fact in asked if fact in told)

    @property
    def raised(self) -> frozenset[FlagId]:
        """Flags raised in the last reply."""
        return raised_in(self.reply)


def _sure_of(turn: Turn, fact: Fact) -> bool:
    deal = turn.conversation.deal
    return deal.answered(fact) and not deal.guessed(fact)


def raised_in(reply: Reply | None) -> frozenset[FlagId]:
    """Flags raised in *reply*; none where there is no reply."""
    flags = reply.flags if reply else ()
    return frozenset(flag.id for flag in flags if flag.status is Status.RAISED)


def rehearse(case: Case, take_turn: TakeTurn) -> Rehearsal:
    """Play *case* to its end; what the bot refuses ends it early and is kept as its failure."""
    name = ConversationId(f"rehearsal-{case.id}-{uuid.uuid4().hex[:8]}")
    now = Rehearsal(case)
    left = list(case.says)
    for _ in range(MOST_TURNS):
        said = _next(now, left, name)
        if said is None:
            return now
        now = _went_on(now, said, take_turn)
        if now.failure is not None:
            return now
    return replace(now, failure=f"no end after {MOST_TURNS} turns")


def read_alone(
    id_: str, says: Sequence[str], take_turn: TakeTurn, parts: int = 1
) -> Rehearsal:
    """Say *says* and answer nothing: what the words by themselves make known.

    What the bot refuses ends it, and is kept as its failure.

    Args:
        id_: Names the conversation.
        says: The messages; each is written once the reply to the one before has been read.
        take_turn: The bot.
        parts: How many of the first are parts of one message, sent one right after the other.
    """
    name = ConversationId(f"reading-{id_}-{uuid.uuid4().hex[:8]}")
    now = Rehearsal(Case(id_, tuple(says)))
    at = datetime.now(UTC)
    for number, text in enumerate(says):
        if number:
            at += GOES_ON_AFTER if number < parts else READS_FOR
        now = _went_on(now, _message(name, text, at), take_turn)
        if now.failure is not None:
            break
    return now


def _went_on(now: Rehearsal, said: Said, take_turn: TakeTurn) -> Rehearsal:
    """*now* with one more turn, or broken off where the bot refuses what is said."""
    try:
        outcome = take_turn(said)
    except AdvisorError as error:
        return replace(now, failure=f"{error.code}: {error}")
    turn = Turn(said.answers, outcome.reply, outcome.conversation)
    return replace(now, turns=(*now.turns, turn))


def _next(now: Rehearsal, left: list[str], name: ConversationId) -> Said | None:
    """What the person says next; None when there is nothing more to say."""
    at = datetime.now(UTC) + len(now.turns) * READS_FOR
    if left:
        return _message(name, left.pop(0), at)
    asks = now.turns[-1].asks if now.turns else ()
    if not asks:
        return None
    known = now.case.answers or {}
    told = {str(fact): known.get(fact) for fact in asks}
    # No value at all is as much as nobody knowing it.
    return _message(name, "", at, {f: list(v) if v else None for f, v in told.items()})


def _message(
    name: ConversationId, text: str, at: datetime, answers: Answers | None = None
) -> Said:
    key = MessageKey(f"{name}:{uuid.uuid4().hex}")
    return Said(key, name, "rehearsal", at, text, answers)
