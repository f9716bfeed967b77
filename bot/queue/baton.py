"""Who computes: of the threads that work on messages, few at a time.

Python runs one thread at a time.  Each thread more that wants to compute makes the others wait
longer for their turn, and it is whoever takes Slack's messages in that cannot wait: it needs a
dozen turns for one.  So a worker holds a baton while it computes, and lets go of it while it waits
for the network, or does what takes long and nobody waits for next.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class _Here(threading.local):
    baton: "Baton | None" = None
    """What this thread holds."""


_here = _Here()


class Baton:
    """As many may compute at once as it is told; a thread that has it already may go on.

    It is handed to whoever has waited longest: a worker that lets go of it and takes it up again
    at once would else keep it from all others.

    Args:
        at_once: How many threads, at least one.

    Raises:
        ValueError: It is less than one.
    """

    def __init__(self, at_once: int) -> None:
        if at_once < 1:
            raise ValueError("at least one thread has to compute")
        self._room = at_once
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it while computing; waits until there is room."""
        if _here.baton is not None:
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._let_go()

    def _take(self) -> None:
        with self._lock:
            turn = None
            if self._room and not self._waiting:
                self._room -= 1
            else:
                turn = threading.Lock()
                turn.acquire()
                self._waiting.append(turn)
        if turn is not None:
            turn.acquire()  # it is handed over
        _here.baton = self

    def _let_go(self) -> None:
        _here.baton = None
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._room += 1


@contextmanager
def aside() -> Iterator[None]:
    """Let others compute meanwhile, where this thread holds a baton."""
    baton = _here.baton
    if baton is None:
        yield
        return
    baton._let_go()
    try:
        yield
    finally:
        baton._take()
