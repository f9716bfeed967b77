"""One step of a conversation: computed from what it starts from, recorded with what belongs to it.

A message's first answer and its second look go the same way here, so that nothing but what was
understood, found or worded can make them differ.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deciding import Decision
from bot.dialogue.fitting import fitted
from bot.dialogue.phrasing import Wording
from bot.dialogue.renewing import Seen
from bot.dialogue.reply import Reply
from bot.dialogue.respond import respond
from bot.editions.edition import Edition
from bot.language_model.looks import worth_a_look
from bot.ledger import canonical
from bot.record.in_force import InForce
from bot.store import Store
from bot.turns.circumstances import Circumstances, Delivered, Steps, Where
from bot.turns.turn import Drafted, Turn
from bot.wording import digest_of
from retrieval.guidance import Guidance, ReleaseId
from retrieval.matches import Found, Query, Search


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message: the recorded reply and the conversation after it."""

    conversation: Conversation
    reply: Reply
    number: int
    """Number of the turn in its conversation, from 1."""
    before: Conversation
    """The conversation as the person last saw it."""
    guidance: Guidance
    """The release of the reply, which it is drawn with whatever answers by then."""
    worth_a_look: bool = False
    """Whether a language model may better it."""
    retakes: int | None = None
    """The turn in whose place it is."""
    handed_over: bool = True
    """Whether anything of the conversation may have been sent to compliance."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a step starts from.

    Attributes:
        edition: The release to answer from.
        conversation: As the step goes on with it.
        version: The last turn recorded, which the new one has to follow.
        before: The conversation as the person sees it until the new reply is shown.
        shown: The conversation as the person saw it last, where later replies were never shown;
            all that is new since is told.
        shown_version: What the turn says of that.
        renews: The release of the turn before, if it was another.
        seen: What the person was shown of that.
        handed_over: Whether anything of the conversation may have been sent to compliance.
    """

    edition: Edition
    conversation: Conversation
    version: int
    before: Conversation
    shown: Conversation | None
    shown_version: int | None
    renews: ReleaseId | None
    seen: Seen
    handed_over: bool = True

    @property
    def fitted(self) -> Conversation:
        """The conversation as the edition can go on with it."""
        return fitted(self.conversation, self.edition.guidance)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was computed and is not recorded yet."""

    ground: Ground
    decision: Decision
    found: tuple[Found, ...]
    reply: Reply
    took_ms: int
    steps: Steps
    seconds: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """What reading, searching and composing took, finer than `steps` tells it."""


Along = Callable[[Connection, Outcome], None]
"""Writes what belongs to a turn in the transaction that records it."""

Settle = Callable[[Connection, ConversationId], None]
"""Brings what rests on a conversation up to date, in the transaction that records its turn."""

Watch = Callable[[Step, Where | None, float], None]
"""Told of each step that was recorded, of where it was said, and of the seconds recording took."""


class Stepping:
    """Takes steps; safe to share between threads.

    Args:
        wording: The bot's own sentences.
        store: Where turns go.
        question_limit: Most questions in one conversation.
        now: The clock.
        in_force: What the log is told of the settings; None where nothing is to be told.
        recipe: What the search's vectors were made by.
        settle: Brings what rests on a conversation up to date.
    """

    def __init__(
        self,
        wording: Wording,
        store: Store,
        *,
        question_limit: int,
        now: Callable[[], datetime],
        in_force: InForce | None,
        recipe: str | None,
        settle: Settle,
    ) -> None:
        self.wording = wording
        self._wording_digest = digest_of(wording)
        self._store = store
        store.keep_wording(self._wording_digest, canonical(wording))
        self._question_limit = question_limit
        self._now = now
        self._in_force = in_force
        self._settings_digest = None if in_force is None else in_force.digest
        self._recipe = recipe
        self._settle = settle
        self.watch: Watch = lambda *_: None

    def step(
        self,
        ground: Ground,
        message: Message,
        *,
        started: float,
        search: Search | None = None,
        others: Sequence[Conversation] | None = None,
    ) -> Step:
        """What *message* leads to on *ground*; nothing is recorded.

        Args:
            ground: What the step starts from.
            message: What was said, as it was read.
            started: When work on it began, of `time.perf_counter`.
            search: In place of the edition's.
            others: Other conversations of the person, where they may be told of.
        """
        read, edition = time.perf_counter(), ground.edition
        timed = _Timed(search or edition.search)
        decision, found, reply = respond(
            ground.fitted,
            message,
            guidance=edition.guidance,
            search=timed,
            wording=self.wording,
            limit=self._question_limit,
            shown=None if ground.shown is None else fitted(ground.shown, edition.guidance),
            others=others,
            seen=ground.seen,
        )
        done = time.perf_counter()
        seconds = read - started, timed.seconds, done - read - timed.seconds
        return Step(ground, decision, tuple(found), reply, _milliseconds(done - started),
                    Steps(*map(_milliseconds, seconds)), seconds)

    def record(
        self,
        step: Step,
        *,
        workspace: str,
        where: Where | None,
        delivery: Delivered | None = None,
        along: Along | None = None,
        before: Callable[[Connection], None] | None = None,
        retakes: int | None = None,
        refused: str | None = None,
        drafted: Drafted | None = None,
    ) -> Outcome:
        """Record *step* as the next turn of its conversation, with what belongs to it.

        Args:
            step: What was computed, with the reply that is to be shown.
            workspace: Whose log it goes to.
            where: Where it was said.
            delivery: The delivery that it came in.
            along: Writes what has to be kept together with the turn.
            before: Called first in the transaction; what it raises keeps the turn from being
                recorded.
            retakes: The turn that it takes again.
            refused: Why a language model's draft is not shown.
            drafted: The draft that the wording was made from.

        Raises:
            AlreadyAnswered, StaleConversation: See `Store.record`.
        """
        ground, at, name = step.ground, self._now(), step.decision.conversation.id
        turn = Turn.of(
            step.decision,
            step.found,
            step.reply,
            composer=step.reply.composer,
            wording_digest=self._wording_digest,
            took_ms=step.took_ms,
            recorded_at=at,
            refused=refused,
            shown=ground.shown_version,
            limit=self._question_limit,
            circumstances=Circumstances(
                where, delivery, self._settings_digest, self._recipe, step.steps),
            renews=ground.renews,
            retakes=retakes,
            drafted=drafted,
        )
        outcome = Outcome(step.decision.conversation, step.reply, turn.version, ground.before,
                          ground.edition.guidance, worth_a_look(turn), retakes,
                          ground.handed_over)
        started = time.perf_counter()
        self._store.record(
            turn, step.decision.conversation, expected_version=ground.version,
            workspace=workspace, before=before, in_force=self._in_force,
            settle=lambda connection: self._settle(connection, name),
            along=None if along is None else lambda connection: along(connection, outcome))
        self.watch(step, where, time.perf_counter() - started)
        return outcome


class _Timed:
    """A search that tells how long it took."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self.seconds = 0.0

    def __call__(self, queries: Sequence[Query]) -> Sequence[Found]:
        """Search."""
        started = time.perf_counter()
        try:
            return self._search(queries)
        finally:
            self.seconds += time.perf_counter() - started


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
