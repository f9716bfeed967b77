"""Which messages are our own Slack has to be asked, while it waits for our word itself."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from slack_bolt import Ack

from bot.dialogue.phrasing import Wording
from bot.queue.deliveries import Deliveries
from bot.slack.clients import Clients
from bot.slack.door import Door
from bot.slack.listeners import Listeners
from bot.store import Store
from bot.telemetry.metrics import Metrics
from tests.faults.slack_proxy import Break, SlackProxy
from tests.store.migrated import sqlite_at
from tests.workspace.running import BOT_TOKEN, DEALS

ASKING = frozenset({"auth.test"})
US = "UADVISOR"


@pytest.fixture
def proxy() -> Iterator[SlackProxy]:
    """Slack, as far as it says who we are."""
    said = f'{{"ok": true, "user_id": "{US}"}}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(said)}"
    answer = f"{head}\r\nConnection: close\r\n\r\n{said}".encode()
    made = SlackProxy("http://127.0.0.1:9/", random.Random(1), share=1.0, methods=ASKING,
                      breaks=(Break("answers", answer=lambda _: answer),))
    made.start()
    yield made
    made.close()


def shortcut(user: str) -> dict[str, Any]:
    """What Slack sends where somebody has a message of the app *user* checked."""
    return {"type": "message_action", "trigger_id": "1.2.3", "team": {"id": "T1", "domain": "acme"},
            "user": {"id": "U1", "team_id": "T1"}, "channel": {"id": DEALS},
            "message": {"type": "message", "text": "drones for the police in Kenya",
                        "ts": "1767604363.000100", "bot_id": "B1", "user": user}}


def test_slack_has_our_word_before_it_has_said_who_we_are(
        proxy: SlackProxy, say: Wording, tmp_path: Path) -> None:
    """It waits three seconds, and an acknowledgement stood behind a call of up to ten."""
    store, metrics = Store(sqlite_at(tmp_path / "advisor.sqlite3")), Metrics()
    metrics.begin()
    clients = Clients(lambda _: BOT_TOKEN, proxy.url, metrics)
    taken_in = Deliveries(store)
    listeners = Listeners(Door(
        store=store, deliveries=taken_in, clients=clients, say=say, surfaces=lambda: None,
        wake=lambda: None, prompts=(), removed=lambda *_: None, now=lambda: datetime.now(UTC)))
    ended: list[int] = []

    def check(user: str) -> int:
        """How many deliveries wait once the shortcut was used; notes how many calls had failed."""
        failed = ("advisor_slack_calls", "auth.test", "no_answer")
        acknowledged = cast("Ack", lambda: ended.append(metrics.counts().get(failed, 0)))
        listeners.check_deal(acknowledged, shortcut(user))
        return sum(taken_in.waiting().values())

    proxy.hold(ASKING, carried_out=False)
    assert check("UOTHERAPP1") == 0  # it may be ours
    assert ended == [0]
    assert check("UOTHERAPP1") == 1
    assert check(US) == 1
    assert proxy.broken["answers"] == 1  # it is asked once, and what it said is kept
    store.close()
