"""Claims: whoever works on a conversation holds it against all others.

On PostgreSQL a claim is the lock on a row, gone with the process that held it: no lease, no
heartbeat.  SQLite serves one process, which keeps its claims in memory.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    select,
    union_all,
)

from bot.dialogue.conversation import ConversationId
from bot.ledger import timestamp
from bot.schema import claims, deliveries, outgoing
from bot.store import Store

CANDIDATES = 64
"""Conversations with work that a worker looks at before it gives up for this time."""


LONGEST_WAIT = timedelta(minutes=10)
"""Nothing is put off for longer at once.  What is due later than that was put off before the clock
went back, and is due now: people would wait for as long as the clock went back."""


def is_due(due: str, now: datetime) -> bool:
    """Whether what is due at *due*, as the database has it, may be taken up *now*."""
    return not timestamp(now) < due <= timestamp(now + LONGEST_WAIT)


class Claims:
    """Claims of the conversations in one database; safe to share between threads."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._postgres = store.engine.dialect.name == "postgresql"
        self._held: set[ConversationId] = set()
        self._lock = threading.Lock()

    @contextmanager
    def claim(self) -> Iterator[ConversationId | None]:
        """Hold the conversation that has waited longest; None if there is none to be had."""
        with self._reserved() as reserve:
            for conversation in self._waiting():
                if not reserve(conversation):
                    continue
                with self._locked(conversation) as locked:
                    if locked:
                        yield conversation
                        return
            yield None

    def allow(self, connection: Connection, conversation: ConversationId) -> None:
        """Make sure that *conversation* can be claimed, in the transaction of *connection*."""
        if self._postgres:
            self._store.insert(connection, claims, {"conversation": conversation})

    @contextmanager
    def _reserved(self) -> Iterator[Callable[[ConversationId], bool]]:
        """Hold at most one conversation against the other threads of this process."""
        mine: set[ConversationId] = set()

        def reserve(conversation: ConversationId) -> bool:
            with self._lock:
                self._held.difference_update(mine)
                mine.clear()
                if conversation in self._held:
                    return False
                self._held.add(conversation)
                mine.add(conversation)
                return True

        try:
            yield reserve
        finally:
            with self._lock:
                self._held.difference_update(mine)

    @contextmanager
    def _locked(self, conversation: ConversationId) -> Iterator[bool]:
        """Hold *conversation* against the other replicas; False if one of them has it."""
        if not self._postgres:
            yield True
            return
        row = (
            select(claims.c.conversation)
            .where(claims.c.conversation == conversation)
            # Not FOR UPDATE: a key share is what an insert that refers to the row would take.
            .with_for_update(skip_locked=True, key_share=True)
        )
        with self._store.engine.begin() as connection:
            yield connection.scalar(row) is not None

    def _waiting(self) -> list[ConversationId]:
        """Conversations that have something to do now, the one that has waited longest first."""
        now = self._now()

        def waits(due: Column[str], put_off: ColumnElement[bool]) -> Any:
            """How many of a group wait for their time; what was never *put_off* has none."""
            ahead = and_(put_off, due > timestamp(now), due <= timestamp(now + LONGEST_WAIT))
            return func.sum(case((ahead, 1), else_=0))

        # One that has to wait holds back those behind it, so the whole conversation waits.
        arrived = (
            select(deliveries.c.conversation, func.min(deliveries.c.received_at).label("since"))
            .where(deliveries.c.state == "new")
            .group_by(deliveries.c.conversation)
            .having(waits(deliveries.c.due, deliveries.c.tries > 0) == 0)
        )
        owed = (
            select(outgoing.c.conversation, func.min(outgoing.c.due).label("since"))
            .where(outgoing.c.state == "waiting")
            .group_by(outgoing.c.conversation)
            .having(waits(outgoing.c.due, outgoing.c.error.is_not(None)) == 0)
        )
        both = union_all(arrived, owed).subquery()
        query: Select[Any] = (
            select(both.c.conversation).group_by(both.c.conversation)
            .order_by(func.min(both.c.since)).limit(CANDIDATES)
        )
        with self._store.reading() as connection:
            return [ConversationId(c) for c in connection.scalars(query)]
