"""Where faults are played: a workspace that survives, a relay that insists, bots, people who talk.

What the bots write to standard error is kept, and counted: an exception that nothing caught shows
there as a traceback.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM

from bot.store import Store
from bot.workspace.world import BOT_USER
from tests.faults.kill_loop import Nursery, People, Slack, beside, finish, free_ports
from tests.faults.nursery import Plan
from tests.faults.relay import Relay
from tests.faults.row import Row, row_of
from tests.faults.uncaught import told_of, uncaught
from tests.faults.verdict import Verdict, judge
from tests.workspace.running import BOT_TOKEN, SECRET, serving

ANSWERED_SECONDS = 120.0
"""How long the answer to one message may take before the bot counts as gone."""


@dataclass
class Stage:
    """One bot or several, and all around them."""

    folder: Path
    database: str
    slack: Slack
    relay: Relay
    nursery: Nursery
    people: People
    store: Store
    bots: list[int]

    def kill(self, number: int = 0) -> None:
        """Kill a bot."""
        self.nursery.kill(self.bots[number])

    def start(self, number: int = 0) -> None:
        """Start it again."""
        self.bots[number] = self.nursery.start(number)

    def ask_to_end(self, number: int = 0) -> int:
        """Send a bot SIGTERM; the status that it ends with."""
        os.kill(self.bots[number], SIGTERM)
        return self.nursery.reap(self.bots[number])

    def hush(self) -> None:
        """Let nobody say anything more."""
        self.people.stopping.set()
        time.sleep(0.5)  # longer than it takes to say what somebody is about to say

    def answers(self) -> int:
        """Posts of ours that stand, as the workspace's journal has them."""
        return len(self._posts())

    def told(self, part: str) -> str:
        """The first thing that a person was told in which *part* stands; "" if nothing was."""
        return next((text for text in self._posts().values() if part in text), "")

    def back(self, since: float) -> float:
        """Seconds from *since* (monotonic) until a message said then, or later, is answered."""
        before = self.answers()
        until = time.monotonic() + ANSWERED_SECONDS
        while self.answers() <= before and time.monotonic() < until:
            time.sleep(0.05)
        return round(time.monotonic() - since, 1)

    def written(self) -> str:
        """What the bots have written to standard error."""
        return (self.folder / "bots.log").read_text(encoding="utf-8")

    def judge(self) -> Verdict:
        """Wait until all is delivered, handled and posted, and hold it against the workspace."""
        self.hush()
        finish(self.store, self.relay)
        return judge(self.store, self.folder / "workspace.jsonl", self.relay.acknowledged)

    def row(self, fault: str, how: str, injected: int, **more: object) -> Row:
        """The line of the table; nobody talks any more after this."""
        verdict, written = self.judge(), self.written()
        if uncaught(written):
            sys.stderr.write(f"{told_of(written)}\n")
        return row_of(verdict, fault, how, injected, unhandled=uncaught(written), **more)

    def _posts(self) -> dict[str, str]:
        """Texts of ours that stand, by where."""
        found: dict[str, str] = {}
        journal = (self.folder / "workspace.jsonl").read_text(encoding="utf-8")
        for line in journal.splitlines(keepends=True):
            if not line.endswith("\n"):  # being written just now
                break
            kind, key, row = json.loads(line)
            if kind == "message" and row is not None and row["user"] == BOT_USER:
                found[key] = str(row["text"])
        return found


@contextmanager
def staged(
    folder: Path,
    *,
    database: str = "",
    data: Path | None = None,
    replicas: int = 1,
    grace_seconds: float = 1.0,
    environment: dict[str, str] | None = None,
    talking: bool = True,
    seed: int = 1,
) -> Iterator[Stage]:
    """A workspace in *folder*, bots on *database*, and people who talk while the block runs.

    Args:
        folder: Holds what the workspace and the judge need; no fault reaches it.
        database: URL of an empty database; SQLite in *data* if empty.
        data: The bots' data folder; one in *folder* if None.
        replicas: How many bots.
        grace_seconds: Of posts of unclear end.
        environment: More of it for the bots.
        talking: Whether people talk by themselves.
        seed: Of what people say, and of how badly the relay delivers.
    """
    data = data or folder / "data"
    data.mkdir(exist_ok=True)
    delays, talk = random.Random(seed), random.Random(seed + 1)
    ports = free_ports(replicas)
    url = database or f"sqlite:///{data / 'advisor.sqlite3'}"
    relay = Relay(SECRET, [f"http://127.0.0.1:{port}/slack/events" for port in ports], delays)
    with ExitStack() as stack:
        slack = Slack(stack.enter_context(serving(relay.app())), folder / "workspace.jsonl")
        stack.callback(slack.close)
        nursery = Nursery(Plan(
            folder=str(data), database=url, ports=ports, api_url=f"{slack.url}api/",
            signing_secret=SECRET, bot_token=BOT_TOKEN, grace_seconds=grace_seconds,
            blind=False), folder / "bots.log", environment)
        stack.callback(nursery.close)
        store = Store(url)
        stack.callback(store.close)
        store.upgrade()
        people = People(slack, relay, talk)
        bots = [nursery.start(number) for number in range(replicas)]
        stage = Stage(folder, url, slack, relay, nursery, people, store, bots)
        if talking:
            with beside(people):
                stage.back(time.monotonic())
                yield stage
        else:
            yield stage
