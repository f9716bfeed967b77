"""What a person does in the pages in a few steps, and where."""

import pytest

expect_in = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
SAM, KIM, NOOR = "U0SAM00001", "U0KIM00001", "U0NOOR0001"
DEALS, PARTNER, RANDOM = "/c/C0DEALS001", "/c/C0PARTNER1", "/c/C0RANDOM01"


def direct(user):
    return f"/c/{user.replace('U', 'D', 1)}?as={user}"


def say(page, words, place="main"):
    field = page.locator(f"#say-{place}")
    field.fill(words)
    field.press("Enter")


def panel(page, words):
    """Mentions the app in #deals; returns the message with which it answers, in its thread."""
    say(page, f"@Advisor {words}")
    message = page.locator("#thread .msg").last
    expect_in(message.get_by_role("button", name="Count")).to_be_visible()
    return message
