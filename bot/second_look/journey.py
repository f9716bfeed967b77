"""The use case of a second look: an answer stands, and a language model may still better it.

The model reads the message for facts that were missed, puts a loose question as queries, and words
what was decided.  What it says goes through rules and the fence before it counts: the answer is
decided again by the same step as before, on the same conversation, and the answer that stands is
replaced by a new turn only where that came out otherwise or is worded better.  Each call that left
this machine is in the log, whatever came of it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.advisor import Advisor
from bot.answering.replaying import Replaying
from bot.answering.seen import seen_by
from bot.answering.stepping import Along, Ground, Outcome, Step
from bot.chat.calls import Ended
from bot.database.shared_clock import SharedClock
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import SECOND, MessageKey
from bot.erasure import withholding
from bot.errors import AlreadyAnswered, StaleConversation
from bot.language_model.fence import Fence
from bot.language_model.looks import Looks
from bot.language_model.usage import ChatUsage
from bot.language_model.uses import Uses
from bot.record import log
from bot.record.model_calls import happening_of, is_kept, outcome_of, refused_before
from bot.second_look.consulting import Consulting
from bot.second_look.looked import AnsweredMeanwhile, Dropped, Looked
from bot.second_look.overtaking import erased_words, overtaken
from bot.second_look.thought import Thought
from bot.store import Store
from bot.turns.circumstances import SECOND_LOOK
from bot.turns.turn import FoundNote, Turn
from retrieval.matches import Found


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
        now: The clock; None for this machine's, and the one that all replicas share.
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
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._advisor = advisor
        self._store = store
        self._replaying = replaying
        self._looks = looks
        self._usage = usage
        self._consulting = Consulting(
            uses, fence, usage, advisor.stepping.wording,
            in_time=lambda thought: self._past(thought) is None)
        self._budget = timedelta(seconds=budget_seconds)
        self._now = now or (lambda: datetime.now(UTC))
        self._clock = SharedClock(now)

    def look(
        self,
        conversation: ConversationId,
        turn: int,
        along: Along | None = None,
        go_on: Callable[[], bool] = lambda: True,
        asked_at: datetime | None = None,
    ) -> Looked:
        """Look at the answer of turn number *turn* again, and replace it where it gets better.

        Nothing is held while a model thinks.  The calls are kept whatever comes of them.

        Args:
            conversation: Which one.
            turn: The number of its last turn.
            along: Writes what has to be kept together with the new turn, in its transaction; it
                raises `AnsweredMeanwhile` where the answer must stand after all.
            go_on: Asked before each call; False where nothing may be asked any more.
            asked_at: When it was asked for, as `Looks` has it; None where this process has just
                given the answer.
        """
        started = time.perf_counter()
        first = self._store.turn_at(conversation, turn)
        if first is None or first.erased:
            return self._left(conversation, turn, Dropped.UNKNOWN)
        before = self._before(first)
        if before is not None:
            return before
        workspace = self._store.workspace_of(conversation)
        with self._store.reading() as connection:
            erased = erased_words(connection, first)
            ends = self._ends(connection, first, asked_at)
        thought = Thought(first, workspace, started, ends, go_on, erased)
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

    def _look(self, thought: Thought, ground: Ground, along: Along | None) -> Looked:
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

    def _again(self, thought: Thought, ground: Ground) -> Step:
        """The step of the answer once more, with whatever the model has to give."""
        message = self._consulting.read(thought, ground)
        step = self._advisor.stepping.step(
            ground, replace(message, key=_key_after(message.key)),
            started=thought.started, search=self._consulting.searching(thought, ground, message))
        return self._consulting.worded(thought, step)

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

    def _ends(
        self, connection: Connection, first: Turn, asked_at: datetime | None
    ) -> datetime:
        """When *first* has stood for too long, by the clock that all replicas share."""
        if asked_at is None:
            # Recorded by this machine's clock, and that may be another's by minutes.
            asked_at = self._clock.at(connection) - (self._now() - first.recorded_at)
        return asked_at + self._budget

    def _past(self, thought: Thought) -> Dropped | None:
        """Why nothing can come of the look any more; None while something can."""
        with self._store.reading() as connection:
            if self._clock.at(connection) > thought.ends:
                return Dropped.LATE
            return overtaken(connection, thought)

    # --- what is kept -----------------------------------------------------------------------

    def _recorded(self, thought: Thought, step: Step, along: Along | None) -> Looked:
        first = thought.first

        def insist(connection: Connection) -> None:
            log.lock(connection, thought.workspace)
            why = overtaken(connection, thought)
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

    def _keep(self, thought: Thought, *, done: bool) -> None:
        with self._store.writing() as connection:
            self._note(connection, thought, done=done)

    def _note(self, connection: Connection, thought: Thought, *, done: bool = True) -> None:
        """Keep and count the calls, and be done with the look."""
        first, at = thought.first, self._now()
        log.lock(connection, thought.workspace)
        erased = erased_words(connection, first) != thought.erased
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
