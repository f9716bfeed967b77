"""Socket Mode: tickets, open sockets, and envelopes waiting for their acknowledgement."""

import asyncio
import contextlib
import json
import secrets
import time
from typing import Any

from starlette.types import Receive
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.log import Log
from bot.workspace.world import APP_ID

Json = dict[str, Any]

MOST_SOCKETS = 10
REASONS = frozenset({"warning", "refresh_requested", "link_disabled", "too_many_websockets"})
CLOSE_AFTER_SECONDS = 0.2
"""Time between telling an app to disconnect and closing; Slack gives some ten seconds."""
_CONNECTION_SECONDS = 18_060
"""What Slack announces as the life of a connection; ours live until somebody ends them."""


class NotAcknowledged(Exception):
    """No acknowledgement came; the text is Slack's word for why."""


class Sockets:
    """The app's open sockets."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._next = 0
        self.disabled = False
        """Set when Socket Mode is switched off for the app (link_disabled)."""

    def ticket(self) -> str:
        """A new ticket, good for one connection."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    @property
    def count(self) -> int:
        """How many sockets are open."""
        return len(self._open)

    async def serve(self, websocket: WebSocket, ticket: str) -> None:
        """Hold one socket until either side ends it."""
        if ticket not in self._tickets:
            await websocket.close(1008)
            return
        self._tickets.remove(ticket)
        await websocket.accept()
        if len(self._open) >= MOST_SOCKETS:
            await websocket.send_text(json.dumps(_disconnect("too_many_websockets")))
            await websocket.close()
            return
        self._open.append(websocket)
        try:
            await websocket.send_text(json.dumps(self._hello()))
            self._log.add("socket", what="opened", count=len(self._open))
            while True:
                self._take(await websocket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            # Starlette reports a socket that we closed ourselves as a RuntimeError.
            return
        finally:
            if websocket in self._open:
                self._open.remove(websocket)
            self._log.add("socket", what="closed", count=len(self._open))

    async def send(
        self, kind: str, payload: Json, *, answers: bool, seconds: float, attempt: int = 0,
        reason: str = "",
    ) -> Json | None:
        """Send one envelope over one socket.

        Args:
            kind: "events_api", "interactive" or "slash_commands".
            payload: What Slack would POST.
            answers: Whether the acknowledgement may carry a payload.
            seconds: How long to wait for it.
            attempt: 0 the first time.
            reason: Why it is sent again: "timeout".

        Returns:
            The payload of the acknowledgement, if it had one.

        Raises:
            NotAcknowledged: Nothing came back in time, or no socket took it.
        """
        envelope_id = secrets.token_hex(16)
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload,
                          "accepts_response_payload": answers}
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = future
        try:
            await self._pick().send_text(json.dumps(envelope))
            answer = await asyncio.wait_for(future, seconds)
        except TimeoutError as error:
            raise NotAcknowledged("http_timeout") from error
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            raise NotAcknowledged("connection_failed") from error
        finally:
            self._waiting.pop(envelope_id, None)
        return answer if isinstance(answer, dict) else None

    async def disconnect(self, reason: str) -> None:
        """Tell every socket to go, and close it unless this is only a warning.

        Raises:
            ValueError: Slack knows no such reason.
        """
        if reason not in REASONS:
            raise ValueError(f"no reason {reason!r}; there are {', '.join(sorted(REASONS))}")
        if reason == "link_disabled":
            self.disabled = True
        sockets = list(self._open)
        if reason != "warning":
            self._open.clear()
        for socket in sockets:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_text(json.dumps(_disconnect(reason)))
        if reason == "warning":
            return
        await asyncio.sleep(CLOSE_AFTER_SECONDS)
        for socket in sockets:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.close()

    def break_off(self) -> None:
        """Cut every connection without a word."""
        for socket in list(self._open):
            cut(socket._receive)

    def _hello(self) -> Json:
        return {"type": "hello", "num_connections": len(self._open),
                "connection_info": {"app_id": APP_ID},
                "debug_info": {"host": "local-workspace", "started": time.strftime(
                    "%Y-%m-%d %H:%M:%S.000", time.gmtime()), "build_number": 1,
                    "approximate_connection_time": _CONNECTION_SECONDS}}

    def _pick(self) -> WebSocket:
        # Each envelope goes to one socket, in turn.
        self._next += 1
        if not self._open:
            raise NotAcknowledged("connection_failed")
        return self._open[self._next % len(self._open)]

    def _take(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        future = self._waiting.get(str(message.get("envelope_id")))
        if future is not None and not future.done():
            future.set_result(message.get("payload"))


def cut(receive: Receive) -> None:
    """Break the TCP connection behind an ASGI `receive`, as a failing network does.

    ASGI has no word for this; uvicorn's `receive` is a method of what holds the transport.

    Raises:
        RuntimeError: Something else than uvicorn serves.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("connections can only be cut under uvicorn")
    transport.abort()


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "local-workspace"}}
