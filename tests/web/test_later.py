"""Pages that are made after the server listens."""

import threading

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, NoMatchFound, Route
from starlette.testclient import TestClient

from bot.serving.later import Later


def app_over(make) -> tuple[Later, TestClient]:
    later = Later("/pages", make)
    rest = Mount("/", Starlette(routes=[
        Route("/{rest:path}", lambda _: PlainTextResponse("rest"))]))
    return later, TestClient(Starlette(routes=[later, rest]))


def pages() -> list[Mount | Route]:
    inside = Starlette(routes=[
        Route("/", lambda _: PlainTextResponse("home")),
        Route("/one", lambda request: PlainTextResponse(
            f"{request.url.path} {request.url_for('pages:one').path}"), name="one")])
    return [Route("/pages", lambda _: PlainTextResponse("", 308, {"location": "/pages/"})),
            Mount("/pages", inside, name="pages")]


def test_they_are_made_when_they_are_first_asked_for_and_once():
    made = []

    def make():
        made.append(1)
        return pages()

    _, client = app_over(make)
    assert made == []
    assert client.get("/pages/").text == "home"
    assert client.get("/pages/one").text == "/pages/one /pages/one"
    assert client.get("/pages", follow_redirects=False).headers["location"] == "/pages/"
    assert made == [1]


@pytest.mark.parametrize("path", ["/", "/pagesandmore", "/other/pages/"])
def test_all_else_is_left_to_others(path):
    _, client = app_over(pages)
    assert client.get(path).text == "rest"


def test_before_they_are_there_none_has_an_address():
    later, _ = app_over(pages)
    with pytest.raises(NoMatchFound):
        later.url_path_for("pages:one")
    later.make()
    assert later.url_path_for("pages:one") == "/pages/one"


def test_who_asks_while_they_are_made_waits_for_them():
    go_on, begun, made = threading.Event(), threading.Event(), []

    def make():
        made.append(1)
        begun.set()
        assert go_on.wait(10)
        return pages()

    later, client = app_over(make)
    maker = threading.Thread(target=later.make)
    maker.start()
    assert begun.wait(10)
    threading.Timer(0.1, go_on.set).start()
    assert client.get("/pages/").text == "home"
    maker.join(10)
    assert made == [1]


def test_what_cannot_be_made_is_said_without_a_traceback_and_tried_again():
    tries = []

    def make():
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("no database")
        return pages()

    later, client = app_over(make)
    answer = client.get("/pages/")
    assert (answer.status_code, answer.text) == (
        503, "These pages can't be shown. The server's log says why.")
    assert client.get("/pages/").text == "home"
    assert later.make() is later.make()
