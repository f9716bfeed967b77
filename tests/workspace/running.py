"""A workspace on a real port, and what tests need to talk to it."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from slack_sdk import WebClient
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.workspace.app import WorkspaceSettings, build_workspace

MANIFEST = Path(__file__).parent / "manifest.yaml"
PATIENCE_SECONDS = 60.0
"""How long is waited for what comes as soon as a busy machine comes to it.  It holds for an
acknowledgement too, unless a test is about one that doesn't come: with no retries, an event that
wasn't acknowledged in Slack's three seconds was lost, and the test went on without it."""
SECRET, BOT_TOKEN, APP_TOKEN = "8f742231b10e", "xoxb-for-tests", "xapp-for-tests"
SAM, KIM, NOOR, ALEX = "U0SAM00001", "U0KIM00001", "U0NOOR0001", "U0ALEX0001"
OLU, BOT = "U0OLUEXT01", "U0ADVISORB"
DEALS, PARTNER, RANDOM, COMPLIANCE = "C0DEALS001", "C0PARTNER1", "C0RANDOM01", "C0COMPLI01"
SAMS_DM = "D0SAM00001"

T = TypeVar("T")


class Clock:
    """Time that tests move by hand."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


class Host:
    """One server for all tests, under which each application has a place of its own.

    Starting and stopping a server for each test would take most of their time; and so every
    address is one below the root, as when the workspace is mounted in another application.
    """

    def __init__(self) -> None:
        self._apps: dict[str, ASGIApp] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        listening = socket.create_server(("127.0.0.1", 0))
        self._base = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server = uvicorn.Server(uvicorn.Config(
            self._pass_on, log_level="critical", date_header=False, ws="websockets-sansio",
            lifespan="off", interface="asgi3"))
        threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
        while not server.started:
            time.sleep(0.005)

    @contextmanager
    def serving(self, app: ASGIApp) -> Iterator[str]:
        """*app* at an address of its own, which is yielded."""
        name = f"at{len(self._apps)}"
        self._apps[name] = app
        try:
            yield f"{self._base}{name}/"
        finally:
            self._apps[name] = _gone
            site = getattr(getattr(app, "state", None), "site", None)
            if site is not None and self._loop is not None:
                closing = asyncio.run_coroutine_threadsafe(site.deliveries.close(), self._loop)
                closing.result(5)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        name = scope["path"].split("/")[1]
        await self._apps.get(name, _gone)(scope | {"root_path": f"/{name}"}, receive, send)


_gone = PlainTextResponse("Nothing is here", 404)
_host: list[Host] = []


def serving(app: ASGIApp) -> AbstractContextManager[str]:
    """*app* on loopback; yields its address, which ends in "/"."""
    if not _host:
        _host.append(Host())
    return _host[0].serving(app)


class Workspace:
    """A running workspace as its people, its app and its tests see it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = httpx.Client(base_url=base, trust_env=False, timeout=PATIENCE_SECONDS)
        self.slack = WebClient(BOT_TOKEN, base_url=base + "api/")

    def call(self, method: str, **args: Any) -> dict[str, Any]:
        """The app calls *method*; the answer whether or not it is ok."""
        answer: dict[str, Any] = self.http.post(
            f"api/{method}", json=args, headers={"Authorization": f"Bearer {BOT_TOKEN}"}).json()
        return answer

    def do(self, act: str, user: str = SAM, **given: Any) -> dict[str, Any]:
        """*user* does something."""
        answer: dict[str, Any] = self.http.post(f"workspace/do/{act}",
                                                json={"user": user, **given}).json()
        return answer

    def say(self, text: str, channel: str = DEALS, user: str = SAM, **more: Any) -> str:
        """*user* posts; the message's ts."""
        answer = self.do("message", user, channel=channel, text=text, **more)
        assert answer["ok"], answer
        ts: str = answer["ts"]
        return ts

    def state(self, user: str = SAM) -> dict[str, Any]:
        """What *user* sees."""
        answer: dict[str, Any] = self.http.get("workspace/state", params={"user": user}).json()
        return answer

    def messages(self, channel: str = DEALS, user: str = SAM) -> list[dict[str, Any]]:
        """The messages of *channel* that *user* sees."""
        found: list[dict[str, Any]] = self.state(user)["messages"][channel]
        return found

    def order(self, what: str, **given: Any) -> dict[str, Any]:
        """A test orders something of the workspace."""
        answer: dict[str, Any] = self.http.post(f"workspace/control/{what}", json=given).json()
        assert answer["ok"], answer
        return answer

    def log(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What passed between workspace and app."""
        self.order("settle")
        entries = self.http.get("workspace/control/log").json()["entries"]
        return [e for e in entries if kind is None or e["kind"] == kind]

    def events(self) -> list[dict[str, Any]]:
        """Events delivered or tried, in order."""
        return [e["payload"]["event"] for e in self.log("delivery") if "event" in e["payload"]]


@contextmanager
def running(**settings: Any) -> Iterator[Workspace]:
    """A workspace of *settings*; without rate limits unless they say otherwise."""
    chosen = {"bot_url": None, "signing_secret": SECRET, "bot_token": BOT_TOKEN,
              "app_token": APP_TOKEN, "manifest": MANIFEST, "rate_scale": 0.0,
              "retry_delays": (), "ack_seconds": PATIENCE_SECONDS} | settings
    with serving(build_workspace(WorkspaceSettings(**chosen))) as base:
        workspace = Workspace(base)
        yield workspace
        workspace.http.close()


def eventually(look: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """The first true thing that *look* finds; what it found last, if the time is over."""
    until = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def section(text: str, **more: Any) -> dict[str, Any]:
    """A section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id,
            "text": {"type": "plain_text", "text": "Press"}, **more}


def modal(blocks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A modal with a submit button."""
    return {"type": "modal", "callback_id": "form",
            "title": {"type": "plain_text", "text": "Form"},
            "submit": {"type": "plain_text", "text": "Send"}, "blocks": blocks, **more}


def field(block_id: str = "name", **more: Any) -> dict[str, Any]:
    """An input block with a text field."""
    return {"type": "input", "block_id": block_id, "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "typed", **more}}


def as_json(value: Any) -> Any:
    """*value* as it comes out of JSON."""
    return json.loads(json.dumps(value))
