"""Who computes: of the threads that work on messages, few at a time.

Python runs one thread at a time.  Each thread more that wants to compute makes the others wait
longer for their turn, and it is whoever takes Slack's messages in that cannot wait: it needs a
dozen turns for one.  So a worker holds a baton while it computes, and lets go of it while it waits
for the network, or does what takes long and nobody waits for next.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Here(threading.local):
    baton: "Baton | None" = None
    """What this thread holds."""


_here = _Here()


class Baton:
    """As many may compute at once as it is told; a thread that has it already may go on.

    Args:
        at_once: How many threads, at least one.
    """

    def __init__(self, at_once: int) -> None:
        if at_once < 1:
            raise ValueError("at least one thread has to compute")
        self._room = threading.BoundedSemaphore(at_once)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it while computing; waits until there is room."""
        if _here.baton is not None:
            yield
            return
        self._room.acquire()
        _here.baton = self
        try:
            yield
        finally:
            _here.baton = None
            self._room.release()

    def _let_go(self) -> None:
        _here.baton = None
        self._room.release()

    def _take_again(self) -> None:
        self._room.acquire()
        _here.baton = self


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
        baton._take_again()
