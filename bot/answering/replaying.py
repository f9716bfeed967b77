"""Computes recorded answers again: from what was understood, what was found, and the release.

Nothing is read, searched or worded by today's rules for messages: a turn holds what its message
was taken to say and which passages came, and the database holds the release and the sentences of
that time.  What the plain composer makes of them now must be what it made then, to the byte.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.answering.seen import seen_by
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import Answer
from bot.dialogue.deciding import Decision, decide
from bot.dialogue.fencing.refusal import Refusal
from bot.dialogue.fitting import fitted
from bot.dialogue.messages.searched_twice import of_questions
from bot.dialogue.phrasing import UnknownSentence, Wording
from bot.dialogue.pointing import points_of, worded
from bot.dialogue.reply import Reply
from bot.dialogue.respond import answer
from bot.errors import UnknownConversation
from bot.language_model.fence import Fence
from bot.ledger import canonical
from bot.plain import to_text
from bot.store import Store
from bot.turns.turn import FoundNote, Turn, lift
from retrieval.guidance import Fact, Guidance, ReleaseId
from retrieval.matches import Found, Match
from retrieval.passages import Passage

PLAIN = "plain"
DEFAULT_LIMIT = 12
"""Most questions in a conversation, where a turn of an earlier version doesn't say."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A turn, and whether its answer comes out again."""

    turn: Turn
    fault: str | None
    """What differs, or why it can't be told; None where all is the same."""
    erased: bool = False
    """Its words, or those of others that it repeats, were erased, so it could only be compared
    without them, or not at all."""
    worded: "Worded | None" = None
    """What is to be said of a language model's wording; None where the wording is plain."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A language model's wording, held against the fence once more.

    All that it was made from comes out of the record; how it was worded can't be repeated, but it
    can be judged again.  The measure of support, which needs the embedding model, is left out.
    """

    composer: str
    rules: str | None
    """Digest of the fence's rules that it was judged by now; None where there is no fence."""
    rules_then: str
    """Digest of those that let it pass."""
    refusal: Refusal | None = None
    """Why it would not be shown now."""

    @property
    def changed(self) -> bool:
        """Whether the rules are others now."""
        return self.rules != self.rules_then

    @property
    def said(self) -> str:
        """The same in words."""
        if self.rules is None:
            return f"worded by {self.composer}, and not judged again"
        changed = (f" (its rules are {self.rules} now, and were {self.rules_then})"
                   if self.changed else "")
        if self.refusal is None:
            return f"worded by {self.composer}; the draft passes the fence today{changed}"
        return (f"worded by {self.composer}; today the fence would refuse the draft: "
                f"{self.refusal.reason.value}{changed}")


@dataclass(frozen=True, slots=True)
class Base:
    """What a turn was taken on."""

    conversation: Conversation
    shown: Conversation | None
    """The conversation as the person last saw it, where later replies were never shown."""


class Replaying:
    """Replays conversations of one database.

    Args:
        store: Holds them.
        guidance_of: Looks releases up.
        fence: Gives what a language model's wordings are judged by; None leaves that out.
    """

    def __init__(
        self,
        store: Store,
        guidance_of: Callable[[ReleaseId], Guidance],
        fence: Callable[[], Fence] | None = None,
    ) -> None:
        self._store = store
        self._fence = fence
        self._guidance_of = guidance_of

    def replay(self, conversation: ConversationId) -> Iterator[Replayed]:
        """Every turn of *conversation*, from the first.

        Raises:
            UnknownRelease, ReleaseNotReady: The release of a turn can't be read.
        """
        turns = self._store.turns(conversation)
        gone = any(turn.erased for turn in turns)
        for turn, _, decided in self._folded(conversation, turns):
            seen = decided.seen
            if turn.renews is not None:
                last = turn.version - 1 if turn.shown_version is None else turn.shown_version
                seen = seen_by(turns, last)
            yield self._compared(turn, replace(decided, seen=seen), gone)

    def state(self, conversation: ConversationId, version: int) -> Conversation:
        """*conversation* as turn number *version* left it."""
        left = Conversation(conversation)
        for _, _, decision in self._folded(
                conversation, self._store.turns(conversation)[:version]):
            left = decision.conversation
        return left

    def remembered_otherwise(self, conversation: ConversationId) -> tuple[Fact, ...]:
        """The facts of which *conversation* remembers something else than its turns make of them.

        The next answer begins from what is remembered, and a sign-off is of it.  Only values, how
        sure they are and what may hold instead are looked at: words go with erasures.

        Raises:
            UnknownRelease, ReleaseNotReady: The release of a turn can't be read.
        """
        remembered = self._store.load(conversation)
        # A turn that was recorded since is not held against what was remembered before it.
        told = self.state(conversation, remembered.version).deal.answers
        kept = remembered.deal.answers
        return tuple(sorted(fact for fact in {*told, *kept}
                            if _essence(told.get(fact)) != _essence(kept.get(fact))))

    def base(
        self, conversation: ConversationId, version: int
    ) -> tuple[Base, Conversation]:
        """What turn number *version* of *conversation* was taken on, and how it left that.

        Raises:
            UnknownConversation: There is no such turn.
        """
        turns = self._store.turns(conversation)[:version]
        if len(turns) < version:
            raise UnknownConversation(conversation)
        *_, (_, base, decision) = self._folded(conversation, turns)
        return base, decision.conversation

    def _folded(
        self, conversation: ConversationId, turns: Sequence[Turn]
    ) -> Iterator[tuple[Turn, Base, Decision]]:
        """Each turn with what it was taken on and what it decided."""
        states, bases = [Conversation(conversation)], list[Base]()
        for turn in turns:
            base = _base(turn, states, bases)
            decision = self._decided(turn, base)
            bases.append(base)
            states.append(decision.conversation)
            yield turn, base, decision

    def _decided(self, turn: Turn, base: Base) -> Decision:
        limit = DEFAULT_LIMIT if turn.question_limit is None else turn.question_limit
        guidance = self._guidance_of(turn.release)
        decision = decide(fitted(base.conversation, guidance), turn.message, guidance, limit)
        if base.shown is not None:
            decision = replace(decision, before=fitted(base.shown, guidance))
        if turn.compared is not None:
            decision = replace(decision, others=tuple(
                self.state(one.conversation, one.version) for one in turn.compared))
        return decision

    def _compared(self, turn: Turn, decision: Decision, gone: bool) -> Replayed:
        """*turn* held against what *decision* makes; *gone* tells whether any turn lost words."""
        content = self._store.wording_content(turn.wording_digest)
        if content is None:
            return Replayed(turn, f"the sentences {turn.wording_digest} were not kept")
        try:
            return self._compared_by(turn, decision, Wording(**json.loads(content)), gone)
        except UnknownSentence as error:  # today's code may say what no sentence said then
            return Replayed(
                turn, f"needs the sentence {error.name}, which its record lacks",
                erased=turn.erased)

    def _compared_by(
        self, turn: Turn, decision: Decision, wording: Wording, gone: bool
    ) -> Replayed:
        guidance = self._guidance_of(turn.release)
        found = [_found(note, guidance) for note in turn.found]
        reply = answer(decision, of_questions(found), guidance, wording)
        before = turn.body()
        if turn.composer != PLAIN:
            if turn.drafted is None:
                return Replayed(turn, f"it was worded by {turn.composer}, which can't be repeated")
            if turn.erased:
                # The draft went with the words; what it was made from comes out all the same.
                reply = replace(reply, worded=turn.reply.worded, composer=turn.composer,
                                worded_by=turn.reply.worded_by)
            else:
                reply = worded(reply, turn.drafted.draft, points_of(reply, guidance),
                               turn.composer, wording)
        again = Turn.of(
            decision, found, reply, composer=turn.composer,
            wording_digest=turn.wording_digest, took_ms=turn.took_ms,
            recorded_at=turn.recorded_at, refused=turn.refused, shown=turn.shown_version,
            limit=turn.question_limit, circumstances=turn.circumstances, renews=turn.renews,
            retakes=turn.retakes, drafted=turn.drafted)
        now = again.body()
        differs = _differing(before, now)
        if turn.erased or (gone and differs):
            left = _differing(_wordless(before), _wordless(now))
            if turn.erased or not left:
                return Replayed(
                    turn, f"without its words, {_otherwise(left)}" if left else None, erased=True)
        if not differs and to_text(reply, guidance) != to_text(turn.reply, guidance):
            differs = ["the text"]
        judged = self._judged(turn, reply, guidance)
        if not differs and judged is not None and judged.refusal and not judged.changed:
            return Replayed(turn, f"the fence that let its wording pass would refuse it: "
                            f"{judged.refusal.reason.value}", worded=judged)
        return Replayed(turn, _otherwise(differs) if differs else None, worded=judged)

    def _judged(self, turn: Turn, reply: Reply, guidance: Guidance) -> Worded | None:
        """What is to be said of a model's wording of *turn*; None where the wording is plain."""
        if turn.drafted is None:
            return None
        if self._fence is None:
            return Worded(turn.composer, None, turn.drafted.rules)
        fence = self._fence()
        plain = replace(reply, worded=(), composer=PLAIN, worded_by="")
        refusal = fence.inspect(turn.drafted.draft, points_of(plain, guidance))
        return Worded(turn.composer, fence.rules, turn.drafted.rules, refusal)


def _otherwise(parts: Iterable[str]) -> str:
    """What is said of the *parts* of an answer that differ."""
    return f"otherwise than recorded: {', '.join(parts)}"


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The parts of a turn's body that are not the same in both."""
    return [name for name in before if canonical(before[name]) != canonical(now[name])]


def _wordless(body: dict[str, Any]) -> dict[str, Any]:
    """*body* without anybody's words."""
    lift(body)
    return {name: _merged(value) for name, value in body.items()}


def _merged(value: Any) -> Any:
    """*value* with lists of erased words as empty ones.

    Where one thing was said in two ways, both are named once each; of words that are gone nobody
    can tell any more how many they were.
    """
    if isinstance(value, dict):
        return {name: _merged(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_merged(one) for one in value] if any(one != "" for one in value) else []
    return value


def _essence(answer: Answer | None) -> object:
    return answer and (answer.values, answer.sure, answer.instead)


def _base(turn: Turn, states: Sequence[Conversation], bases: Sequence[Base]) -> Base:
    if turn.retakes is not None:
        # As if the turn that it takes again had not been: only the number goes on.
        first = bases[turn.retakes - 1]
        return replace(first, conversation=replace(first.conversation, version=turn.version - 1))
    if turn.shown_version is None:
        return Base(states[-1], None)
    shown = states[turn.shown_version]
    return Base(states[-1].seen_as(shown), shown)


def _found(note: FoundNote, guidance: Guidance) -> Found:
    matches = tuple(
        Match(Passage(one.provision, one.start, one.end,
                      guidance.provisions[one.provision].text[one.start : one.end]),
              one.similarity, one.why)
        for one in note.passages
    )
    return Found(note.query, matches, note.abstained, note.nearest, note.gap)
