"""Who may call what, and what the calls answer."""

import asyncio
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.app import WorkspaceSettings, build_workspace
from tests.workspace.running import (
    ALEX,
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    COMPLIANCE,
    DEALS,
    KIM,
    MANIFEST,
    OLU,
    PARTNER,
    RANDOM,
    SAM,
    SAMS_DM,
    SECRET,
    running,
    section,
)


def test_auth_test_says_who_the_app_is_and_what_it_may(workspace, clock):
    answer = workspace.slack.auth_test()

    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (
        BOT, "B0ADVISOR1", "T0ADVISOR1")
    assert answer["url"] == workspace.base
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert answer.headers["date"] == "Mon, 21 Sep 2026 14:13:20 GMT"


@pytest.mark.parametrize(("method", "token", "error"), [
    ("auth.test", None, "not_authed"),
    ("auth.test", "xoxb-somebody-else", "invalid_auth"),
    ("auth.test", APP_TOKEN, "not_allowed_token_type"),
    ("apps.connections.open", BOT_TOKEN, "not_allowed_token_type"),
    ("chat.postMesage", BOT_TOKEN, "unknown_method"),
])
def test_a_call_that_may_not_be_made_is_refused_with_http_200(shared, method, token, error):
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    response = shared.http.post(f"api/{method}", headers=headers)

    assert response.status_code == 200
    assert (response.json()["ok"], response.json()["error"]) == (False, error)


def test_a_missing_scope_is_named_with_those_that_are_there(shared):
    answer = shared.call("conversations.join", channel=RANDOM)

    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:join")
    assert "chat:write" in answer["provided"].split(",")


def test_reading_a_direct_message_needs_the_scope_of_its_kind(shared):
    answer = shared.call("conversations.info", channel=SAMS_DM)

    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:read")


@pytest.mark.parametrize("kind", ["json", "form", "multipart", "token in the form"])
def test_arguments_come_as_json_or_as_a_form_with_json_in_strings(shared, kind):
    blocks = [section("Hello")]
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    form = {"channel": DEALS, "text": "Hello",
            "blocks": '[{"type":"section","text":{"type":"mrkdwn","text":"Hello"}}]'}
    if kind == "json":
        response = shared.http.post("api/chat.postMessage", headers=headers,
                                    json={"channel": DEALS, "text": "Hello", "blocks": blocks})
    elif kind == "multipart":
        response = shared.http.post("api/chat.postMessage", headers=headers,
                                    files={k: (None, v) for k, v in form.items()})
    elif kind == "form":
        response = shared.http.post("api/chat.postMessage", headers=headers, data=form)
    else:
        response = shared.http.post("api/chat.postMessage", data=form | {"token": BOT_TOKEN})

    assert response.json()["message"]["blocks"] == [section("Hello") | {"block_id": "b0"}]


@pytest.mark.parametrize(("body", "kind", "error"), [
    ("{", "application/json", "invalid_json"),
    ("[]", "application/json", "json_not_object"),
    ("x", "text/csv", "invalid_post_type"),
])
def test_a_body_that_cannot_be_read_is_refused(shared, body, kind, error):
    response = shared.http.post("api/auth.test", content=body, headers={"Content-Type": kind})

    assert response.json() == {"ok": False, "error": error}


def test_methods_that_read_answer_to_get(shared):
    response = shared.http.get("api/users.info", params={"user": KIM},
                               headers={"Authorization": f"Bearer {BOT_TOKEN}"})

    assert response.json()["user"]["real_name"] == "Kim Adler"


def test_people_are_told_apart_as_slack_tells_them_apart(shared):
    guest = shared.slack.users_info(user=ALEX)["user"]
    outsider = shared.slack.users_info(user=OLU)["user"]

    assert (guest["is_restricted"], guest["is_stranger"]) == (True, False)
    assert (outsider["team_id"], outsider["is_stranger"]) == ("T0PARTNER1", True)
    assert OLU not in {user["id"] for user in shared.slack.users_list()["members"]}
    with pytest.raises(SlackApiError, match="user_not_found"):
        shared.slack.users_info(user="U0NOBODY01")


def test_a_shared_channel_says_so_and_names_its_members(shared):
    channel = shared.slack.conversations_info(channel=PARTNER)["channel"]

    assert (channel["is_ext_shared"], channel["is_member"]) == (True, True)
    assert OLU in shared.slack.conversations_members(channel=PARTNER)["members"]
    assert shared.slack.conversations_info(channel=RANDOM)["channel"]["is_member"] is False


def test_members_come_page_by_page(shared):
    first = shared.slack.conversations_members(channel=PARTNER, limit=4)
    cursor = first["response_metadata"]["next_cursor"]
    second = shared.slack.conversations_members(channel=PARTNER, limit=4, cursor=cursor)

    assert (len(first["members"]), len(second["members"])) == (4, 2)
    assert second["response_metadata"]["next_cursor"] == ""


def test_a_direct_message_is_opened_for_a_person(shared):
    assert shared.slack.conversations_open(users=[SAM])["channel"]["id"] == SAMS_DM
    assert shared.call("conversations.open", users=BOT)["error"] == "cannot_dm_bot"
    assert shared.call("conversations.open", users=f"{SAM},{KIM}")["needed"] == "mpim:write"
    assert shared.call("conversations.open")["error"] == "users_list_not_supplied"


def test_a_thread_is_read_back_with_the_metadata_it_was_posted_with(workspace):
    parent = workspace.say("Question")
    about = {"event_type": "advice", "event_payload": {"turn": "T-1"}}
    reply = workspace.slack.chat_postMessage(channel=DEALS, text="Answer", thread_ts=parent,
                                             metadata=about)

    plain = workspace.slack.conversations_replies(channel=DEALS, ts=parent)["messages"]
    full = workspace.slack.conversations_replies(
        channel=DEALS, ts=parent, include_all_metadata=True)["messages"]

    assert [m["text"] for m in full] == ["Question", "Answer"]
    assert full[0]["reply_count"] == 1
    assert (full[1]["ts"], full[1]["metadata"]) == (reply["ts"], about)
    assert "metadata" not in plain[1]


@pytest.mark.parametrize(("bounds", "found"), [
    ({"oldest": 0}, ["Question", "Two", "Three"]),
    ({"oldest": 0, "inclusive": True}, ["Question", "One", "Two", "Three"]),
    ({"latest": 1}, ["Question", "One"]),
    ({"latest": 1, "inclusive": True}, ["Question", "One", "Two"]),
    ({"oldest": 2}, ["Question"]),
])
def test_of_a_thread_the_first_message_comes_whatever_the_bounds(workspace, bounds, found):
    parent = workspace.say("Question")
    replies = [workspace.say(text, thread_ts=parent) for text in ("One", "Two", "Three")]
    given = {name: value if value is True else replies[value] for name, value in bounds.items()}

    answer = workspace.slack.conversations_replies(channel=DEALS, ts=parent, **given)

    assert [m["text"] for m in answer["messages"]] == found
    assert (answer["has_more"], answer["response_metadata"]["next_cursor"]) == (False, "")


def test_a_thread_comes_page_by_page_oldest_first(workspace):
    parent = workspace.say("Question")
    for text in ("One", "Two"):
        workspace.say(text, thread_ts=parent)

    first = workspace.slack.conversations_replies(channel=DEALS, ts=parent, limit=2)
    second = workspace.slack.conversations_replies(
        channel=DEALS, ts=parent, limit=2, cursor=first["response_metadata"]["next_cursor"])

    assert [m["text"] for m in first["messages"]] == ["Question", "One"]
    assert [m["text"] for m in second["messages"]] == ["Two"]
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_a_reply_to_a_reply_goes_to_the_thread(workspace):
    parent = workspace.say("Question")
    reply = workspace.slack.chat_postMessage(channel=DEALS, text="One", thread_ts=parent)["ts"]

    deeper = workspace.slack.chat_postMessage(channel=DEALS, text="Two", thread_ts=reply)

    assert deeper["message"]["thread_ts"] == parent


def test_history_leaves_replies_out_unless_they_were_broadcast(workspace):
    parent = workspace.say("Question")
    workspace.slack.chat_postMessage(channel=DEALS, text="In the thread", thread_ts=parent)
    workspace.slack.chat_postMessage(channel=DEALS, text="For all", thread_ts=parent,
                                     reply_broadcast=True)

    found = workspace.slack.conversations_history(channel=DEALS)["messages"]

    assert [m["text"] for m in found] == ["For all", "Question"]
    assert (found[0]["subtype"], found[0]["root"]["ts"]) == ("thread_broadcast", parent)


@pytest.mark.parametrize(("method", "args", "error"), [
    ("chat.postMessage", {"channel": "C0NOWHERE1", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": RANDOM, "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": DEALS}, "no_text"),
    ("chat.postMessage", {"channel": DEALS, "text": "x", "markdown_text": "x"},
     "markdown_text_conflict"),
    ("chat.postMessage", {"channel": DEALS, "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": DEALS, "text": "x", "metadata": "nonsense"},
     "invalid_metadata_format"),
    ("chat.postMessage", {"channel": DEALS, "text": "x", "metadata": {"event_type": "x"}},
     "invalid_metadata_schema"),
    ("chat.update", {"channel": DEALS, "ts": "1.1", "text": "x"}, "message_not_found"),
    ("chat.delete", {"channel": DEALS, "ts": "1.1"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": COMPLIANCE, "user": SAM, "text": "x"},
     "user_not_in_channel"),
    ("chat.getPermalink", {"channel": DEALS, "message_ts": "1.1"}, "message_not_found"),
    ("conversations.replies", {"channel": DEALS, "ts": "1.1"}, "thread_not_found"),
    ("conversations.replies", {"channel": "C0NOWHERE1", "ts": "1.1"}, "channel_not_found"),
    ("conversations.replies", {"channel": RANDOM, "ts": "1.1"}, "not_in_channel"),
    ("conversations.replies", {"channel": DEALS}, "invalid_arguments"),
    ("bots.info", {"bot": "B0OTHER"}, "bot_not_found"),
])
def test_what_cannot_be_done_is_refused_with_slacks_code(shared, method, args, error):
    assert shared.call(method, **args)["error"] == error


def test_only_ones_own_messages_can_be_changed_or_deleted(workspace):
    ts = workspace.say("Mine")

    assert workspace.call("chat.update", channel=DEALS, ts=ts,
                          text="Yours")["error"] == "cant_update_message"
    assert workspace.call("chat.delete", channel=DEALS, ts=ts)["error"] == "cant_delete_message"


def test_an_update_keeps_what_it_does_not_mention(workspace):
    about = {"event_type": "advice", "event_payload": {}}
    ts = workspace.slack.chat_postMessage(channel=DEALS, text="One", blocks=[section("One")],
                                          metadata=about)["ts"]

    workspace.slack.chat_update(channel=DEALS, ts=ts, text="Two")
    kept = workspace.slack.conversations_history(
        channel=DEALS, include_all_metadata=True)["messages"][0]
    workspace.slack.chat_update(channel=DEALS, ts=ts, text="Two", blocks=[])
    emptied = workspace.slack.conversations_history(channel=DEALS)["messages"][0]

    assert (kept["text"], kept["blocks"][0]["text"]["text"]) == ("Two", "One")
    assert (kept["metadata"], kept["edited"]["user"]) == (about, BOT)
    assert "blocks" not in emptied


def test_a_deleted_parent_leaves_a_tombstone_for_its_replies(workspace):
    parent = workspace.slack.chat_postMessage(channel=DEALS, text="Question")["ts"]
    workspace.slack.chat_postMessage(channel=DEALS, text="Answer", thread_ts=parent)

    workspace.slack.chat_delete(channel=DEALS, ts=parent)

    first, second = workspace.slack.conversations_replies(channel=DEALS, ts=parent)["messages"]
    assert (first["subtype"], second["text"]) == ("tombstone", "Answer")


def test_a_permalink_leads_to_the_page_of_its_message(workspace):
    ts = workspace.say("Question")

    link = workspace.slack.chat_getPermalink(channel=DEALS, message_ts=ts)["permalink"]

    assert link == f"{workspace.base}archives/{DEALS}/p{ts.replace('.', '')}"
    page = httpx.get(link, trust_env=False)
    assert page.headers["location"].endswith(f"/c/{DEALS}/{ts}")


def test_an_ephemeral_message_is_for_one_person_and_not_for_the_record(workspace):
    workspace.slack.chat_postEphemeral(channel=DEALS, user=SAM, text="Only you")

    assert [m["text"] for m in workspace.messages(user=SAM)] == ["Only you"]
    assert workspace.messages(user=KIM) == []
    assert workspace.slack.conversations_history(channel=DEALS)["messages"] == []


def test_a_file_is_uploaded_in_three_steps_and_shared(workspace):
    workspace.slack.files_upload_v2(channel=SAMS_DM, content="The brief", filename="brief.md",
                                    title="Brief", initial_comment="Here it is")

    message = workspace.messages(SAMS_DM)[0]
    file = message["files"][0]
    content = workspace.http.get(file["url_private"], params={"user": SAM})
    assert (message["text"], message["subtype"], file["title"]) == (
        "Here it is", "file_share", "Brief")
    assert content.text == "The brief"
    assert content.headers["content-disposition"] == "attachment"
    assert workspace.http.get(file["url_private"], params={"user": KIM}).status_code == 404


def test_a_revoked_token_opens_nothing_until_the_app_is_installed_again():
    client = {"client_id": "12.34", "client_secret": "hush"}
    with running(**client) as workspace:
        assert workspace.slack.auth_revoke()["revoked"] is True
        refused = workspace.call("auth.test")
        code = workspace.order("code")["code"]
        anonymous = WebClient(base_url=workspace.base + "api/")
        with pytest.raises(SlackApiError, match="bad_client_secret"):
            anonymous.oauth_v2_access(**client | {"client_secret": "x"}, code=code)
        installed = anonymous.oauth_v2_access(**client, code=code)

        assert refused["error"] == "token_revoked"
        assert (installed["access_token"], installed["bot_user_id"]) == (BOT_TOKEN, BOT)
        assert workspace.call("auth.test")["ok"]
        with pytest.raises(SlackApiError, match="invalid_code"):
            anonymous.oauth_v2_access(**client, code=code)


def test_a_status_ends_with_a_message_or_after_two_minutes(workspace, clock):
    ts = workspace.say("Question", SAMS_DM)
    workspace.slack.assistant_threads_setStatus(
        channel_id=SAMS_DM, thread_ts=ts, status="is reading", loading_messages=["One", "Two"])
    shown = workspace.state()["status"]
    clock.now += 120
    after_two_minutes = workspace.state()["status"]
    workspace.slack.assistant_threads_setStatus(channel_id=SAMS_DM, thread_ts=ts, status="still")
    workspace.slack.chat_postMessage(channel=SAMS_DM, thread_ts=ts, text="Answer")

    assert shown == [{"channel": SAMS_DM, "thread_ts": ts, "status": "is reading",
                      "loading_messages": ["One", "Two"]}]
    assert after_two_minutes == workspace.state()["status"] == []


def test_suggested_prompts_replace_those_of_the_manifest(workspace):
    before = workspace.state()["prompts"][SAMS_DM]["prompts"]
    workspace.slack.assistant_threads_setSuggestedPrompts(
        channel_id=SAMS_DM, prompts=[{"title": "Go on", "message": "Go on with the deal"}])

    assert before == [{"title": "Hello", "message": "Say hello"}]
    assert workspace.state()["prompts"][SAMS_DM]["prompts"] == [
        {"title": "Go on", "message": "Go on with the deal"}]


@pytest.mark.parametrize(("count", "ok"), [(4, True), (5, False)])
def test_there_are_at_most_four_suggested_prompts(shared, count, ok):
    prompts = [{"title": str(n), "message": str(n)} for n in range(count)]

    assert shared.call("assistant.threads.setSuggestedPrompts", channel_id=SAMS_DM,
                       prompts=prompts)["ok"] is ok


@pytest.mark.parametrize(("count", "ok"), [(10, True), (11, False)])
def test_there_are_at_most_ten_loading_messages(shared, count, ok):
    assert shared.call("assistant.threads.setStatus", channel_id=SAMS_DM, thread_ts="1.1",
                       status="x", loading_messages=["x"] * count)["ok"] is ok


def test_a_call_that_is_broken_off_is_no_error_of_ours():
    app = build_workspace(WorkspaceSettings(
        bot_url=None, signing_secret=SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN,
        manifest=MANIFEST, rate_scale=0.0, retry_delays=()))
    arriving = iter([{"type": "http.request", "body": b"channel=", "more_body": True},
                     {"type": "http.disconnect"}])
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return next(arriving)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    call = app({
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "root_path": "",
        "path": "/api/chat.postMessage", "raw_path": b"/api/chat.postMessage", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"),
                    (b"content-type", b"application/x-www-form-urlencoded")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }, receive, send)
    # Playwright's session fixture keeps a loop running in the tests' own thread.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, call).result()

    assert sent[0]["status"] == 400
