"""One workspace, one app beside it and one browser for all tests of the pages."""

import socket
import threading
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.workspace.app import WorkspaceSettings, build_workspace
from tests.chromium import PATIENCE_MS
from tests.workspace.pages.echo import echo_app

MANIFEST = Path(__file__).parents[3] / "bot/slack/manifest.yaml"


class Serving(threading.Thread):
    """An application on a free port of loopback, until stopped."""

    def __init__(self, app, listening=None):
        super().__init__(daemon=True)
        self.listening = listening or socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(
            app, log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=1))
        self.start()

    def run(self):
        self.server.run(sockets=[self.listening])

    def stop(self):
        self.server.should_exit = True
        self.join(10)


@pytest.fixture(scope="session")
def settings():
    """How workspace and app know each other."""
    return {"signing_secret": "page-tests", "bot_token": "xoxb-pages", "app_token": "xapp-pages"}


@pytest.fixture(scope="session")
def workspace(settings):
    """The workspace's address; the echo app answers in it."""
    from slack_bolt.adapter.starlette import SlackRequestHandler

    bot_socket = socket.create_server(("127.0.0.1", 0))
    bot_url = f"http://127.0.0.1:{bot_socket.getsockname()[1]}/slack/events"
    site = Serving(build_workspace(WorkspaceSettings(
        bot_url=bot_url, manifest=MANIFEST, rate_scale=0, **settings)))
    handler = SlackRequestHandler(echo_app(
        settings["bot_token"], settings["signing_secret"], f"{site.url}/api/"))
    bot = Serving(Starlette(routes=[
        Route("/slack/events", handler.handle, methods=["POST"])]), bot_socket)
    yield site.url
    site.stop()
    bot.stop()


@pytest.fixture
def open_page(browser, workspace):
    """Opens an address of the workspace; afterwards nothing may have gone wrong in any page."""
    contexts, wrong = [], []

    def open_(path, width=1280, height=800, *, touch=False, script=True):
        context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch,
            java_script_enabled=script, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(workspace + path)
        if script:
            page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []
