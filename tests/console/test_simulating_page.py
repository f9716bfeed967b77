"""The page on which a case is tried against the draft: who may, what it shows, what it leaves."""

import re
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

import bot.console
from bot.console.drafting.simulating import PATH, Simulating, simulate_pages
from bot.console.entry.access import require, rules
from bot.console.viewer import Role
from bot.dialogue.conversation import ConversationId
from bot.errors import BadInput
from bot.schema import metadata
from bot.simulating.playing import Manner
from tests.console.seen import refusal_at, words
from tests.console.talking import WHEN, SignedIn, viewer
from tests.dialogue.talking import LIMIT
from tests.simulating.conftest import edition, with_new_words, without_flag
from tests.store.migrated import sqlite_at

DEAL = ("Cell-site simulators for the police of Kenya, who will watch crowds at demonstrations. "
        "Journalists were arrested.")


@pytest.fixture(params=["sqlite"])
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@pytest.fixture
def made(desk, guidance, reader, sentences):
    """Makes the page with a draft."""
    def make(draft=None, seen=None):
        def no_draft():
            raise BadInput("no_draft", "There is no draft; make one first.")

        def nothing(*_):
            raise AssertionError("no other conversation is compared with")

        simulating = Simulating(
            desk.store, lambda: edition(guidance, reader),
            no_draft if draft is None else lambda: draft,
            lambda: Manner(sentences, LIMIT), nothing, lambda: WHEN)
        routes = simulate_pages(simulating, lambda _: lambda endpoint: endpoint)
        static = StaticFiles(directory=Path(bot.console.__file__).parent / "static")
        return Starlette(
            routes=[Mount("/console", routes=[*routes, Mount("/static", static)])],
            middleware=[Middleware(SignedIn, seen=seen or viewer())])

    return make


@pytest.fixture
def browse(made):
    return lambda draft=None, seen=None: TestClient(made(draft, seen), follow_redirects=False)


def rows(desk):
    with desk.store.reading() as connection:
        return {table.name: [tuple(row) for row in connection.execute(table.select())]
                for table in metadata.sorted_tables}


def test_only_reviewers_and_admins_come_to_it(guidance):
    simulating = Simulating(*[None] * 6)
    found = {(rule.path, method): rule.role for rule in rules(simulate_pages(simulating, require))
             for method in rule.methods}
    assert found == {(PATH, method): Role.REVIEWER for method in ("GET", "HEAD", "POST")}


def test_the_form_carries_the_token_and_says_that_nothing_is_kept(browse):
    page = browse().get(f"/console{PATH}?conversation=c1")
    assert page.status_code == 200
    assert '<input type="hidden" name="token" value="token1">' in page.text
    assert 'name="conversation" value="c1"' in page.text
    assert "Nothing of it is posted or recorded" in words(page)


def test_an_invented_case_is_shown_side_by_side_and_nothing_is_kept(browse, desk, guidance):
    desk.say("c1", DEAL)
    before = rows(desk)
    page = browse(edition(without_flag(guidance))).post(
        f"/console{PATH}", data={"messages": DEAL, "token": "token1"})
    assert page.status_code == 200
    title = guidance.flag_by_id["sg-c2-rf3"].title
    assert f"The red flag “{title}” (sg-c2-rf3) would no longer be raised." in words(page)
    assert f"Red flag raised only in what is live: {title} (sg-c2-rf3)." in words(page)
    assert page.text.count('<div class="side">') == 2
    assert "<del>" in page.text
    assert "[only in what is live:" in words(page)
    assert rows(desk) == before


def test_words_of_the_draft_alone_are_said_to_be_so(browse, guidance, reader):
    draft = replace(guidance, red_flags=tuple(
        replace(f, explains="Look at the prisons.") if f.id == "sg-c2-rf3" else f
        for f in guidance.red_flags))
    page = browse(edition(draft, reader)).post(f"/console{PATH}", data={"messages": DEAL})
    assert "Red flag reads otherwise in the draft" in words(page)
    assert re.search(r"<ins><span class=\"hidden\">\[only in the draft: </span>[^<]*prisons",
                     page.text)


def test_a_stored_case_is_read_on_record_and_by_its_own_workspace_only(browse, desk, guidance):
    desk.say("c1", DEAL)
    desk.say("c1", "Give me the advice now.")
    before = rows(desk)
    draft = edition(with_new_words(guidance))
    away = browse(draft, viewer(workspace="T2")).post(
        f"/console{PATH}", data={"conversation": "c1"})
    assert away.status_code == 400
    assert "There is no such conversation, or none that you may see." in words(away)
    assert DEAL not in unescape(away.text)
    assert rows(desk) == before
    page = browse(draft).post(f"/console{PATH}", data={"conversation": "c1"})
    assert page.status_code == 200
    assert DEAL in words(page) and "Give me the advice now." in words(page)
    assert [row.actor for row in desk.rows("viewed")] == ["U-rev"]
    after = rows(desk)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"log", "log_heads"}
    assert len(after["log"]) == len(before["log"]) + 1


def test_erased_words_are_said_to_be_and_never_shown(browse, desk, guidance, reader):
    desk.say("c1", DEAL)
    desk.erasing.conversation("T1", ConversationId("c1"), by="U-rev", reason="asked for")
    page = browse(edition(guidance, reader)).post(
        f"/console{PATH}", data={"conversation": "c1"})
    assert "The words of 1 of 1 messages are erased" in words(page)
    assert "stingray" not in page.text and "watch crowds at" not in page.text


def test_what_was_understood_then_can_be_asked_for(browse, desk, guidance, reader):
    desk.say("c1", DEAL)
    page = browse(edition(guidance, reader)).post(
        f"/console{PATH}", data={"conversation": "c1", "mode": "facts"})
    assert "Played from what was understood then" in words(page)
    assert "Nothing would be different for this deal" in words(page)
    assert re.search(r'value="facts" checked', page.text)


@pytest.mark.parametrize(("given", "why"), [
    ({}, "There is nothing to play"),
    ({"messages": "x", "conversation": "c1"}, "leave the other empty"),
    ({"conversation": "nowhere"}, "no such conversation"),
    ({"messages": "\n".join("abcdefghijklmnopqrstuvwxyz")}, "Those are 26 messages"),
    ({"messages": "x", "answers": "police"}, "is no answer: write a fact, a colon"),
])
def test_what_can_not_be_played_is_told_and_the_form_stays(browse, guidance, reader, given, why):
    page = browse(edition(guidance, reader)).post(f"/console{PATH}", data=given)
    assert page.status_code == 400
    assert why in words(page)
    for text in given.values():
        assert text in unescape(page.text)
    assert why in refusal_at(page, next(reversed(given), "messages"))


def test_without_a_draft_it_says_so_before_anything_is_read(browse, desk):
    desk.say("c1", DEAL)
    before = rows(desk)
    page = browse().post(f"/console{PATH}", data={"conversation": "c1"})
    assert (page.status_code, "There is no draft; make one first." in words(page)) == (400, True)
    assert rows(desk) == before


def test_answers_are_given_a_fact_a_line(browse, guidance, reader):
    page = browse(edition(guidance, reader)).post(f"/console{PATH}", data={
        "messages": DEAL, "answers": "misuse_reports: yes\r\nconflict:\r\n"})
    assert page.status_code == 200
    assert "(picks)" in words(page)
    assert "Message 3" in words(page)


def test_words_that_look_like_markup_are_shown_as_they_are(browse, guidance, reader):
    evil = "<script>alert(1)</script>{{7*7}} drones for the police of Chad"
    page = browse(edition(guidance, reader)).post(f"/console{PATH}", data={"messages": evil})
    assert "<script>alert" not in page.text
    assert evil in unescape(page.text)


@contextmanager
def drawn_in(browser, app, data, **more):
    """The page that *data* gives, in Chromium, served without a network."""
    client = TestClient(app)
    context = browser.new_context(**more)
    page = context.new_page()

    def answer(route):
        path = route.request.url.split("advisor.test", 1)[1]
        response = (client.post(path, data=data) if path.endswith(PATH)
                    else client.get(path))
        route.fulfill(status=response.status_code, body=response.content,
                      headers={"content-type": response.headers.get("content-type", "text/css")})

    page.route("**/*", answer)
    page.goto(f"http://advisor.test/console{PATH}")
    yield page
    context.close()


@pytest.mark.long
@pytest.mark.parametrize(("width", "beside"), [(1400, True), (390, False)])
def test_two_columns_on_a_desk_and_one_on_a_phone(browser, made, guidance, width, beside):
    app = made(edition(without_flag(guidance)))
    with drawn_in(browser, app, {"messages": DEAL},
                  viewport={"width": width, "height": 900}) as page:
        one, other = (box.bounding_box() for box in page.locator(".side").all())
        assert (one["y"] == other["y"]) is beside
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long
def test_the_page_has_no_fault_that_axe_finds(browser, made, guidance, axe_core):
    app = made(edition(without_flag(guidance)))
    for scheme in ("light", "dark"):
        with drawn_in(browser, app, {"messages": DEAL}, color_scheme=scheme) as page:
            page.evaluate(axe_core)
            found = page.evaluate("axe.run()")
            assert [(v["id"], [n["html"][:80] for n in v["nodes"]])
                    for v in found["violations"]] == []
