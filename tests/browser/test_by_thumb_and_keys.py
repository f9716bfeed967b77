"""What people do with Advisor on a phone and from the keyboard, in a real browser."""

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Locator, expect

from tests.browser.deals import (
    CROWDS,
    KENYA,
    asked_together,
    beside,
    question_of,
    take,
)
from tests.browser.person import (
    DEALS,
    SAM,
    Person,
    direct,
)

# One browser and one server serve all these tests, so that they start once.
pytestmark = [pytest.mark.xdist_group("chromium"), pytest.mark.long]


def test_nothing_is_wider_than_a_phone(people):
    sam = people.sit_down(size=(390, 844), phone=True)
    for path in ("/", "/home", direct(SAM), DEALS):
        assert not sam.go(path).scrolls_sideways(), path

    first = sam.mention(CROWDS)
    assert not sam.scrolls_sideways()
    sam.press(first, "Show the passages")
    expect(sam.form).to_contain_text("Open: ")
    assert not sam.scrolls_sideways()
    sam.close_form()
    sam.press(first, "Correct")
    expect(sam.form).to_have_accessible_name("Correct the facts")
    assert not sam.scrolls_sideways()
    sam.press(sam.form, "Cancel")
    expect(sam.form).to_be_hidden()
    sam.press_for_answer(first, "Advise now")
    expect(sam.answers.last.get_by_role("button", name="Brief")).to_be_visible()
    assert not sam.scrolls_sideways()


def test_on_a_phone_a_list_does_not_stay_over_the_button_that_sends_the_choice(people):
    sam = people.sit_down(size=(390, 844), phone=True).go(DEALS)
    asked = sam.mention(KENYA)

    sam.choose(asked, "Choose all that fit", "crowds", "Watching crowds, protests or events")
    asked.get_by_role("button", name="That's it").tap()

    expect(asked).to_contain_text("You answered: Watching crowds")


def test_several_questions_fit_a_phone_and_are_answered_with_a_thumb(people):
    sam = people.sit_down(size=(390, 844), phone=True)
    asked = asked_together(sam)
    first, second = (question_of(asked, n) for n in (0, 1))

    chosen = take(asked, 0), take(asked, 1)
    assert not sam.scrolls_sideways()
    asked.get_by_role("button", name="Answer", exact=True).tap()

    expect(asked).to_contain_text(beside(first, chosen[0]))
    expect(asked).to_contain_text(beside(second, chosen[1]))
    assert not sam.scrolls_sideways()


def test_several_questions_are_answered_from_the_keyboard_alone(people):
    sam = people.sit_down()
    asked = asked_together(sam)
    keyboard = sam.page.keyboard
    menus = [asked.get_by_role("combobox").nth(n) for n in (0, 1)]
    questions = [question_of(asked, n) for n in (0, 1)]
    sam.thread.get_by_role("textbox", name="Reply…").focus()

    _walk_to(sam, menus[0], "Shift+Tab")
    for menu in menus:
        _walk_to(sam, menu, "Tab")
        keyboard.type("don't know")
        keyboard.press("Enter")
        expect(menu).to_have_value("I don't know")
    _walk_to(sam, asked.get_by_role("button", name="Answer", exact=True), "Tab")
    keyboard.press("Enter")

    for question in questions:
        expect(asked).to_contain_text(beside(question, "I don't know"))


def test_a_deal_can_be_told_and_answered_from_the_keyboard_alone(people):
    sam = people.sit_down().go(DEALS)
    keyboard = sam.page.keyboard
    sam.main.get_by_role("textbox", name="Message #deals").focus()

    keyboard.type("@adv")
    expect(sam.page.get_by_role("option", name="Advisor")).to_be_visible()
    keyboard.press("Enter")
    keyboard.type(KENYA)
    keyboard.press("Enter")
    asked = sam.answer_after(0)
    menu = asked.get_by_role("combobox", name="Choose all that fit")
    expect(menu).to_be_visible()
    expect(sam.thread.get_by_role("textbox", name="Reply…")).to_be_focused()

    _walk_to(sam, menu, "Shift+Tab")
    keyboard.type("crowds")
    keyboard.press("Enter")
    expect(asked.get_by_role("button", name=re.compile("^Remove Watching"))).to_be_visible()
    _walk_to(sam, asked.get_by_role("button", name="That's it"), "Tab")
    keyboard.press("Enter")

    expect(asked).to_contain_text("You answered: Watching crowds")
    expect(sam.answer_after(1)).to_contain_text("New red flag")


def _walk_to(person: Person, wanted: Locator, key: str) -> None:
    """Press *key* until *wanted* has the focus; a person gives up after forty times."""
    for _ in range(40):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        person.page.keyboard.press(key)
    raise AssertionError(f"{key} never reached {wanted}")
