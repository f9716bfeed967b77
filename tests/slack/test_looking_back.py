"""What the poster finds of an earlier try: put-off streams, long threads, files that are ours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.slack import posting
from retrieval.guidance import Guidance
from tests.slack.joined import Joined, joined
from tests.workspace.running import BOT, SAMS_DM

GRACE = 12.0
QUESTION = "what does the guidance say about resellers?"


class Clock:
    """The bot's time, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def made(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording,
    clock: Clock,
) -> Iterator[Joined]:
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0,
                grace_seconds=GRACE, now=clock) as bot:
        yield bot


def work(made: Joined, clock: Clock, seconds: float = 0.0) -> None:
    clock.now += timedelta(seconds=seconds)
    while made.desk.work():
        pass


def ours(made: Joined) -> list[str]:
    """The ts of everything that the bot has said to Sam."""
    return [m["ts"] for m in made.workspace.messages(SAMS_DM) if m["user"] == BOT]


def test_a_stream_whose_end_slack_puts_off_is_ended_later_and_not_begun_again(
    made: Joined, clock: Clock
) -> None:
    made.workspace.say(QUESTION, SAMS_DM)
    made.workspace.order("settle")
    made.workspace.order("faults", method="chat.stopStream", kind="rate_limited", seconds=2)
    work(made, clock)
    work(made, clock, GRACE + 2)
    methods = [c["method"] for c in made.workspace.log("call")
               if c["method"] in {"chat.startStream", "chat.postMessage", "chat.update"}]
    assert methods == ["chat.startStream"]
    assert len(ours(made)) == 1


def test_a_post_is_found_beyond_the_first_page_of_a_long_thread(
    made: Joined, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "LOOKED_AT", 3)
    ts = made.workspace.say(QUESTION, SAMS_DM)
    made.workspace.order("settle")
    work(made, clock)
    for n in range(3):
        made.workspace.say(f"{QUESTION} {n}", SAMS_DM, thread_ts=ts)
        made.workspace.order("settle")
        work(made, clock)
    before = len(ours(made))
    made.workspace.say("help", SAMS_DM, thread_ts=ts)
    made.workspace.order("settle")
    for method in ("chat.postMessage", "chat.stopStream"):
        made.workspace.order("faults", method=method, kind="reset_after_commit")
    work(made, clock)
    work(made, clock, GRACE + 60)
    assert len(ours(made)) == before + 1
