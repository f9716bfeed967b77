"""Buttons, menus and forms of an app, in a real browser."""

import pytest

from tests.workspace.pages.acting import DEALS, NOOR, SAM, direct, expect_in, panel
from tests.workspace.pages.echo import FREE_ENTRY

# One browser and one workspace serve all these tests, so that they start once.
pytestmark = pytest.mark.xdist_group("chromium")


def test_pressing_a_button_changes_the_message(open_page):
    message = panel(open_page(DEALS), "count")

    message.get_by_role("button", name="Count").click()

    expect_in(message).to_contain_text("Pressed 1 times")


@pytest.mark.long
def test_choosing_asks_first_where_the_app_wants_that(open_page):
    page = open_page(DEALS)
    message = panel(page, "choose")
    box = message.get_by_role("combobox", name="Who?")

    box.fill("heal")
    expect_in(message.get_by_role("option")).to_have_text(["Ministry of Health"])
    message.get_by_role("option", name="Ministry of Health").click()
    expect_in(page.locator("#confirm")).to_contain_text("It will be recorded.")
    page.get_by_role("button", name="Choose", exact=True).click()

    expect_in(message).to_contain_text("chose ministry of health")


@pytest.mark.long
def test_a_choice_that_is_not_confirmed_is_taken_back(open_page):
    page = open_page(DEALS)
    message = panel(page, "hesitate")
    message.get_by_role("combobox", name="Who?").click()
    message.get_by_role("option", name="Police").click()

    page.get_by_role("button", name="Not yet").click()

    expect_in(message.get_by_role("combobox", name="Who?")).to_have_value("")
    expect_in(message).to_contain_text("chose nothing")


@pytest.mark.long
def test_options_of_the_app_are_found_by_typing_and_kept_as_chips(open_page):
    message = panel(open_page(DEALS), "countries")
    box = message.get_by_role("combobox", name="Countries")

    box.fill("u")
    expect_in(message.get_by_role("option")).to_have_count(4)
    box.fill("ug")
    expect_in(message.get_by_role("option")).to_have_text(["Uganda"])
    box.press("ArrowDown")
    box.press("Enter")
    box.fill("ken")
    expect_in(message.get_by_role("option")).to_have_text(["Kenya"])
    message.get_by_role("option", name="Kenya").click()
    expect_in(message.locator(".chip")).to_have_text(["Uganda×", "Kenya×"])
    message.get_by_role("button", name="Done").click()

    expect_in(message).to_contain_text("for uganda and kenya")


@pytest.mark.long
def test_a_form_shows_what_is_wrong_beside_the_field_and_then_goes_through(open_page):
    page = open_page(direct(SAM))
    page.locator("#composer-main").get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Describe a deal").click()
    form = page.get_by_role("dialog", name="Describe a deal")

    form.get_by_role("button", name="Check").click()
    expect_in(form.locator("[data-input-block=what] .error")).to_have_text(
        "Please complete this required field.")
    expect_in(form.get_by_label("What is sold?")).to_be_focused()

    form.get_by_label("What is sold?").fill("drones")
    form.get_by_label("Who will use it?").select_option("Army")
    form.get_by_role("combobox", name="Where?").click()
    form.get_by_role("option", name="Kenya").click()
    form.get_by_role("button", name="Check").click()
    expect_in(form.locator("[data-input-block=what] .error")).to_have_text(FREE_ENTRY)
    expect_in(form.get_by_label("What is sold?")).to_have_value("drones")

    form.get_by_label("What is sold?").fill("forty drones")
    form.get_by_role("button", name="Check").click()
    expect_in(form).to_be_hidden()
    expect_in(page.locator("#list .msg").last).to_contain_text("forty drones for army in kenya")


def test_forms_stack_and_escape_goes_back_one_at_a_time(open_page):
    page = open_page(f"/home?as={NOOR}")
    page.get_by_role("button", name="Start").click()
    first = page.get_by_role("dialog", name="Describe a deal")
    first.get_by_label("What is sold?").fill("kept while away")

    first.get_by_role("button", name="Go deeper").click()
    deeper = page.get_by_role("dialog", name="Deeper")
    expect_in(deeper).to_contain_text("Further down")
    page.keyboard.press("Escape")
    expect_in(first.get_by_label("What is sold?")).to_have_value("kept while away")
    page.keyboard.press("Escape")

    expect_in(page.locator("#modal")).to_be_hidden()
    expect_in(page.get_by_role("button", name="Start")).to_be_focused()


def test_a_form_that_is_opened_a_second_time_takes_the_place_of_the_first(open_page):
    page = open_page(f"/home?as={NOOR}")
    start, modal = page.get_by_role("button", name="Start"), page.locator("#modal")
    start.click()
    expect_in(modal).to_be_visible()
    first = modal.get_attribute("data-view")

    start.dispatch_event("click")  # the second click of two, which came before the form
    expect_in(modal).not_to_have_attribute("data-view", first)
    page.keyboard.press("Escape")

    expect_in(modal).to_be_hidden()


@pytest.mark.long
def test_tab_stays_inside_an_open_form(open_page):
    page = open_page(f"/home?as={NOOR}")
    page.get_by_role("button", name="Start").click()
    expect_in(page.get_by_label("What is sold?")).to_be_focused()

    inside = []
    for _ in range(12):
        page.keyboard.press("Tab")
        inside.append(page.evaluate("document.activeElement === document.body || "
                                    "!!document.activeElement.closest('#modal')"))

    assert all(inside)
    page.keyboard.press("Escape")
    expect_in(page.locator("#modal")).to_be_hidden()
