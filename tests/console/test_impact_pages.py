"""The page of an impact: who reads it, what it says, and whom its form tells."""

import re
from dataclasses import replace
from html import escape

import pytest
from sqlalchemy import delete, update
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading
from bot.console.drafting.impact_pages import Impacts, impact_pages
from bot.console.drafting.impact_wording import impact_table, signed_of
from bot.console.drawing import drawn
from bot.console.entry.access import require, rules
from bot.console.viewer import Role
from bot.dialogue.naming import deal_title
from bot.impact.differing import Kind
from bot.impact.surveys import Surveys
from bot.impact.telling import TOLD, Telling
from bot.people import People
from bot.schema import cases
from retrieval.guidance import ReleaseId
from retrieval.releases import content_of
from tests.console.seen import words
from tests.console.talking import DEAL, SignedIn, viewer

ADMIN = viewer("U-adm", Role.ADMIN)
QUESTION = "What does the guidance say about resellers?"


class Page:
    def __init__(self, desk, owed, say):
        self.desk, self.owed = desk, owed
        self.before = desk.advisor.guidance
        self.after = replace(self.before, release=ReleaseId("after"),
                             red_flags=self.before.red_flags[:2])
        self.editions = {one.release: one for one in (self.before, self.after)}
        store = desk.store
        reading = Reading(store, self.editions.__getitem__,
                          Integrity(desk.checkpoints, start=lambda work: work()),
                          people=People(store))
        self.impacts = Impacts(reading, Surveys(store, self.editions.__getitem__, say), Telling(
            store, self.editions.__getitem__, say,
            lambda _c, notice: self.owed.append(notice) or True))

    def publish(self):
        self.desk.store.keep_release(self.after.release, content_of(self.after))
        self.desk.store.activate(self.after.release)

    def as_(self, seen):
        routes = impact_pages(self.impacts, lambda _role: lambda endpoint: endpoint)
        return TestClient(Starlette(routes=[Mount("/console", routes=routes)], middleware=[
            Middleware(SignedIn, seen=seen)]), follow_redirects=False)

    def see(self, path, seen=None):
        return self.as_(seen or viewer()).get(f"/console/corpus/impact/{path}")


@pytest.fixture
def shown(desk, on_impact):
    desk.say("c1", DEAL)
    desk.say("c2", QUESTION, user="U2")
    desk.say("c3", DEAL, user="U9", workspace="T2")
    return Page(desk, [], on_impact)


def test_every_endpoint_says_whose_it_is(shown):
    assert len(list(rules(impact_pages(shown.impacts, require)))) == 2


def test_before_and_now_stand_side_by_side_and_only_of_the_own_workspace(shown):
    shown.publish()
    page = shown.see("after")
    assert page.status_code == 200
    assert "/console/conversations/c1" in page.text and "/conversations/c3" not in page.text
    assert "Advice would be different: 1" in page.text
    assert "does not apply" in page.text and "of 2 conversations, 1 of them on deals" in page.text
    assert "<form" not in page.text.split('id="content"')[1]
    assert "An admin can tell them" in page.text
    title = deal_title(shown.before, shown.desk.store.load("c1").deal)
    assert title and f'/console/conversations/c1">{escape(title)}</a>' in page.text
    other = shown.see("after", viewer(workspace="T2"))
    assert "/conversations/c3" in other.text and "/conversations/c1" not in other.text


def test_an_admin_tells_those_ticked_once(shown):
    shown.publish()
    page = shown.see("after", ADMIN)
    assert 'name="token" value="token1"' in page.text
    assert 'type="checkbox" form="tell" name="conversation" value="c1"' in page.text
    # Whom all are told is two presses away, and a row is named by its deal and not by its id.
    assert re.search(r'<details><summary>Tell all \d+ …</summary>.*?value="all">Tell all \d+'
                     r'</button></details>', page.text, re.S)
    title = deal_title(shown.before, shown.desk.store.load("c1").deal)
    assert f'aria-label="Tell the thread of {escape(title)}"' in page.text
    browser = shown.as_(ADMIN)
    path = "/console/corpus/impact/after/tell"

    nobody = browser.post(path, data={"who": "ticked"})
    assert nobody.status_code == 409 and "Tick some" in nobody.text
    # It led to the list of conversations, from where nobody finds the page of the impact again.
    assert 'href="/console/corpus/impact/after?page=1">Back to where you were' in nobody.text
    done = browser.post(path, data={"who": "ticked", "conversation": ["c1", "c3", "c2"]})
    assert done.status_code == 303
    assert [notice.conversation for notice in shown.owed] == ["c1"]
    assert "1 thread was told" in browser.get(done.headers["location"]).text
    assert "told already" in shown.see("after", ADMIN).text
    again = browser.post(path, data={"who": "ticked", "conversation": "c1"})
    assert "1 had been told before" in browser.get(again.headers["location"]).text
    everybody = browser.post(path, data={"who": "all"})
    assert everybody.status_code == 409
    (row,) = shown.desk.rows(TOLD)
    assert (row.actor, row.workspace, row.conversation) == ("U-adm", "T1", "c1")


def test_told_are_at_most_those_who_have_a_thread_and_no_others_are_counted(shown, monkeypatch):
    """It counted who came from the terminal; a thousand of them kept all others from hearing."""
    monkeypatch.setattr("bot.console.drafting.impact_pages.MOST_AT_ONCE", 1)
    for name in ("c4", "c5", "c6"):  # the later ones stand first
        shown.desk.say(name, DEAL)
    with shown.desk.store.writing() as connection:
        connection.execute(delete(cases).where(cases.c.conversation.in_(["c5", "c6"])))
        connection.execute(update(cases).where(cases.c.conversation == "c4").values(asker=""))
    shown.publish()
    page = shown.see("after", ADMIN)
    assert "Advice would be different: 4" in page.text
    assert ">Tell all 1</button>" in page.text
    browser = shown.as_(ADMIN)
    path = "/console/corpus/impact/after/tell"

    assert browser.post(path, data={"who": "all"}).status_code == 303

    assert [notice.conversation for notice in shown.owed] == ["c1"]
    after = shown.see("after", ADMIN).text
    assert "Tell all" not in after and "Nobody is still to be told" in after
    assert browser.post(path, data={"who": "all"}).status_code == 409


def test_all_are_told_that_a_page_offers_and_no_more_by_a_second_press(shown, monkeypatch):
    """The second press of the same page told the next thousand."""
    monkeypatch.setattr("bot.console.drafting.impact_pages.MOST_AT_ONCE", 1)
    for name in ("c4", "c5"):
        shown.desk.say(name, DEAL)
    shown.publish()
    browser, other = shown.as_(ADMIN), shown.as_(viewer("U-adm2", Role.ADMIN))

    def press(by, seen):
        return by.post("/console/corpus/impact/after/tell", data={"who": "all", "seen": seen})

    def offered():
        return re.search(r'name="seen" value="(\d+)"', shown.see("after", ADMIN).text)[1]

    first = offered()
    for _ in range(2):
        led = press(browser, first)
        assert led.status_code == 303 and led.headers["location"].endswith("?page=1&told=1")
    late = press(other, first)
    assert late.status_code == 409 and len(shown.owed) == 1
    assert "1 thread was told since you opened the page" in words(late)
    assert press(other, offered()).status_code == 303 and len(shown.owed) == 2
    last = offered()
    for _ in range(2):  # the last ones, and nothing reads as if nobody had been told
        assert press(browser, last).headers["location"].endswith("?page=1&told=1")
    assert [one.conversation for one in shown.owed] == ["c5", "c4", "c1"]


def test_who_relied_on_a_provision_is_told_with_how_it_read(shown):
    cited = shown.desk.store.turns("c2")[0].reply.citations()[0].provision
    page = shown.see(cited)
    assert page.status_code == 200
    assert "/conversations/c2?turn=1#turn-1" in page.text and "reads the same today" in page.text
    assert f"/?cites={cited}&amp;order=newest" in page.text
    assert "/conversations/c3" not in page.text


def test_who_relied_is_named_by_the_deal_and_not_by_the_person_alone(shown):
    cited = shown.desk.store.turns("c1")[0].reply.citations()[0].provision
    title = deal_title(shown.before, shown.desk.store.load("c1").deal)
    link = f'/conversations/c1?turn=1#turn-1">{escape(title)}</a>'
    assert title and link in shown.see(cited).text


def test_of_two_of_one_name_it_is_told_by_the_id_who_asked(shown):
    shown.publish()
    for user in ("U1", "U2"):
        shown.impacts.reading.people.learn("T1", user, "Ada Lovelace")
    cited = shown.desk.store.turns("c1")[0].reply.citations()[0].provision
    for path in (shown.after.release, cited):
        said = shown.see(path).text
        assert '<bdi>Ada Lovelace</bdi> <span class="id">(U1)</span>' in said, path


def test_what_is_neither_is_said_to_be(shown):
    assert shown.see("no-such").status_code == 404
    assert "no provision or release" in shown.see("no-such").text
    first = shown.see(shown.before.release)
    assert first.status_code == 404 and "No release answered before" in first.text


def test_who_publishes_is_told_first_which_sign_offs_that_ends(desk, on_impact):
    """The gate said "only texts relied on changed", and the sign-offs of all of them lapsed."""
    for name in ("c1", "c2", "c3"):
        desk.say(name, DEAL if name != "c3" else QUESTION)
    for name in ("c1", "c3"):
        desk.note(name, "signed_off", user="U-rev", body={"number": 1, "needs_second": False})
    page = Page(desk, [], on_impact)
    survey, words = Surveys(desk.store, page.editions.__getitem__, on_impact).of_two(
        page.before, page.after, "T1")
    assert signed_of(survey) == impact_table(survey, words, None, 1).signed == ("c1",)

    given = {"impact": impact_table(survey, words, None, 1), "names": {},
             "titles": {"c1": "The first"}, "most_signed": 10, "here_is": ""}

    def seen(**more):
        app = Starlette(routes=[Route("/", lambda request: drawn(
            request, "impact_table.html", **given, **more))],
            middleware=[Middleware(SignedIn, seen=ADMIN)])
        return TestClient(app).get("/").text

    assert "1 of them is signed off, and its sign-off lapses once" in seen(ahead=True)
    assert "/conversations/c1\">The first</a></li>" in seen(ahead=True)
    assert "signed off, and" not in seen()


def test_who_mends_our_words_alone_is_not_told_that_sign_offs_end(desk, on_impact):
    """Of a new title of a red flag it was said that every sign-off of a deal with it lapses; none
    does, since a sign-off is of what is advised and what that rests on."""
    desk.say("c1", DEAL)
    desk.note("c1", "signed_off", user="U-rev", body={"number": 1, "needs_second": False})
    before = Page(desk, [], on_impact).before
    after = replace(before, release=ReleaseId("words"), red_flags=tuple(
        replace(one, title=f"{one.title}, in other words") for one in before.red_flags))

    survey, _ = Surveys(desk.store, {before.release: before, after.release: after}.__getitem__,
                     on_impact).of_two(before, after, "T1")

    assert [(one.conversation, one.kind) for one in survey.affected] == [("c1", Kind.TEXTS)]
    assert signed_of(survey) == ()


def test_nonsense_in_the_address_counts_as_left_empty(shown):
    shown.publish()
    for query in ("kind=x", "page=-1", "page=99999", "page=٣", "told=x&page=0", "kind=texts"):
        assert shown.see(f"after?{query}").status_code == 200
