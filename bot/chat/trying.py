"""The tries of one call, as many as its time allows."""

import time
from collections.abc import Mapping, Sequence

import tenacity
from pydantic import BaseModel

from bot.chat.structured import Got, Structured, TryFailed

_BACKING_OFF = tenacity.wait_random_exponential(multiplier=0.5, max=8)
_LEAST_SECONDS = 0.1
"""A try that has less time is not worth it, but the first one is made."""


class Tries:
    """The tries of one call: again only after what may pass, and not before the server likes."""

    def __init__(
        self, structured: Structured, *, most: int, seconds: float, budget_seconds: float
    ) -> None:
        """Make at most *most* tries of at most *seconds*, all within *budget_seconds*."""
        self.number = 0
        self.left = False
        """Whether any of them can have sent something."""
        self._structured, self._most = structured, most
        self._seconds, self._budget_seconds = seconds, budget_seconds

    def run(self, messages: Sequence[Mapping[str, str]], shape: type[BaseModel]) -> Got:
        """What the first try that goes well brings back.

        Raises:
            TryFailed: None did; what was wrong with the last.
        """
        ends = time.monotonic() + self._budget_seconds
        trying = tenacity.Retrying(
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self._most),
                tenacity.stop_before_delay(self._budget_seconds)),
            wait=_wait, retry=tenacity.retry_if_exception(_may_pass), reraise=True)
        return trying(lambda: self._once(messages, shape, ends))

    def _once(
        self, messages: Sequence[Mapping[str, str]], shape: type[BaseModel], ends: float
    ) -> Got:
        self.number += 1
        seconds = min(self._seconds, max(_LEAST_SECONDS, ends - time.monotonic()))
        try:
            got = self._structured.once(messages, shape, seconds)
        except TryFailed as failed:
            self.left |= failed.fault.left
            raise
        self.left = True
        return got


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.fault.wait_seconds if isinstance(error, TryFailed) else None
    return _BACKING_OFF(state) if asked is None else asked


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, TryFailed) and error.fault.passing
