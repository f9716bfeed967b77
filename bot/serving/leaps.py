"""Whether a clock is where it ought to be: by Slack's, or as it was when this process started.

One that is far ahead makes everything old at once.  Most of what goes by it can be done again once
it is right; an erasure can't, and a reminder comes once, so whoever erases or reminds asks here
first.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

FARTHEST = timedelta(days=1)
"""How far a clock may be off: the shortest period that anything is kept."""


def since_boot() -> float:
    """Seconds that no setting of the clock moves; they go on while the machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Leaps:
    """Knows what time it ought to be, by a clock that nobody sets.

    It goes from what the wall's showed when it was made, until somebody who knows better is heard.

    Args:
        wall: Seconds by the clock that people set.
        steady: Seconds by one that nobody sets.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = since_boot
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._apart = wall() - steady()

    def hear(self, moment: datetime) -> None:
        """Go from *moment*, which it is now by a clock that nobody here sets."""
        self._apart = moment.timestamp() - self._steady()

    def leapt(self) -> timedelta:
        """How far the wall's clock is ahead of the time, less than nothing where it is behind."""
        return self.ahead(datetime.fromtimestamp(self._wall(), UTC))

    def is_trusted(self, shown: datetime | None = None) -> bool:
        """Whether *shown*, of whichever clock, or the wall's is the time now within `FARTHEST`."""
        return abs(self.leapt() if shown is None else self.ahead(shown)) < FARTHEST

    def put_right(self, at: datetime) -> datetime:
        """*at*, by the clock that people set, as it would be had they set it right."""
        leapt = self.leapt()
        return at if abs(leapt) < FARTHEST else at - leapt

    def ahead(self, shown: datetime) -> timedelta:
        """How far *shown*, what a clock shows now, is ahead of the time."""
        return timedelta(seconds=shown.timestamp() - self._steady() - self._apart)
