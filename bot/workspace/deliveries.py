"""How anything reaches the app: over an open socket, else as a signed POST.

Events are told in the background and tried again as Slack does.  Interactions and commands are
asked once: a person waits, and their acknowledgement may carry an answer.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.workspace.faults import Faults
from bot.workspace.log import Log
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.sockets import NotAcknowledged, Sockets

Json = dict[str, Any]

HELD_AT_MOST_SECONDS = 1.0
"""Events held back to be reordered leave after this, however few there are."""
AT_ONCE = 32
"""Deliveries on their way at one time.  What waits here is not yet the app's to acknowledge, so
its three seconds have not begun."""
_SOCKET_TYPES = {"event": "events_api", "command": "slash_commands"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one delivery."""

    ok: bool
    body: Any = None
    """Parsed JSON, or text, or None."""
    problem: str | None = None
    """"http_timeout", "http_error" or "connection_failed", as Slack names them."""
    no_retry: bool = False


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature of *body*, for `X-Slack-Signature`."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Deliveries:
    """Sends to the app."""

    def __init__(
        self, settings: WorkspaceSettings, sockets: Sockets, faults: Faults, log: Log
    ) -> None:
        self._settings = settings
        self._sockets = sockets
        self._faults = faults
        self._log = log
        self._client: httpx.AsyncClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Json] = []
        self._turn = asyncio.Semaphore(AT_ONCE)

    def tell(self, event: Json) -> None:
        """Deliver an event in the background, again if it is not acknowledged."""
        faults = self._faults.deliveries
        if faults.reorder > 1:
            self._hold(event, faults.reorder)
            return
        for _ in range(1 + faults.duplicate):
            self._start(self._insist(event))

    async def ask(self, kind: str, payload: Json) -> Answer:
        """Deliver an interaction, a command or a request for options, once.

        Args:
            kind: "interactive" or "command".
            payload: What Slack sends.
        """
        return await self._send(kind, payload, payload.get("trigger_id") or kind)

    async def send_as_is(self, kind: str, payload: Json) -> bool:
        """Deliver *payload*, whatever it is, once; whether it was acknowledged."""
        return (await self._send(kind, payload, kind)).ok

    async def verify(self) -> bool:
        """Send the challenge that Slack sends to a new address; whether it came back."""
        challenge = secrets.token_hex(16)
        answer = await self._send("event", {"type": "url_verification", "token": "local",
                                            "challenge": challenge}, "url_verification")
        body = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        return answer.ok and body == challenge

    async def settle(self) -> None:
        """Wait until no delivery is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _hold(self, event: Json, batch: int) -> None:
        self._held.append(event)
        if len(self._held) >= batch:
            self._release()
        elif len(self._held) == 1:
            self._start(self._release_later())

    def _release(self) -> None:
        held, self._held = self._held, []
        self._start(self._in_turn(list(reversed(held))))

    async def _release_later(self) -> None:
        await asyncio.sleep(HELD_AT_MOST_SECONDS)
        self._release()

    async def _in_turn(self, events: list[Json]) -> None:
        for event in events:
            await self._insist(event)

    async def _insist(self, event: Json) -> None:
        reason = ""
        for attempt, delay in enumerate((0.0, *self._settings.retry_delays)):
            await asyncio.sleep(delay)
            async with self._turn:
                answer = await self._send("event", event, event["event_id"], attempt, reason)
            if answer.ok or answer.no_retry:
                return
            reason = answer.problem or "unknown_error"

    async def _send(
        self, kind: str, payload: Json, known_as: str, attempt: int = 0, reason: str = ""
    ) -> Answer:
        faults = self._faults.deliveries
        if faults.delay:
            await asyncio.sleep(faults.delay)
        by_socket = self._sockets.count > 0 or self._settings.bot_url is None
        what = payload.get("event", payload)
        what = what if isinstance(what, dict) else payload
        self._log.add("delivery", transport="socket" if by_socket else "http", id=known_as,
                      type=what.get("type", kind), subtype=what.get("subtype"), attempt=attempt,
                      reason=reason, payload=payload)
        began = time.perf_counter()
        if by_socket:
            answer = await self._by_socket(kind, payload, attempt, reason)
        else:
            answer = await self._by_http(kind, payload, attempt, reason)
        self._log.add("ack", id=known_as, ok=answer.ok, problem=answer.problem, body=answer.body,
                      ms=round((time.perf_counter() - began) * 1000, 1))
        return answer

    async def _by_socket(self, kind: str, payload: Json, attempt: int, reason: str) -> Answer:
        try:
            body = await self._sockets.send(
                _SOCKET_TYPES.get(kind, "interactive"), payload, answers=kind != "event",
                seconds=self._settings.ack_seconds, attempt=attempt,
                reason=reason.removeprefix("http_"))
        except NotAcknowledged as problem:
            return Answer(False, problem=str(problem))
        return Answer(True, body)

    async def _by_http(self, kind: str, payload: Json, attempt: int, reason: str) -> Answer:
        if kind == "event":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            form: Mapping[str, str] = (
                {k: str(v) for k, v in payload.items()} if kind == "command"
                else {"payload": json.dumps(payload)})
            body = urllib.parse.urlencode(form).encode()
            content_type = "application/x-www-form-urlencoded"
        # The real clock, since the app compares with its own.
        timestamp = str(int(time.time() + self._faults.deliveries.skew_seconds))
        signature = sign(self._settings.signing_secret, timestamp, body)
        if self._faults.deliveries.wrong_signature:
            signature = "v0=" + "0" * 64
        headers = {"Content-Type": content_type, "X-Slack-Request-Timestamp": timestamp,
                   "X-Slack-Signature": signature,
                   "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        try:
            async with asyncio.timeout(self._settings.ack_seconds):
                response = await self._http().post(str(self._settings.bot_url), content=body,
                                                   headers=headers)
        except (TimeoutError, httpx.TimeoutException):
            return Answer(False, problem="http_timeout")
        except httpx.HTTPError:
            return Answer(False, problem="connection_failed")
        if response.is_success:
            return Answer(True, _parsed(response))
        return Answer(False, problem="http_error",
                      no_retry=response.headers.get("x-slack-no-retry") == "1")

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            # Proxies of the environment have no business between two programs on one machine.
            self._client = httpx.AsyncClient(timeout=self._settings.ack_seconds,
                                             trust_env=False)
        return self._client


def _parsed(response: httpx.Response) -> Any:
    text = response.text
    with contextlib.suppress(ValueError):
        return json.loads(text)
    return text or None
