"""Takes the pictures of `docs/images` anew, from the product as it runs.

    python -m tests.browser.take_pictures [folder]

Needs Chromium, and for the page of the brief `pdftoppm`; without it that one picture is left out.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect, sync_playwright

from tests.browser.console_pictures import in_console
from tests.browser.person import (
    COMPLIANCE,
    DEALS,
    FROM_ADVISOR,
    KIM,
    NOOR,
    SAM,
    People,
    Person,
    direct,
)
from tests.browser.product import PROJECT, serving
from tests.chromium import CHROMIUM, FLAGS

DESKTOP, PHONE = (1180, 820), (390, 844)
SCALE = 1.5
"""Pixels of a picture for each of the page, so that text stays sharp on a good screen."""
COLOURS = 64
MOST_BYTES = 150_000
DEAL = "We want to sell drones with facial recognition to the police in Kenya, through a reseller."
CROWDS = f"{DEAL} They will watch crowds at demonstrations."


class Album:
    """Keeps pictures in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, name: str, picture: Locator | Person) -> None:
        target = self._folder / f"{name}.png"
        # What the pointer rests on is drawn otherwise.
        picture.page.mouse.move(0, 0)
        (picture.page if isinstance(picture, Person) else picture).screenshot(path=target)
        self.shrink(target)

    def shrink(self, target: Path) -> None:
        """Fewer colours, which a page of text does not miss."""
        with Image.open(target) as whole:
            few = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(target, optimize=True)
        size = target.stat().st_size
        print(f"{target.name:32} {few.width:5} x {few.height:5} {size:8,} bytes")
        assert size <= MOST_BYTES, f"{target} is too big for a page of documentation"

    def keep_page(self, name: str, pdf: Path) -> None:
        """The first page of *pdf*."""
        if shutil.which("pdftoppm") is None:
            print(f"{name}: left out, since pdftoppm is not installed")
            return
        target = self._folder / name
        subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile", pdf, target], check=True)
        self.shrink(target.with_suffix(".png"))


def in_channel(people: People, album: Album) -> None:
    """The first answer, a red flag, the full advice and what opens from them."""
    sam = people.sit_down(SAM, DESKTOP, scale=SCALE).go(DEALS)
    first = sam.mention(DEAL)
    expect(first.get_by_role("button", name="Advise now")).to_be_visible()
    album.keep("channel", sam)
    thread = sam.page.url.removeprefix(people.url)

    phone = people.sit_down(SAM, PHONE, phone=True, scale=SCALE).go(thread)
    album.keep("first-answer-phone", phone)
    menu = phone.answers.first.get_by_role("combobox", name="Choose all that fit")
    menu.scroll_into_view_if_needed()
    menu.fill("crowd")
    phone.answers.first.get_by_role("option", name=re.compile("^Watching")).click()
    step = phone.press_for_answer(phone.answers.first, "That's it")
    expect(step).to_contain_text("New red flag")
    phone.go(thread)
    expect(step.get_by_role("button", name="Send to compliance")).to_be_visible()
    begin_with(step)
    album.keep("red-flag-phone", phone)

    sam.press(step_of(sam), "Correct")
    expect(sam.form).to_have_accessible_name("Correct the facts")
    album.keep("correct", sam.form)
    sam.press(sam.form, "Cancel")
    expect(sam.form).to_be_hidden()
    sam.press(step_of(sam), "Show the passages")
    expect(sam.form).to_contain_text("Open: ")
    album.keep("passages", sam.form)
    sam.close_form()


def begin_with(message: Locator) -> None:
    """Scroll so that *message* stands at the top."""
    message.evaluate("node => node.scrollIntoView({ block: 'start' })")


def step_of(person: Person) -> Locator:
    step = person.answers.nth(1)
    expect(step.get_by_role("button", name="Send to compliance")).to_be_visible()
    return step


def advised(people: People, album: Album) -> None:
    """The full advice, what compliance gets, its queue and the brief."""
    sam = people.sit_down(SAM, DESKTOP, scale=SCALE).go(DEALS)
    first = sam.mention(CROWDS)
    advice = sam.press_for_answer(first, "Advise now")
    expect(sam.answers.last.get_by_role("button", name="Remind me")).to_be_visible()
    end = sam.answers.nth(sam.answers.count() - 1)
    begin_with(advice)
    album.keep("advice", sam)
    end.get_by_role("button", name="Remind me").scroll_into_view_if_needed()
    album.keep("advice-end", sam.thread)
    sam.press(end, "What if …")
    expect(sam.form).to_contain_text("Nothing is noted")
    album.keep("try-out", sam.form)
    sam.press(sam.form, "Cancel")
    sam.press_for_answer(end, "Send to compliance")

    kim = people.sit_down(KIM, DESKTOP, scale=SCALE).go(COMPLIANCE)
    sent = kim.main.get_by_role("article", name=FROM_ADVISOR).filter(has_text="for review").last
    sent.get_by_role("link", name=re.compile("repl")).click()
    brief = kim.answer_after(1)
    album.keep("compliance", kim)
    with kim.page.expect_download() as download, tempfile.TemporaryDirectory() as folder:
        brief.get_by_role("link", name=re.compile(re.escape(".pdf"))).click()
        kept = Path(folder) / "brief.pdf"
        download.value.save_as(kept)
        album.keep_page("brief", kept)
    kim = people.sit_down(KIM, (1180, 520), scale=SCALE).go("/home")
    expect(kim.main.get_by_role("heading", name="Sent to compliance")).to_be_visible()
    album.keep("home", kim)


def directly(people: People, album: Album) -> None:
    """Direct messages with their prompts, and the form with an error beside a field."""
    noor = people.sit_down(NOOR, PHONE, phone=True, scale=SCALE).go(direct(NOOR))
    expect(noor.main.get_by_role("group", name="Try one of these")).to_be_visible()
    album.keep("direct-phone", noor)
    noor = people.sit_down(NOOR, DESKTOP, scale=SCALE).go(DEALS)
    noor.write("/advisor new")
    expect(noor.form).to_have_accessible_name("Describe a deal")
    noor.press(noor.form, "Send")
    expect(noor.form).to_contain_text("Fill in at least one field")
    album.keep("form", noor.form)


SCENES: tuple[Callable[[People, Album], None], ...] = (in_channel, advised, directly)


def main(folder: Path) -> None:
    album = Album(folder)
    with (tempfile.TemporaryDirectory() as own, sync_playwright() as running,
          serving(Path(own) / "data", PROJECT / "data", Path(own) / "log") as url):
        scenes = (*SCENES, partial(in_console, log=Path(own) / "log", scale=SCALE))
        browser = running.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        people = People(browser, url)
        for scene in scenes:
            scene(people, album)
            people.leave()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "docs" / "images")
