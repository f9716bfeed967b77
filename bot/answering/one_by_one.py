"""Lets turns of one conversation wait for each other within this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 30.0
"""How long somebody waits for those before; then they go on beside them."""


class OneByOne:
    """Whose turn it is, by conversation."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: dict[str, tuple[threading.Lock, int]] = {}
        """By conversation its lock, and how many have it or wait for it."""

    @contextmanager
    def alone(self, conversation: str) -> Iterator[None]:
        """Within it nobody else of this process is at *conversation*, unless that takes too long.

        It only spares work that would be thrown away: the database decides whose turn counts.
        """
        with self._guard:
            lock, there = self._waiting.get(conversation, (threading.Lock(), 0))
            self._waiting[conversation] = lock, there + 1
        mine = lock.acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            if mine:
                lock.release()
            with self._guard:
                lock, there = self._waiting.pop(conversation)
                if there > 1:
                    self._waiting[conversation] = lock, there - 1
