"""The application and its routes."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_starlette_response
from slack_bolt.oauth import OAuthFlow
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.telemetry.metrics import SILENT, Metrics
from bot.web.bodies import MOST_BYTES, InTime, TooLarge, body_of
from bot.web.callers import refused
from bot.web.failures import failed, not_installed
from bot.web.from_slack import bolt_request, looks_signed

if TYPE_CHECKING:
    from bot.advisor import Advisor
    from bot.second_look.journey import SecondLook

API_AUTHOR = "api"
SIGNED_FOR_SECONDS = 300
"""How far the time of a request of Slack's may be from ours before it is refused."""
_SILENT_SECONDS = 60
"""How long after a word about the clock none is said again: anybody can send such a request."""

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


def build_web(site: Site) -> Starlette:
    """The application over *site*."""
    routes = _Routes(site)
    return Starlette(
        lifespan=site.lifespan,
        middleware=[Middleware(InTime)],
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
            return failed(404, "not_here", "Slack is connected by Socket Mode.")
        try:
            body = await body_of(request)
            asked = bolt_request(request, body)
        except TooLarge:
            return failed(413, "too_large", f"At most {MOST_BYTES:,} bytes are read.")
        except UnicodeDecodeError:
            return failed(400, "bad_encoding", "The body is not UTF-8.")
        except ValueError:
            return failed(400, "bad_body", "The body is not what Slack sends.")
        except ClientDisconnect:
            return Response(status_code=400)
        flow = self._site.install
        if request.method == "POST":
            if not looks_signed(request):
                return failed(401, "unsigned", "The request carries no signature of Slack.")
            self._compare_clocks(request)
            taken = await run_in_threadpool(app.dispatch, asked)
            self._site.metrics.time(
                "advisor_acknowledgement_seconds", time.perf_counter() - began, "http")
            return to_starlette_response(taken)
        if flow is None:
            return failed(404, "not_here", "This app is installed for one workspace.")
        page = flow.handle_installation if request.url.path == flow.install_path else (
            flow.handle_callback)
        try:
            return to_starlette_response(await run_in_threadpool(page, asked))
        except Exception as error:
            return not_installed(error)

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
        told = refused(request, self._site.api_token, "ADVISOR_API_TOKEN")
        if told is not None:
            return told
        media, _, _ = request.headers.get("content-type", "").partition(";")
        if media.strip().lower() != "application/json":
            # Any web page may make a browser send plain text to this machine, but not JSON.
            return failed(415, "bad_type", "Send JSON, with 'Content-Type: application/json'.")
        advisor = self._site.advisor()
        if advisor is None:
            return failed(503, "starting", "The guidance is being loaded; try again shortly.")
        try:
            line = (await body_of(request)).decode("utf-8")
        except TooLarge:
            return failed(413, "too_large", f"At most {MOST_BYTES:,} bytes are read.")
        except UnicodeDecodeError:
            return failed(400, "bad_encoding", "The body is not UTF-8.")
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
            return failed(404, "not_here", "Nothing is counted: ADVISOR_METRICS is false.")
        told = refused(request, self._site.metrics_token, "ADVISOR_METRICS_TOKEN")
        if told is not None:
            return told
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
