"""A bot whose desk works, and whose time goes by, when a test tells it to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.schema import outgoing
from bot.slack import clients
from bot.turns.delivery import Queued
from retrieval.guidance import Guidance
from tests.slack.joined import Joined, joined
from tests.slack.playing import DEAL
from tests.workspace.running import BOT, DEALS

GRACE = 12.0
#: Seconds that the bot waits for the workspace; a busy machine answers late, but not as late.
TIMEOUT = 3.0


class Clock:
    """The bot's time, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Bench:
    """A bot whose desk works only when a test tells it to."""

    def __init__(self, made: Joined, clock: Clock) -> None:
        self.made, self.slack, self.clock = made, made.workspace, clock
        self.desk = made.desk

    def ask(self, text: str = f"<@{BOT}> {DEAL}", channel: str = DEALS) -> str:
        """Somebody writes; the ts, once the bot has taken it in."""
        ts = self.slack.say(text, channel)
        self.slack.order("settle")
        return ts

    def fault(self, kind: str, method: str = "chat.postMessage", nth: int = 1,
              seconds: float = 0) -> None:
        self.slack.order("faults", method=method, nth=nth, kind=kind, seconds=seconds)

    def work(self) -> int:
        """Let the desk work while there is something; how often there was."""
        times = 0
        while self.desk.work():
            times += 1
        return times

    def later(self, seconds: float) -> int:
        """Let time go by, then let the desk work."""
        self.clock.now += timedelta(seconds=seconds)
        return self.work()

    def calls(self, method: str = "chat.postMessage") -> list[dict[str, Any]]:
        return [c for c in self.slack.log("call") if c["method"] == method]

    def posts(self, channel: str = DEALS) -> list[dict[str, Any]]:
        """What the bot has said in a channel."""
        return [m for m in self.slack.messages(channel) if m["user"] == BOT]

    @contextmanager
    def due(self) -> Iterator[Queued]:
        """The reply that is due, with its conversation in hand."""
        deliveries = self.made.deliveries
        with deliveries.claims.claim() as conversation:
            assert conversation is not None
            taken = deliveries.next_delivery(conversation)
            assert taken is not None
            self.desk._handle(taken)
            queued = deliveries.outbox.next_outgoing(conversation)
            assert queued is not None
            yield queued

    def states(self) -> list[str]:
        with self.made.store.reading() as connection:
            return list(connection.scalars(select(outgoing.c.state).order_by(outgoing.c.id)))


@pytest.fixture
def bench(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Bench]:
    monkeypatch.setattr(clients, "TIMEOUT_SECONDS", TIMEOUT)
    clock = Clock()
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0,
                grace_seconds=GRACE, now=clock) as made:
        yield Bench(made, clock)
