"""The pictures of the console: the queue, a conversation, its review, an export."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.person import KIM, People

if TYPE_CHECKING:
    from tests.browser.take_pictures import Album

DESKTOP = (1180, 820)


def in_console(people: People, album: "Album", log: Path, scale: float) -> None:
    """What compliance leads see, once the deals of the other scenes were played.

    Args:
        people: Who opens pages.
        album: Takes the pictures.
        log: What the server wrote: links that lead in are there.
        scale: Pixels of a picture for each of the page.
    """
    kim = people.sit_down(KIM, DESKTOP, scale=scale)
    page, home = kim.page, f"{people.url}/console"
    page.goto(f"{home}/sign-in")
    links = re.findall(r"http\S+ticket=\S+", log.read_text(encoding="utf-8"))
    page.goto(links[-1])
    page.locator(f"input[value={KIM}]").check()
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("row")).not_to_have_count(0)
    # Names come beside the pages.
    page.wait_for_timeout(1500)
    page.goto(f"{home}/")
    album.keep("console-queue", kim)

    page.goto(f"{home}/?handed_over=yes")
    page.locator("th.deal a").first.click()
    expect(page.get_by_role("heading", name="Beside the turns")).to_be_visible()
    album.keep("console-conversation", kim)
    _review(page)
    page.locator("#review").evaluate("node => node.scrollIntoView({ block: 'start' })")
    album.keep("console-review", kim)
    page.locator("header.case").get_by_role("link", name="Export").click()
    album.keep("console-export", kim)


def _review(page: Page) -> None:
    page.get_by_role("button", name="Review this").click()
    # The form is there only once the page has come back.
    expect(page.get_by_role("button", name="Keep marks")).to_be_visible()
    for agreed in page.get_by_label("Agreed", exact=True).all():
        agreed.check()
    page.get_by_role("button", name="Keep marks").click()
    expect(page.locator("#review")).not_to_contain_text("Not marked yet")
    page.get_by_label("Ask whoever told of the deal").fill(
        "Which unit will use it, and is the reseller named in the contract?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".standing")).to_contain_text("unanswered")
