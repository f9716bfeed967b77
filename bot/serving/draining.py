"""The web server of a process that many may share the work of: told to end, it drains first.

The first signal lets it say that it is not ready any more, while it still answers: a balancer
needs a moment to notice and to send requests elsewhere.  Only then it takes no more in, and ends
once what it has begun is answered.  A second signal ends the process at once.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAME_SECONDS = 0.5
"""Within this a second signal is the first one over again: some supervisors tell the process and
its whole group."""


class Server(uvicorn.Server):
    """uvicorn's server, which ends with the exit status of whoever runs it.

    Args:
        config: As for uvicorn.
        seconds: How long to drain.
        begin: Called once when draining begins, in a thread of its own.
    """

    def __init__(
        self, config: uvicorn.Config, seconds: float, begin: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._seconds = seconds
        self._begin = begin
        self._since: float | None = None

    @property
    def draining(self) -> bool:
        """Whether the process was told to end."""
        return self._since is not None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  uvicorn's signature
        """Take a signal; uvicorn would stop listening at the first."""
        if self._since is None:
            self._since = time.monotonic()
            # A thread of its own: here the main one may hold any lock.
            threading.Thread(target=self._begin, name="draining", daemon=True).start()
        elif time.monotonic() - self._since > SAME_SECONDS:
            # As safe as being killed: nothing is kept in memory alone.
            os._exit(128 + sig)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while serving; uvicorn would raise them again and die of them at the end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handlers = {sig: signal.signal(sig, self.handle_exit)
                    for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in handlers.items():
                signal.signal(sig, handler)

    async def on_tick(self, counter: int) -> bool:
        """What uvicorn does ten times a second; whether to end."""
        if self._since is not None and time.monotonic() - self._since >= self._seconds:
            self.should_exit = True
        return await super().on_tick(counter)


def closing(app: ASGIApp, draining: Callable[[], bool]) -> ASGIApp:
    """*app*, whose answers end their connections while *draining*.

    A balancer keeps connections open; one that is closed under a request costs that request.
    """

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and draining():
                message = {**message, "headers": [*message.get("headers", ()),
                                                  (b"connection", b"close")]}
            await send(message)

        await app(scope, receive, sending if scope["type"] == "http" else send)

    return answered
