"""Socket Mode: two connections, so that one may break without a gap, and a watch over both.

Slack closes a connection whenever it likes and asks for a new one every few hours; the SDK sees to
that.  A connection can also look open and bring nothing: so both are watched, and a process whose
connections are all dead for too long says so and ends, rather than sit there deaf.
"""

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.clients import reason_of
from bot.slack.slack_errors import is_refusal
from bot.slack.wellformed import mend, trouble
from bot.telemetry.metrics import SILENT, Metrics

CONNECTIONS = 2
PING_SECONDS = 3
"""How often each connection is tried; three missed answers and the SDK connects again."""
DEAF_SECONDS = 300
"""How long all connections may be dead before the process gives up."""

_log = logging.getLogger("advisor.slack")


class Sockets:
    """The connections of one process."""

    def __init__(
        self, app: App, web: WebClient, app_token: str,
        clock: Callable[[], float] = time.monotonic, metrics: Metrics = SILENT,
    ) -> None:
        self._handlers = [
            _Handler(app, app_token, web_client=web, ping_interval=PING_SECONDS)
            for _ in range(CONNECTIONS)
        ]
        for handler in self._handlers:
            handler.metrics = metrics
        self._clock = clock
        self._heard = clock()
        self.refused: str | None = None
        """Slack's code, where it refused the token when it was last asked for a connection."""

    def connect(self) -> None:
        """Open the connections; one that can't be opened now is opened later."""
        for handler in self._handlers:
            self._try(handler)

    def close(self) -> None:
        """Close the connections, side by side, since each waits out its read of some seconds."""
        with ThreadPoolExecutor(CONNECTIONS) as closing:
            for handler in self._handlers:
                closing.submit(handler.client.close)

    def open(self) -> int:
        """How many connections are open now."""
        found = sum(handler.client.is_connected() and not _broken(handler)
                    for handler in self._handlers)
        if found:
            self._heard = self._clock()
        return found

    def mend(self) -> None:
        """Open anew what was never opened, or broke and was not closed.

        The SDK gives such a connection up only after it could not write to it five times.
        """
        for handler in self._handlers:
            if handler.client.current_session is None or _broken(handler):
                self._try(handler)

    def _try(self, handler: SocketModeHandler) -> None:
        self.refused = None
        try:
            handler.client.connect_to_new_endpoint(force=True)
        except Exception as error:  # the SDK stumbles over odd answers, and is asked again
            if isinstance(error, SlackApiError) and is_refusal(error):
                self.refused = str(reason_of(error))
            _log.warning("could not open a Socket Mode connection",
                         extra={"slack_error": reason_of(error)})

    def deaf(self) -> bool:
        """Whether nothing can have reached us for too long."""
        return not self.open() and self._clock() - self._heard > DEAF_SECONDS


class _Handler(SocketModeHandler):
    """Sets aside what is not as Slack's payloads are: Bolt fails on it before we see it.

    Notes how long Slack waits for its acknowledgements.
    """

    metrics: Metrics = SILENT

    def __init__(self, app: App, app_token: str, **given: Any) -> None:
        super().__init__(app, app_token, **given)
        take_up = self.client.enqueue_message

        def take_up_whole(message: str) -> None:
            if _is_whole(message):
                take_up(message)
            else:
                # A connection that broke in the middle; what is not acknowledged is sent again.
                _log.warning("half a message of Slack's was set aside; it sends it again")

        self.client.enqueue_message = take_up_whole  # type: ignore[method-assign]  # the SDK has no other door

    def handle(  # type: ignore[override]  # of its own names
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        began = time.perf_counter()
        mend(req.payload)
        wrong = trouble(req.payload)
        if wrong is None:
            try:
                super().handle(client, req)
            except (AttributeError, LookupError, TypeError, RecursionError):
                # Bolt looks for ids anywhere in a payload, in events of any kind.
                wrong = "event"
        if wrong is not None:
            _log.warning("a payload that is not as Slack's are was set aside",
                         extra={"code": wrong})
            client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        self.metrics.time("advisor_acknowledgement_seconds", time.perf_counter() - began, "socket")


def _is_whole(message: str | None) -> bool:
    """Whether the SDK can read *message*; it logs what it can't with all that it was doing."""
    if message is None or not message.startswith("{"):
        return True
    try:
        return isinstance(json.loads(message), dict)
    except (ValueError, RecursionError):
        return False


def _broken(handler: SocketModeHandler) -> bool:
    session = handler.client.current_session
    return session is not None and session.consecutive_check_state_error_count > 0
