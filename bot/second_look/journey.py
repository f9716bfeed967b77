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

from sqlalchemy import Connection, func, select

from bot.advisor import Advisor
from bot.answering.replaying import Replaying
from bot.answering.seen import seen_by
from bot.answering.stepping import Along, Ground, Outcome, Step
from bot.chat.calls import Call, Ended, Use
from bot.dialogue import citing
from bot.dialogue.conversation import ConversationId, Intent, Message
from bot.dialogue.deal import SECOND, MessageKey
from bot.dialogue.fencing.parting import place_of
from bot.dialogue.fencing.refusal import Refusal
from bot.dialogue.pointing import points_of, worded, worth_wording
from bot.dialogue.second_reading import READ_FOR, Proposed, Why, merged
from bot.dialogue.widening import widened
from bot.erasure import withholding
from bot.errors import AlreadyAnswered, StaleConversation
from bot.language_model import choices as chat_choices
from bot.language_model.fence import Fence
from bot.language_model.looks import Looks
from bot.language_model.usage import ChatUsage
from bot.language_model.uses import Uses
from bot.record import log
from bot.record.model_calls import (
    MadeOf,
    happening_of,
    is_kept,
    outcome_of,
    refused_before,
)
from bot.schema import deliveries, turns
from bot.schema import log as logged
from bot.second_look.looked import AnsweredMeanwhile, Dropped, Looked, refused_in
from bot.store import Store
from bot.turns.circumstances import SECOND_LOOK
from bot.turns.turn import Drafted, FoundNote, Turn
from retrieval.matches import Found, Query, Search


@dataclass(slots=True)
class _Thought:
    """A look while it is under way: what it looks at, and what was asked so far."""

    first: Turn
    workspace: str
    started: float
    ends: datetime
    go_on: Callable[[], bool]
    erased: int
    """Messages of the conversation whose words were gone when it began."""
    calls: list[Call] = field(default_factory=list)
    dropped: tuple[tuple[Proposed, Why], ...] = ()
    """What was proposed of the deal and not taken."""
    refusal: Refusal | None = None
    drafted: Drafted | None = None

    @property
    def refused(self) -> str | None:
        return refused_in(self.calls, self.refusal)

    def made(self, call: Call) -> None:
        """Note *call*, unless nobody was asked since there was nothing to ask."""
        if call.left or call.ended is not Ended.ANSWERED:
            self.calls.append(call)

    def tokens(self) -> int:
        return sum(call.tokens_in + call.tokens_out for call in self.calls)

    def made_of(self, call: Call) -> MadeOf:
        """What came of the say of *call*."""
        return MadeOf(self.refusal if call.use is Use.WORDING else None,
                      self.dropped if call.use is Use.READING else ())


class SecondLook:
    """Looks at recorded answers again; safe to share between threads.

    Args:
        advisor: Took the turns, and takes them again.
        store: Holds them.
        replaying: Says what a turn was taken on.
        looks: The rows of what is to be looked at.
        usage: The counters.
        uses: What the model is asked for.
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
                raises `AnsweredMeanwhile` where the answer must stand after all.
            go_on: Asked before each call; False where nothing may be asked any more.
        """
        started = time.perf_counter()
        first = self._store.turn_at(conversation, turn)
        if first is None or first.erased:
            return self._left(conversation, turn, Dropped.UNKNOWN)
        before = self._before(first)
        if before is not None:
            return before
        workspace = self._store.workspace_of(conversation)
        thought = _Thought(first, workspace, started, first.recorded_at + self._budget, go_on,
                           self._erased(first))
        ground = self._ground(first)
        dropped = ground if isinstance(ground, Dropped) else self._past(thought)
        if dropped is not None or isinstance(ground, Dropped):
            return self._left(conversation, turn, dropped or Dropped.UNKNOWN)
        return self._look(thought, ground, along)

    def _before(self, first: Turn) -> Looked | None:
        """What came of an earlier look at *first*; None where there was none."""
        second = self._store.turn_for(_key_after(first.key))
        if second is not None:
            conversation = self._replaying.state(second.conversation, second.version)
            return Looked(Outcome(
                conversation, second.reply, second.version, conversation,
                self._advisor.editions.of(second.release), retakes=second.retakes),
                refused=second.refused)
        with self._store.reading() as connection:
            known, refused = refused_before(connection, first)
        if not known:
            return None
        return self._left(first.conversation, first.version, Dropped.LOOKED_AT, refused)

    def _left(
        self, conversation: ConversationId, turn: int, dropped: Dropped, refused: str | None = None
    ) -> Looked:
        with self._store.writing() as connection:
            self._looks.done(connection, conversation, turn)
        return Looked(None, refused=refused, dropped=dropped)

    def _look(self, thought: _Thought, ground: Ground, along: Along | None) -> Looked:
        dropped = None
        try:
            step = self._again(thought, ground)
            dropped = self._past(thought)
            if thought.calls and all(call.ended is Ended.BUSY for call in thought.calls):
                dropped = dropped or Dropped.BUSY
            if dropped is None and _is_other(step, thought.first):
                return self._recorded(thought, step, along)
        except AnsweredMeanwhile as error:
            dropped = error.why
        except (StaleConversation, AlreadyAnswered):
            dropped = Dropped.NEWER
        except Exception:
            # A fault of ours: it would come again, and what has left must be known.
            self._keep(thought, done=True)
            raise
        self._keep(thought, done=dropped is not Dropped.BUSY)
        return Looked(None, tuple(thought.calls), thought.refused, dropped)

    def _again(self, thought: _Thought, ground: Ground) -> Step:
        """The step of the answer once more, with whatever the model has to give."""
        message = self._read(thought, ground)
        step = self._advisor.stepping.step(
            ground, replace(message, key=_key_after(message.key)),
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

    def _erased(self, first: Turn) -> int:
        with self._store.reading() as connection:
            return _erased(connection, first)

    def _overtaken(self, connection: Connection, thought: _Thought) -> Dropped | None:
        first = thought.first
        if not chat_choices.allowed(connection, thought.workspace):
            return Dropped.NOT_ALLOWED
        if _erased(connection, first) != thought.erased:
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
        thought.made(call)
        merging = merged(message, proposed, ground.fitted, guidance)
        thought.dropped = merging.dropped
        return merging.message

    def _searching(
        self, thought: _Thought, ground: Ground, message: Message
    ) -> Search | None:
        """The search with the model's queries beside the question; None where there are none."""
        rewrite = self._uses.rewrite
        if rewrite is None or message.intent is not Intent.ASK or not self._may_ask(thought):
            return None
        call, more = rewrite(
            message, ground.fitted, ground.edition.guidance, spent=self._spent(thought))
        thought.made(call)
        search = ground.edition.search

        def fused(queries: Sequence[Query]) -> Sequence[Found]:
            return [widened(one, search(more)) for one in search(queries)]

        return fused if more else None

    def _worded(self, thought: _Thought, step: Step) -> Step:
        """*step* with its reply worded by the model, where the fence lets that pass."""
        word, guidance = self._uses.word, step.ground.edition.guidance
        if word is None or not self._may_ask(thought):
            return step
        if not worth_wording(step.reply):
            return step
        points = points_of(step.reply, guidance)
        if any(map(self._uses.speaks_to_programs, (t for p in points for t in p.evidence))):
            # Its document was taken in all the same; what it orders would pass as its own words.
            return step
        message = step.decision.message
        question = message if message.intent is Intent.ASK else None
        call, draft = word(points, question, guidance, spent=self._spent(thought))
        thought.made(call)
        if draft is None:
            return step
        proposed, draft = draft, self._fence.parted(draft)
        refusal = self._fence.inspect(draft, points)
        if refusal is not None:
            fell = None if refusal.sentence is None else draft.sentences[refusal.sentence]
            # As it is kept, the draft is what the model said.
            thought.refusal = replace(
                refusal, sentence=None if fell is None else place_of(fell, proposed))
            return step
        thought.drafted = Drafted(draft, self._fence.rules)
        reply = worded(step.reply, draft, points, call.model, self._advisor.stepping.wording)
        citing.check(reply, guidance)
        return replace(step, reply=reply)

    # --- what is kept -----------------------------------------------------------------------

    def _recorded(self, thought: _Thought, step: Step, along: Along | None) -> Looked:
        first = thought.first

        def insist(connection: Connection) -> None:
            log.lock(connection, thought.workspace)
            why = self._overtaken(connection, thought)
            if why is not None:
                raise AnsweredMeanwhile(why)

        def together(connection: Connection, outcome: Outcome) -> None:
            self._note(connection, thought)
            if along is not None:
                along(connection, outcome)

        where = None if first.circumstances is None else first.circumstances.where
        outcome = self._advisor.stepping.record(
            replace(step, took_ms=round((time.perf_counter() - thought.started) * 1000)),
            workspace=thought.workspace,
            where=None if where is None else replace(where, act=SECOND_LOOK),
            along=together,
            before=insist,
            retakes=first.version,
            refused=thought.refused,
            drafted=thought.drafted,
        )
        return Looked(outcome, tuple(thought.calls), thought.refused)

    def _keep(self, thought: _Thought, *, done: bool) -> None:
        with self._store.writing() as connection:
            self._note(connection, thought, done=done)

    def _note(self, connection: Connection, thought: _Thought, *, done: bool = True) -> None:
        """Keep and count the calls, and be done with the look."""
        first, at = thought.first, self._now()
        log.lock(connection, thought.workspace)
        erased = _erased(connection, first) != thought.erased
        kept = []
        for call in thought.calls:
            made = thought.made_of(call)
            self._usage.count(
                connection, thought.workspace, call, outcome_of(call, made.refusal))
            if is_kept(call):
                kept.append(happening_of(call, made, first, at))
        if erased:
            # What was sent holds words that must not come back.
            withholding.record(connection, thought.workspace, first.conversation, kept, at)
        else:
            for happening in kept:
                log.append(connection, thought.workspace, happening)
        if done:
            self._looks.done(connection, first.conversation, first.version)


def _key_after(key: MessageKey) -> MessageKey:
    """The key of the turn that takes the one of *key* again; no other begins with it and so ends.

    It begins with that key, so that what the message told still rests on the message.
    """
    return MessageKey(f"{key}{SECOND}")


_NOT_CALLED = frozenset({Ended.RESTING, Ended.BUSY, Ended.SPENT})


def _erased(connection: Connection, turn: Turn) -> int:
    """How many messages of the conversation of *turn* have lost their words."""
    query = select(func.count()).select_from(logged).where(
        logged.c.conversation == turn.conversation, logged.c.kind == log.TURN,
        logged.c.words.is_(None))
    return int(connection.scalar(query) or 0)


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
