"""A review in Chromium, behind the doors and under the policy that the pages are served with."""

import os
import re
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import expect

from bot.casebook.standing import Standing
from bot.console.entry.access import COOKIE
from tests.chromium import PATIENCE_MS
from tests.console.reviewed import Office
from tests.console.talking import DEAL
from tests.console.test_pages_in_chromium import FAINT
from tests.console.test_review_acts import CORRECTION, NOW
from tests.store.migrated import sqlite_at

pytestmark = pytest.mark.long


@pytest.fixture(params=["sqlite"])
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@contextmanager
def served(office):
    server = uvicorn.Server(uvicorn.Config(office.app, port=0, log_level="warning",
                                           lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    site = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(5)


@contextmanager
def signed_in(browser, office, site, user="U-rev", name="Kim Adler", **more):
    """A page of somebody who has a session, which notes what goes wrong on it."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **more})
    secret = office.browser(user, name=name).client.cookies.get(COOKIE)
    context.add_cookies([{"name": COOKIE, "value": secret, "url": f"{site}/console"}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.wrong = []
    page.on("console", lambda message: message.type == "error" and page.wrong.append(message.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def shots():
    """Where pictures go for whoever wants to look; nowhere else."""
    folder = os.environ.get("CONSOLE_SHOTS")
    return lambda target, name: folder and target.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("script", [True, False])
def test_a_review_from_taking_it_to_its_lapse(desk, clock, browser, shots, script):
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    office = Office(desk, clock)
    office.browser("U1", name="Sam Rivera")
    office.browser("U-rev2", name="Ada Lovelace")
    with served(office) as site, signed_in(browser, office, site,
                                           java_script_enabled=script) as page:
        page.goto(f"{site}/console/")
        page.get_by_role("link", name="Cell-site simulator").click()
        page.get_by_role("button", name="Review this").click()
        expect(page).to_have_url(re.compile("/conversations/c1#review$"))
        assert "You are reviewing this until 09:30 UTC" in page.locator(".standing").inner_text()

        page.get_by_role("combobox", name="Assign to").select_option("Ada Lovelace (U-rev2)")
        page.get_by_role("button", name="Assign").click()
        page.get_by_label("Comment", exact=True).fill("The reseller is not named.\nAsk first.")
        page.get_by_role("button", name="Comment").click()
        page.get_by_label("Ask whoever told of the deal").fill("Who is the reseller?")
        page.get_by_role("button", name="Ask").click()
        assert "A question to the person is unanswered" in page.locator(".standing").inner_text()
        shots(page.locator("#review"), "review-waiting")
        desk.say("c1", "The reseller sits in Kenya.")
        page.reload()
        page.locator("#review-questions").get_by_role("link", name="turn 3").click()
        expect(page).to_have_url(re.compile("#turn-3$"))

        page.locator("#verdict-3 summary").click()
        page.locator("#verdict-3").get_by_label("Wrong citation").check()
        page.locator("#verdict-3").get_by_role("combobox", name="Which citation").select_option(
            index=1)
        page.locator("#verdict-3").get_by_role("button", name="Keep verdict").click()
        alert = page.get_by_role("alert")
        assert "The note is empty" in alert.inner_text()
        # What was chosen stands, and the form is where it was.
        assert page.locator("#verdict-3").get_by_label("Wrong citation").is_checked()
        page.locator("#verdict-3").get_by_label("In words").fill("It speaks of another product.")
        page.locator("#verdict-3").get_by_role("button", name="Keep verdict").click()
        assert "wrong citation" in page.locator("#verdict-3 summary").inner_text()

        for agreed in page.get_by_label("Agreed", exact=True).all():
            agreed.check()
        page.get_by_role("button", name="Keep marks").click()
        shots(page.locator("#review"), "review-to-sign")
        page.get_by_label("Reason and conditions, on record").fill(
            "Read in full; the reseller is known to us.")
        page.get_by_role("button", name="Sign off the review").dblclick()
        page.get_by_text("The review is complete.", exact=True).wait_for()
        assert office.review().standing is Standing.SIGNED
        assert len(office.rows("signed_off")) == 1
        assert "Signed off by Kim Adler" in page.locator(".standing").inner_text()

        desk.say("c1", CORRECTION)
        page.reload()
        told = page.locator("#review-lapsed").inner_text()
        assert "The advice is no longer what Kim Adler signed off" in told
        assert "Red flag no longer applies: Watching crowds or protests" in told
        page.get_by_role("link", name="What changed").click()
        shots(page, "review-lapsed")
        page.get_by_role("link", name="Conversations").first.click()
        page.get_by_role("link", name="Sign-off lapsed (1)").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        assert [one for one in page.wrong if "400" not in one] == []


def test_what_another_form_holds_is_not_lost_without_being_asked(desk, clock, browser):
    """A comment was sent, and the question and the marks that were not yet were gone."""
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    office = Office(desk, clock)
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept() if len(asked) > 1 else dialog.dismiss()

    with served(office) as site, signed_in(browser, office, site) as page:
        page.on("dialog", answer)
        page.goto(f"{site}/console/conversations/c1")
        comment = page.get_by_label("Comment", exact=True)
        comment.press_sequentially("Read in full.")
        page.get_by_role("button", name="Comment").click()
        expect(comment).to_have_value("")
        assert asked == [], "nothing else was typed"

        page.get_by_label("Needs change").first.check()
        comment.press_sequentially("The dealer is known.")
        page.get_by_role("button", name="Comment").click()
        expect(page.get_by_label("Needs change").first).to_be_checked()
        assert asked == ["beforeunload"]
        assert comment.input_value() == "The dealer is known."
        assert len(office.review().comments) == 1
        page.get_by_role("button", name="Comment").click()
        expect(comment).to_have_value("")
        assert asked == ["beforeunload"] * 2
        assert len(office.review().comments) == 2
        page.goto(f"{site}/console/")
        assert len(asked) == 2
        assert page.wrong == []


def test_a_review_can_be_read_in_any_light_and_on_a_phone(desk, clock, browser, shots):
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    office = Office(desk, clock)
    office.browser("U1", name="Sam Rivera")
    kim = office.browser(name="Kim Adler")
    kim.does("take")
    kim.does("comment", text="One\nTwo")
    kim.does("ask", text="Who is the reseller?")
    kim.agrees_to_all()
    kim.does("drop-question", holding={"number": "1"}, text="They called.")
    kim.does("verdict", holding={"turn": "1"}, kind="fine")
    stages = {"unsigned": lambda: None,
              "signed": lambda: kim.does("sign-off", text="Read in full."),
              "lapsed": lambda: desk.say("c1", CORRECTION)}
    with served(office) as site:
        for stage, come in stages.items():
            come()
            for scheme, width in (("light", 1280), ("dark", 1280), ("light", 360)):
                with signed_in(browser, office, site, color_scheme=scheme,
                               viewport={"width": width, "height": 800}) as page:
                    page.goto(f"{site}/console/conversations/c1")
                    page.evaluate(
                        "document.querySelectorAll('details').forEach(d => d.open = true)")
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
                    assert page.evaluate(FAINT) == [], f"{stage} {scheme}"
                    unnamed = page.evaluate(UNNAMED)
                    assert unnamed == [], f"{stage}: fields without a name"
                    shots(page.locator("#review"), f"{stage}-{scheme}-{width}")
                    assert page.wrong == []
        with signed_in(browser, office, site) as page:
            page.goto(f"{site}/console/conversations/c1")
            page.emulate_media(media="print")
            assert not page.get_by_role("button", name="Comment").is_visible()
            assert page.get_by_text("Read in full.").first.is_visible()


UNNAMED = """() => [...document.querySelectorAll('#review :is(input, select, textarea), ' +
    '.verdict :is(input, select, textarea), .standing :is(input, select)')]
  .filter(one => one.type !== 'hidden' && ![...one.labels].some(l => l.textContent.trim()))
  .map(one => one.outerHTML)"""
