"""Verdicts on the console: who sees them, what a form may do, and what a press does once."""

import re
from html import unescape

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot.console.cases.case_form import fields, filled
from bot.console.cases.case_pages import case_pages
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading
from bot.console.entry.access import rules
from bot.console.viewer import Role
from bot.dialogue.conversation import ConversationId
from bot.exporting.redacting import Redaction, Redactor
from bot.measures.labelled import read_cases
from bot.people import People
from bot.reviews.approving import Approving
from bot.reviews.labelling import Labelled, Shape
from bot.reviews.review import VerdictKind
from bot.reviews.reviewing import Reviewer, Reviewing
from bot.reviews.sharing import Sharing
from tests.console.seen import refusal_at, words
from tests.console.talking import DEAL, WHEN, SignedIn, viewer
from tests.store.migrated import sqlite_at

pytestmark = pytest.mark.long

EVIL = "<script>alert(1)</script>{{7*7}} \"'"
C1 = ConversationId("c1")
ADA, BEN = viewer("U-ada"), viewer("U-ben")
ADMIN = viewer("U-ada", Role.ADMIN)
AWAY = viewer("U-ben", Role.ADMIN, workspace="T2")


@pytest.fixture(params=["sqlite"])
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "evaluation.yaml"
    made.write_text("- id: r-1\n  query: a\n  relevant: []\n", "utf-8")
    return made


def reading_of(desk):
    return Reading(desk.store, desk.editions.of, Integrity(None), lambda: WHEN,
                   people=People(desk.store))


@pytest.fixture
def open_as(desk, file):
    """The pages as somebody who has signed in sees them; Ada has said that a safeguard is wrong."""
    forms = Redactor(frozenset(Redaction)).clean
    reviewing = Reviewing(desk.store, desk.editions.of, four_eyes=False, now=lambda: WHEN)
    approving = Approving(desk.store, reviewing, desk.editions.of,
                          lambda guidance: Sharing(guidance, forms).clean, file, lambda: "v-1")
    desk.say("c1", DEAL)
    desk.say("c1", "Give me the advice now.")
    shown = desk.store.turns(C1)[-1].reply.safeguards[0].id
    reviewing.verdicts.say(Reviewer("T1", "U-ada", "Ada"), C1, VerdictKind.WRONG_SAFEGUARD, 2,
                      {"safeguard": str(shown)}, f"No. {EVIL}")

    reading = reading_of(desk)
    reading.people.learn("T1", "U-ada", "Ada Lovelace")
    reading.people.learn("T1", "U-ben", "Ben Okri")

    def client(seen):
        routes = case_pages(approving, reading, lambda _role: lambda f: f)
        app = SignedIn(Mount("/console", routes=routes), seen)
        return TestClient(app, follow_redirects=False)

    client.shown = str(shown)
    client.desk = desk
    return client


def form(page):
    """The fields of the form that approves, as a browser would send them."""
    approve = re.search(r'<form [^>]*cases/approve">(.*?)</form>', page.text, re.S)[1]
    sent = {}
    for tag in re.findall(r"<input [^>]*>", approve):
        name, value = (re.search(rf'\b{one}="([^"]*)"', tag) for one in ("name", "value"))
        if 'type="checkbox"' not in tag or " checked" in tag:
            sent[name[1]] = unescape(value[1])
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>(.*?)</textarea>', approve, re.S):
        sent[name] = unescape(text)
    return sent


def opened(client):
    return client.get("/console/cases/verdict?conversation=c1&number=1")


def test_each_route_takes_a_reviewer(desk, file):
    from bot.console.entry.access import require
    routes = case_pages(None, reading_of(desk), require)
    assert [(rule.path, rule.role) for rule in rules(routes)] == [
        ("/cases", Role.REVIEWER), ("/cases/verdict", Role.REVIEWER),
        ("/cases/approve", Role.REVIEWER), ("/cases/refuse", Role.REVIEWER)]
    assert all(isinstance(route, Route) for route in routes)


def test_the_list_links_each_verdict_to_its_turn_and_shows_words_as_words(open_as):
    page = open_as(BEN).get("/console/cases")

    assert page.status_code == 200
    assert "Waiting for approval: 1" in words(page)
    assert 'href="/console/conversations/c1?turn=2#turn-2"' in page.text
    assert "<script>alert" not in page.text
    assert EVIL in unescape(page.text)
    assert "Approve or refuse" in words(page)


def test_people_and_deals_are_called_by_name(open_as):
    """Slack's ids stood there alone, and of a conversation the id of its thread, to be heard."""
    client = open_as(BEN)
    deal = "Cell-site simulator · Police · Kenya"
    said = words(client.get("/console/cases"))
    assert "Ada Lovelace (U-ada)" in said and f"Turn 2 {deal}" in said
    assert "of c1" not in said
    shown = opened(client)
    said = words(shown)
    assert "Said by Ada Lovelace (U-ada)" in said and f"Of turn 2: {deal}" in said
    client.post("/console/cases/approve", data={**form(shown), "confirmed": "yes"})
    said = words(client.get("/console/cases"))
    assert "Approved: 1" in said and "Ben Okri (U-ben)" in said


def test_who_said_it_is_told_that_another_one_approves(open_as):
    assert "another reviewer approves it" in words(open_as(ADA).get("/console/cases"))
    page = opened(open_as(ADA))
    assert "You said this yourself" in words(page)
    assert "cases/approve" not in page.text
    assert "cases/approve" in opened(open_as(ADMIN)).text


def test_looking_at_the_form_is_on_record(open_as):
    opened(open_as(BEN))
    assert [(row.actor, row.conversation) for row in open_as.desk.rows("viewed")] == [
        ("U-ben", "c1")]


def test_what_is_approved_with_changes_is_what_is_written(open_as, file):
    client = open_as(BEN)
    sent = form(opened(client))
    assert sent["wrong_safeguards"] == open_as.shown
    assert "confirmed" not in sent

    done = client.post("/console/cases/approve", data={
        **sent, "says:0": "Cell-site simulators for the police of Kenya.\r\nNow.",
        "note": "", "confirmed": "yes"})

    assert (done.status_code, done.headers["location"]) == (303, "/console/cases?done=approved")
    (case,) = read_cases(file)
    assert case.says == ("Cell-site simulators for the police of Kenya.\nNow.",
                         "Give me the advice now.")
    assert case.wrong_safeguards == frozenset({open_as.shown})
    page = client.get("/console/cases?done=approved")
    assert "in the corpus’s file" in words(page)
    assert "Approved: 1" in words(page)


def test_no_message_of_a_long_case_is_left_out_when_it_is_approved(open_as, file):
    """Of 130 messages the form showed all, and the file got the first hundred."""
    client = open_as(BEN)
    sent = form(opened(client))
    many = {f"says:{n}": f"And message {n}." for n in range(130)}
    del many["says:40"]  # taken away in the browser; what follows keeps its place

    refused = client.post("/console/cases/approve", data={**sent, **many})
    assert refused.status_code == 400
    assert "And message 129." in refused.text
    client.post("/console/cases/approve", data={**form(refused), "confirmed": "yes"})

    (case,) = read_cases(file)
    assert case.says == tuple(f"And message {n}." for n in range(130) if n != 40)


def test_a_press_twice_approves_once(open_as, file):
    client = open_as(BEN)
    sent = {**form(opened(client)), "confirmed": "yes"}

    first, second = (client.post("/console/cases/approve", data=sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(open_as.desk.rows("verdict_approved")) == len(read_cases(file)) == 1


@pytest.mark.parametrize(("change", "status", "why"), [
    ({}, 400, "tick that nothing in them tells"),
    ({"confirmed": "yes", "wrong_safeguards": "no-such"}, 400, "no safeguard “no-such”"),
    ({"confirmed": "yes", "facts": "colour: red"}, 400, "no fact “colour”"),
    ({"confirmed": "yes", "wrong_safeguards": ""}, 400, "asks for nothing yet"),
])
def test_what_is_refused_keeps_what_was_typed(open_as, file, change, status, why):
    client, before = open_as(BEN), file.read_bytes()
    sent = {**form(opened(client)), "says:0": f"mine {EVIL}", **change}

    page = client.post("/console/cases/approve", data=sent)

    assert page.status_code == status
    assert why in words(page)
    assert (why in refusal_at(page, "confirmed")) == ("confirmed" not in change)
    assert "Nothing was written." in words(page)
    assert form(page)["says:0"] == f"mine {EVIL}"
    assert "<script>alert" not in page.text
    assert file.read_bytes() == before
    assert open_as.desk.rows("verdict_approved") == []


def test_who_said_it_can_not_approve_it_by_hand_either(open_as, file):
    sent = {**form(opened(open_as(BEN))), "confirmed": "yes"}
    before = file.read_bytes()

    page = open_as(ADA).post("/console/cases/approve", data=sent)

    assert page.status_code == 403
    assert "You said this yourself" in words(page)
    assert file.read_bytes() == before


def test_of_another_workspace_nothing_is_seen_and_nothing_done(open_as, file):
    sent = {**form(opened(open_as(BEN))), "confirmed": "yes"}
    client, before = open_as(AWAY), file.read_bytes()

    assert "Waiting for approval: 0" in words(client.get("/console/cases"))
    assert opened(client).status_code == 404
    assert client.post("/console/cases/approve", data=sent).status_code == 404
    assert client.post("/console/cases/refuse", data={**sent, "reason": "x"}).status_code == 404
    assert file.read_bytes() == before


def test_refusing_needs_a_reason_and_takes_it_off_the_list(open_as):
    client = open_as(BEN)
    sent = {"conversation": "c1", "number": "1", "key": "k"}

    empty = client.post("/console/cases/refuse", data={**sent, "reason": " "})
    assert (empty.status_code, "The reason is empty" in refusal_at(empty, "reason")) == (400, True)
    assert client.post("/console/cases/refuse", data={**sent, "reason": EVIL}).status_code == 303

    page = client.get("/console/cases")
    assert "Waiting for approval: 0" in words(page)
    assert EVIL in unescape(page.text)
    assert "<script>alert" not in page.text
    assert opened(client).status_code == 404


@pytest.mark.parametrize("query", ["", "conversation=c1", "conversation=c1&number=9",
                                   "conversation=c1&number=²", "conversation=none&number=1"])
def test_what_is_not_there_is_told(open_as, query):
    assert open_as(BEN).get(f"/console/cases/verdict?{query}").status_code == 404


def test_a_file_that_can_not_be_read_or_written_is_told_on_the_page(open_as, file):
    client = open_as(BEN)
    sent = {**form(opened(client)), "confirmed": "yes"}
    file.write_text("- id: [\n", "utf-8")

    assert client.post("/console/cases/approve", data=sent).status_code == 303
    page = client.get("/console/cases")
    assert "The file of cases can’t be read." in words(page)
    file.write_text("[]\n", "utf-8")
    page = client.get("/console/cases")
    assert "1 approved case is not in the corpus’s file" in words(page)
    assert len(open_as.desk.rows("verdict_approved")) == 1


@pytest.mark.parametrize("case", [
    Labelled(Shape.DEAL, ("a", "b\nc"), {"x": ("y", "z"), "w": None}, {"x": None}, ("f",), True,
             ("c",), ("p", "q"), ("r",), ("s",), ("t",), note="n"),
    Labelled(Shape.QUESTION, ("a",), cites=("p",), cites_never=("r",)),
    Labelled(Shape.QUESTION, ("a",), unanswerable=True),
])
def test_a_case_comes_back_from_its_form(case):
    assert filled(case.shape, fields(case)) == case
