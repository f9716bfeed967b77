"""Connections that dawdle or never come to the point: the head of a request has an end.

uvicorn ends a connection that is silent behind an answer.  One that asks nothing, or sends a byte
of its headers now and then, or of a body behind the answer to it, it would keep for as long as that
goes on; some hundred of those, and nobody else gets in.  And it would keep in memory whatever comes
as headers.  How long and how large the body of a request may be, `bot.web.bodies` says.
"""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as HttpProtocol
else:  # whichever is installed
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as HttpProtocol

HEAD_SECONDS = 20.0
"""How long all headers of a request may take, from the connection or from the answer before."""
HEAD_BYTES = 65_536
"""How much of them is taken behind what came with their beginning; the other parser of uvicorn's
has the same limit by itself."""


class HeadInTime(HttpProtocol):
    """uvicorn's own, which ends a connection over which no request comes."""

    _ends: asyncio.TimerHandle | None = None
    _in_head = False
    _come = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """Go on waiting for it, however much comes, until its headers are whole."""
        if self._in_head:
            self._come += len(data)
        if self._come > HEAD_BYTES:
            self.send_400_response("The headers are too long.")
            return
        super().data_received(data)
        self._look()

    def on_message_begin(self) -> None:
        """What comes is the head of a request."""
        self._in_head, self._come = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """What comes is its body."""
        self._in_head, self._come = False, 0
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next one."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _look(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        is_others = self.transport.get_protocol() is not self  # it has become a WebSocket
        if answering or is_others or self.transport.is_closing():
            self._wait_no_more()
        elif self._ends is None:
            self._ends = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None
