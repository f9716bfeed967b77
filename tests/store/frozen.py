"""A process that is frozen at a statement of its own choosing, and goes on when others have."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from bot.store import Store

SILENT_SECONDS = 1.0


def impatient(url: str) -> str:
    """*url* with transactions that may be silent for `SILENT_SECONDS`."""
    sign = "&" if "?" in url else "?"
    return (f"{url}{sign}options=-c%20idle_in_transaction_session_timeout%3D"
            f"{int(1000 * SILENT_SECONDS)}")


class Frozen:
    """A process that stands still."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.status: int | None = None
        """With which it ended; 1 where something was raised."""

    @property
    def stopped(self) -> bool:
        """Whether it came to its statement."""
        return self.status is None

    def go_on(self) -> None:
        """Let it go on to its end."""
        if self.status is None:
            os.kill(self._pid, signal.SIGCONT)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


@contextmanager
def frozen_at(number: int, url: str, act: Callable[[Store], object]) -> Iterator[Frozen]:
    """Another process that does *act* and stands still before the statement of that number.

    A commit counts as one.  Its transactions may be silent for `SILENT_SECONDS`.
    """
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            store, left = Store(impatient(url)), [number]

            def stop(*_: object) -> None:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGSTOP)

            for what in ("before_cursor_execute", "commit"):
                event.listen(store.engine, what, stop)
            act(store)
            status = 0
        finally:
            os._exit(status)
    _, told = os.waitpid(pid, os.WUNTRACED)
    made = Frozen(pid)
    if not os.WIFSTOPPED(told):
        made.status = os.waitstatus_to_exitcode(told)
    try:
        yield made
    finally:
        made.go_on()
