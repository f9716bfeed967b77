"""The time that all replicas go by: the database's, where several share one.

By how long ago a post was begun, whoever takes over from one that died tells whether Slack may
still be taking it.  Told by clocks of their own that are apart, the same would be posted again.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.database.shared_clock import SharedClock
from bot.database.transactions import Database

EXACT_SECONDS = 0.5
"""An answer that took longer tells too little: the process may have stood still over it."""


class DatabaseClock:
    """What the database last said, and the seconds since; this machine's clock until it has.

    So it makes no difference what this machine's clock shows, nor that somebody sets it.

    Args:
        wall: This machine's.
        steady: Seconds by a clock that nobody sets.
    """

    def __init__(
        self, wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._heard: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """The time now."""
        heard = self._heard
        if heard is None:
            return self._wall()
        moment, at = heard
        return moment + timedelta(seconds=self._steady() - at)

    def hear(self, moment: datetime, seconds: float) -> None:
        """Take the time from the database, which said *moment* within *seconds*."""
        if seconds <= EXACT_SECONDS:
            self._heard = moment.astimezone(UTC), self._steady()

    def ask(self, database: Database) -> None:
        """Take the time from *database* where replicas may share it: PostgreSQL."""
        if database.engine.dialect.name != "postgresql":
            return
        with database.looking() as connection:
            began = self._steady()
            self.hear(SharedClock().at(connection), self._steady() - began)
