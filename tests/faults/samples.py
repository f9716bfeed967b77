"""Payloads as Slack's documentation shows them, with the workspace's and our own ids.

One of each kind that an app of ours may be sent, over HTTP and over a socket.
"""

from typing import Any

from bot.slack import names
from bot.workspace.world import APP_ID, BOT_ID, BOT_USER, TEAM_ID
from tests.workspace.running import DEALS, NOOR, SAM, SAMS_DM

Json = dict[str, Any]
TS, THREAD = "1795578087.899805", "1795578000.000100"
PRESS = f'{{"c":"slack:{TEAM_ID}:{DEALS}:{THREAD}","t":1}}'
ANSWER = f'{{"c":"slack:{TEAM_ID}:{DEALS}:{THREAD}","t":1,"f":"end_user","v":"police"}}'


def _event(**event: Any) -> Json:
    return {
        "token": "XXYYZZ", "team_id": TEAM_ID, "context_team_id": TEAM_ID,
        "context_enterprise_id": None, "api_app_id": APP_ID, "event": event,
        "type": "event_callback", "event_id": "Ev08MFMKH6", "event_time": 1795578087,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER,
                            "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": False, "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ",
    }


def _message(**more: Any) -> Json:
    return _event(**{
        "type": "message", "channel": SAMS_DM, "user": SAM, "text": "Drones for the police",
        "ts": TS, "event_ts": TS, "channel_type": "im", "team": TEAM_ID,
        "client_msg_id": "1d1a1a1a-1a1a-4a1a-8a1a-1a1a1a1a1a1a",
        "blocks": [{"type": "rich_text", "block_id": "E3vz", "elements": [
            {"type": "rich_text_section", "elements": [
                {"type": "text", "text": "Drones for the police"}]}]}], **more})


def _interaction(kind: str, **more: Any) -> Json:
    return {
        "type": kind, "token": "XXYYZZ", "api_app_id": APP_ID,
        "team": {"id": TEAM_ID, "domain": "northwind"}, "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": SAM, "username": "sam", "name": "sam", "team_id": TEAM_ID},
        "trigger_id": "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3", **more}


def _press(action: Json, **more: Any) -> Json:
    return _interaction(
        "block_actions",
        container={"type": "message", "message_ts": TS, "channel_id": DEALS,
                   "is_ephemeral": False, "thread_ts": THREAD},
        channel={"id": DEALS, "name": "deals"},
        message={"type": "message", "user": BOT_USER, "ts": TS, "bot_id": BOT_ID, "text": "?"},
        state={"values": {"question:end_user": {"several": {
            "type": "multi_static_select", "selected_options": [
                {"text": {"type": "plain_text", "text": "Police"}, "value": "police"}]}}}},
        response_url="https://hooks.slack.com/actions/T/1/x",
        actions=[{"block_id": "b1", "action_ts": TS, **action}], **more)


def _view(callback_id: str, values: Json, **more: Any) -> Json:
    return _interaction("view_submission", view={
        "id": "VNHU13V36", "team_id": TEAM_ID, "type": "modal", "callback_id": callback_id,
        "title": {"type": "plain_text", "text": "Form"}, "private_metadata": PRESS,
        "blocks": [{"type": "input", "block_id": "words", "element": {
            "type": "plain_text_input", "action_id": "words"}}],
        "state": {"values": values}, "hash": "156663117.cd33ad1f", "root_view_id": "VNHU13V36",
        "previous_view_id": None, "app_id": APP_ID, "bot_id": BOT_ID, **more}, response_urls=[])


_TYPED: Json = {"words": {"words": {"type": "plain_text_input", "value": "Drones for Kenya"}}}
_COUNTRIES: Json = {"type": "multi_external_select", "selected_options": [
    {"text": {"type": "plain_text", "text": "Kenya"}, "value": "KE"}]}

EVENTS: dict[str, Json] = {
    "message.im": _message(),
    "message in a thread": _message(thread_ts=THREAD, parent_user_id=SAM),
    "app_mention": _message(type="app_mention", channel=DEALS, user=NOOR,
                            text=f"<@{BOT_USER}> IMSI catchers for Kenya"),
    "file_share": _message(subtype="file_share", files=[{
        "id": "F0S43P1CZ", "name": "deal.pdf", "mimetype": "application/pdf", "size": 5_000}]),
    "forwarded": _message(text="", blocks=None, attachments=[{
        "id": 1, "ts": THREAD, "author_id": NOOR, "channel_id": DEALS, "channel_team": TEAM_ID,
        "is_msg_unfurl": True, "is_share": True, "text": "Drones for Kenya", "app_id": "A0OTHER",
        "fallback": "[1 May] Noor: Drones for Kenya", "author_name": "Noor", "mrkdwn_in": ["text"],
        "from_url": "https://northwind.slack.com/archives/C0DEALS001/p1795578000000100",
        "message_blocks": [{"team": TEAM_ID, "channel": DEALS, "ts": THREAD, "message": {
            "blocks": [{"type": "rich_text", "block_id": "b", "elements": [
                {"type": "rich_text_section", "elements": [
                    {"type": "text", "text": "Drones for Kenya "},
                    {"type": "emoji", "name": "wave", "unicode": "1f44b"}]}]}]}}]}]),
    "thread_broadcast": _message(subtype="thread_broadcast", thread_ts=THREAD),
    "message_changed": _event(
        type="message", subtype="message_changed", hidden=True, channel=DEALS, ts=TS,
        event_ts=TS, channel_type="channel",
        message={"type": "message", "user": SAM, "text": "Drones for Chile", "ts": TS,
                 "edited": {"user": SAM, "ts": TS}},
        previous_message={"type": "message", "user": SAM, "text": "Drones", "ts": TS}),
    "message_deleted": _event(
        type="message", subtype="message_deleted", hidden=True, channel=DEALS, ts=TS,
        deleted_ts=THREAD, event_ts=TS, previous_message={"user": SAM, "text": "Drones"}),
    "message_deleted with answers": _event(
        type="message", subtype="message_changed", hidden=True, channel=DEALS, ts=TS,
        event_ts=TS, channel_type="channel",
        message={"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True,
                 "text": "This message was deleted.", "ts": THREAD, "thread_ts": THREAD},
        previous_message={"type": "message", "user": SAM, "text": "Drones", "ts": THREAD}),
    "bot_message": _message(subtype="bot_message", bot_id="B0OTHER", user=None),
    "channel_join": _message(subtype="channel_join", channel=DEALS),
    "app_home_opened": _event(type="app_home_opened", user=SAM, channel=SAMS_DM, tab="home",
                              event_ts=TS),
    "app_home_opened messages": _event(type="app_home_opened", user=SAM, channel=SAMS_DM,
                                       tab="messages", event_ts=TS),
    "member_joined_channel": _event(type="member_joined_channel", user=SAM, channel=DEALS,
                                    channel_type="C", team=TEAM_ID, inviter=NOOR, event_ts=TS),
    "channel_shared": _event(type="channel_shared", connected_team_id="E163Q94DX",
                             channel=DEALS, event_ts=TS),
    "tokens_revoked for users": _event(type="tokens_revoked", tokens={"oauth": [SAM], "bot": []}),
    "reaction_added": _event(type="reaction_added", user=SAM, reaction="thumbsup",
                             item_user=BOT_USER, event_ts=TS,
                             item={"type": "message", "channel": DEALS, "ts": TS}),
    "assistant_thread_started": _event(
        type="assistant_thread_started", event_ts=TS, assistant_thread={
            "user_id": SAM, "channel_id": SAMS_DM, "thread_ts": THREAD,
            "context": {"channel_id": DEALS, "team_id": TEAM_ID, "enterprise_id": None}}),
    "url_verification": {"type": "url_verification", "token": "XXYYZZ",
                         "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"},
    "app_rate_limited": {"type": "app_rate_limited", "token": "XXYYZZ", "team_id": TEAM_ID,
                         "minute_rate_limited": 1518467820, "api_app_id": APP_ID},
}
INTERACTIONS: dict[str, Json] = {
    **{f"button {name}": _press({"type": "button", "action_id": name, "value": PRESS})
       for name in (names.WHY, names.ADVISE_NOW, names.GO_ON, names.COMPLIANCE, names.BRIEF,
                    names.CORRECT, names.PASSAGES, names.PAUSE, names.WATCH)},
    "answer": _press({"type": "button", "action_id": f"{names.ANSWER}:1", "value": ANSWER}),
    "answers": _press({"type": "button", "action_id": names.ANSWER_DONE, "value": ANSWER}),
    "select": _press({"type": "static_select", "action_id": names.ANSWER_SELECT,
                      "selected_option": {"text": {"type": "plain_text", "text": "Police"},
                                          "value": ANSWER}}),
    "feedback": _press({"type": "feedback_buttons", "action_id": names.FEEDBACK,
                        "value": PRESS}),
    "home button": _interaction(
        "block_actions", container={"type": "view", "view_id": "VNHU13V36"},
        view={"id": "VNHU13V36", "type": "home", "state": {"values": {}}},
        actions=[{"type": "button", "action_id": names.HOME_SHOW, "action_ts": TS,
                  "block_id": "b", "value": PRESS}]),
    "options": _interaction("block_suggestion", action_id=names.ANSWER_COUNTRY, block_id="c",
                            value="ken", container={"type": "view", "view_id": "V1"}),
    "intake": _view(names.INTAKE_VIEW, {**_TYPED, "fact:country": {
        names.ANSWER_COUNTRY: _COUNTRIES}}),
    "correction": _view(names.CORRECTION_VIEW, _TYPED),
    "comment": _view(names.COMMENT_VIEW, {"comment": {"comment": {"value": "Good"}}}),
    "watch": _view(names.WATCH_VIEW, {"watch_on": {"watch_on": {
        "type": "datepicker", "selected_date": "2027-03-01"}}}),
    "view_closed": _interaction("view_closed", is_cleared=False, view={
        "id": "V1", "callback_id": names.INTAKE_VIEW, "state": {"values": {}}}),
    "shortcut": _interaction("shortcut", callback_id=names.DESCRIBE_DEAL, action_ts=TS),
    "message_action": _interaction(
        "message_action", callback_id=names.CHECK_DEAL, action_ts=TS, message_ts=TS,
        channel={"id": DEALS, "name": "deals"},
        message={"type": "message", "user": SAM, "ts": TS, "text": "Drones for Kenya"},
        response_url="https://hooks.slack.com/app/T/1/x"),
}
COMMANDS: dict[str, Json] = {
    f"/advisor {text}".strip(): {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO", "team_id": TEAM_ID, "team_domain": "northwind",
        "channel_id": DEALS, "channel_name": "deals", "user_id": SAM, "user_name": "sam",
        "command": names.COMMAND, "text": text, "api_app_id": APP_ID,
        "is_enterprise_install": "false", "trigger_id": "13345224609.738474920.8088930838d88f",
        "response_url": "https://hooks.slack.com/commands/1234/5678"}
    for text in ("", "new", "brief", "status", "Is a payload of drones for Kenya fine?")
}
