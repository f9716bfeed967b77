"""From a file to a tick, in Chromium: as an admin does it at a desk and on a phone."""

import os
import re
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

import uvicorn
from playwright.sync_api import expect

from bot.console.entry.access import COOKIE
from bot.documents.values import CutState
from retrieval.editing.edits import Confirm
from retrieval.ingesting.pieces import words_of
from tests.chromium import PATIENCE_MS
from tests.console.documented import house_of
from tests.console.test_document_pages import publisher, url
from tests.ingesting.paper import CONTRACT, REPORTS, REVIEW, columns

pytestmark = pytest.mark.long

__all__ = ["publisher", "url"]
ARTICLES = ("The seller reviews who buys. ", "Privacy is protected by law. ", REPORTS)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 800}


def pdf():
    """Two columns on several pages."""
    return columns([text for n in range(1, 41) for text in (
        f"Article {n}", ARTICLES[n % 3] * 2 + REVIEW + CONTRACT)], 2)


@contextmanager
def served(make):
    """The console that *make* gives for an address, really served."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        house = make(base)
        server = uvicorn.Server(uvicorn.Config(house.app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.01)
        try:
            yield house, f"{base}/console"
        finally:
            server.should_exit = True
            thread.join(5)


@pytest.fixture
def open_page(browser):
    opened = []

    def open_(house, base, size, *, script=False):
        context = browser.new_context(viewport=size, java_script_enabled=script)
        opened.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": COOKIE, "value": house.whole.as_("U-adm").secret,
                              "url": base}])
        return context.new_page()

    yield open_
    for context in opened:
        context.close()


@pytest.fixture
def shots():
    """Where pictures go for whoever wants to look; nowhere else."""
    folder = os.environ.get("CONSOLE_SHOTS")
    return lambda page, name: folder and page.screenshot(
        path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
def test_from_a_file_to_a_tick_without_any_script(
        desk, memos, clock, publisher, open_page, shots, size):
    with served(lambda base: house_of(desk, memos, clock, publisher, apart=True, base=base,
                                      megabytes=2)) as (house, base):
        page = open_page(house, base, size)

        def piece(heading):
            return page.locator(".piece:not(.left)").filter(
                has=page.get_by_role("heading", name=heading))

        page.goto(f"{base}/corpus")
        page.get_by_role("link", name="Documents").click()
        page.get_by_label("A file: PDF").set_input_files(
            {"name": "code.pdf", "mimeType": "application/pdf", "buffer": pdf()})
        page.get_by_role("combobox", name="Whose digests").select_option("udhr")
        page.get_by_role("button", name="Add and see how it is cut").click()
        expect(page.locator("main")).to_contain_text("It came for the first time")
        expect(page.locator(".piece:not(.left)")).to_have_count(40)
        (cut,) = house.documents.cuts()
        assert house.documents.extracted(cut.document).pages > 2

        piece("Article 1").get_by_role("button", name="Merge with the next").first.click()
        expect(page).to_have_url(re.compile("#piece-"))
        expect(page.get_by_role("heading", name="Article 1; ")).to_have_count(1)
        piece("Article 3").first.get_by_role("link", name="Split or rename").click()
        shots(page, f"split-{size['width']}")
        page.get_by_label("The contract should name").first.check()
        page.get_by_role("button", name="Split").click()
        expect(page.get_by_role("heading", name="Article 3 (second part)")).to_have_count(1)
        last = piece("Article 30").first
        last.locator("summary", has_text="More").click()
        last.get_by_label("Why it is left out").fill("An annex that nobody relies on")
        last.get_by_role("button", name="Leave out everything after it").click()
        expect(page.locator("main")).to_contain_text("An annex that nobody relies on")
        shots(page, f"cut-{size['width']}")

        page.get_by_role("button", name="Take into the draft").click()
        expect(page.locator("main")).to_contain_text("Nothing was taken into the draft.")
        page.get_by_label("Issuer").fill("Somebody")
        shots(page, f"issuer-{size['width']}")
        page.get_by_role("button", name="Save the source").click()
        page.get_by_role("combobox", name="It has the official words").select_option("udhr")
        page.get_by_role("button", name="Take into the draft").click()
        expect(page.locator("main")).to_contain_text("Taken into the draft.")
        now = house.documents.cut(cut.id)
        taken = [one for one in now.pieces if not one.left_out]
        assert (now.state, len(taken)) == (CutState.ADDED, 30)
        page.get_by_role("link", name="hold our digests against it").click()
        page.get_by_role("link", name="Go on with the next open one").click()
        shots(page, f"tick-{size['width']}")
        expect(page).to_have_url(re.compile("/ticks/"))
        digest = page.url.split("/ticks/")[1].split("?")[0]
        first = page.locator(".passage").first
        first.get_by_role("radio").check()
        first.locator("summary").click()
        words = first.get_by_role("textbox")
        words.fill(words.input_value().split(". ")[0] + ".")
        page.get_by_role("button", name="Confirm").click()
        expect(page.locator(".just")).to_contain_text(f"Confirmed: {digest}")
        (row,) = house.drafts.rows(digest)
        assert isinstance(row.made.edit, Confirm)
        extracted = house.documents.extracted(cut.document)
        assert any(house.drafts.draft().guidance.provisions[digest].text in words_of(
            one, extracted) for one in taken)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_a_file_that_is_much_too_large_is_refused_in_words_by_the_browser_too(
        desk, memos, clock, publisher, open_page):
    with served(lambda base: house_of(desk, memos, clock, publisher, base=base)) as (
            house, base):
        page = open_page(house, base, WIDE)
        page.goto(f"{base}/corpus/documents")
        page.get_by_label("A file: PDF").set_input_files(
            {"name": "film.pdf", "mimeType": "application/pdf", "buffer": b"x" * 8_000_000})
        page.get_by_label("Or its address").fill("https://example.org/kept")
        page.get_by_role("button", name="Add and see").click()
        expect(page.locator(".wrong")).to_contain_text("The file is larger than 1 MB.")
        expect(page.get_by_label("Or its address")).to_have_value("https://example.org/kept")
        assert house.documents.kept() == []


def test_a_run_of_fetching_shows_how_far_it_is_without_script(
        desk, memos, clock, publisher, open_page):
    with served(lambda base: house_of(desk, memos, clock, publisher, base=base)) as (
            house, base):
        house.background = []
        page = open_page(house, base, WIDE)
        page.goto(f"{base}/corpus/documents")
        page.get_by_role("button", name="Fetch all").click()
        expect(page.locator("main")).to_contain_text("0 of 2 done")
        (work,) = house.background
        work()
        page.get_by_role("link", name="Back to the documents").wait_for()
        expect(page.locator("main")).to_contain_text("Ended. 2 of 2 done.")
