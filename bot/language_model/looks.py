"""The answers that a language model may still change, in the store's database.

A row is written with the turn that it is about and goes with what came of it.  Whoever takes one
up moves the time from which others may; should they end without a word, that time passes and
another one takes it.  So no lock and no transaction is held while a model thinks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, delete, func, select, update

from bot.dialogue.conversation import ConversationId
from bot.dialogue.intents import Intent
from bot.dialogue.messages.searched_twice import decisive
from bot.language_model import choices as chat_choices
from bot.ledger import timestamp
from bot.schema import outgoing, second_looks, turns
from bot.store import Store
from bot.turns.turn import Turn

LOOKED_AT = frozenset({Intent.DESCRIBE, Intent.ASK, Intent.UNCLEAR, Intent.REMARK,
                       Intent.ADVISE_NOW})
"""What a message wants where a model may better the answer; all else is short and settled."""
CANDIDATES = 32
"""Rows that are looked through at once for one that can be taken up."""
POST_WAIT_SECONDS = 0.5
"""How long a look waits for the posts of its answer before it is looked at again."""


@dataclass(frozen=True, slots=True)
class Due:
    """A second look that was taken up."""

    conversation: ConversationId
    turn: int
    workspace: str
    asked_at: datetime
    tries: int
    """How often it was taken up, this time included."""
    held_until: str
    """From then on somebody else may take it up; names this holding of it."""


def worth_a_look(turn: Turn) -> bool:
    """Whether a model may better the answer of *turn*.

    Not where it was looked at already, where the message only steers the conversation or answers
    a reviewer, or where the texts are known to be silent on what was asked.
    """
    silent = any(note.abstained and note.gap is not None
                 for note in decisive(turn.message, turn.found))
    return turn.retakes is None and turn.message.intent in LOOKED_AT and not (
        silent or turn.message.answers_reviewer)


class Looks:
    """Second looks that are due; safe to share between threads and replicas.

    Args:
        store: The database.
        budget_seconds: How long after its answer a look is worth anything.
        lease_seconds: How long whoever took one up may be silent before another one may.
        now: The clock.
    """

    def __init__(
        self,
        store: Store,
        *,
        budget_seconds: float,
        lease_seconds: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._budget = timedelta(seconds=budget_seconds)
        self._lease = timedelta(seconds=lease_seconds)
        self._now = now

    def ask(
        self, connection: Connection, conversation: ConversationId, turn: int, workspace: str
    ) -> bool:
        """Have turn number *turn* looked at again, in the transaction that records it.

        Returns:
            False where the workspace allows no language model.
        """
        # Whatever was asked of an earlier answer has been overtaken.
        connection.execute(delete(second_looks).where(
            second_looks.c.conversation == conversation, second_looks.c.turn < turn))
        if not chat_choices.allowed(connection, workspace):
            return False
        now = timestamp(self._now())
        self._store.insert(connection, second_looks, {
            "conversation": conversation, "turn": turn, "workspace": workspace,
            "asked_at": now, "due": now, "tries": 0})
        return True

    def take(self) -> Due | None:
        """Take up the look that has been due longest; None if there is none.

        Those that came too late, or whose answer was overtaken or never shown, are dropped on
        the way; those whose answer is not posted yet are left for a moment.
        """
        for row in self._candidates():
            if self._is_past(row):
                self._change(row, None)
            elif row.waiting:
                self._change(row, self._now() + timedelta(seconds=POST_WAIT_SECONDS))
            else:
                until = self._now() + self._lease
                if self._change(row, until, tries=row.tries + 1):
                    return Due(
                        ConversationId(row.conversation), row.turn, row.workspace,
                        datetime.fromisoformat(row.asked_at), row.tries + 1, timestamp(until))
        return None

    def renew(self, due: Due) -> Due | None:
        """Hold *due* for as long again; None if somebody else has it by now, or it is gone."""
        until = self._now() + self._lease
        return self._held(due, until)

    def delay(self, due: Due, seconds: float) -> None:
        """Let *due* be taken up again in *seconds*, by anybody."""
        self._held(due, self._now() + timedelta(seconds=seconds))

    def done(self, connection: Connection, conversation: ConversationId, turn: int) -> None:
        """Nothing is left to be looked at in turn number *turn*."""
        connection.execute(delete(second_looks).where(
            second_looks.c.conversation == conversation, second_looks.c.turn == turn))

    def _candidates(self) -> list[Row[tuple[object, ...]]]:
        posts = [
            select(func.count()).where(
                outgoing.c.conversation == second_looks.c.conversation,
                outgoing.c.turn == second_looks.c.turn, state)
            .scalar_subquery().label(name)
            for name, state in (("waiting", outgoing.c.state == "waiting"),
                                ("unshown", outgoing.c.state.not_in(("waiting", "sent"))))
        ]
        newest = (select(func.max(turns.c.version))
                  .where(turns.c.conversation == second_looks.c.conversation)
                  .scalar_subquery().label("newest"))
        query = (select(second_looks, newest, *posts)
                 .where(second_looks.c.due <= timestamp(self._now()))
                 .order_by(second_looks.c.due).limit(CANDIDATES))
        with self._store.reading() as connection:
            return list(connection.execute(query).all())

    def _is_past(self, row: Row[tuple[object, ...]]) -> bool:
        """Whether nothing can come of it any more."""
        late = datetime.fromisoformat(row.asked_at) + self._budget < self._now()
        return late or row.newest != row.turn or bool(row.unshown)

    def _change(
        self, row: Row[tuple[object, ...]], due: datetime | None, **values: int
    ) -> bool:
        """Move *row* to *due*, or drop it; False if somebody else has changed it meanwhile."""
        here = ((second_looks.c.conversation == row.conversation)
                & (second_looks.c.turn == row.turn) & (second_looks.c.due == row.due))
        with self._store.writing() as connection:
            if due is None:
                return bool(connection.execute(delete(second_looks).where(here)).rowcount)
            return bool(connection.execute(update(second_looks).where(here).values(
                due=timestamp(due), **values)).rowcount)

    def _held(self, due: Due, until: datetime) -> Due | None:
        here = ((second_looks.c.conversation == due.conversation)
                & (second_looks.c.turn == due.turn) & (second_looks.c.due == due.held_until))
        with self._store.writing() as connection:
            changed = connection.execute(update(second_looks).where(here).values(
                due=timestamp(until)))
        if not changed.rowcount:
            return None
        return Due(due.conversation, due.turn, due.workspace, due.asked_at, due.tries,
                   timestamp(until))
