"""The foot of a turn says how its answer came about, with the settings of that time."""

import re
from html import unescape

import pytest

from bot.advisor import Advisor, Said
from bot.console.viewer import Role
from bot.console.wording.provenance import NOT_KEPT, came_about
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.record.in_force import InForce
from bot.turns.circumstances import Delivered, Where
from retrieval.releases import content_of
from tests.console.talking import DEAL, WHEN, Desk, viewer
from tests.dialogue.talking import LIMIT, WordSearch
from tests.store.migrated import sqlite_at
from tests.store.small import begin, step

SETTINGS = {"contact": "Kim <b>Adler</b>", "question_limit": 12, "compliance_channel": "",
            "prompts": {"replies.yaml": "ab" * 32}}
IN_FORCE = InForce(SETTINGS, {"reviewers": "U-rev", "admins": ""}, "ops@host")


@pytest.fixture
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@pytest.fixture
def desk(store, guidance, reader, sentences):
    release = guidance.release or "0123456789ab"
    store.keep_release(release, content_of(guidance))
    store.activate(release)
    made = Desk(store, Advisor(
        guidance=guidance, reader=reader, search=WordSearch(guidance), wording=sentences,
        store=store, question_limit=LIMIT, message_limit=8000, now=lambda: WHEN,
        in_force=IN_FORCE, recipe="words of the query"))
    made.say("c0", "hello")  # opens the case
    made.advisor.take_turn(Said(
        MessageKey("slack:T1:C1:1.2"), ConversationId("c0"), "slack:T1:U1", WHEN, DEAL,
        workspace="T1", where=Where("slack", "message", "C1", "1.2", True),
        delivery=Delivered("slack:T1:C1:1.2", "Ev012", WHEN, 2)))
    return made


def told(page):
    cells = re.findall(r'<th scope="row">([^<]*)</th><td>(.*?)</td></tr>', page)
    return {unescape(name): unescape(value) for name, value in cells}


def test_a_reviewer_reads_where_of_which_delivery_and_with_which_settings(desk):
    page = desk.reads("/conversations/c0").text
    second = page[page.index('id="turn-2"'):]

    shown = told(second)
    assert shown["Where"] == ("Slack: wrote a message, channel C1, at 1.2, answered to the asker "
                              "alone")
    assert shown["Delivery"] == ("slack:T1:C1:1.2, event Ev012, stored 25 Nov 2026, 09:00 UTC, "
                                 "handling had failed 2 times before")
    assert shown["Search by"] == "words of the query"
    assert re.fullmatch(r"\d+ ms: reading \d+, search \d+, composing \d+", shown["Took"])
    assert shown["Settings in force"] == IN_FORCE.digest
    assert shown["Setting: contact"] == "Kim <b>Adler</b>"
    assert "<b>Adler" not in page
    assert shown["Setting: question limit"] == "12"
    assert shown["Setting: compliance channel"] == "none"
    assert shown["Setting: prompts"] == f"replies.yaml {'ab' * 32}"


def test_whoever_asked_reads_the_digest_and_not_the_settings(desk):
    page = desk.reads("/conversations/c0", viewer("U1", Role.ASKER)).text

    shown = told(page)
    assert shown["Settings in force"] == IN_FORCE.digest
    assert not [name for name in shown if name.startswith("Setting: ")]


def test_of_a_turn_of_before_it_says_that_this_was_not_kept_yet():
    turn, _ = step(begin(), "k1")

    assert came_about(turn, {}) == [
        ("Where, delivery, settings, steps", NOT_KEPT),
        ("Recorded", "01 Mar 2026, 09:01 UTC"),
        ("Sentences", "abc"),
        ("Most questions", NOT_KEPT),
    ]
