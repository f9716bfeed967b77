"""The answers that a language model may still change, in the store's database.

A row is written with the turn that it is about and goes with what came of it.  Whoever takes one
up moves the time from which others may; should they end without a word, that time passes and
another one takes it.  So no lock and no transaction is held while a model thinks.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, func, select, update

from bot.database.shared_clock import SharedClock
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
        now: The clock; None for the one that all replicas share.
    """

    def __init__(
        self,
        store: Store,
        *,
        budget_seconds: float,
        lease_seconds: float,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._store = store
        self._budget = timedelta(seconds=budget_seconds)
        self._lease_seconds = lease_seconds
        self._clock = SharedClock(now)

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
        now = timestamp(self._clock.at(connection))
        self._store.insert(connection, second_looks, {
            "conversation": conversation, "turn": turn, "workspace": workspace,
            "asked_at": now, "due": now, "tries": 0})
        return True

    def take(self) -> Due | None:
        """Take up the look that has been due longest; None if there is none.

        Those that came too late, or whose answer was overtaken or never shown, are dropped on
        the way; those whose answer is not posted yet are left for a moment.
        """
        now, rows = self._candidates()
        for row in rows:
            if self._is_past(row, now):
                self._drop(row)
            elif row.waiting:
                self._move(row, row.due, POST_WAIT_SECONDS)
            elif until := self._move(row, row.due, self._lease_seconds, tries=row.tries + 1):
                return Due(ConversationId(row.conversation), row.turn, row.workspace,
                           datetime.fromisoformat(row.asked_at), row.tries + 1, until)
        return None

    def renew(self, due: Due) -> Due | None:
        """Hold *due* for as long again; None if somebody else has it by now, or it is gone."""
        until = self._move(due, due.held_until, self._lease_seconds)
        return None if until is None else replace(due, held_until=until)

    def delay(self, due: Due, seconds: float) -> None:
        """Let *due* be taken up again in *seconds*, by anybody."""
        self._move(due, due.held_until, seconds)

    def done(self, connection: Connection, conversation: ConversationId, turn: int) -> None:
        """Nothing is left to be looked at in turn number *turn*."""
        connection.execute(delete(second_looks).where(
            second_looks.c.conversation == conversation, second_looks.c.turn == turn))

    def _candidates(self) -> tuple[datetime, list[Row[tuple[object, ...]]]]:
        """What time it is, and what is due."""
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
        with self._store.reading() as connection:
            now = self._clock.at(connection)
            query = (select(second_looks, newest, *posts)
                     .where(second_looks.c.due <= timestamp(now))
                     .order_by(second_looks.c.due).limit(CANDIDATES))
            return now, list(connection.execute(query).all())

    def _is_past(self, row: Row[tuple[object, ...]], now: datetime) -> bool:
        """Whether nothing can come of it any more."""
        late = datetime.fromisoformat(row.asked_at) + self._budget < now
        return late or row.newest != row.turn or bool(row.unshown)

    def _drop(self, row: Row[tuple[object, ...]]) -> None:
        """Take *row* away, unless somebody else has changed it meanwhile."""
        with self._store.writing() as connection:
            connection.execute(delete(second_looks).where(
                second_looks.c.conversation == row.conversation,
                second_looks.c.turn == row.turn, second_looks.c.due == row.due))

    def _move(
        self, look: Row[tuple[object, ...]] | Due, due: str, seconds: float, **values: int
    ) -> str | None:
        """Let *look*, which is due at *due*, be due in *seconds*.

        Returns:
            When that is; None if somebody else has changed it meanwhile, or it is gone.
        """
        with self._store.writing() as connection:
            later = timestamp(self._clock.at(connection) + timedelta(seconds=seconds))
            changed = connection.execute(
                update(second_looks)
                .where(second_looks.c.conversation == look.conversation,
                       second_looks.c.turn == look.turn, second_looks.c.due == due)
                .values(due=later, **values))
        return later if changed.rowcount else None
