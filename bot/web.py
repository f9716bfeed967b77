"""The web application: Slack's requests, the machine protocol, and whether all is well."""

import hmac
import logging
import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from anyio import CancelScope, CapacityLimiter, current_time, to_thread
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.oauth import OAuthFlow
from slack_sdk.errors import SlackClientError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.outages import in_log
from bot.telemetry.metrics import SILENT, Metrics

if TYPE_CHECKING:
    from bot.advisor import Advisor
    from bot.second_look.journey import SecondLook

MOST_BYTES = 1_000_000
"""Largest request that is read; Slack's are far smaller, a form with everything some 100 kB."""
BODY_SECONDS = 20.0
"""How long the body of a request is waited for, if nothing of it comes; Slack's comes at once."""
BODY_BYTES_A_SECOND = 50_000
"""For so many bytes that have come it is waited a second longer: a document may be of 20 MB."""
LOOPBACK = frozenset({"127.0.0.1", "::1"})
OWN_NAMES = LOOPBACK | {"localhost"}
_FORWARDED = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip",
                        "client-ip", "true-client-ip", "cf-connecting-ip"})
"""What proxies add, beside all that begins with "x-forwarded"."""
API_AUTHOR = "api"
SIGNED_FOR_SECONDS = 300
"""How far the time of a request of Slack's may be from ours before it is refused."""
_SILENT_SECONDS = 60
"""How long after a word about the clock none is said again: anybody can send such a request."""
_LONGEST_STAMP = 12
"""Digits of a time that is looked at; Slack's have ten."""

TURNS = 16
"""Threads for the machine protocol's turns; those of one conversation wait in them for each other,
and Slack's requests must not wait with them."""
ASKING = 4
"""Threads for those who ask how the process is; theirs alone, since all others may hang."""

_log = logging.getLogger("advisor.web")

_STATUS = {"internal": 500, "away": 503, "starting": 503, "log_broken": 500,
           "stale_conversation": 409, "key_reused": 422}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """What the application serves.

    Attributes:
        slack: The Bolt app, None where Slack comes by Socket Mode only.
        install: The pages of the installation, None where one workspace's token is set.
        advisor: Gives None while it is being loaded.
        faults: What keeps the process from being ready, by name; empty when all is well.
        api_token: Needed for `POST /api/turns`; None where only this machine can reach it.
        api_workspace: Slack's id of whose compliance leads see what comes by `POST /api/turns`.
        more: Further routes, such as those of the local workspace; they come last.
        lifespan: Runs around the time that the application serves.
        warnings: What is wrong while the process goes on answering, by name.
        second_look: Gives None where there is no language model, or it is not ready.
        lifeless: What only a new start helps against, by name; must not wait for anything.
        metrics: Counts.
        scraped: What is counted, as Prometheus reads it, with its media type; None where nothing
            is.
        metrics_token: Needed for `GET /metrics`; None where only this machine can reach it.
    """

    slack: App | None
    install: OAuthFlow | None
    advisor: "Callable[[], Advisor | None]"
    faults: Callable[[], Mapping[str, str]]
    api_token: str | None
    api_workspace: str = ""
    more: tuple[BaseRoute, ...] = ()
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None
    warnings: Callable[[], Mapping[str, str]] = dict
    second_look: "Callable[[], SecondLook | None]" = lambda: None
    lifeless: Callable[[], Mapping[str, str]] = dict
    metrics: Metrics = SILENT
    scraped: Callable[[], tuple[bytes, str]] | None = None
    metrics_token: str | None = None


class TooLarge(Exception):
    """The body of a request is over the limit."""


def build_web(site: Site) -> Starlette:
    """The application over *site*."""
    routes = _Routes(site)
    return Starlette(
        lifespan=site.lifespan,
        middleware=[Middleware(_InTime)],
        routes=[
            Route("/slack/events", routes.slack, methods=["POST"]),
            Route("/slack/install", routes.slack, methods=["GET"]),
            Route("/slack/oauth_redirect", routes.slack, methods=["GET"]),
            Route("/api/turns", routes.turns, methods=["POST"]),
            Route("/healthz", routes.alive, methods=["GET"]),
            Route("/readyz", routes.ready, methods=["GET"]),
            Route("/metrics", routes.metrics, methods=["GET"]),
            *site.more,
        ],
    )


class _Routes:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._asking: CapacityLimiter | None = None
        self._turns: CapacityLimiter | None = None
        self._silent_until = 0.0

    async def slack(self, request: Request) -> Response:
        """Events, presses, commands, and the pages of the installation."""
        began = time.perf_counter()
        app = self._site.slack
        if app is None:
            return _error(404, "not_here", "Slack is connected by Socket Mode.")
        try:
            body = await _body(request)
            asked = _bolt_request(request, body)
        except TooLarge:
            return _error(413, "too_large", f"At most {MOST_BYTES:,} bytes are read.")
        except UnicodeDecodeError:
            return _error(400, "bad_encoding", "The body is not UTF-8.")
        except ValueError:
            return _error(400, "bad_body", "The body is not what Slack sends.")
        except ClientDisconnect:
            return Response(status_code=400)
        flow = self._site.install
        if request.method == "POST":
            if not _looks_signed(request):
                return _error(401, "unsigned", "The request carries no signature of Slack.")
            self._compare_clocks(request)
            taken = await run_in_threadpool(app.dispatch, asked)
            self._site.metrics.time(
                "advisor_acknowledgement_seconds", time.perf_counter() - began, "http")
            return to_starlette_response(taken)
        if flow is None:
            return _error(404, "not_here", "This app is installed for one workspace.")
        page = flow.handle_installation if request.url.path == flow.install_path else (
            flow.handle_callback)
        try:
            return to_starlette_response(await run_in_threadpool(page, asked))
        except Exception as error:
            return _not_installed(error)

    def _compare_clocks(self, request: Request) -> None:
        """Say why Slack is refused where the clock is wrong: Bolt refuses in silence."""
        stamp = request.headers["x-slack-request-timestamp"]
        apart = time.time() - int(stamp)
        if abs(apart) <= SIGNED_FOR_SECONDS or time.monotonic() < self._silent_until:
            return
        self._silent_until = time.monotonic() + _SILENT_SECONDS
        _log.warning(
            "a request that says it is Slack's is refused: this machine's clock is %d s ahead of "
            "its time, or behind it if less than 0; if this goes on, set the clock by NTP",
            round(apart))

    async def turns(self, request: Request) -> Response:
        """One turn of the machine protocol.

        With an `Idempotency-Key` header, sending the same message again gives the same answer.
        """
        refused = _refused(request, self._site.api_token, "ADVISOR_API_TOKEN")
        if refused is not None:
            return refused
        media, _, _ = request.headers.get("content-type", "").partition(";")
        if media.strip().lower() != "application/json":
            # Any web page may make a browser send plain text to this machine, but not JSON.
            return _error(415, "bad_type", "Send JSON, with 'Content-Type: application/json'.")
        advisor = self._site.advisor()
        if advisor is None:
            return _error(503, "starting", "The guidance is being loaded; try again shortly.")
        try:
            line = (await _body(request)).decode("utf-8")
        except TooLarge:
            return _error(413, "too_large", f"At most {MOST_BYTES:,} bytes are read.")
        except UnicodeDecodeError:
            return _error(400, "bad_encoding", "The body is not UTF-8.")
        except ClientDisconnect:
            return Response(status_code=400)
        key = request.headers.get("idempotency-key")
        if self._turns is None:  # it belongs to the event loop, so it is made within
            self._turns = CapacityLimiter(TURNS)
        answer = await to_thread.run_sync(
            self._answer, advisor, line, key, limiter=self._turns)
        error = answer.get("error")
        status = 200 if error is None else _STATUS.get(error["code"], 400)
        return JSONResponse(answer, status)

    def _answer(self, advisor: "Advisor", line: str, key: str | None) -> dict[str, Any]:
        # It imports what answers, and the process takes messages in before that.
        from bot.machine.exchange import API, answer_line  # noqa: PLC0415

        return answer_line(advisor, line, API_AUTHOR, key, door=API,
                           second_look=self._site.second_look(),
                           workspace=self._site.api_workspace)

    async def metrics(self, request: Request) -> Response:
        """What is counted, for Prometheus."""
        scraped = self._site.scraped
        if scraped is None:
            return _error(404, "not_here", "Nothing is counted: ADVISOR_METRICS is false.")
        refused = _refused(request, self._site.metrics_token, "ADVISOR_METRICS_TOKEN")
        if refused is not None:
            return refused
        text, media = await self._asked(scraped)
        return Response(text, headers={"content-type": media})

    async def alive(self, _: Request) -> Response:
        """The process goes on; if not, it is to be started anew."""
        faults = dict(self._site.lifeless())
        told = {"faults": faults} if faults else {}
        return JSONResponse({"ok": not faults, **told}, 503 if faults else 200)

    async def ready(self, _: Request) -> Response:
        """The process can do its work; if not, what is missing."""
        faults = dict(await self._asked(self._site.faults))
        # A warning is no reason to send people elsewhere: all replicas may share it.
        warnings = dict(self._site.warnings())
        told = {"warnings": warnings} if warnings else {}
        return JSONResponse({"ok": not faults, "faults": faults, **told}, 503 if faults else 200)

    async def _asked(self, ask: Callable[[], T]) -> T:
        """What *ask* says, in a thread that no request of anybody else can hold."""
        if self._asking is None:  # it belongs to the event loop, so it is made within
            self._asking = CapacityLimiter(ASKING)
        return await to_thread.run_sync(ask, limiter=self._asking)


def _not_installed(error: Exception) -> Response:
    """What whoever installs the app is told where that failed; they may simply try again."""
    away = in_log(error)
    if away is not None:
        _log.warning("the app could not be installed", extra={"outage": away})
    elif isinstance(error, SlackClientError | OSError):
        away = "Slack can't be reached"
        _log.warning("the app could not be installed", extra={"slack_error": error})
    else:
        _log.error("the app could not be installed", exc_info=error)
    status, code, why = (503, "away", away) if away is not None else (
        500, "internal", "something went wrong here, and the log says where")
    return _error(status, code, f"The app is not installed: {why}. Open /slack/install again.")


def _refused(request: Request, token: str | None, setting: str) -> Response | None:
    """What *request* is told if it doesn't bring *token*, or where there is none is not from here.

    Args:
        request: Whoever's.
        token: As *setting* has it; None where it is not set.
        setting: Its name.
    """
    if token is None:
        allowed = _is_near(request)
    else:
        given = request.headers.get("authorization", "")
        allowed = hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if not allowed:
        return _error(401, "unauthorized", f"Send 'Authorization: Bearer' with the value of "
                      f"{setting}; while that is not set, only this machine may ask.")
    if token is None and not _names_us(f"http://{request.headers.get('host', '')}"):
        # A name elsewhere may lead to this machine, and its pages would count as ours.
        return _error(421, "not_here", "Ask 127.0.0.1 or localhost by that name; another one needs "
                      f"{setting}.")
    origin = request.headers.get("origin")
    if token is None and origin is not None and not _names_us(origin):
        return _error(403, "elsewhere", "The request came from a page of another site.")
    return None


def _is_near(request: Request) -> bool:
    """Whether *request* comes from this machine, and no proxy here brings it from elsewhere."""
    near = request.client is not None and request.client.host in LOOPBACK
    return near and not any(
        name in _FORWARDED or name.startswith("x-forwarded") for name in request.headers)


def _names_us(address: str) -> bool:
    try:
        return urlsplit(address).hostname in OWN_NAMES
    except ValueError:
        return False


def _bolt_request(request: Request, body: bytes) -> BoltRequest:
    """The request as Bolt takes it; anybody may have sent it, since no signature is checked yet.

    Raises:
        ValueError: The body is not UTF-8, or not an object in JSON or in a form.
    """
    try:
        asked = to_bolt_request(request, _without_payload(body))
    except (AttributeError, LookupError, TypeError, RecursionError) as error:
        # Bolt looks into whatever was sent as if it were an object.
        raise ValueError("not an object") from error
    if not isinstance(asked.body, dict):
        raise ValueError("not an object")
    asked.raw_body = body.decode()  # what was signed
    return asked


def _without_payload(body: bytes) -> bytes:
    """The same form, so written that Bolt reads its fields.

    In a form Bolt looks for the word "payload" anywhere, and then for nothing but the field of
    that name: a command with the word in its text would come out empty.
    """
    form = not body.startswith((b"{", b"payload=")) and b"&payload=" not in body
    return body.replace(b"payload", b"%70ayload") if form else body


def _looks_signed(request: Request) -> bool:
    """Whether the headers can be checked at all.

    The SDK's check fails on other characters, and on a number that is too long to be read.
    """
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    return (len(timestamp) <= _LONGEST_STAMP and timestamp.isascii() and timestamp.isdecimal()
            and bool(signature) and signature.isascii())


async def _body(request: Request) -> bytes:
    """The body of *request*, as long as it is of sensible size."""
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


class _InTime:
    """Waits for the body of a request for as long as `in_all` gives what has come, then ends it.

    Else whoever sends a byte now and then holds a connection and what was read for as long as they
    like.  What does not read the body, or has it, takes its time.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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
            await _error(408, "too_slow", told, {"connection": "close"})(scope, receive, send)


def _error(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)
