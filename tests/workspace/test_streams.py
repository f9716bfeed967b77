"""A streamed message from its start to its end, whichever end that is."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import (
    BlocksChunk,
    MarkdownTextChunk,
    PlanUpdateChunk,
    TaskUpdateChunk,
)

from tests.workspace.running import DEALS, SAM, SAMS_DM, section


@pytest.fixture
def parent(workspace):
    return workspace.say("Question", SAMS_DM)


@pytest.fixture
def stream(workspace, parent):
    return workspace.slack.chat_startStream(channel=SAMS_DM, thread_ts=parent,
                                            markdown_text="One ")["ts"]


def read(workspace, ts, channel=SAMS_DM):
    return next(m for m in workspace.messages(channel) if m["ts"] == ts)


def test_a_stream_grows_in_its_thread_and_ends_with_blocks_and_metadata(workspace, parent):
    streamer = workspace.slack.chat_stream(channel=SAMS_DM, thread_ts=parent, buffer_size=1)
    streamer.append(markdown_text="Hello ")
    streamer.append(markdown_text="world")
    growing = read(workspace, streamer.ts)
    streamer.stop(blocks=[section("Sources")],
                  metadata={"event_type": "advice", "event_payload": {"turn": "T-1"}})

    message = read(workspace, streamer.ts)
    assert (growing["text"], growing["streaming"]) == ("Hello world", True)
    assert message["streaming"] is False
    assert [b["type"] for b in message["blocks"]] == ["markdown", "section"]
    assert message["thread_ts"] == parent


def test_metadata_given_at_the_end_is_read_back_in_the_thread(workspace):
    parent = workspace.say("Question")
    streamer = workspace.slack.chat_stream(channel=DEALS, thread_ts=parent, recipient_user_id=SAM,
                                           recipient_team_id="T0ADVISOR1")
    streamer.append(markdown_text="Answer")
    streamer.stop(metadata={"event_type": "advice", "event_payload": {"turn": "T-1"}})

    reply = workspace.slack.conversations_replies(
        channel=DEALS, ts=parent, include_all_metadata=True)["messages"][1]

    assert (reply["text"], reply["metadata"]["event_payload"]) == ("Answer", {"turn": "T-1"})


@pytest.mark.parametrize(("given", "error"), [
    ({}, "missing_recipient_team_id"),
    ({"recipient_team_id": "T0ADVISOR1"}, "missing_recipient_user_id"),
    ({"recipient_team_id": "T0ADVISOR1", "recipient_user_id": "U0NOBODY"}, "user_not_found"),
])
def test_outside_direct_messages_a_stream_names_its_reader(workspace, given, error):
    parent = workspace.say("Question")

    answer = workspace.call("chat.startStream", channel=DEALS, thread_ts=parent, **given)

    assert answer["error"] == error


def test_a_stream_in_a_direct_message_answers_a_message(workspace):
    assert workspace.call("chat.startStream", channel=SAMS_DM)["error"] == "invalid_arguments"


@pytest.mark.parametrize(("seconds", "error"), [
    (300, None), (301, "message_not_in_streaming_state")])
def test_a_stream_dies_after_five_minutes_whatever_is_sent(workspace, clock, stream, seconds,
                                                           error):
    clock.now += seconds / 2
    workspace.slack.chat_appendStream(channel=SAMS_DM, ts=stream, markdown_text="two ")
    clock.now += seconds / 2

    answer = workspace.call("chat.appendStream", channel=SAMS_DM, ts=stream, markdown_text="three")

    assert answer.get("error") == error
    assert read(workspace, stream)["streaming"] is (error is None)


def test_a_dead_stream_can_be_rescued_by_an_update(workspace, clock, stream):
    assert workspace.call("chat.update", channel=SAMS_DM, ts=stream,
                          text="x")["error"] == "streaming_state_conflict"
    clock.now += 301

    assert workspace.call("chat.update", channel=SAMS_DM, ts=stream, text="All",
                          blocks=[section("All")])["ok"]
    assert read(workspace, stream)["blocks"][0]["text"]["text"] == "All"


def test_a_person_can_stop_a_stream(workspace, stream):
    assert workspace.do("stop_stream", channel=SAMS_DM, ts=stream)["ok"]

    answer = workspace.call("chat.appendStream", channel=SAMS_DM, ts=stream, markdown_text="two")
    assert answer["error"] == "stopped_by_user"
    assert read(workspace, stream)["text"] == "One "
    assert workspace.do("stop_stream", channel=SAMS_DM, ts=stream)["ok"] is False


def test_a_stopped_stream_takes_no_more(workspace, stream):
    workspace.slack.chat_stopStream(channel=SAMS_DM, ts=stream)

    for method in ("chat.appendStream", "chat.stopStream"):
        assert workspace.call(method, channel=SAMS_DM, ts=stream, markdown_text="x")[
            "error"] == "message_not_in_streaming_state"
    with pytest.raises(SlackApiError, match="message_not_found"):
        workspace.slack.chat_appendStream(channel=SAMS_DM, ts="1.1", markdown_text="x")


@pytest.mark.parametrize(("sizes", "error"), [
    ((10_600,), None), ((10_601,), "msg_too_long"), ((12_001,), "msg_too_long"),
    ((5_300, 5_300), None), ((5_300, 5_301), "msg_too_long"),
])
def test_a_streamed_message_holds_so_many_bytes_in_all(workspace, parent, sizes, error):
    ts = workspace.slack.chat_startStream(channel=SAMS_DM, thread_ts=parent)["ts"]

    answers = [workspace.call("chat.appendStream", channel=SAMS_DM, ts=ts, markdown_text="x" * n)
               for n in sizes]

    assert [a.get("error") for a in answers] == [None] * (len(sizes) - 1) + [error]


def test_a_refused_piece_leaves_the_stream_as_it_was(workspace, stream):
    workspace.call("chat.appendStream", channel=SAMS_DM, ts=stream, markdown_text="x" * 12_001)

    assert workspace.call("chat.appendStream", channel=SAMS_DM, ts=stream,
                          markdown_text="two")["ok"]
    assert read(workspace, stream)["text"] == "One two"


def test_tasks_are_shown_one_by_one_or_together_as_a_plan(workspace, parent):
    shown = {}
    for mode in ("timeline", "plan"):
        ts = workspace.slack.chat_startStream(
            channel=SAMS_DM, thread_ts=parent, task_display_mode=mode)["ts"]
        workspace.slack.chat_appendStream(channel=SAMS_DM, ts=ts, chunks=[
            PlanUpdateChunk(title="Checking"),
            TaskUpdateChunk(id="1", title="Read", status="in_progress"),
            MarkdownTextChunk(text="Found it"), BlocksChunk(blocks=[section("More")])])
        workspace.slack.chat_appendStream(channel=SAMS_DM, ts=ts, chunks=[
            TaskUpdateChunk(id="1", title="Read", status="complete", output="3 passages")])
        shown[mode] = read(workspace, ts)["blocks"]

    assert [b["type"] for b in shown["timeline"]] == ["task_card", "markdown", "section"]
    assert shown["timeline"][0]["status"] == "complete"
    assert [b["type"] for b in shown["plan"]] == ["plan", "markdown", "section"]
    assert (shown["plan"][0]["title"], len(shown["plan"][0]["tasks"])) == ("Checking", 1)


def test_a_chunk_that_slack_does_not_know_is_refused(workspace, stream):
    for chunk in ({"type": "image"}, {"type": "task_update", "id": "1"}, {"type": "markdown_text"}):
        assert workspace.call("chat.appendStream", channel=SAMS_DM, ts=stream, chunks=[chunk])[
            "error"] == "invalid_arguments"
    assert workspace.call("chat.appendStream", channel=SAMS_DM, ts=stream, chunks=[
        {"type": "blocks", "blocks": [section("x" * 3001)]}])["error"] == "invalid_blocks"
    assert workspace.call("chat.appendStream", channel=SAMS_DM, ts=stream)["error"] == "no_text"
