"""What was passed over a short time ago, since it was none of ours then.

A mention may arrive after what was said below it, and a message after its deletion.  What is kept
for that is where something was passed over, or of which message, and when it was done, in memory
and for some minutes: nobody's words or names.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.deal import MessageKey
from bot.turns.delivery import Place

Of = Place | MessageKey
"""A thread, or a message."""
KEPT_SECONDS = 900.0
"""How long it is known; Slack sends for the last time six minutes after the first."""
MOST = 10_000
"""Of how many it is known at a time, those of the latest."""


@dataclass(frozen=True, slots=True)
class _Seen:
    done_at: datetime
    until: float


class PassedOver:
    """Threads, or messages, of which something was passed over; safe to share between threads.

    Args:
        clock: Seconds that pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: OrderedDict[Of, _Seen] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, of: Of, done_at: datetime) -> None:
        """Something that was done in the thread, or to the message, *of* is passed over."""
        with self._lock:
            before = self._seen.pop(of, None)
            latest = done_at if before is None else max(before.done_at, done_at)
            self._seen[of] = _Seen(latest, self._clock() + KEPT_SECONDS)
            self._forget()

    def after(self, of: Of, moment: datetime) -> bool:
        """Whether something that was done to *of* after *moment* was passed over."""
        with self._lock:
            self._forget()
            seen = self._seen.get(of)
        return seen is not None and seen.done_at > moment

    def _forget(self) -> None:
        now = self._clock()
        while self._seen:
            first = next(iter(self._seen))
            if len(self._seen) <= MOST and self._seen[first].until > now:
                break
            del self._seen[first]
