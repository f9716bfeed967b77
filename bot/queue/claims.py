"""Claims: whoever works on a conversation holds it against all others.

On PostgreSQL a claim is the lock on a row, gone with the process that held it: no lease, no
heartbeat.  A process that was frozen, or cut off from the database, can be without its claim and
not know it, so it asks before it does what can't be taken back.  SQLite serves one process, which
keeps its claims in memory.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from sqlalchemy import Connection, Transaction, func, select, text
from sqlalchemy.exc import DBAPIError

from bot.dialogue.conversation import ConversationId
from bot.queue.rounds import Person, Rounds
from bot.schema import claims
from bot.store import Store


class ClaimLost(Exception):
    """The conversation may be another's by now; what was begun is the other's to go on with."""


class Claims:
    """Claims of the conversations in one database; safe to share between threads.

    Args:
        store: The database.
        now: The clock.
        hear: Told what time it is by PostgreSQL with each claim, and how long that took to say.
    """

    def __init__(
        self, store: Store, now: Callable[[], datetime],
        hear: Callable[[datetime, float], None] = lambda *_: None,
    ) -> None:
        self._store = store
        self._now = now
        self._hear = hear
        self._postgres = store.engine.dialect.name == "postgresql"
        self._rounds = Rounds(store)
        self._most: int | None = None
        self._held: dict[ConversationId, Person] = {}
        self._locking: dict[ConversationId, Connection] = {}
        self._lock = threading.Lock()

    def shared_by(self, workers: int) -> None:
        """Let nobody hold all *workers* of this process, so that one is free for the others."""
        self._most = max(1, workers - 1)

    @contextmanager
    def claim(self) -> Iterator[ConversationId | None]:
        """Hold the conversation whose turn it is; None if there is none to be had.

        Whose turn it is, `bot.queue.rounds` says.
        """
        with self._reserved() as reserve:
            with self._lock:
                held, taken = Counter(self._held.values()), frozenset(self._held)
            for conversation, person in self._rounds.waiting(
                    self._now(), held, taken, self._most):
                if not reserve(conversation, person):
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
    def _reserved(self) -> Iterator[Callable[[ConversationId, Person], bool]]:
        """Hold at most one conversation against the other threads of this process."""
        mine: list[ConversationId] = []

        def give_back() -> None:
            for conversation in mine:
                del self._held[conversation]
            mine.clear()

        def reserve(conversation: ConversationId, person: Person) -> bool:
            with self._lock:
                give_back()
                full = self._most is not None and (
                    sum(one == person for one in self._held.values()) >= self._most)
                if full or conversation in self._held:
                    return False
                self._held[conversation] = person
                mine.append(conversation)
                return True

        try:
            yield reserve
        finally:
            with self._lock:
                give_back()

    @contextmanager
    def _locked(self, conversation: ConversationId) -> Iterator[bool]:
        """Hold *conversation* against the other replicas; False if one of them has it."""
        if not self._postgres:
            yield True
            return
        row = (
            select(claims.c.conversation, func.clock_timestamp().label("at"))
            .where(claims.c.conversation == conversation)
            # Not FOR UPDATE: a key share is what an insert that refers to the row would take.
            .with_for_update(skip_locked=True, key_share=True)
        )
        with self._store.engine.connect() as connection:
            lock, began = connection.begin(), time.monotonic()
            found = connection.execute(row).first()
            locked = found is not None
            if found is not None:
                self._hear(found.at, time.monotonic() - began)
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
