"""The link into the local workspace: once, for five minutes, and never where there is a Slack."""

import re

import pytest

from bot.console.entry.access import COOKIE, Address
from bot.console.entry.rates import Rates, neighbourhood
from tests.console.conftest import NEAR


def link(home):
    home.console.entering.invite(home.console.address)
    return re.search(r"ticket=(\S+)", home.told[-1]).group(1)


def enter(browser, ticket, user="U1", origin=NEAR):
    return browser.post("/console/enter", headers={"Origin": origin},
                        data={"ticket": ticket, "user": user})


def test_the_link_leads_in_as_whoever_is_chosen(home):
    ticket, browser = link(home), home.browser()
    assert home.told == [f"The console: {NEAR}/console/enter?ticket={ticket} "
                         "(works once, for five minutes)."]
    page = browser.get(f"/console/enter?ticket={ticket}")
    assert "Ada Lovelace" in page.text
    assert "Kim &lt;b&gt;Adler" in page.text
    answer = enter(browser, ticket, "U-rev")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    assert "Secure" not in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert browser.get("/console/review").json()["user"] == "U-rev"
    (row,) = home.rows()
    assert (row.kind, row.actor, row.detail["by"]) == ("signed_in", "U-rev", "link")


@pytest.mark.parametrize(("wanted", "reached"), [
    ("/console/review?order=newest&x=%C3%A4;y", "/console/review?order=newest&x=%C3%A4;y"),
    ("https://elsewhere.test/console/", "/console/"),
    ("/console/../admin", "/console/"),
])
def test_whoever_asked_for_a_page_gets_there_by_the_link(home, wanted, reached):
    """Who followed a link from Slack landed in the queue, and had to look for the deal again."""
    browser = home.browser()
    browser.get("/console/sign-in", params={"next": wanted})
    ticket = re.search(r"ticket=(\S+)", home.told[-1]).group(1)
    answer = enter(browser, ticket)
    later = enter(browser, link(home))

    assert (answer.status_code, answer.headers["location"]) == (303, reached)
    assert later.headers["location"] == "/console/"


def test_the_link_works_once(home):
    ticket = link(home)
    assert enter(home.browser(), ticket).status_code == 303
    second = home.browser()
    assert second.get(f"/console/enter?ticket={ticket}").status_code == 403
    assert enter(second, ticket).status_code == 403
    assert COOKIE not in second.cookies
    assert [(r.kind, r.detail.get("reason")) for r in home.rows()] == [
        ("signed_in", None), ("refused", "bad_ticket"), ("refused", "bad_ticket")]


def test_to_look_at_the_link_does_not_use_it_up(home):
    ticket, browser = link(home), home.browser()
    for _ in range(3):
        assert browser.get(f"/console/enter?ticket={ticket}").status_code == 200
    assert enter(browser, ticket).status_code == 303


def test_the_link_is_void_after_five_minutes(home, clock):
    ticket = link(home)
    clock.pass_(seconds=301)
    assert home.browser().get(f"/console/enter?ticket={ticket}").status_code == 403
    assert enter(home.browser(), ticket).status_code == 403


def test_a_new_link_voids_the_one_before(home):
    first, second = link(home), link(home)
    assert enter(home.browser(), first).status_code == 403
    assert enter(home.browser(), second).status_code == 303


@pytest.mark.parametrize("ticket", ["", "x", "A" * 43, "A" * 10_000])
def test_a_guessed_ticket_is_none(home, ticket):
    link(home)
    assert enter(home.browser(), ticket).status_code == 403


def test_only_somebody_of_the_workspace_can_be_chosen(home):
    ticket = link(home)
    assert enter(home.browser(), ticket, "U-nobody").status_code == 400
    assert enter(home.browser(), ticket, "U1").status_code == 303


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9090",
                                    "https://127.0.0.1:8080", "http://127.0.0.1.evil.example:8080"])
def test_another_site_can_not_enter(home, origin):
    ticket = link(home)
    assert enter(home.browser(), ticket, origin=origin).status_code == 403
    assert enter(home.browser(), ticket, origin="http://localhost:8080").status_code == 303


def test_a_name_that_leads_to_this_machine_is_not_ours(home):
    answer = home.browser().get("/console/sign-in", headers={"Host": "rebound.evil.example:8080"})
    assert answer.status_code == 421
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_opening_the_sign_in_page_prints_a_new_link_when_none_is_valid(home, clock):
    browser = home.browser()
    browser.get("/console/sign-in")
    browser.get("/console/sign-in")
    assert len(home.told) == 1
    clock.pass_(seconds=301)
    assert "terminal" in browser.get("/console/sign-in").text
    assert len(home.told) == 2
    assert "ticket=" not in browser.get("/console/sign-in").text


def test_tickets_can_not_be_tried_for_ever(home):
    browser = home.browser()
    answers = [enter(browser, "x").status_code for _ in range(21)]
    assert answers == [403] * 20 + [429]


def test_where_there_is_a_slack_there_is_no_link(house):
    browser = house.browser()
    assert browser.get("/console/enter?ticket=x").status_code == 404
    assert browser.post("/console/enter", headers={"Origin": house.base}).status_code == 404


@pytest.mark.parametrize("base", ["http://advisor.example.com", "advisor.example.com", "", "/x",
                                  "ftp://127.0.0.1", "https://", "https://a.example/console"])
def test_an_address_without_encryption_is_refused(base):
    with pytest.raises(ValueError, match=r"is not an address|has to begin"):
        Address(base)


def test_keys_are_forgotten_and_a_flood_of_them_waits(clock):
    rates = Rates(1, 60, clock.seconds)
    for n in range(10_000):
        assert rates.take(str(n)) == 0
    assert rates.take("new") == 60
    clock.pass_(seconds=61)
    assert rates.take("new") == 0


def test_a_whole_network_of_ipv6_counts_as_one():
    assert neighbourhood("2001:db8:1:2::1") == neighbourhood("2001:db8:1:2:ffff::9")
    assert neighbourhood("2001:db8:1:3::1") != neighbourhood("2001:db8:1:2::1")
    assert neighbourhood("203.0.113.7") == "203.0.113.7"
    # So IPv4 comes in where the server listens on "::": everybody of it was one.
    assert neighbourhood("::ffff:203.0.113.7") == "203.0.113.7"
    assert neighbourhood("testclient") == "testclient"
