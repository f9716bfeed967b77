"""Lets a model rest that failed again and again, and then lets one call try it.

`pybreaker` counts and decides.  It holds a lock while what it guards runs, so calls don't run
inside it: it is asked before a call, and told after.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pybreaker import (
    STATE_CLOSED,
    STATE_HALF_OPEN,
    STATE_OPEN,
    CircuitBreaker,
    CircuitBreakerError,
    CircuitMemoryStorage,
)


@dataclass(frozen=True, slots=True)
class Pass:
    """Leave to call; `trial` where it is the one call that tries whether it goes again."""

    trial: bool


class Rest:
    """Whether one model may be called, by how its last calls went."""

    def __init__(self, failures: int, seconds: float) -> None:
        """Rest for *seconds* after *failures* in a row."""
        self._kept = CircuitMemoryStorage(STATE_CLOSED)
        self._breaker = CircuitBreaker(
            fail_max=failures, reset_timeout=seconds, state_storage=self._kept)
        self._seconds = timedelta(seconds=seconds)
        self._lock = threading.Lock()
        self._tried = False

    @property
    def until(self) -> datetime | None:
        """When the rest ends; None while there is none."""
        opened = self._kept.opened_at
        if self._breaker.current_state != STATE_OPEN or opened is None:
            return None
        end = opened + self._seconds
        return end if end > datetime.now(UTC) else None

    @property
    def failures(self) -> int:
        """How many calls in a row failed."""
        return self._breaker.fail_counter

    def enter(self) -> Pass | None:
        """Leave to call, None while the model rests; give it back with `leave`."""
        with self._lock:
            if self.until is not None:
                return None
            if self._breaker.current_state == STATE_OPEN:
                self._breaker.half_open()
            if self._breaker.current_state == STATE_CLOSED:
                return Pass(trial=False)
            if self._tried:
                return None
            self._tried = True
            return Pass(trial=True)

    def leave(self, leave: Pass, well: bool | None) -> None:
        """Tell how the call went; None where it says nothing of the model."""
        with self._lock:
            if leave.trial:
                self._tried = False
            # One that began before the rest says nothing of whether it goes again.
            counts = leave.trial or self._breaker.current_state not in (
                STATE_OPEN, STATE_HALF_OPEN)
            if well is None or not counts:
                return
            try:
                self._breaker.call(_end, well)
            except (_Failed, CircuitBreakerError):
                return


class _Failed(Exception):
    pass


def _end(well: bool) -> None:
    if not well:
        raise _Failed
