"""Pictures in what people write: Slack gives their names, which are no words of a deal."""

from typing import Any

import pytest

from bot.slack.inbound import from_event
from bot.slack.pictures import with_pictures
from bot.slack.wellformed import trouble
from bot.slack.written import in_blocks
from tests.slack.payloads import US, event
from tests.slack.playing import Bot


@pytest.fixture(scope="session")
def transport() -> str:
    """They come the same way over Socket Mode."""
    return "http"


def told(text: str, blocks: list[dict[str, Any]], *attachments: Any) -> str:
    """What is read of a direct message."""
    body = event(channel="D1", text=text, blocks=blocks, attachments=list(attachments))
    assert trouble(body) is None
    found = from_event(body, US)
    assert found is not None
    return str(found.body["text"])


def typed(*runs: dict[str, Any]) -> list[dict[str, Any]]:
    """The block that Slack's client sends along with what a person types."""
    return [{"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": list(runs)}]}]


def emoji(name: str, code: str | None) -> dict[str, Any]:
    return {"type": "emoji", "name": name} | ({} if code is None else {"unicode": code})


def test_a_picture_is_no_word_that_its_name_is_made_of() -> None:
    """":camera_with_flash:" was heard as cameras that are sold, ":bomb:" as a use."""
    text = "laptops :camera_with_flash: at 10:30:15 :wave::skin-tone-3: :x:"
    blocks = typed({"type": "text", "text": "laptops "}, emoji("camera_with_flash", "1f4f8"),
                   emoji("wave", "1f44b-1f3fc"), emoji("x", "274c"))

    assert told(text, blocks) == "laptops 📸 at 10:30:15 👋🏼 ❌"
    assert told("", [], {
        "is_share": True, "text": text, "message_blocks": [{"message": {"blocks": blocks}}],
    }) == "laptops 📸 at 10:30:15 👋🏼 ❌"
    assert in_blocks(blocks) == "laptops 📸👋🏼❌"


@pytest.mark.parametrize(("name", "code"), [
    ("flag-ke", "1f1f0-1f1ea"), ("us", "1f1fa-1f1f8"), ("ours", None), ("x", "zz"), ("x", "d83d"),
    ("x", "3c"), ("x", "00"), ("x", ""), ("x", "110000"),
])
def test_a_flag_names_its_country_and_what_is_no_picture_stays(
    name: str, code: str | None
) -> None:
    assert told(f"in :{name}:", typed(emoji(name, code))) == f"in :{name}:"


def test_a_picture_beside_a_deal_tells_nothing_of_it(bot: Bot) -> None:
    user = bot.newcomer()
    ts = bot.direct("Drones for a school in Ghana :video_camera: :cop:", user=user)

    assert bot.deal(bot.dm(user), ts)["product"] == ["drone"]


@pytest.mark.parametrize(("typed", "read"), [
    (":x:", "❌"), (":white_check_mark::x:", "✅❌"), ("clause :+1::skin-tone-3:, laws :-1:",
                                                     "clause 👍, laws 👎"),
    ("(:large_green_circle:)", "(🟢)"), ("a :b:c", "a :b:c"), ("10:30:15 :100:", "10:30:15 💯"),
    ("user:cop:army", "user:cop:army"), (":our_logo: :a: a", ":our_logo: 🅰 a"),
    (":flag-ke: :us: :flag_for_kenya:", ":flag-ke: :us: :flag_for_kenya:"),
    ("https://x.example:100:", "https://x.example:100:"), (":latin_small_letter_a:",) * 2,
])
def test_a_picture_that_comes_by_its_name_is_read_as_the_picture(typed: str, read: str) -> None:
    assert with_pictures(typed) == read


def test_a_cross_in_a_form_is_a_no(bot: Bot) -> None:
    """Slack doesn't say there what is a picture, and ":video_camera:" was heard as goods."""
    user = bot.newcomer()
    bot.shortcut("describe_deal", user=user)

    bot.submit(bot.view("intake", user=user), {
        "words": "Drones for the police in Ghana. Conflict :x: :video_camera:"}, user=user)

    (opening, *_) = bot.messages(bot.dm(user), user=user)
    deal = bot.deal(bot.dm(user), opening["ts"])
    assert (deal["product"], deal["conflict"]) == (["drone"], ["no"])


def test_a_cross_behind_the_command_is_a_no(bot: Bot) -> None:
    user = bot.newcomer()

    bot.command("Drones for the police in Ghana. Conflict :x: :video_camera:", user=user)

    (opening, *_) = bot.messages(bot.dm(user), user=user)
    deal = bot.deal(bot.dm(user), opening["ts"])
    assert (deal["product"], deal["conflict"]) == (["drone"], ["no"])


def test_a_cross_in_a_correction_is_a_no(bot: Bot) -> None:
    user = bot.newcomer()
    ts = bot.direct("Drones for the police in Ghana", user=user)
    bot.press(bot.last(bot.dm(user), ts, user=user), "correct", user=user)

    bot.submit(bot.view("correction", user=user), {
        "words": "conflict :x: :video_camera:"}, user=user)

    deal = bot.deal(bot.dm(user), ts)
    assert (deal["product"], deal["conflict"]) == (["drone"], ["no"])
