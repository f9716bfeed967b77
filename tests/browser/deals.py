"""Deals told in the browser, and the menus of the messages that answer them."""

import re

from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.browser.person import DEALS, Person

KENYA = ("We want to sell drones with facial recognition to the police in Kenya, "
         "through a reseller.")
CROWDS = f"{KENYA} They will watch crowds at demonstrations."
SOON_MS = 5_000
"""How long an open menu is waited for before somebody looks whether it is open still."""


def advised(person: Person, words: str = CROWDS) -> Locator:
    """A deal told in #deals and advised on in full; gives the message with the buttons."""
    first = person.go(DEALS).mention(words)
    person.press_for_answer(first, "Advise now")
    expect(person.answers.last.get_by_role("button", name="Remind me")).to_be_visible()
    return person.answers.nth(person.answers.count() - 1)


def asked_together(person: Person, words: str = CROWDS) -> Locator:
    """A deal told in #deals, and the message that asks several questions about it."""
    asked = person.go(DEALS).mention(words)
    for _ in range(15):
        expect(asked.get_by_role("button", name="Why do you ask?")).to_be_visible()
        if asked.get_by_role("button", name="Answer", exact=True).count():
            return asked
        asked = person.press_for_answer(asked, "I don't know")
    raise AssertionError("nothing was asked together")


def question_of(message: Locator, n: int) -> str:
    """The question beside the menu with number *n* of a message."""
    named_by = message.get_by_role("combobox").nth(n).get_attribute("aria-labelledby") or ""
    return message.page.locator(f"[id='{named_by.split(' ')[-1]}']").inner_text()


def take(message: Locator, n: int, option: str | None = None) -> str:
    """Take an option of the menu with number *n*, the first if none is named; gives its words."""
    menu = message.get_by_role("combobox").nth(n)
    menu.click()
    options = message.get_by_role("option")
    found = options.first if option is None else options.filter(has_text=option).first
    label = found.inner_text()
    try:
        found.click(timeout=SOON_MS)
    except TookTooLong:
        # News of the message draws it anew, and closes what stood open in it.
        if not found.is_visible():
            menu.click()
        found.click()
    expect(menu).to_have_value(label)
    return label


def beside(question: str, chosen: str) -> re.Pattern[str]:
    """*chosen* standing right under *question*."""
    return re.compile(rf"{re.escape(question)}\s*{re.escape(chosen)}")
