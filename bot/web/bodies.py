"""The body of a request: how much of it is read, and for how long it is waited for."""

import math

from anyio import CancelScope, current_time
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.failures import failed

MOST_BYTES = 1_000_000
"""Largest request that is read; Slack's are far smaller, a form with everything some 100 kB."""
BODY_SECONDS = 20.0
"""How long the body of a request is waited for, if nothing of it comes; Slack's comes at once."""
BODY_BYTES_A_SECOND = 50_000
"""For so many bytes that have come it is waited a second longer: a document may be of 20 MB."""


class TooLarge(Exception):
    """The body of a request is over the limit."""


async def body_of(request: Request) -> bytes:
    """The body of *request*.

    Raises:
        TooLarge: It has more than `MOST_BYTES`; the rest of it is not read.
    """
    parts, taken = [], 0
    async for part in request.stream():
        taken += len(part)
        if taken > MOST_BYTES:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def in_all(come: int) -> float:
    """Seconds that a body may take in all of which *come* bytes are there."""
    return BODY_SECONDS + come / BODY_BYTES_A_SECOND


class InTime:
    """Waits for the body of a request for as long as `in_all` gives what has come, then ends it.

    Else whoever sends a byte now and then holds a connection and what was read for as long as they
    like.  What does not read the body, or has it, takes its time.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, with the body waited for as said."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waiting, whole, answered = CancelScope(), False, False
        began: float | None = None
        come = 0

        async def in_time() -> Message:
            nonlocal began, come, whole
            if whole:
                return await receive()
            began = began or current_time()
            waiting.deadline = began + in_all(come)
            message = await receive()
            waiting.deadline = math.inf
            come += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            return message

        async def noting(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        with waiting:
            await self._app(scope, in_time, noting)
        if waiting.cancelled_caught and not answered:
            told = (f"The whole request has to come within {BODY_SECONDS:g} seconds, and a second "
                    f"more for each {BODY_BYTES_A_SECOND:,} bytes of it that have come.")
            # What is still to come of it is not read.
            await failed(408, "too_slow", told, {"connection": "close"})(scope, receive, send)
