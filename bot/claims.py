"""Claims: whoever works on a conversation holds it against all others.

On PostgreSQL a claim is the lock on a row, gone with the process that held it: no lease, no
heartbeat.  A process that was frozen, or cut off from the database, can be without its claim and
not know it, so it asks before it does what can't be taken back.  SQLite serves one process, which
keeps its claims in memory.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Transaction, func, select, text, union_all
from sqlalchemy.exc import DBAPIError

from bot.dialogue.conversation import ConversationId
from bot.ledger import timestamp
from bot.schema import claims, deliveries, outgoing
from bot.store import Store

CANDIDATES = 64
"""Conversations with work that a worker looks at before it gives up for this time."""


class ClaimLost(Exception):
    """The conversation may be another's by now; what was begun is the other's to go on with."""


class Claims:
    """Claims of the conversations in one database; safe to share between threads."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._postgres = store.engine.dialect.name == "postgresql"
        self._held: set[ConversationId] = set()
        self._locking: dict[ConversationId, Connection] = {}
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

    def insist(self, conversation: ConversationId) -> None:
        """Make sure that *conversation*, which this thread claimed, is still held.

        Raises:
            ClaimLost: It isn't.
        """
        connection = self._locking.get(conversation)
        if connection is None:
            return
        try:
            connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise ClaimLost(f"the claim of {conversation} was lost") from error

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
        with self._store.engine.connect() as connection:
            lock = connection.begin()
            locked = connection.scalar(row) is not None
            if locked:
                self._locking[conversation] = connection
            try:
                yield locked
            except BaseException:
                with suppress(DBAPIError):  # what went wrong first counts
                    lock.rollback()
                raise
            else:
                self._give_back(lock, conversation)
            finally:
                self._locking.pop(conversation, None)

    @staticmethod
    def _give_back(lock: Transaction, conversation: ConversationId) -> None:
        try:
            lock.rollback()  # nothing was written
        except DBAPIError as error:
            raise ClaimLost(f"the claim of {conversation} was lost") from error

    def _waiting(self) -> list[ConversationId]:
        """Conversations that have something to do now, the one that has waited longest first."""
        now = timestamp(self._now())
        # One that has to wait holds back those behind it, so the whole conversation waits.
        arrived = (
            select(deliveries.c.conversation, func.min(deliveries.c.received_at).label("since"))
            .where(deliveries.c.state == "new")
            .group_by(deliveries.c.conversation)
            .having(func.max(deliveries.c.due) <= now)
        )
        owed = (
            select(outgoing.c.conversation, func.min(outgoing.c.due).label("since"))
            .where(outgoing.c.state == "waiting")
            .group_by(outgoing.c.conversation)
            .having(func.max(outgoing.c.due) <= now)
        )
        both = union_all(arrived, owed).subquery()
        query: Select[Any] = (
            select(both.c.conversation).group_by(both.c.conversation)
            .order_by(func.min(both.c.since)).limit(CANDIDATES)
        )
        with self._store.reading() as connection:
            return [ConversationId(c) for c in connection.scalars(query)]
