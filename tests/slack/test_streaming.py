"""Answers in direct messages are streamed; one that breaks off is finished and stands once."""

from typing import Any

import pytest

from bot.queue.desk import Desk
from bot.slack.posting import STREAMS_PER_MINUTE, Posting
from tests.slack.playing import actions, words
from tests.slack.workbench import GRACE, Bench
from tests.workspace.running import SAMS_DM


def streamed(bench: Bench) -> dict[str, Any]:
    """The one answer in the direct messages, complete and no longer being written."""
    (message,) = bench.posts(SAMS_DM)
    assert not message.get("streaming")
    assert words(message).count("The guidance and the UN texts speak to this.") == 1
    assert "This is not legal advice." in words(message)
    assert "feedback" in actions(message)
    return message


def test_an_answer_in_a_direct_message_is_streamed(bench: Bench) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.work()

    assert bench.calls() == []
    assert len(bench.calls("chat.startStream")) == len(bench.calls("chat.stopStream")) == 1
    assert streamed(bench)


def test_a_stream_that_slack_does_not_give_is_posted_whole(bench: Bench) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.fault("rate_limited", "chat.startStream", seconds=30)
    bench.work()

    assert len(bench.calls()) == 1
    assert streamed(bench)


@pytest.mark.parametrize(("kind", "method"), [
    (kind, method) for method in ("chat.startStream", "chat.stopStream")
    for kind in ("reset_before", "reset_after_commit", "http_500", "bad_json")
] + [("rate_limited", "chat.stopStream")])
def test_a_stream_that_is_cut_off_is_finished_and_stands_once(
    bench: Bench, kind: str, method: str
) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.fault(kind, method)

    bench.work()
    for _ in range(4):
        bench.later(60.0)

    assert streamed(bench)
    assert bench.states() == ["sent"]


def test_a_stream_that_died_is_rewritten_in_place(bench: Bench) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.fault("reset_before", "chat.stopStream")
    bench.work()

    bench.slack.order("clock", advance=301)
    bench.later(GRACE + 1)

    assert [c["error"] for c in bench.calls("chat.stopStream")][-1] == (
        "message_not_in_streaming_state")
    assert len(bench.calls("chat.update")) == 1
    assert streamed(bench)


def test_a_stream_that_the_person_stopped_is_completed(bench: Bench) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.fault("reset_before", "chat.stopStream")
    bench.work()
    (begun,) = bench.posts(SAMS_DM)

    assert bench.slack.do("stop_stream", channel=SAMS_DM, ts=begun["ts"])["ok"]
    bench.later(GRACE + 1)

    assert [c["error"] for c in bench.calls("chat.stopStream")][-1] == "stopped_by_user"
    assert streamed(bench)


def test_streams_beyond_slacks_rate_are_posted_whole(bench: Bench) -> None:
    made = bench.made
    bench.desk = Desk(
        made.deliveries, made.desk._handler,
        Posting(made.clients, made.cases, made.deliveries.outbox.posts.ref_of, clock=lambda: 0.0),
        workers=0, grace_seconds=GRACE, now=bench.clock)
    for _ in range(STREAMS_PER_MINUTE + 2):
        bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.work()

    assert len(bench.calls("chat.startStream")) == STREAMS_PER_MINUTE
    assert len(bench.calls()) == 2
    assert len(bench.posts(SAMS_DM)) == STREAMS_PER_MINUTE + 2
