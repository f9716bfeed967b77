"""Who has signed goes on with what waits next, without a way back through the whole page."""

import re
from html import unescape

import pytest

from tests.console.reviewed import Office
from tests.console.talking import DEAL

NOW = "Give me the advice now."


@pytest.fixture
def office(desk, clock):
    for name, user in (("c1", "U1"), ("c2", "U1"), ("c3", "U1"), ("c4", "U-rev")):
        desk.say(name, DEAL, user=user)
        desk.say(name, NOW, user=user)
    return Office(desk, clock)


def next_of(page):
    """The conversation that the page leads on to, and what stands behind its name."""
    found = re.search(
        r'<p class="next">Next: <a href="/console/conversations/([^"]+)">[^<]+</a>(.*?)</p>',
        page.text, re.S)
    return None if found is None else (
        found[1], " ".join(unescape(re.sub("<[^>]+>", "", found[2])).split()))


def signed(office):
    kim = office.browser()
    kim.agrees_to_all()
    kim.does("sign-off", text="Read in full.")
    return kim


def test_what_is_assigned_to_oneself_comes_next_then_what_most_asks_for_somebody(office):
    kim, ada = office.browser(), office.browser("U-rev2")
    assert next_of(kim.reads("/conversations/c1")) is None, "there is something to do here"
    ada.does("assign", "c3", to="U-rev")
    signed(office)
    assert next_of(kim.reads("/conversations/c1")) == ("c3", ", assigned to you · To the queue")
    ada.does("assign", "c3", to="U-rev2")
    assert next_of(kim.reads("/conversations/c1")) == ("c2", "· To the queue")


def test_what_others_review_what_waits_and_one_s_own_deal_are_passed_over(office):
    kim, ada = signed(office), office.browser("U-rev2")
    ada.does("take", "c2")
    kim.does("ask", "c3", text="Who is the reseller?")
    assert next_of(kim.reads("/conversations/c1")) is None
    assert 'href="/console/"' in kim.reads("/conversations/c1").text.split('class="next"')[1]
    office.clock.pass_(minutes=31)
    assert next_of(kim.reads("/conversations/c3"))[0] == "c2", "nothing to do while it waits"


def test_whoever_may_not_sign_for_another_reason_is_sent_nowhere(office):
    signed(office)
    assert next_of(office.browser("U1").reads("/conversations/c1")) is None
    assert 'class="next"' not in office.browser().reads("/conversations/c4").text
