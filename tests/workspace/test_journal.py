"""The workspace comes back from its journal as it was."""

import json

import pytest

from bot.workspace.app import WorkspaceSettings, build_workspace
from tests.workspace.running import (
    APP_TOKEN,
    BOT_TOKEN,
    DEALS,
    KIM,
    MANIFEST,
    RANDOM,
    SAM,
    SAMS_DM,
    SECRET,
    running,
    section,
)


def test_everything_that_slack_keeps_is_there_after_a_restart(tmp_path):
    journal = tmp_path / "workspace" / "journal.jsonl"
    with running(journal=journal) as workspace:
        parent = workspace.say("Question")
        about = {"event_type": "advice", "event_payload": {"turn": "T-1"}}
        workspace.slack.chat_postMessage(channel=DEALS, text="Answer", thread_ts=parent,
                                         blocks=[section("Answer")], metadata=about)
        gone = workspace.say("Gone")
        workspace.do("delete", channel=DEALS, ts=gone)
        workspace.do("join", KIM, channel=RANDOM)
        workspace.do("invite", KIM, channel=RANDOM)
        workspace.order("guest", user=SAM)
        workspace.slack.views_publish(user_id=SAM, view={"type": "home", "blocks": [section("x")]})
        workspace.slack.files_upload_v2(channel=SAMS_DM, content="The brief", filename="b.md")
        workspace.slack.assistant_threads_setSuggestedPrompts(
            channel_id=SAMS_DM, prompts=[{"title": "a", "message": "b"}])
        workspace.slack.chat_postEphemeral(channel=DEALS, user=SAM, text="Only you")
        before, left = workspace.state(), workspace.base

    with running(journal=journal) as workspace:
        after, came = workspace.state(), workspace.base
        replies = workspace.slack.conversations_replies(
            channel=DEALS, ts=parent, include_all_metadata=True)["messages"]
        file = after["messages"][SAMS_DM][0]["files"][0]
        content = workspace.http.get(file["url_private"], params={"user": SAM}).text

    # Links follow the address at which the workspace is reached.
    before = json.loads(json.dumps(before).replace(left, came))
    kept = {channel: [m for m in found if not m["is_ephemeral"]]
            for channel, found in before["messages"].items()}
    assert after["messages"] == kept
    for part in ("me", "users", "channels", "home", "prompts"):
        assert after[part] == before[part]
    assert after["me"]["is_restricted"] is True
    assert replies[1]["metadata"] == about
    assert content == "The brief"


def test_what_people_say_is_for_the_owner_of_the_journal_alone(tmp_path):
    journal = tmp_path / "journal.jsonl"
    for _ in range(2):
        with running(journal=journal) as workspace:
            workspace.say("Question")
        assert journal.stat().st_mode & 0o777 == 0o600
        journal.chmod(0o644)  # as one of before


@pytest.mark.parametrize("text", [
    "Drones\u2028for Kenya", "Drones\x85for Kenya", "Drones\u2029for Kenya"])
def test_whatever_people_write_is_one_line(tmp_path, text):
    """Word puts such line ends into what is copied from it; after them nothing began any more."""
    journal = tmp_path / "journal.jsonl"
    with running(journal=journal) as workspace:
        before = [workspace.say("First"), workspace.say(text), workspace.say("Last")]

    with running(journal=journal) as workspace:
        assert [m["ts"] for m in workspace.messages()] == before
        assert workspace.messages()[1]["text"] == text


def test_a_stream_that_was_open_is_over_after_a_restart(tmp_path):
    journal = tmp_path / "journal.jsonl"
    with running(journal=journal) as workspace:
        parent = workspace.say("Question", SAMS_DM)
        ts = workspace.slack.chat_startStream(channel=SAMS_DM, thread_ts=parent,
                                              markdown_text="One")["ts"]

    with running(journal=journal) as workspace:
        assert workspace.messages(SAMS_DM)[-1]["streaming"] is False
        assert workspace.call("chat.appendStream", channel=SAMS_DM, ts=ts, markdown_text="x")[
            "error"] == "message_not_in_streaming_state"


def test_a_revoked_token_stays_revoked(tmp_path):
    with running(journal=tmp_path / "journal.jsonl") as workspace:
        workspace.order("revoke")
    with running(journal=tmp_path / "journal.jsonl") as workspace:
        assert workspace.call("auth.test")["error"] == "token_revoked"


def test_a_torn_last_line_is_left_out_and_a_torn_line_before_it_is_told(tmp_path):
    journal = tmp_path / "journal.jsonl"
    with running(journal=journal) as workspace:
        workspace.say("Hello")
    whole = journal.read_text()
    settings = WorkspaceSettings(bot_url=None, signing_secret=SECRET, bot_token=BOT_TOKEN,
                                 app_token=APP_TOKEN, manifest=MANIFEST, journal=journal)

    journal.write_text(whole + '["message", "C')
    site = build_workspace(settings).state.site
    journal.write_text('["message", "C\n' + whole)

    assert [m.text for m in site.world.messages[DEALS].values()] == ["Hello"]
    with pytest.raises(ValueError, match=r"journal\.jsonl:1: not a line"):
        build_workspace(settings)
