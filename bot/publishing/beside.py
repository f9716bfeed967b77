"""Prepares a release beside the requests of a server, and tells how far it is."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bot.publishing.preparing import Preparing
from bot.telemetry.told_once import tell_failure

_log = logging.getLogger("advisor.publishing")

Start = Callable[[Callable[[], None]], None]
"""Begins a piece of work, and doesn't wait for it."""


def in_a_thread(work: Callable[[], None]) -> None:
    """Begin *work* in a thread that ends with the process."""
    threading.Thread(target=work, name="preparing-release", daemon=True).start()


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a preparation is."""

    step: str
    done: int
    total: int


class Beside:
    """Prepares in the background.

    Where the process ends in the midst of it, its beat stops, and somebody else may begin anew.

    Args:
        preparing: Prepares.
        start: Begins work in the background.
    """

    def __init__(self, preparing: Callable[[], Preparing], start: Start = in_a_thread) -> None:
        self._preparing = preparing
        self._start = start
        self._pace: tuple[str, Pace] | None = None

    def begin(self, by: str) -> str:
        """Begin to prepare the draft for *by*; gives the token of the preparation.

        Raises:
            Busy: Somebody else is at it.
        """
        preparing = self._preparing()
        token = preparing.begin(by)

        def tell(step: str, done: int, total: int) -> None:
            self._pace = token, Pace(step, done, total)

        def work() -> None:
            try:
                preparing.prepare(by, tell, begun=token)
            except Exception as error:
                # What went wrong stands in its row; if even that failed, the beat has stopped.
                tell_failure(_log, error, failed="a release could not be prepared",
                             waits="a release could not be prepared, and has to be begun anew")

        self._start(work)
        return token

    def pace(self, token: str) -> Pace | None:
        """How far *token* is; None where another process prepares it."""
        told = self._pace
        return told[1] if told is not None and told[0] == token else None
