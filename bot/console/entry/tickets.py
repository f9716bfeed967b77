"""One-time links into the console of the local workspace, where there is no Slack to sign in with.

Whoever started the server reads the link on their terminal, so whoever has it may be anybody there.
"""

import secrets
import threading
import time
from collections.abc import Callable
from hashlib import sha256

VALID_SECONDS = 300.0


class Tickets:
    """The tickets of this process; at most one is valid, the latest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._current: tuple[bytes, float] | None = None

    def issue(self) -> str:
        """A new ticket; the one before is void."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._current = (_digest(ticket), self._clock() + VALID_SECONDS)
        return ticket

    @property
    def waiting(self) -> bool:
        """Whether one can still be used."""
        with self._lock:
            return self._current is not None and self._current[1] > self._clock()

    def valid(self, ticket: str) -> bool:
        """Whether *ticket* could be used now; it stays so."""
        with self._lock:
            return self._valid(ticket)

    def use(self, ticket: str) -> bool:
        """Use *ticket* up: True for the first alone."""
        with self._lock:
            good = self._valid(ticket)
            if good:
                self._current = None
            return good

    def _valid(self, ticket: str) -> bool:
        if self._current is None or self._current[1] <= self._clock():
            return False
        return secrets.compare_digest(_digest(ticket), self._current[0])


def _digest(ticket: str) -> bytes:
    return sha256(ticket.encode("utf-8", "surrogateescape")).digest()
