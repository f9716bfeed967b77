"""From a document to what the next answer cites and back, in Chromium, over a real server."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect
from sqlalchemy import update

from bot.ledger import timestamp
from bot.schema import preparation
from bot.workspace.world import TEAM_ID
from retrieval.editing.edits import Correct, Retire, state_of
from retrieval.guidance import ProvisionId
from tests.browser.person import DEALS, People
from tests.chromium import PATIENCE_MS
from tests.console.inhabited import KIM
from tests.console.running import corpus_in, enter, running
from tests.console.test_accessible import looked_at

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("chromium")]

DILIGENCE = ProvisionId("ungp-17")
OLD, NEW = "Look before you sell.", "Verify every buyer with care."
ASKED = "due diligence"
DOCUMENT = """# Code of conduct

## 1. Kill switches

A kill switch stops a product whose buyer misuses it.

## 2. Audits

An audit shows who has used a product and what for.
"""
KILL = "What does a kill switch do to a product?"
DEAL = "We want to sell spyware."


@pytest.fixture
def house(tmp_path):
    with running(tmp_path / "data", corpus_in(tmp_path / "corpus")) as made:
        yield made


@pytest.fixture
def people(browser, house):
    made = People(browser, house.url)
    yield made
    made.leave()
    assert made.wrong == []


@pytest.fixture
def kim(browser, house):
    """Kim's page of the console; nothing may go wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900},
                                  reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page, wrong = enter(context, house), []
    page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def shots():
    """Where pictures go for whoever wants to look; nowhere else."""
    folder = os.environ.get("CONSOLE_SHOTS")
    return lambda page, name: folder and page.screenshot(
        path=Path(folder) / f"{name}.png", full_page=True)


def corrected(house, text=NEW):
    """Kim has put the provision on due diligence in other words."""
    drafts = house.work.drafts
    now = drafts.draft().provision(DILIGENCE)
    drafts.make(Correct(DILIGENCE, {"text": text}, "the official text says more",
                        state_of(now)), f"slack:{TEAM_ID}:{KIM}")


def to_the_draft(page):
    page.get_by_role("link", name="Guidance").first.click()
    page.get_by_role("link", name="Draft", exact=True).click()


def taken_into_the_draft(page):
    """Upload a document, look at how it is cut, and take it into the draft."""
    page.get_by_role("link", name="Guidance").first.click()
    page.get_by_role("link", name="Documents", exact=True).click()
    page.locator("input[type=file]").set_input_files(
        {"name": "code.md", "mimeType": "text/markdown", "buffer": DOCUMENT.encode()})
    page.get_by_role("button", name="Add and see how it is cut").click()
    expect(page.get_by_role("heading", name=re.compile("^2 provisions"))).to_be_visible()
    expect(page.locator(".pieces")).to_contain_text("A kill switch stops a product")
    page.get_by_text("The source that it becomes").click()
    page.get_by_label("Issuer").fill("The industry's own association")
    page.get_by_role("button", name="Save the source").click()
    page.get_by_role("button", name="Take into the draft").click()
    expect(page.get_by_role("status")).to_contain_text("Taken into the draft")


def test_from_a_document_over_a_refusal_to_the_next_answer_and_back(
    house, people, kim, shots, axe_core
):
    sam = people.sit_down().go(DEALS)
    expect(sam.mention(ASKED)).to_contain_text(OLD)
    expect(sam.go(DEALS).mention(KILL)).not_to_contain_text("Code of conduct")
    first = house.answering
    taken_into_the_draft(kim)
    corrected(house)

    to_the_draft(kim)
    added = kim.locator("li.entry.added", has_text="Kill switches").first
    expect(added).to_contain_text("A kill switch stops a product whose buyer misuses it.")
    expect(kim.get_by_role("row").filter(has_text="Document added, 2 provisions")).to_be_visible()
    entry = kim.locator("li.entry.changed", has_text="Due diligence").first
    expect(entry.locator("ins").first).to_contain_text("Verify every buyer")
    expect(entry.locator("del").first).to_contain_text("Look before you sell")
    expect(kim.get_by_role("row").filter(has_text="Corrected the words")).to_contain_text(
        "Kim Adler")
    assert looked_at(kim, axe_core) == []
    shots(kim, "draft")
    kim.get_by_role("button", name="Check and build").click()

    # The page of the preparation becomes that of the gate by itself.
    expect(kim.get_by_role("heading", level=1)).to_contain_text("The gate refuses it")
    expect(kim.locator(".verdict")).to_contain_text(
        "recall@5 fell from 1.000 to 0.500, by 0.500; a fall of 0.020 is allowed.")
    worse = kim.get_by_role("row").filter(has_text="q-look")
    expect(worse).to_contain_text("no. 1 before, not found now")
    whose = kim.get_by_role("region", name="Conversations that are affected")
    expect(whose).to_contain_text("Sam")
    expect(whose).to_contain_text(NEW)
    assert looked_at(kim, axe_core) == []
    shots(kim, "gate")

    kim.get_by_role("textbox", name="Why it is published").fill("The official text says more.")
    kim.get_by_role("button", name="Publish all the same").click()
    expect(kim.get_by_role("heading", level=1)).to_contain_text("The gate refuses it")
    assert house.answering == first, "the second reason is required"
    kim.get_by_role("textbox", name="Publish all the same, because…").fill(
        "The question quotes words that nobody uses any more.")
    kim.get_by_role("button", name="Publish all the same").click()
    expect(kim.get_by_role("heading", level=1)).to_have_text("Whose advice changed")
    expect(kim.get_by_role("button", name=re.compile("^Tell the threads"))).to_be_visible()
    second = house.work.release_in_force()
    assert second != first
    house.wait_until_answering(second)
    expect(sam.go(DEALS).mention(ASKED)).to_contain_text(NEW)
    cited = sam.go(DEALS).mention(KILL)
    expect(cited).to_contain_text("A kill switch stops a product whose buyer misuses it.")
    expect(cited).to_contain_text("official text")
    expect(cited).to_contain_text("Code of conduct: [1] 1. Kill switches")

    to_the_draft(kim)
    expect(kim.get_by_role("heading", name="The draft is what is in force")).to_be_visible()
    kim.get_by_role("link", name="Guidance").first.click()
    kim.get_by_role("link", name="Releases", exact=True).click()
    expect(kim.locator("#publication-2")).to_contain_text(
        "The gate refused; published all the same: The question quotes words that nobody uses")
    kim.get_by_text(f"Put {first} back in force").click()
    kim.get_by_role("textbox", name="Why").fill("Counsel wants to look at it once more.")
    assert looked_at(kim, axe_core) == []
    shots(kim, "releases")
    kim.get_by_role("button", name="Put it back in force").click()
    expect(kim.get_by_role("status")).to_contain_text(f"Release {first} is in force again")
    house.wait_until_answering(first)
    expect(sam.go(DEALS).mention(ASKED)).to_contain_text(OLD)
    expect(sam.go(DEALS).mention(KILL)).not_to_contain_text("Code of conduct")
    to_the_draft(kim)
    expect(kim.get_by_text("was put back in force by Kim Adler")).to_be_visible()


def test_a_conversation_under_way_goes_on_after_a_publication(house, people, kim):
    sam = people.sit_down().go(DEALS)
    asked = sam.mention(DEAL)
    expect(asked).to_contain_text("Was it misused?")
    corrected(house, f"{OLD} Then look again.")
    to_the_draft(kim)
    kim.get_by_role("button", name="Check and build").click()
    expect(kim.get_by_role("heading", level=1)).to_contain_text("The gate lets it through")
    kim.get_by_role("textbox", name="Why it is published").fill("Counsel asked for it.")
    kim.get_by_role("button", name="Publish", exact=True).click()
    expect(kim.get_by_role("heading", level=1)).to_have_text("Whose advice changed")
    house.wait_until_answering(house.work.release_in_force())

    answer = sam.press_for_answer(asked, "Yes")
    expect(answer).to_contain_text("Misuse reported")
    expect(answer).to_contain_text("Spyware")
    expect(answer).to_contain_text("Noted: misuse: Yes")


def test_a_case_is_tried_against_the_draft_as_it_stands(house, kim):
    corrected(house)
    to_the_draft(kim)
    kim.get_by_role("link", name="Try a case against it").click()
    kim.get_by_role("textbox", name="Messages of an invented case").fill(ASKED)
    kim.get_by_role("button", name="Play it").click()
    sides = kim.locator(".side")
    expect(sides.nth(0)).to_contain_text("Look before you sell")
    expect(sides.nth(1)).to_contain_text("Verify every buyer with care")
    assert house.work.drafts.rows() and house.answering == house.work.release_in_force()


def test_every_state_of_a_preparation_can_be_read_by_everybody(house, kim, axe_core, shots):
    gate = f"{house.url}/console/corpus/draft/gate"
    store, by = house.service.intake.parts.database, f"slack:{TEAM_ID}:{KIM}"
    wrong = []

    def state(**values):
        with store.writing() as connection:
            connection.execute(update(preparation).values(**values))

    def look(heading, query=""):
        kim.goto(gate + query)
        expect(kim.get_by_role("heading", level=1)).to_contain_text(heading)
        wrong.extend(f"{heading}: {one}" for one in looked_at(kim, axe_core))
        shots(kim, f"state-{heading[:12]}")

    look("The gate")
    house.work.preparing.begin(by)
    state(beat=timestamp(datetime.now(UTC)), step="embedding what changed")
    look("The draft is being checked and built", "?still=1")
    state(beat="2020-01-01T00:00:00.000000+00:00")
    look("Checking the draft broke off")
    for name, problem in (("failed", "The disk is full."), ("unsound", "ungp-17: no text"),
                          ("unchanged", "")):
        state(state=name, report=json.dumps({"problems": [problem]}))
        look("The gate")
    corrected(house)
    drafts = house.work.drafts
    drafts.make(Retire(DILIGENCE, "counsel asked for it", ProvisionId("ungp-19")), by)
    ungp = house.service.intake.parts.settings.corpus_dir / "sources" / "ungp.yaml"
    ungp.write_text(ungp.read_text().replace("Look before", "Now look before"))
    kim.goto(f"{house.url}/console/corpus/draft")
    expect(kim.get_by_role("heading", name="It can’t be published like this")).to_be_visible()
    wrong.extend(looked_at(kim, axe_core))
    shots(kim, "draft-unsound")
    kim.set_viewport_size({"width": 1280, "height": 900})
    kim.emulate_media(media="print")
    expect(kim.get_by_role("button", name="Check and build")).to_be_hidden()
    assert wrong == []
