"""What a browser really sends and lets through: our policy, our cookie, our forms."""

import socket
import threading
import time
from dataclasses import replace

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.console.app import build_console
from bot.console.entry.access import COOKIE, Address, require
from bot.console.viewer import Role
from tests.chromium import PATIENCE_MS


@require(Role.ASKER)
def _inline(_: Request) -> Response:
    return HTMLResponse("<h1>x</h1><script>document.title = 'ran'</script>"
                        "<style>h1 { display: none }</style>"
                        "<form method=post action='http://localhost:1/'><button>out</button></form>")


async def _attack(request: Request) -> Response:
    there = request.query_params["there"]
    return HTMLResponse(f"<form method=post action='{there}'><input name=said value=yes>"
                        "<button>press</button></form>")


@pytest.fixture
def site(home):
    """The console of the local workspace, and beside it another site's page, really served."""
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    console = replace(home.console, address=Address(base))
    server = uvicorn.Server(uvicorn.Config(
        Starlette(routes=[*build_console(console, [Route("/inline", _inline)]),
                          Route("/attack", _attack)]), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield base, console
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page(browser):
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.told = []
    page.on("console", lambda message: page.told.append(message.text))
    yield page
    context.close()


def enter(page, site):
    base, console = site
    page.goto(f"{base}/console/enter?ticket={console.entering.tickets.issue()}")
    page.get_by_label("Ada Lovelace").check()
    page.get_by_role("button", name="Enter").click()
    page.wait_for_url(f"{base}/console/")
    return base


def test_a_person_enters_and_signs_out_without_any_script(page, site):
    base = enter(page, site)
    assert "You are Ada Lovelace" in page.inner_text("main")
    (cookie,) = [c for c in page.context.cookies() if c["name"] == COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/console")

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{base}/console/sign-in")
    assert page.context.cookies() == []
    assert page.told == []


def test_the_style_is_let_through_and_nothing_inline_is(page, site):
    base = enter(page, site)
    assert page.evaluate("getComputedStyle(document.querySelector('main')).borderTopWidth") == "1px"
    page.goto(f"{base}/console/inline")
    assert page.title() != "ran"
    assert page.locator("h1").is_visible()
    page.get_by_role("button", name="out").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert page.url == f"{base}/console/inline"
    for _ in range(100):
        if page.told:
            break
        page.wait_for_timeout(100)  # it is told beside the page
    assert any("Content Security Policy" in text for text in page.told)


def test_another_sites_form_can_not_sign_a_person_out(page, site):
    base = enter(page, site)
    elsewhere = base.replace("127.0.0.1", "localhost")
    page.goto(f"{elsewhere}/attack?there={base}/console/sign-out")
    page.get_by_role("button", name="press").click()
    page.wait_for_url(f"{base}/console/sign-out")
    assert page.inner_text("h1") == "Not done"
    page.goto(f"{base}/console/")
    assert "You are Ada Lovelace" in page.inner_text("main")
