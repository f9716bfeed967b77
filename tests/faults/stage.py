"""A workspace, a network that misbehaves in both directions, and bots, all for one fault.

The bots are those of `tests.faults.nursery`; what people say reaches them through
`tests.faults.relay`, and what they ask of Slack goes through `tests.faults.slack_proxy`.
"""

import json
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from bot.schema import deliveries, outgoing
from bot.store import Store
from bot.workspace.world import BOT_USER, TEAM_ID
from tests.faults.kill_loop import Nursery, Slack, free_ports
from tests.faults.nursery import Plan
from tests.faults.relay import Relay
from tests.faults.slack_proxy import SlackProxy
from tests.faults.started import READY_SECONDS
from tests.faults.uncaught import uncaught
from tests.faults.verdict import Verdict, judge, unfinished
from tests.workspace.running import APP_TOKEN, BOT, BOT_TOKEN, DEALS, SECRET, serving

PATIENCE_SECONDS = 300.0


@dataclass
class Stage:
    """What a fault is played on."""

    slack: Slack
    relay: Relay
    proxy: SlackProxy
    store: Store
    bot_url: str
    journal: Path
    bots_log: Path
    folder: Path
    pid: int
    said: set[str] = field(default_factory=set)
    """`channel:ts` of what people said to the bot."""

    slack_bot = BOT_USER

    def say(self, text: str, channel: str, user: str, thread: str | None = None) -> str:
        """Somebody says something that the bot must answer; its ts."""
        ts = self.slack.say(channel, user, text, thread)
        self.said.add(f"{channel}:{ts}")
        return ts

    def ask_in_channel(self, text: str, user: str) -> str:
        """Somebody mentions the bot in the channel; the message's ts."""
        return self.say(f"<@{BOT}> {text}", DEALS, user)

    def people(self, count: int, channel: str = DEALS) -> list[tuple[str, str]]:
        """More people, each with a direct message."""
        told = self.slack.control("people", count=count, channel=channel)
        return [(user, direct) for user, direct in told["people"]]

    def settle(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait until everything has been delivered, handled and posted; whether it was."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.relay.under_way and self.all_stored() and not unfinished(self.store):
                return True
            time.sleep(0.05)
        return False

    def all_stored(self) -> bool:
        """Whether all that was said has come in."""
        with self.store.reading() as connection:
            keys = set(connection.scalars(select(deliveries.c.key)))
        return all(f"slack:{TEAM_ID}:{at}" in keys for at in self.said)

    def verdict(self) -> Verdict:
        """What the run left behind."""
        return judge(self.store, self.journal, self.said)

    def unhandled(self) -> int:
        """Exceptions that nothing caught, by the bots' own output."""
        return uncaught(self.bots_log.read_text(encoding="utf-8"))

    def back(self, user: str, seconds: float = PATIENCE_SECONDS) -> float:
        """Seconds until a message said now is answered.

        Raises:
            AssertionError: It was not, in the time.
        """
        began = time.monotonic()
        ts = self.ask_in_channel("Thermal cameras for a university in Chile.", user)
        while time.monotonic() - began < seconds:
            if self.answers_in(DEALS, ts):
                took = round(time.monotonic() - began, 2)
                self.settle()
                return took
            time.sleep(0.02)
        raise AssertionError("nobody answers any more")

    def answers_in(self, channel: str, thread: str) -> list[dict[str, Any]]:
        """Our messages in a thread, as they were first posted."""
        return [m for m in self.messages() if m["channel"] == channel and (
            m["thread_ts"] == thread) and m["user"] == BOT_USER]

    def messages(self) -> list[dict[str, Any]]:
        """Every message that was ever posted, as the journal has it last."""
        found: dict[str, dict[str, Any]] = {}
        for line in self.journal.read_text(encoding="utf-8").splitlines():
            kind, key, row = json.loads(line)
            if kind == "message" and row is not None:
                found[key] = row
        return list(found.values())

    def told(self, part: str) -> str:
        """The first of our messages with *part* in it, word for word; "" if there is none."""
        return next((m["text"] for m in self.messages()
                     if m["user"] == BOT_USER and part in m["text"]), "")

    def sent(self, keys: str) -> int:
        """How many posts of a pattern of keys stand."""
        with self.store.reading() as connection:
            return len(connection.execute(select(outgoing.c.id).where(
                outgoing.c.key.like(keys), outgoing.c.state == "sent")).all())

    def post_states(self) -> dict[str, int]:
        """How many posts are in which state."""
        with self.store.reading() as connection:
            states = list(connection.scalars(select(outgoing.c.state)))
        return {state: states.count(state) for state in sorted(set(states))}


@contextmanager
def staged(
    *, seed: int = 1, socket: bool = False, database: str = "", grace_seconds: float = 1.0,
    workers: int = 3, settings: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None, any_team: bool = False,
) -> Iterator[Stage]:
    """A stage in a temporary folder, with one bot that is up.

    Args:
        seed: Of how badly the relay delivers.
        socket: Whether Slack comes by Socket Mode.
        database: URL of an empty database; SQLite if empty.
        grace_seconds: Of posts of unclear end.
        workers: Of the desk.
        settings: More of them, by name.
        environment: More of it for the bot.
        any_team: Whether the bot is installed in every workspace, with one token.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        (port,) = free_ports(1)
        bot_url = f"http://127.0.0.1:{port}/slack/events"
        relay = Relay(SECRET, [bot_url], random.Random(seed))
        journal = folder / "workspace.jsonl"
        hub = None if socket else stack.enter_context(serving(relay.app()))
        slack = Slack(hub, journal)
        stack.callback(slack.close)
        proxy = SlackProxy(slack.url, random.Random(seed + 1))
        proxy.start()
        stack.callback(proxy.close)
        url = database or f"sqlite:///{folder / 'advisor.sqlite3'}"
        nursery = Nursery(Plan(
            folder=str(folder), database=url, ports=(port,), api_url=proxy.url,
            signing_secret=SECRET, bot_token=BOT_TOKEN, grace_seconds=grace_seconds, blind=False,
            app_token=APP_TOKEN if socket else "", workers=workers, settings=settings or {},
            any_team=any_team), folder / "bots.log", environment)
        stack.callback(nursery.close)
        store = Store(url)
        stack.callback(store.close)
        store.upgrade()
        pid = nursery.start(0)
        stack.callback(nursery.kill, pid)
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", folder / "bots.log")
        yield Stage(slack, relay, proxy, store, bot_url, journal, folder / "bots.log", folder,
                    pid)


def _wait_until_ready(url: str, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(url, trust_env=False, timeout=2).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"nothing is ready at {url}: {log.read_text(encoding='utf-8')[-2_000:]}")


def at_once(works: list[Callable[[], object]], threads: int = 32) -> None:
    """Do all of *works*, many at a time; the first that fails, fails this."""
    failed: list[BaseException] = []
    left = iter(works)
    lock = threading.Lock()

    def run() -> None:
        while not failed:
            with lock:
                work = next(left, None)
            if work is None:
                return
            try:
                work()
            except BaseException as error:
                failed.append(error)

    running = [threading.Thread(target=run) for _ in range(min(threads, len(works)))]
    for one in running:
        one.start()
    for one in running:
        one.join()
    if failed:
        raise failed[0]
