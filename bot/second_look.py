"""The use case of a second look: an answer stands, and a language model may still better it.

The model reads the message for facts that were missed, puts a loose question as queries, and words
what was decided.  What it says goes through rules and the fence before it counts: the answer is
decided again by the same step as before, on the same conversation, and the answer that stands is
replaced by a new turn only where that came out otherwise or is worded better.  Each call that left
this machine is in the log, whatever came of it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection, func, select

from bot import chat_choices, log
from bot.advisor import Advisor, Along, Ground, Outcome, Step
from bot.chat.calls import Call, Ended, Use
from bot.chat_usage import ChatUsage
from bot.circumstances import SECOND_LOOK
from bot.dialogue.conversation import Conversation, ConversationId, Intent, Message, Reply
from bot.dialogue.deal import MessageKey
from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.refusal import Refusal
from bot.dialogue.second_reading import Proposed
from bot.errors import AlreadyAnswered, StaleConversation
from bot.fence import Fence
from bot.looks import Looks
from bot.model_calls import happening_of, is_kept, outcome_of, silence
from bot.replaying import Replaying
from bot.schema import deliveries, turns
from bot.schema import log as logged
from bot.seen import seen_by
from bot.store import Store
from bot.turn import Drafted, FoundNote, Turn
from retrieval.guidance import Guidance
from retrieval.matches import Found, Query, Search


class Dropped(StrEnum):
    """Why nothing came of a look."""

    UNKNOWN = "unknown"
    """There is no such turn, or its words are erased."""
    NEWER = "newer"
    """Somebody has written again."""
    LATE = "late"
    """The answer has stood for too long."""
    NOT_ALLOWED = "not_allowed"
    """The workspace allows no language model."""
    OTHER_RELEASE = "other_release"
    """Another release answers by now."""
    OTHERWISE = "otherwise"
    """The conversation doesn't come out of its record as it stands."""
    BUSY = "busy"
    """The model had no time; another look may be worth it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a second look."""

    outcome: Outcome | None
    """The answer that takes the place of the one that stands; None where that one stays."""
    calls: tuple[Call, ...] = ()
    refusal: Refusal | None = None
    """Why the draft is not shown."""
    dropped: Dropped | None = None

    @property
    def refused(self) -> str | None:
        """Why the plain wording stands, in one word, where a model was to word it."""
        if self.refusal is not None:
            return self.refusal.reason.value
        return next((call.ended.value for call in self.calls
                     if call.use is Use.WORDING and call.ended is not Ended.ANSWERED), None)


class Read(Protocol):
    """Asks a model what a message says of the deal."""

    def __call__(
        self, message: Message, conversation: Conversation, guidance: Guidance, *, spent: int
    ) -> tuple[Call, Sequence[Proposed]]:
        """The call, and what it proposes; nothing unless it was answered."""


class Rewrite(Protocol):
    """Asks a model to put a question as queries."""

    def __call__(
        self, message: Message, conversation: Conversation, guidance: Guidance, *, spent: int
    ) -> tuple[Call, Sequence[Query]]:
        """The call, and the queries; none unless it was answered."""


class Word(Protocol):
    """Asks a model to word what was decided."""

    def __call__(
        self, points: Sequence[Point], question: Message | None, guidance: Guidance, *, spent: int
    ) -> tuple[Call, Draft | None]:
        """The call, and the draft; None unless it was answered.

        Args:
            points: What may be said.
            question: The message, where it is a question on the guidance; never one on a deal.
            guidance: The release.
            spent: Tokens that the workspace has used today.
        """


@dataclass(frozen=True, slots=True)
class Uses:
    """What a model is asked for; None where it isn't."""

    read: Read | None = None
    rewrite: Rewrite | None = None
    word: Word | None = None


READ_FOR = frozenset({Intent.DESCRIBE, Intent.UNCLEAR, Intent.ADVISE_NOW})
"""What a message is for where a model reads it for facts."""


class Merge(Protocol):
    """See `bot.dialogue.second_reading.merged`."""

    def __call__(
        self, message: Message, proposed: Sequence[Proposed], conversation: Conversation,
        guidance: Guidance, /,
    ) -> Message:
        """The message with what of the proposals may be taken."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a model's say is held to; all of it pure."""

    merged: Merge
    fused: Callable[[Found, Sequence[Found]], Found]
    points_of: Callable[[Reply, Guidance], Sequence[Point]]
    worded: Callable[[Reply, Draft, Sequence[Point], str], Reply]


class Overtaken(Exception):
    """The answer must not be replaced any more; raised in the transaction that would do it."""

    def __init__(self, why: Dropped = Dropped.NEWER) -> None:
        self.why = why
        super().__init__(why.value)


@dataclass(slots=True)
class _Thought:
    """A look while it is under way: what it looks at, and what was asked so far."""

    first: Turn
    workspace: str
    started: float
    ends: datetime
    go_on: Callable[[], bool]
    calls: list[Call] = field(default_factory=list)
    refusal: Refusal | None = None
    drafted: Drafted | None = None

    def tokens(self) -> int:
        return sum(call.tokens_in + call.tokens_out for call in self.calls)

    def refused(self, call: Call) -> Refusal | None:
        return self.refusal if call.use is Use.WORDING else None


class SecondLook:
    """Looks at recorded answers again; safe to share between threads.

    Args:
        advisor: Took the turns, and takes them again.
        store: Holds them.
        replaying: Says what a turn was taken on.
        looks: The rows of what is to be looked at.
        usage: The counters.
        uses: What the model is asked for.
        rules: What its say is held to.
        fence: Judges its drafts.
        budget_seconds: How long after an answer it may still be changed.
        now: The clock.
    """

    def __init__(
        self,
        *,
        advisor: Advisor,
        store: Store,
        replaying: Replaying,
        looks: Looks,
        usage: ChatUsage,
        uses: Uses,
        rules: Rules,
        fence: Fence,
        budget_seconds: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._advisor = advisor
        self._store = store
        self._replaying = replaying
        self._looks = looks
        self._usage = usage
        self._uses = uses
        self._rules = rules
        self._fence = fence
        self._budget = timedelta(seconds=budget_seconds)
        self._now = now

    def look(
        self,
        conversation: ConversationId,
        turn: int,
        along: Along | None = None,
        go_on: Callable[[], bool] = lambda: True,
    ) -> Looked:
        """Look at the answer of turn number *turn* again, and replace it where it gets better.

        Nothing is held while a model thinks.  The calls are kept whatever comes of them.

        Args:
            conversation: Which one.
            turn: The number of its last turn.
            along: Writes what has to be kept together with the new turn, in its transaction; it
                raises `Overtaken` where the answer must stand after all.
            go_on: Asked before each call; False where nothing may be asked any more.
        """
        started = time.perf_counter()
        first = self._store.turn_at(conversation, turn)
        if first is None or first.erased:
            return self._left(conversation, turn, Dropped.UNKNOWN)
        workspace = self._store.workspace_of(conversation)
        thought = _Thought(first, workspace, started, first.recorded_at + self._budget, go_on)
        ground = self._ground(first)
        dropped = ground if isinstance(ground, Dropped) else self._past(thought)
        if dropped is not None or isinstance(ground, Dropped):
            return self._left(conversation, turn, dropped or Dropped.UNKNOWN)
        return self._look(thought, ground, along)

    def _left(self, conversation: ConversationId, turn: int, dropped: Dropped) -> Looked:
        with self._store.writing() as connection:
            self._looks.done(connection, conversation, turn)
        return Looked(None, dropped=dropped)

    def _look(self, thought: _Thought, ground: Ground, along: Along | None) -> Looked:
        dropped = None
        try:
            step = self._again(thought, ground)
            dropped = self._past(thought)
            if thought.calls and all(call.ended is Ended.BUSY for call in thought.calls):
                dropped = dropped or Dropped.BUSY
            if dropped is None and _is_other(step, thought.first):
                return self._recorded(thought, step, along)
        except Overtaken as error:
            dropped = error.why
        except (StaleConversation, AlreadyAnswered):
            dropped = Dropped.NEWER
        except Exception:
            # A fault of ours: it would come again, and what has left must be known.
            self._keep(thought, done=True)
            raise
        self._keep(thought, done=dropped is not Dropped.BUSY)
        return Looked(None, tuple(thought.calls), thought.refusal, dropped)

    def _again(self, thought: _Thought, ground: Ground) -> Step:
        """The step of the answer once more, with whatever the model has to give."""
        message = self._read(thought, ground)
        step = self._advisor.step(
            ground, replace(message, key=MessageKey(f"{message.key}:second")),
            started=thought.started, search=self._searching(thought, ground, message))
        return self._worded(thought, step)

    # --- whether it is still worth anything -------------------------------------------------

    def _ground(self, first: Turn) -> Ground | Dropped:
        """What *first* was taken on, with its number moved on; or why it can't be taken again."""
        edition = self._advisor.edition
        if first.release != edition.release:
            return Dropped.OTHER_RELEASE
        stands = self._store.load(first.conversation)
        if stands.version != first.version:
            return Dropped.NEWER
        base, left = self._replaying.base(first.conversation, first.version)
        if left != stands:
            return Dropped.OTHERWISE
        seen_until = first.version - 1 if first.shown_version is None else first.shown_version
        seen = {} if first.renews is None else seen_by(
            self._store.turns(first.conversation), seen_until)
        return Ground(
            edition, replace(base.conversation, version=first.version), first.version, stands,
            base.shown, seen_until, first.renews, seen)

    def _past(self, thought: _Thought) -> Dropped | None:
        """Why nothing can come of the look any more; None while something can."""
        if self._now() > thought.ends:
            return Dropped.LATE
        with self._store.reading() as connection:
            return self._overtaken(connection, thought)

    def _overtaken(self, connection: Connection, thought: _Thought) -> Dropped | None:
        first = thought.first
        if not chat_choices.allowed(connection, thought.workspace):
            return Dropped.NOT_ALLOWED
        if _is_erased(connection, first):
            return Dropped.UNKNOWN
        newest = select(func.max(turns.c.version)).where(
            turns.c.conversation == first.conversation)
        waits = select(deliveries.c.id).where(
            deliveries.c.conversation == first.conversation, deliveries.c.state == "new").limit(1)
        if connection.scalar(newest) != first.version or connection.scalar(waits) is not None:
            return Dropped.NEWER
        return None

    # --- what is asked ----------------------------------------------------------------------

    def _may_ask(self, thought: _Thought) -> bool:
        """Whether another call can be of use."""
        hopeless = bool(thought.calls) and thought.calls[-1].ended in _NOT_CALLED
        return not hopeless and thought.go_on() and self._past(thought) is None

    def _spent(self, thought: _Thought) -> int:
        return self._usage.spent(thought.workspace) + thought.tokens()

    def _read(self, thought: _Thought, ground: Ground) -> Message:
        """The message, with what the model read in it as far as that may be taken."""
        message, read = thought.first.message, self._uses.read
        if (read is None or message.intent not in READ_FOR or not message.text.strip()
                or not self._may_ask(thought)):
            return message
        guidance = ground.edition.guidance
        call, proposed = read(message, ground.fitted, guidance, spent=self._spent(thought))
        thought.calls.append(call)
        return self._rules.merged(message, proposed, ground.fitted, guidance)

    def _searching(
        self, thought: _Thought, ground: Ground, message: Message
    ) -> Search | None:
        """The search with the model's queries beside the question; None where there are none."""
        rewrite = self._uses.rewrite
        if rewrite is None or message.intent is not Intent.ASK or not self._may_ask(thought):
            return None
        call, more = rewrite(
            message, ground.fitted, ground.edition.guidance, spent=self._spent(thought))
        thought.calls.append(call)
        search = ground.edition.search

        def fused(queries: Sequence[Query]) -> Sequence[Found]:
            return [self._rules.fused(one, search(more)) for one in search(queries)]

        return fused if more else None

    def _worded(self, thought: _Thought, step: Step) -> Step:
        """*step* with its reply worded by the model, where the fence lets that pass."""
        word, guidance = self._uses.word, step.ground.edition.guidance
        if word is None or not self._may_ask(thought):
            return step
        points = self._rules.points_of(step.reply, guidance)
        if not points:
            return step
        message = step.decision.message
        question = message if message.intent is Intent.ASK else None
        call, draft = word(points, question, guidance, spent=self._spent(thought))
        thought.calls.append(call)
        if draft is None:
            return step
        thought.refusal = self._fence.inspect(draft, points)
        if thought.refusal is not None:
            return step
        thought.drafted = Drafted(draft, self._fence.rules)
        return replace(step, reply=self._rules.worded(step.reply, draft, points, call.model))

    # --- what is kept -----------------------------------------------------------------------

    def _recorded(self, thought: _Thought, step: Step, along: Along | None) -> Looked:
        first = thought.first

        def insist(connection: Connection) -> None:
            log.lock(connection, thought.workspace)
            why = self._overtaken(connection, thought)
            if why is not None:
                raise Overtaken(why)

        def together(connection: Connection, outcome: Outcome) -> None:
            self._note(connection, thought)
            if along is not None:
                along(connection, outcome)

        where = None if first.circumstances is None else first.circumstances.where
        outcome = self._advisor.record(
            replace(step, took_ms=round((time.perf_counter() - thought.started) * 1000)),
            workspace=thought.workspace,
            where=None if where is None else replace(where, act=SECOND_LOOK),
            along=together,
            before=insist,
            retakes=first.version,
            refused=None if thought.refusal is None else thought.refusal.reason.value,
            drafted=thought.drafted,
        )
        return Looked(outcome, tuple(thought.calls), thought.refusal)

    def _keep(self, thought: _Thought, *, done: bool) -> None:
        with self._store.writing() as connection:
            self._note(connection, thought, done=done)

    def _note(self, connection: Connection, thought: _Thought, *, done: bool = True) -> None:
        """Keep and count the calls, and be done with the look."""
        first, at = thought.first, self._now()
        log.lock(connection, thought.workspace)
        erased = _is_erased(connection, first)
        for call in thought.calls:
            refusal = thought.refused(call)
            self._usage.count(connection, thought.workspace, call, outcome_of(call, refusal))
            if is_kept(call):
                happening = happening_of(call, refusal, first, at)
                log.append(connection, thought.workspace, happening)
                if erased:
                    # What was sent holds words that must not come back.
                    silence(connection, happening.key)
        if done:
            self._looks.done(connection, first.conversation, first.version)


_NOT_CALLED = frozenset({Ended.RESTING, Ended.BUSY, Ended.SPENT})


def _is_erased(connection: Connection, turn: Turn) -> bool:
    query = select(logged.c.words).where(logged.c.key == turn.key)
    return connection.scalar(query) is None


def _is_other(step: Step, first: Turn) -> bool:
    """Whether *step* is worth a turn: more was understood or found than in *first*, or worded."""
    message = replace(step.decision.message, key=first.key)
    return bool(step.reply.worded or message != first.message
                or not _same(step.found, first.found))


def _same(found: Sequence[Found], noted: Sequence[FoundNote]) -> bool:
    """Whether a search gave the passages that it gave before."""
    return [
        ([(m.provision, m.passage.start, m.passage.end) for m in one.matches], one.abstained)
        for one in found
    ] == [
        ([(p.provision, p.start, p.end) for p in one.passages], one.abstained) for one in noted
    ]
