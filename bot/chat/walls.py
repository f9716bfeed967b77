"""A hard wall for what may never end: a call of a model that streams for ever, or says nothing.

A client's own time-out is for one read; an answer that comes a letter at a time outlives it.  So
calls run in the event loop of a thread of its own, which can break them off and close what they
have open.  There is one per process, since clients are shared and bound to the loop.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")

GRACE_SECONDS = 1.0
"""How long a call may take to end once it was broken off; then it is left to itself."""

_lock = threading.Lock()
_loops: list[asyncio.AbstractEventLoop] = []


def within(seconds: float, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """What *work* returns.

    Raises:
        TimeoutError: It took longer than *seconds*.
    """
    async def walled() -> _T:
        return await asyncio.wait_for(work(), seconds)

    future = asyncio.run_coroutine_threadsafe(walled(), _loop())
    try:
        return future.result(seconds + GRACE_SECONDS)
    finally:
        future.cancel()


def _loop() -> asyncio.AbstractEventLoop:
    with _lock:
        if not _loops:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="advisor-chat", daemon=True).start()
            _loops.append(loop)
        return _loops[0]
