"""The time that all replicas go by: the database's, where several share one.

By how long ago a post was begun, whoever takes over from one that died tells whether Slack may
still be taking it.  Told by clocks of their own that are apart, the same would be posted again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EXACT_SECONDS = 0.5
"""An answer that took longer tells too little: the process may have stood still over it."""


class DatabaseClock:
    """This machine's clock, put right whenever the database says what time it is.

    Args:
        wall: This machine's.
    """

    def __init__(self, wall: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._wall = wall
        self._behind = timedelta()

    def __call__(self) -> datetime:
        """The time now."""
        return self._wall() + self._behind

    def hear(self, moment: datetime, seconds: float) -> None:
        """Take the time from the database, which said *moment* within *seconds*."""
        if seconds <= EXACT_SECONDS:
            self._behind = moment - self._wall()
