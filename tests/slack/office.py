"""A desk over a real store, with a small Slack and a small bot that remember."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from bot.dialogue.deal import MessageKey
from bot.queue.clock import DatabaseClock
from bot.queue.deliveries import Deliveries
from bot.queue.desk import Desk
from bot.schema import outgoing
from bot.store import Store
from bot.turns.delivery import Act, Delivery, Place
from tests.faults.small import SmallBot, SmallSlack
from tests.store.small import START

GRACE = 12.0
CUT_MS = 20_000
"""How long a connection that is cut may take to end."""
PLACE = Place("T1", "C1", "1.0")


def said(key: str, second: int = 0, thread: str = "1.0") -> Delivery:
    return Delivery(
        key=MessageKey(key), act=Act.MESSAGE, team="T1", author="U1",
        sent_at=START + timedelta(seconds=second), body={"text": key},
        place=Place("T1", "C1", thread), opens=True)


class Office:
    """A desk with all that belongs to it."""

    def __init__(self, kept: Store, clock: Callable[[], Any], workers: int = 1) -> None:
        self.store = kept
        self.slack = SmallSlack()
        self.clock = clock
        self.open(workers)

    def open(self, workers: int = 1) -> None:
        """Begin as a new process does; Slack remembers, and nobody else."""
        hears = [self.clock.hear] if isinstance(self.clock, DatabaseClock) else []
        self.box = Deliveries(self.store, self.clock, *hears)
        self.bot = SmallBot(self.store, self.box)
        self.desk = Desk(self.box, self.bot, self.slack, workers=workers, grace_seconds=GRACE,
                         now=self.clock)

    def work(self) -> None:
        """Work until nothing is due."""
        while self.desk.work():
            pass

    def states(self, table: Any = outgoing) -> dict[str, str]:
        with self.store.reading() as connection:
            return {row.key: row.state for row in connection.execute(
                select(table.c.key, table.c.state))}

    def text_of(self, key: str) -> str:
        return next(str(q.outgoing.body["text"]) for q in self.slack.standing
                    if q.outgoing.key == key)


def cut_claims(kept: Store) -> None:
    """End the connections that hold claims; on SQLite another process sees none of ours.

    It waits until they are gone: the server only signals them, and one that has not yet seen
    to the signal answers the next statement as if nothing were.
    """
    if kept.engine.dialect.name == "postgresql":
        with kept.engine.connect() as connection:
            ended = connection.scalars(text(
                "SELECT pg_terminate_backend(pid, :ms) FROM pg_stat_activity "
                "WHERE state = 'idle in transaction' AND datname = current_database()"),
                {"ms": CUT_MS}).all()
        assert ended and all(ended), ended
