"""Over Socket Mode nothing is lost and nothing answered twice, however connections come and go."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.queue.deliveries import Deliveries, Received
from bot.slack import socket
from bot.slack.clients import client
from bot.slack.socket import CONNECTIONS, DEAF_SECONDS, Sockets
from bot.turns.delivery import Delivery
from retrieval.guidance import Guidance
from tests.faults.slack_proxy import Break, SlackProxy, status
from tests.slack.joined import OFFICE, Joined, joined
from tests.slack.playing import DEAL, Bot, words
from tests.workspace.running import APP_TOKEN, BOT_TOKEN, eventually


class Clock:
    """Time that tests move by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def connected(made: Joined, clock: Clock | None = None) -> Iterator[Sockets]:
    """The bot's connections to a workspace that would otherwise call it over HTTP."""
    sockets = Sockets(made.app, client(APP_TOKEN, made.workspace.base + "api/", []), APP_TOKEN,
                      clock or Clock())
    try:
        sockets.connect()
        yield sockets
    finally:
        sockets.close()


def count(made: Joined) -> int:
    """Connections that the workspace has open."""
    changes = made.workspace.log("socket")
    return int(changes[-1]["count"]) if changes else 0


@pytest.fixture(scope="module")
def lively() -> Iterator[None]:
    """Connections are looked at often, so that one that broke is noticed soon."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "PING_SECONDS", 0.1)
        yield


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, lively: None, guidance: Guidance,
    reader: PlainReader, sentences: Wording, say: Wording,
) -> Iterator[Joined]:
    folder = tmp_path_factory.mktemp("sockets")
    # Slack sends again what a closing connection took with it, though not as soon as this.
    with joined("http", folder, guidance, reader, sentences, say, ack_seconds=0.5,
                retry_delays=(0.1, 0.5)) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def sockets(made: Joined) -> Iterator[Sockets]:
    """Connections of which tests break one after another, since each takes long to close."""
    with connected(made) as opened:
        yield opened


def whole(sockets: Sockets) -> bool:
    """Whether all connections are open, once what is broken was mended."""
    sockets.mend()
    return sockets.open() == CONNECTIONS


def answered_by_socket(made: Joined) -> None:
    """Somebody asks, and is answered once, by way of a connection."""
    bot = Bot(made)
    bot.begin()
    ts = bot.mention(DEAL)
    assert ["Kenya" in words(m) for m in bot.replies(OFFICE, ts)] == [True]
    assert {d["transport"] for d in bot.log("delivery")} == {"socket"}


def test_two_connections_are_held(made: Joined, sockets: Sockets) -> None:
    assert eventually(lambda: sockets.open() == CONNECTIONS == 2 and count(made) == 2)
    answered_by_socket(made)


def test_a_token_that_slack_refuses_is_known_by_slacks_word(
    made: Joined, caplog: pytest.LogCaptureFixture
) -> None:
    """Only after five minutes the process said that its connections were dead, and not why."""
    sockets = Sockets(made.app, client(BOT_TOKEN, made.workspace.base + "api/", []), BOT_TOKEN,
                      Clock())
    try:
        sockets.connect()
        assert (sockets.refused, sockets.open()) == ("not_allowed_token_type", 0)
    finally:
        sockets.close()
    assert {one.slack_error for one in caplog.records if "could not open" in one.getMessage()} == {
        "not_allowed_token_type"}


@pytest.mark.parametrize("answer", [
    status(429, json.dumps({"ok": False, "error": "ratelimited"}), "application/json",
           Retry_After="soon"),
    status(502, '["away"]', "application/json"),
], ids=lambda one: one.name)
def test_an_odd_answer_does_not_end_the_watch_over_the_connections(
    made: Joined, caplog: pytest.LogCaptureFixture, answer: Break
) -> None:
    """The SDK stumbled over it, and with it the thread that opens connections anew."""
    proxy = SlackProxy("http://127.0.0.1:9/", random.Random(1), share=1.0, breaks=(answer,),
                       methods=frozenset({"apps.connections.open"}))
    proxy.start()
    sockets = Sockets(made.app, client(APP_TOKEN, proxy.url, []), APP_TOKEN, Clock())
    try:
        sockets.connect()
        sockets.mend()
        assert (sockets.refused, sockets.open()) == (None, 0)
    finally:
        sockets.close()
        proxy.close()
    assert sum("could not open" in one.getMessage() for one in caplog.records) == 2 * CONNECTIONS


@pytest.mark.parametrize("order", [
    {"abrupt": True}, {"disconnect": "refresh_requested"}, {"disconnect": "too_many_websockets"},
    {"disconnect": "warning"},
], ids=["abrupt", "refresh_requested", "too_many_websockets", "warning"])
def test_a_connection_that_ends_is_opened_again(
    made: Joined, sockets: Sockets, order: dict[str, object]
) -> None:
    made.workspace.order("sockets", **order)

    assert eventually(lambda: whole(sockets) and count(made) == 2)
    answered_by_socket(made)


@pytest.mark.parametrize("kind", ["html_500", "http_502", "bad_json", "reset_before",
                                  "rate_limited"])
def test_a_connection_that_slack_does_not_give_is_asked_for_again(
    made: Joined, sockets: Sockets, kind: str
) -> None:
    for nth in (1, 2):
        made.workspace.order("faults", method="apps.connections.open", nth=nth, kind=kind,
                             seconds=1)

    made.workspace.order("sockets", abrupt=True)

    assert eventually(lambda: whole(sockets) and count(made) == 2)
    answered_by_socket(made)


@pytest.mark.long
@pytest.mark.usefixtures("lively")
def test_an_envelope_that_was_not_acknowledged_comes_again_and_is_answered_once(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive = Deliveries.receive

    def late(self: Deliveries, delivery: Delivery) -> Received:
        """It is stored only once it was sent again, however fast the machine is."""
        assert eventually(again)
        return receive(self, delivery)

    with joined("http", tmp_path, guidance, reader, sentences, say,
                ack_seconds=0.2, retry_delays=(0.05, 0.05, 0.05)) as made, connected(made):
        def again() -> bool:
            told = made.workspace.http.get("workspace/control/log").json()["entries"]
            return any(d["attempt"] for d in told
                       if d["kind"] == "delivery" and d["type"] == "app_mention")

        monkeypatch.setattr(Deliveries, "receive", late)
        bot = Bot(made)
        ts = bot.mention(DEAL)
        bot.settle()

        attempts = [d["attempt"] for d in made.workspace.log("delivery")
                    if d["type"] == "app_mention"]
        assert max(attempts) >= 1
        assert len(bot.replies(OFFICE, ts)) == 1
        assert len(bot.turns(OFFICE, ts)) == 1


@pytest.mark.long
@pytest.mark.usefixtures("lively")
def test_connections_that_are_gone_for_good_are_noticed_after_five_minutes(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> None:
    clock = Clock()
    with (joined("http", tmp_path, guidance, reader, sentences, say) as made,
          connected(made, clock) as sockets):
        clock.now += DEAF_SECONDS - 1
        assert eventually(lambda: sockets.open() == 2)
        clock.now += DEAF_SECONDS - 1
        assert sockets.deaf() is False, "they were open all the time"

        made.workspace.order("sockets", disconnect="link_disabled")

        assert eventually(lambda: count(made) == 0 and sockets.open() == 0)
        sockets.mend()
        clock.now += DEAF_SECONDS
        assert sockets.deaf() is False
        clock.now += 1
        assert sockets.deaf() is True
