"""Computes recorded answers again: from what was understood, what was found, and the release.

Nothing is read, searched or worded by today's rules for messages: a turn holds what its message
was taken to say and which passages came, and the database holds the release and the sentences of
that time.  What the plain composer makes of them now must be what it made then, to the byte.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deciding import Decision, decide
from bot.dialogue.fitting import fitted
from bot.dialogue.phrasing import Wording
from bot.dialogue.respond import answer
from bot.ledger import canonical
from bot.plain import to_text
from bot.seen import seen_by
from bot.store import Store
from bot.turn import FoundNote, Turn, lift
from retrieval.guidance import Guidance, ReleaseId
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
    """Its words were erased, so it could only be compared without them, or not at all."""


class Replaying:
    """Replays conversations of one database."""

    def __init__(self, store: Store, guidance_of: Callable[[ReleaseId], Guidance]) -> None:
        self._store = store
        self._guidance_of = guidance_of

    def replay(self, conversation: ConversationId) -> Iterator[Replayed]:
        """Every turn of *conversation*, from the first.

        Raises:
            UnknownRelease, ReleaseNotReady: The release of a turn can't be read.
        """
        states, turns = [Conversation(conversation)], self._store.turns(conversation)
        for turn in turns:
            decision = self._decided(turn, states)
            states.append(decision.conversation)
            if turn.renews is not None:
                last = turn.version - 1 if turn.shown_version is None else turn.shown_version
                decision = replace(decision, seen=seen_by(turns, last))
            yield self._compared(turn, decision)

    def state(self, conversation: ConversationId, version: int) -> Conversation:
        """*conversation* as turn number *version* left it."""
        states = [Conversation(conversation)]
        for turn in self._store.turns(conversation)[:version]:
            states.append(self._decided(turn, states).conversation)
        return states[-1]

    def _decided(self, turn: Turn, states: list[Conversation]) -> Decision:
        before, shown = states[-1], None
        if turn.shown_version is not None:
            shown = states[turn.shown_version]
            before = before.seen_as(shown)
        limit = DEFAULT_LIMIT if turn.question_limit is None else turn.question_limit
        guidance = self._guidance_of(turn.release)
        decision = decide(fitted(before, guidance), turn.message, guidance, limit)
        if shown is not None:
            decision = replace(decision, before=fitted(shown, guidance))
        if turn.compared is not None:
            decision = replace(decision, others=tuple(
                self.state(one.conversation, one.version) for one in turn.compared))
        return decision

    def _compared(self, turn: Turn, decision: Decision) -> Replayed:
        if turn.composer != PLAIN:
            return Replayed(turn, f"it was worded by {turn.composer}, which can't be repeated")
        content = self._store.wording_content(turn.wording_digest)
        if content is None:
            return Replayed(turn, f"the sentences {turn.wording_digest} were not kept")
        guidance = self._guidance_of(turn.release)
        found = [_found(note, guidance) for note in turn.found]
        reply = answer(decision, found, guidance, Wording(**json.loads(content)))
        again = Turn.of(
            decision, found, reply, composer=turn.composer, wording_digest=turn.wording_digest,
            took_ms=turn.took_ms, recorded_at=turn.recorded_at, refused=turn.refused,
            shown=turn.shown_version, limit=turn.question_limit,
            circumstances=turn.circumstances, renews=turn.renews)
        before, now = turn.body(), again.body()
        if turn.erased:
            lift(now)
            differs = [name for name in before if canonical(before[name]) != canonical(now[name])]
            return Replayed(turn, f"without its words, {', '.join(differs)} come out otherwise"
                            if differs else None, erased=True)
        differs = [name for name in before if canonical(before[name]) != canonical(now[name])]
        if not differs and to_text(reply, guidance) != to_text(turn.reply, guidance):
            differs = ["the text"]
        return Replayed(turn, f"{', '.join(differs)} come out otherwise" if differs else None)


def _found(note: FoundNote, guidance: Guidance) -> Found:
    matches = tuple(
        Match(Passage(one.provision, one.start, one.end,
                      guidance.provisions[one.provision].text[one.start : one.end]),
              one.similarity, one.why)
        for one in note.passages
    )
    return Found(note.query, matches, note.abstained, note.nearest, note.gap)
