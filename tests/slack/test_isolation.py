"""Two workspaces on one database: nothing of one reaches the other, whatever ids are sent."""

import json
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.schema import deliveries
from bot.slack.names import Press
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, advised
from tests.workspace.running import BOT, KIM, NOOR, SAM, eventually

OURS, THEIRS = "T0ADVISOR1", "T0ANOTHER1"


@pytest.fixture(scope="session")
def transport() -> str:
    """What reaches whom does not depend on the transport."""
    return "http"


def of_them(**more: Any) -> dict[str, Any]:
    """What an interaction from there carries; people there may have the ids of ours."""
    return {"team": {"id": THEIRS}, "user": {"id": SAM, "team_id": THEIRS}, "trigger_id": "1.2.3",
            **more}


def pressed(action: str, press: Press) -> dict[str, Any]:
    return of_them(
        type="block_actions",
        container={"type": "message", "channel_id": OFFICE, "message_ts": "1790000000.000001"},
        actions=[{"action_id": action, "block_id": "b", "type": "button", "value": press.dump(),
                  "action_ts": "1790000000.000002"}])


def said(ts: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": THEIRS, "event_id": f"Ev{ts}",
            "authorizations": [{"team_id": THEIRS, "user_id": BOT, "is_bot": True}],
            "event": {"type": "message", "channel": OFFICE, "channel_type": "channel",
                      "user": SAM, "text": text, "ts": ts, **more}}


def kept(bot: Bot) -> int:
    """Deliveries kept of the other workspace."""
    query = select(func.count()).select_from(deliveries).where(deliveries.c.team == THEIRS)
    with bot.joined.store.reading() as connection:
        return int(connection.scalar(query) or 0)


@pytest.fixture
def thread(bot: Bot) -> str:
    """A thread of ours with advice in it."""
    ts = advised(bot)
    bot.begin()
    return ts


def press_of(bot: Bot, ts: str, **more: Any) -> Press:
    return Press(bot.case(OFFICE, ts).conversation, 1, **more)


@pytest.mark.parametrize("action", [
    "answer:0", "answer_unknown", "why", "advise_now", "go_on", "more_safeguards", "compliance",
    "brief", "pause", "feedback", "nothing_changed", "home_show:1",
])
def test_a_press_from_another_workspace_reaches_nothing(
    bot: Bot, thread: str, action: str
) -> None:
    before = (bot.turns(OFFICE, thread), kept(bot))

    bot.deliver(pressed(action, press_of(bot, thread, fact="end_use", value="good")))

    assert (bot.turns(OFFICE, thread), kept(bot)) == before
    assert not [c for c in bot.log("call") if c["method"].startswith(("chat.", "files."))]


@pytest.mark.parametrize("action", [
    "correct", "something_changed", "passages", "watch", "comment",
])
def test_a_form_of_our_deal_does_not_open_in_another_workspace(
    bot: Bot, thread: str, action: str
) -> None:
    bot.expected |= {"invalid_trigger", "invalid_trigger_id", "expired_trigger_id"}
    bot.deliver(pressed(action, press_of(bot, thread)))

    (call,) = eventually(lambda: bot.calls("views.open"))
    assert "Something went wrong on my side." in json.dumps(call["args"])
    assert "Kenya" not in json.dumps(call["args"])


@pytest.mark.parametrize(("callback", "values"), [
    ("correction", {"words": {"words": {"type": "plain_text_input", "value": "for the army"}}}),
    ("comment", {"comment": {"comment": {"type": "plain_text_input", "value": "no"}}}),
    ("watch", {"watch_on": {"watch_on": {"type": "datepicker", "selected_date": "2099-01-01"}}}),
])
def test_a_form_sent_from_another_workspace_changes_nothing(
    bot: Bot, thread: str, callback: str, values: dict[str, Any]
) -> None:
    deal, before = bot.deal(OFFICE, thread), kept(bot)
    blocks = [{"type": "input", "block_id": name} for name in values]

    bot.deliver(of_them(type="view_submission", view={
        "id": "V0THEIRS01", "callback_id": callback, "blocks": blocks, "type": "modal",
        "private_metadata": press_of(bot, thread).dump(), "state": {"values": values}}))

    assert bot.deal(OFFICE, thread) == deal
    assert bot.case(OFFICE, thread).watch_on is None
    assert kept(bot) == before
    assert bot.calls("chat.postMessage") == []


def test_the_same_channel_and_thread_of_another_workspace_are_others(
    bot: Bot, thread: str
) -> None:
    turns, before = bot.turns(OFFICE, thread), kept(bot)

    bot.deliver(said("1795000001.000001", "for the army in Chad", thread_ts=thread))
    assert kept(bot) == before

    # Just now: were it late, their thread would be read, and here their Slack is ours.
    bot.deliver(said(f"{time.time() + 5:.6f}", f"<@{BOT}> drones for the army in Chad",
                       thread_ts=thread, user=NOOR))
    theirs = bot.joined.cases.at(THEIRS, OFFICE, thread)
    assert theirs is not None
    assert theirs.conversation != bot.case(OFFICE, thread).conversation
    assert bot.turns(OFFICE, thread) == turns
    assert kept(bot) == before + 1


def test_an_edit_of_a_message_with_the_same_id_is_another(bot: Bot, thread: str) -> None:
    was = {"type": "message", "user": SAM, "text": f"<@{BOT}> {DEAL}", "ts": thread}
    body = said("1795000002.000001", "")
    body["event"] |= {
        "subtype": "message_changed", "previous_message": was,
        "message": {**was, "text": "for the army in Chad",
                    "edited": {"user": SAM, "ts": "1795000002.000001"}}}

    bot.deliver(body)

    assert bot.deal(OFFICE, thread)["country"] == ["KE"]
    assert bot.calls("chat.postMessage") == []


def test_the_home_tab_and_the_lists_of_another_workspace_are_empty(
    bot: Bot, thread: str
) -> None:
    bot.press(bot.last(OFFICE, thread), "compliance")
    surfaces = bot.joined.surfaces

    assert "Kenya" in json.dumps(surfaces.home(OURS, SAM))
    for user in (SAM, KIM):
        assert "Kenya" not in json.dumps(surfaces.home(THEIRS, user))
    assert "Nothing has been sent yet." in json.dumps(surfaces.home(THEIRS, KIM))
    assert "Nothing has been sent yet." not in json.dumps(surfaces.home(OURS, KIM))
    assert surfaces.status(THEIRS, SAM)["text"].startswith("You have no deal with me yet.")
    assert surfaces.latest(THEIRS, SAM) is None


@pytest.mark.parametrize("word", ["status", "brief"])
def test_the_command_of_another_workspace_knows_no_deal_of_ours(
    bot: Bot, thread: str, word: str
) -> None:
    answer = bot.deliver({
        "command": "/advisor", "text": word, "team_id": THEIRS, "user_id": SAM,
        "channel_id": OFFICE, "trigger_id": f"1.2.{word}"})

    assert "You have no deal with me yet." in str(answer.body)
