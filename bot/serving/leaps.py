"""Whether the clock on the wall was moved since this process started.

A clock that leaps ahead makes everything old at once.  Most of what goes by it can be done again
once it is right; an erasure can't, and a reminder comes once, so whoever erases or reminds asks
here first.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

FARTHEST = timedelta(days=1)
"""How far the clock may have moved: the shortest period that anything is kept."""


def since_boot() -> float:
    """Seconds that no setting of the clock moves; they go on while the machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Leaps:
    """Compares two clocks with what they showed when it was made.

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

    def leapt(self) -> timedelta:
        """By how much the clock was moved ahead since, less than nothing where it went back."""
        return timedelta(seconds=self._wall() - self._steady() - self._apart)

    def is_trusted(self) -> bool:
        """Whether the clock is where it ought to be, within `FARTHEST`."""
        return abs(self.leapt()) < FARTHEST

    def put_right(self, at: datetime) -> datetime:
        """*at*, by the clock that people set, as it would be had nobody moved that so far."""
        leapt = self.leapt()
        return at if abs(leapt) < FARTHEST else at - leapt
