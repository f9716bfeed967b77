"""What things look like in payloads: what Slack's own types name, and nothing beyond."""

from typing import Any

import pytest

from tests.workspace.receiving import Receiver
from tests.workspace.running import BOT, DEALS, SAM, Workspace, field, modal

ICON = {"type": "icon_button", "action_id": "bin", "icon": "trash", "value": "v",
        "text": {"type": "plain_text", "text": "Delete"}}
MENU = {"type": "external_select", "action_id": "menu", "min_query_length": 1}


def test_a_file_is_told_of_with_all_that_slack_says_of_one(told, app):
    told.slack.files_upload_v2(channel=DEALS, content="The brief", filename="brief.md",
                               title="Brief")
    told.order("settle")

    (file,) = next(e["files"] for e in app.events if e.get("subtype") == "file_share")
    path = f"{told.base}workspace/files/{file['id']}/brief.md"
    assert file == {
        "id": file["id"], "created": 1_790_000_000, "timestamp": 1_790_000_000,
        "name": "brief.md", "title": "Brief", "mimetype": "text/markdown", "filetype": "md",
        "pretty_type": "MD", "user": BOT, "editable": False, "size": 9, "mode": "hosted",
        "is_external": False, "external_type": "", "is_public": True,
        "public_url_shared": False, "display_as_bot": False, "username": "",
        "url_private": path, "url_private_download": path, "permalink": path,
        "channels": [DEALS], "groups": [], "ims": [], "user_team": "T0ADVISOR1",
        "file_access": "visible", "media_display_type": "unknown", "has_rich_preview": False,
        "permalink_public": "", "is_starred": False}


def test_pressing_an_icon_says_which(told, app):
    ts = told.slack.chat_postMessage(channel=DEALS, text="Old", blocks=[
        {"type": "context_actions", "block_id": "about", "elements": [ICON]}])["ts"]

    told.do("press", channel=DEALS, ts=ts, block_id="about", action_id="bin")

    (action,) = app.asked[-1].payload["actions"]
    del action["action_ts"]
    assert action == {"type": "icon_button", "action_id": "bin", "block_id": "about",
                      "icon": "trash", "value": "v", "text": ICON["text"]}


def _done(told: Workspace, app: Receiver, kind: str) -> None:
    ts = told.say("Hello")
    if kind == "message_action":
        told.do("message_shortcut", callback_id="check", channel=DEALS, ts=ts)
        return
    told.do("shortcut", callback_id="describe")
    trigger = app.asked[-1].payload["trigger_id"]
    view = told.call("views.open", trigger_id=trigger, view=modal(
        [field(), {"type": "input", "block_id": "where", "element": MENU, "optional": True,
                   "label": {"type": "plain_text", "text": "Where"}}], notify_on_close=True))
    found = {"view_id": view["view"]["id"]}
    if kind == "block_suggestion":
        told.do("options", **found, block_id="where", action_id="menu", query="Pe")
    elif kind == "view_closed":
        told.do("close_view", **found)
    elif kind == "view_submission":
        told.do("submit_view", **found, state={"name": {"typed": {"value": "Words"}}})


@pytest.mark.parametrize(("kind", "names"), [
    ("shortcut", {"username"}), ("message_action", {"name", "username"}),
    ("view_submission", {"name"}), ("view_closed", {"name"}), ("block_suggestion", {"name"}),
])
def test_a_person_is_named_as_each_payload_names_them(told, app, kind, names):
    _done(told, app, kind)

    payload = app.asked[-1].payload
    assert payload["type"] == kind
    assert payload["user"] == {"id": SAM, "team_id": "T0ADVISOR1", **dict.fromkeys(names, "sam")}


@pytest.mark.parametrize("kind", ["shortcut", "message_action"])
def test_a_shortcut_does_not_say_which_app_it_is_for(told, app, kind):
    _done(told, app, kind)

    assert "api_app_id" not in app.asked[-1].payload


def test_the_bot_is_described_as_the_place_describes_it(told, app):
    shown = told.slack.chat_postMessage(channel=DEALS, text="Hello")["message"]["bot_profile"]
    asked = told.slack.bots_info(bot="B0ADVISOR1")["bot"]

    same: dict[str, Any] = {"id": "B0ADVISOR1", "app_id": "A0ADVISOR1", "name": asked["name"],
                            "icons": {}, "deleted": False, "updated": 0}
    assert shown == same | {"team_id": "T0ADVISOR1"}
    assert asked == same | {"user_id": BOT}


def test_what_was_updated_is_shown_without_its_place(told):
    """Which the answer names beside it."""
    given = {"channel": DEALS, "ts": told.slack.chat_postMessage(
        channel=DEALS, text="Hello", thread_ts=told.say("Hi"))["ts"]}

    answer = told.slack.chat_update(**given, text="Better")

    assert (answer["channel"], answer["ts"], answer["text"]) == (*given.values(), "Better")
    assert answer["message"]["text"] == "Better"
    assert not answer["message"].keys() & {"ts", "thread_ts", "parent_user_id"}


def test_the_events_of_parting_have_no_time_of_their_own(told, app):
    told.order("revoke", uninstall=True)
    told.order("settle")

    assert app.events == [
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}},
        {"type": "app_uninstalled"}]
