"""How often somebody may try: a window that slides, in the memory of this process."""

import threading
import time
from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

MOST_KEYS = 10_000
"""Keys that are remembered at once; with more within one window, new ones have to wait."""


class Rates:
    """At most *most* tries of one key in any *seconds*."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._tries: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """Try once: 0 if it is allowed, else in how many seconds it will be."""
        now = self._clock()
        with self._lock:
            if key not in self._tries and len(self._tries) >= MOST_KEYS:
                self._forget(now)
                if len(self._tries) >= MOST_KEYS:
                    return self._seconds
            tries = self._tries.setdefault(key, deque())
            while tries and tries[0] <= now - self._seconds:
                tries.popleft()
            if len(tries) >= self._most:
                return tries[0] + self._seconds - now
            tries.append(now)
            return 0.0

    def _forget(self, now: float) -> None:
        self._tries = {key: tries for key, tries in self._tries.items()
                       if tries and tries[-1] > now - self._seconds}


def neighbourhood(address: str) -> str:
    """*address* as tries are counted: of IPv6 its /64, since whoever has one has all of it."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        # As IPv4 comes in where ADVISOR_HOST is "::"; all of it is in one /64.
        return str(known.ipv4_mapped)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, 64), strict=False))
    return str(known)
