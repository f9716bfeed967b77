"""What the app is told, how it is signed, and what happens when it does not answer."""

from collections.abc import Iterator

import pytest

from bot.workspace import deliveries
from tests.workspace.running import (
    ALEX,
    BOT,
    COMPLIANCE,
    DEALS,
    KIM,
    OLU,
    PARTNER,
    PATIENCE_SECONDS,
    RANDOM,
    SAM,
    SAMS_DM,
    Workspace,
    eventually,
    running,
    section,
)


@pytest.fixture
def told(app) -> Iterator[Workspace]:
    """A workspace that tells *app*, and again within moments."""
    with running(bot_url=app.url, retry_delays=(0.0, 0.01, 0.01)) as workspace:
        yield workspace


def test_an_event_is_signed_so_that_slack_sdk_accepts_it(told, app):
    told.say("Hello")
    told.order("settle")

    assert [r.signed for r in app.got] == [True]
    envelope = app.got[0].payload
    assert (envelope["type"], envelope["team_id"], envelope["api_app_id"]) == (
        "event_callback", "T0ADVISOR1", "A0ADVISOR1")
    assert envelope["authorizations"][0]["user_id"] == BOT
    assert envelope["is_ext_shared_channel"] is False


@pytest.mark.parametrize("fault", [{"wrong_signature": True}, {"skew_seconds": -400},
                                   {"skew_seconds": 400}])
def test_a_signature_can_be_made_wrong(told, app, fault):
    told.order("deliveries", **fault)
    told.say("Hello")
    told.order("settle")

    assert [r.signed for r in app.got] == [False]


def test_a_mention_arrives_as_mention_and_as_message_with_one_ts_and_two_ids(told, app):
    ts = told.say("@Advisor hello")
    told.order("settle")

    by_type = {r.payload["event"]["type"]: r.payload for r in app.got}
    assert set(by_type) == {"app_mention", "message"}
    assert {p["event"]["ts"] for p in by_type.values()} == {ts}
    assert len({p["event_id"] for p in by_type.values()}) == 2
    assert by_type["message"]["event"]["text"] == f"<@{BOT}> hello"
    assert by_type["message"]["event"]["channel_type"] == "channel"
    assert "channel_type" not in by_type["app_mention"]["event"]


def test_a_direct_message_is_a_message_even_with_a_mention(told, app):
    told.say("@Advisor hello", SAMS_DM)
    told.order("settle")

    assert [(e["type"], e["channel_type"]) for e in app.events] == [("message", "im")]


def test_the_app_hears_nothing_where_it_is_not_a_member(told, app):
    told.say("@Advisor hello", RANDOM)
    told.order("settle")

    assert app.got == []
    assert "not in this channel" in told.messages(RANDOM)[-1]["text"]


def test_the_app_hears_its_own_messages_with_its_own_ids(told, app):
    told.slack.chat_postMessage(channel=DEALS, text="Hello")
    told.order("settle")

    event = app.events[0]
    assert (event["user"], event["bot_id"], event["app_id"]) == (BOT, "B0ADVISOR1", "A0ADVISOR1")


def test_an_edit_says_what_was_there_before_and_who_edited(told, app):
    ts = told.say("Before")
    told.do("edit", channel=DEALS, ts=ts, text="After")
    told.order("settle")

    event = next(e for e in app.events if "subtype" in e)
    assert (event["subtype"], event["message"]["text"], event["previous_message"]["text"]) == (
        "message_changed", "After", "Before")
    assert event["message"]["edited"]["user"] == SAM
    assert event["ts"] != ts


def test_a_reply_changes_its_parent_without_an_edit(told, app):
    parent = told.say("Question")
    told.say("Answer", thread_ts=parent)
    told.order("settle")

    event = next(e for e in app.events if e.get("subtype") == "message_changed")
    assert event["message"]["reply_count"] == 1
    assert "reply_count" not in event["previous_message"]
    assert "edited" not in event["message"]


def test_a_reply_that_is_deleted_counts_no_more(told, app):
    parent = told.say("Question")
    told.say("One", thread_ts=parent)
    two = told.slack.chat_postMessage(channel=DEALS, text="Two", thread_ts=parent)["ts"]
    told.slack.chat_delete(channel=DEALS, ts=two)
    told.order("settle")

    # They are delivered side by side, so the last one told is not always the last to arrive.
    changes = [e for e in app.events if e.get("subtype") == "message_changed"]
    event = max(changes, key=lambda e: float(e["event_ts"]))
    assert (event["previous_message"]["reply_count"], event["message"]["reply_count"]) == (2, 1)
    assert "edited" not in event["message"]


def test_a_preview_changes_a_message_without_an_edit(told, app):
    ts = told.say("https://example.com/guidance")
    told.order("unfurl", channel=DEALS, ts=ts, url="https://example.com/guidance")
    told.order("settle")

    event = next(e for e in app.events if e.get("subtype") == "message_changed")
    assert event["message"]["attachments"][0]["from_url"] == "https://example.com/guidance"
    assert "edited" not in event["message"]
    assert "attachments" not in event["previous_message"]


def test_an_app_whose_token_is_void_is_told_nothing_more(told, app):
    told.order("revoke")
    told.say("@Advisor hello")
    told.order("settle")

    assert [e["type"] for e in app.events] == ["tokens_revoked"]


def test_a_reply_joins_the_thread_of_what_it_answers(told):
    parent = told.say("Question")
    reply = told.say("Answer", thread_ts=parent)
    told.say("More", thread_ts=reply)

    assert told.messages()[-1]["thread_ts"] == parent
    assert told.do("message", channel=DEALS, text="x", thread_ts="1.1")["ok"] is False


def test_deleting_joining_broadcasting_and_files_have_their_subtypes(told, app):
    parent = told.say("Question")
    told.say("For all", thread_ts=parent, broadcast=True)
    told.say("A file", files=[{"name": "deal.txt", "text": "Ten drones"}])
    gone = told.say("Gone")
    told.do("delete", channel=DEALS, ts=gone)
    told.do("join", KIM, channel=RANDOM)
    told.do("invite", KIM, channel=RANDOM)
    told.order("settle")

    subtypes = {e.get("subtype") for e in app.events}
    assert {"thread_broadcast", "file_share", "message_deleted", "channel_join"} <= subtypes
    joined = [e for e in app.events if e["type"] == "member_joined_channel"]
    assert [(e["user"], e["inviter"]) for e in joined] == [(BOT, KIM)]


def test_an_outsider_in_a_shared_channel_is_known_as_one(told, app):
    told.say("@Advisor hello", PARTNER, OLU)
    told.order("settle")

    mention = next(r.payload for r in app.got if r.payload["event"]["type"] == "app_mention")
    assert mention["is_ext_shared_channel"] is True
    assert mention["event"]["user_team"] == "T0PARTNER1"


def test_opening_the_app_tells_which_tab(told, app):
    told.do("open_home", tab="home")
    told.slack.views_publish(user_id=SAM, view={"type": "home", "blocks": [section("Hello")]})
    told.do("open_home", tab="home")
    told.do("open_home", tab="messages")
    told.order("settle")

    opened = [e for e in app.events if e["type"] == "app_home_opened"]
    assert sorted((e["tab"], "view" in e) for e in opened) == [
        ("home", False), ("home", True), ("messages", False)]


def test_revoking_and_uninstalling_are_told(told, app):
    told.order("revoke", uninstall=True)
    told.order("settle")

    by_type = {e["type"]: e for e in app.events}
    assert set(by_type) == {"tokens_revoked", "app_uninstalled"}
    assert by_type["tokens_revoked"]["tokens"]["bot"] == [BOT]


def test_only_what_was_subscribed_to_is_told(told, app):
    told.order("event", type="app_context_changed", user=SAM)
    told.order("event", type="agent_session_stopped", user=SAM, channel=SAMS_DM)
    told.order("settle")

    assert [e["type"] for e in app.events] == ["agent_session_stopped"]


@pytest.mark.parametrize(("answers", "reasons"), [
    ([200], [None]),
    ([404, 200], [None, "http_error"]),
    ([500, 500, 500, 500, 200], [None, "http_error", "http_error", "http_error"]),
    ([(500, {"X-Slack-No-Retry": "1"}), 200], [None]),
])
def test_an_event_is_told_again_until_it_is_acknowledged(told, app, answers, reasons):
    app.answers = list(answers)
    told.say("Hello")
    told.order("settle")

    assert [r.headers.get("x-slack-retry-reason") for r in app.got] == reasons
    assert [r.headers.get("x-slack-retry-num") for r in app.got] == [
        None, *map(str, range(1, len(reasons)))]
    assert len({r.payload["event_id"] for r in app.got}) == 1


def test_an_app_that_says_nothing_is_told_again(app):
    app.answers = ["hang", 200]
    with running(bot_url=app.url, retry_delays=(0.0,), ack_seconds=0.3) as workspace:
        workspace.say("Hello")
        workspace.order("settle")

        assert [(r.headers.get("x-slack-retry-reason"), r.headers.get("x-slack-retry-num"))
                for r in app.got] == [(None, None), ("http_timeout", "1")]
        assert len({r.payload["event_id"] for r in app.got}) == 1


def test_an_app_that_is_away_is_told_again_too(app):
    with running(bot_url="http://127.0.0.1:9/", retry_delays=(0.0,)) as workspace:
        workspace.say("Hello")
        acks = workspace.log("ack")

        assert [a["problem"] for a in acks] == ["connection_failed", "connection_failed"]
        assert workspace.log("delivery")[1]["reason"] == "connection_failed"


def test_deliveries_can_be_doubled(told, app):
    told.order("deliveries", duplicate=2)
    told.say("Hello")
    told.order("settle")

    assert len(app.got) == 3
    assert len({r.payload["event_id"] for r in app.got}) == 1


def test_deliveries_can_be_turned_round(told, app, monkeypatch):
    monkeypatch.setattr(deliveries, "HELD_AT_MOST_SECONDS", PATIENCE_SECONDS)
    told.order("deliveries", reorder=3)
    sent = [told.say(text) for text in ("one", "two", "three")]

    assert eventually(lambda: len(app.events) == 3)
    assert [e["ts"] for e in app.events] == sent[::-1]


def test_each_delivery_and_its_acknowledgement_are_written_down_with_the_time_taken(told, app):
    told.say("Hello")

    delivery, ack = told.log()[-2:]
    assert (delivery["kind"], delivery["transport"], ack["kind"], ack["ok"]) == (
        "delivery", "http", "ack", True)
    assert delivery["id"] == ack["id"]
    assert ack["ms"] >= 0


@pytest.mark.parametrize(("user", "channel", "error"), [
    (ALEX, DEALS, "You cannot see that channel."),
    (SAM, COMPLIANCE, "Join the channel first."),
    (BOT, DEALS, "There is no such person."),
    ("U0NOBODY", DEALS, "There is no such person."),
    (KIM, SAMS_DM, "You cannot see that channel."),
])
def test_a_person_posts_only_where_they_are(told, user, channel, error):
    assert told.do("message", user, channel=channel, text="Hello") == {
        "ok": False, "error": error}


def test_people_change_only_what_they_wrote(told):
    ts = told.say("Mine")

    assert told.do("edit", KIM, channel=DEALS, ts=ts, text="x")["ok"] is False
    assert told.do("delete", KIM, channel=DEALS, ts=ts)["ok"] is False
    assert told.do("message", channel=DEALS, text="  ")["ok"] is False
    assert told.do("dance")["error"] == "There is no act dance."


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Host": "workspace.example:80"},
    # As a browser of before 2023 sends it, with nothing else to tell it by.
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://[x"}])
def test_another_sites_page_can_make_nobody_do_anything(told, headers):
    for path in ("workspace/do/message", "workspace/control/clock"):
        response = told.http.post(path, headers=headers, json={
            "user": SAM, "channel": DEALS, "text": "Hello", "advance": 9})
        assert response.status_code == 403

    assert told.messages() == []


def test_a_deleted_message_with_answers_is_told_as_a_change_into_a_tombstone(told, app):
    parent = told.say("Question")
    told.say("Answer", thread_ts=parent)
    told.order("settle")
    told.do("delete", channel=DEALS, ts=parent)
    told.order("settle")

    event = app.events[-1]
    assert (event["subtype"], event["previous_message"]["text"]) == ("message_changed", "Question")
    assert (event["message"]["subtype"], event["message"]["user"], event["message"]["thread_ts"]
            ) == ("tombstone", "USLACKBOT", parent)
    assert "edited" not in event["message"]
    assert [e for e in app.events if e.get("subtype") == "message_deleted"] == []
