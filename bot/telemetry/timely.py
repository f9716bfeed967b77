"""Answers in time: something is asked that may hang, and whoever asks goes on after a moment."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


class TooLate(Exception):
    """No answer within the time that there was."""


@dataclass
class _Asked(Generic[T]):
    began: float
    done: threading.Event = field(default_factory=threading.Event)
    answer: T | None = None
    error: Exception | None = None


class Timely(Generic[T]):
    """Asks one question, again and again, but never twice at the same time.

    Args:
        ask: The question; may hang.
        limit_seconds: How long an answer may take.
        keep_seconds: How long one is good for.
        clock: Seconds, from wherever.
    """

    def __init__(self, ask: Callable[[], T], *, limit_seconds: float, keep_seconds: float = 0.0,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._limit = limit_seconds
        self._keep = keep_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: _Asked[T] | None = None

    def answer(self) -> T:
        """The answer, not older than it may be.

        Raises:
            TooLate: There is none yet; where the question has hung for long, at once.
            Exception: What the question raised.
        """
        with self._lock:
            asked = self._asked
            if asked is None or (asked.done.is_set() and self._is_old(asked)):
                asked = self._asked = _Asked(self._clock())
                # A daemon: what hangs must not keep the process from ending.
                threading.Thread(target=self._run, args=(asked,), name="asking",
                                 daemon=True).start()
        if not asked.done.wait(max(0.0, asked.began + self._limit - self._clock())):
            raise TooLate
        if asked.error is not None:
            raise asked.error
        return asked.answer  # type: ignore[return-value]  # no error, so there is an answer

    def _is_old(self, asked: _Asked[T]) -> bool:
        return self._clock() - asked.began >= self._keep

    def _run(self, asked: _Asked[T]) -> None:
        try:
            asked.answer = self._ask()
        except Exception as error:
            asked.error = error
        asked.done.set()
