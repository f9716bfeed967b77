"""A conversation and a message of it: frozen values from end to end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from bot.dialogue.deal import SECOND, Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from retrieval.guidance import EMPTY_TABLE, Fact, Table

ConversationId = NewType("ConversationId", str)


class Phase(StrEnum):
    """Where a conversation stands."""

    NEW = "new"
    ASKING = "asking"
    ADVISED = "advised"
    STOPPED = "stopped"
    """The person wanted the advice there and then; no more questions until asked for."""


class Going(StrEnum):
    """How a message that was written stands to the one just before it; see `Stretch`."""

    ALONE = "alone"
    """By itself, and nothing can go on from it: it was pressed, changes an earlier message or
    steers."""
    BEGINS = "begins"
    """By itself, and what follows at once may go on from it."""
    ON = "on"
    """It goes on from the message before, and was read together with that."""


_NOTHING: Mapping[Fact, Answer] = MappingProxyType({})
_NOT_CHANGED: Mapping[Fact, Answer | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Beside:
    """A question within a message that tells something else; its words are those of the message."""

    start: int
    end: int
    """Its first character in the text, and the one behind its last."""
    intent: Intent
    entry: str | None = None
    """The glossary entry that it asks for, for DEFINE."""
    topics: Table = field(default_factory=lambda: EMPTY_TABLE)
    """What it and the rest of the message name: topics for a search."""


@dataclass(frozen=True, slots=True)
class Possible:
    """A value of a fact that somebody may have meant."""

    fact: Fact
    value: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message as read: what it says of the deal, and what it wants."""

    key: MessageKey
    author: str
    text: str
    sent_at: datetime
    intent: Intent = Intent.DESCRIBE
    heard: Mapping[Fact, Answer] = field(default_factory=lambda: _NOTHING)
    withdrawn: Mapping[Fact, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Values that the message says don't hold ("not the police")."""
    supposed: Mapping[Fact, Answer] = field(default_factory=lambda: _NOTHING)
    """What it only supposes ("what if we host it ourselves?")."""
    subject: str | None = None
    """What a question is about: a glossary entry's id for DEFINE; for a follow-up such as "and in
    Kenya?" the question that went before; for COMPARE "last" where the last deal is meant."""
    retracted: frozenset[Fact] = frozenset()
    """Facts that an earlier wording of it told and this one does not any more."""
    answers_pending: bool = False
    """True when it answers something that was asked last."""
    topics: Table = field(default_factory=lambda: EMPTY_TABLE)
    """What it names, whether or not it says so of the deal: topics for a search."""
    going: Going = Going.ALONE
    matter: str = ""
    """What of the text is searched, where that isn't all of it: no greeting and no signature."""
    beside: Beside | None = None
    """A question put beside what it tells."""
    other_matters: tuple[str, ...] = ()
    """Ids of the matters beside the guidance that it tells of."""
    answers_reviewer: bool = False
    """Whether it answers what a reviewer has asked, and so nothing that was asked here."""
    likely: bool = False
    """Whether what it wants is known by its likeness to other messages alone, and by no phrase."""
    unheard: bool = False
    """Whether it supposes something, and nothing of the deal is heard that would be different."""
    may_suppose: tuple[Possible, ...] = ()
    """What may be meant then, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of one message."""

    key: MessageKey
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages of one person that follow one another at once: one telling in several parts."""

    author: str
    sent_at: datetime
    """When the last of them was sent."""
    parts: tuple[Spoken, ...]
    before: Mapping[Fact, Answer | None]
    """Of each fact that they changed, what was known before; None where nothing was."""
    awaiting: tuple[Fact, ...]
    """The facts that were asked for before the first."""
    phase: Phase
    """Where the conversation stood then."""
    answers_reviewer: bool = False
    """Whether they answer what a reviewer has asked."""

    def before_first(self, deal: Deal) -> Deal:
        """*deal*, which the last of them has left, as it stood before the first."""
        return restored(deal, self.before)


def restored(deal: Deal, before: Mapping[Fact, Answer | None]) -> Deal:
    """*deal* with what is known of each fact in *before* as it says; None is nothing."""
    return deal.without(before.keys()).with_answers(
        {fact: answer for fact, answer in before.items() if answer is not None})


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that the next step needs to know."""

    id: ConversationId
    deal: Deal = field(default_factory=Deal)
    asked: tuple[Fact, ...] = ()
    pending: Fact | None = None
    phase: Phase = Phase.NEW
    version: int = 0
    topic: str = ""
    """What the last question about the guidance was about, for short follow-ups."""
    extra_questions: int = 0
    """Questions allowed beyond the limit, because the person wanted to go on."""
    beside: tuple[Fact, ...] = ()
    """Facts asked for in the same message as `pending`."""
    rounds: int = 0
    """Messages in which something was asked."""
    supposed: Mapping[Fact, Answer] = field(default_factory=lambda: _NOTHING)
    """What was supposed last and can be adopted; no part of the deal."""
    supposed_before: Mapping[Fact, Answer] = field(default_factory=lambda: _NOTHING)
    """What was supposed of other facts just before that: "what if both"."""
    stretch: Stretch | None = None
    """What was told last, while the next message may go on from it."""
    asked_before: tuple[Fact, ...] = ()
    """The facts asked for together when something was answered last: "sorry, I meant 2" is of
    their numbers."""
    unanswered: int = 0
    """Messages that answered nothing of what was asked and left it standing, since any did."""
    spoken_past: int = 0
    """Messages in a row that told of other matters than those that were asked for."""
    changed_last: Mapping[Fact, Answer | None] = field(default_factory=lambda: _NOT_CHANGED)
    """Of each fact that the message before the one at hand changed, what was known before it.

    That message may have been pressed, and so be no part of a `stretch`."""

    def awaiting(self) -> tuple[Fact, ...]:
        """The facts asked for last that were not answered since."""
        asked = () if self.pending is None else (self.pending, *self.beside)
        return tuple(fact for fact in asked
                     if not self.deal.answered(fact) or self.deal.guessed(fact))

    def told_last(self) -> tuple[Fact, ...]:
        """The facts that the message before the one at hand told."""
        if self.stretch is None:
            return ()
        last = self.stretch.parts[-1].key
        return tuple(fact for fact, answer in self.deal.answers.items()
                     if answer.message.removesuffix(SECOND) == last)

    def before_last(self) -> Deal:
        """The deal as it stood before the last message."""
        return restored(self.deal, self.changed_last)

    def asking(self, facts: Sequence[Fact]) -> "Conversation":
        """This conversation with *facts* as what is asked in the next message."""
        pending, *beside = facts
        return replace(self, pending=pending, beside=tuple(beside), phase=Phase.ASKING,
                       rounds=self.rounds + 1, asked=tuple(dict.fromkeys((*self.asked, *facts))),
                       asked_before=self._asked_last())

    def asking_later(self, facts: Collection[Fact]) -> "Conversation":
        """This conversation with nothing asked, and *facts* as if they had not been asked yet."""
        return replace(self, pending=None, beside=(),
                       asked=tuple(fact for fact in self.asked if fact not in facts))

    def asking_nothing(self, phase: Phase) -> "Conversation":
        """This conversation with no question left, in *phase*."""
        return replace(self, pending=None, beside=(), phase=phase, asked_before=self._asked_last())

    def _asked_last(self) -> tuple[Fact, ...]:
        group = () if self.pending is None else (self.pending, *self.beside)
        # What was passed over has no answer that could be put right.
        return group if any(map(self.deal.answered, group)) else self.asked_before

    def seen_as(self, shown: "Conversation") -> "Conversation":
        """This conversation for a person who saw nothing after *shown*.

        A question in a reply that was never shown was not put to anybody: it may be asked again,
        and what the person says next is no answer to it.
        """
        seen = replace(shown, deal=self.deal)
        awaiting = seen.awaiting()
        return replace(self, pending=awaiting[0] if awaiting else None, beside=awaiting[1:],
                       asked=shown.asked, rounds=shown.rounds, unanswered=shown.unanswered,
                       asked_before=seen._asked_last())
