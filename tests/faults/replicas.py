"""Several bots on one PostgreSQL, in a workspace that survives them, with a balancer between.

The balancer is the kill loop's relay: it delivers each event to one replica, and to the next where
that one doesn't take it.
"""

import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM
from typing import Any

import httpx
from sqlalchemy import TextClause, text

from bot.store import Store
from tests.faults.ack_latency import free_port
from tests.faults.kill_loop import BUSY, Nursery, People, Slack, database_of
from tests.faults.nursery import Plan
from tests.faults.relay import Relay
from tests.faults.slack_proxy import POSTS, SlackProxy
from tests.faults.uncaught import uncaught
from tests.faults.verdict import Verdict, judge, unfinished
from tests.workspace.running import BOT, BOT_TOKEN, DEALS, SAM, SECRET, serving

PATIENCE_SECONDS = 120.0
TRIES = 50
"""Turns of which one at least must be caught at a phase, each of which takes some 20 ms."""

_HOLDERS = text("""
    SELECT activity.application_name FROM pg_stat_activity AS activity
    JOIN pg_locks AS held ON held.pid = activity.pid
    WHERE held.relation = 'claims'::regclass AND held.mode = 'RowShareLock' AND held.granted
      AND activity.application_name LIKE 'advisor %'
""")
_CUT = text("""
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name LIKE :name AND pid <> pg_backend_pid()
""")
_RECORDERS = text("""
    SELECT activity.application_name FROM pg_stat_activity AS activity
    JOIN pg_locks AS held ON held.pid = activity.pid
    WHERE held.relation = 'case_cites'::regclass AND held.mode = 'RowExclusiveLock'
      AND held.granted AND activity.application_name LIKE 'advisor %'
""")
_HANDLING = text("SELECT count(*) FROM deliveries WHERE state = 'new'")
_POSTING = text("SELECT count(*) FROM outgoing WHERE state = 'waiting' AND in_doubt = 1")
_PHASES = {"handling": (_HANDLING, _HOLDERS), "recording": (None, _RECORDERS),
           "posting": (_POSTING, _HOLDERS)}


@dataclass
class Replicas:
    """The bots of a scene, by their numbers."""

    nursery: Nursery
    slack: Slack
    relay: Relay
    store: Store
    proxy: SlackProxy
    """Between the bots and Slack."""
    ports: tuple[int, ...]
    journal: Path
    log: Path
    """What the bots wrote to standard error."""
    pids: list[int] = field(default_factory=list)

    def start(self, number: int) -> None:
        """Start bot *number* anew and wait until it is ready."""
        self.pids[number] = self.nursery.start(number)
        self.wait_until_ready(number)

    def wait_until_ready(self, number: int) -> None:
        """Wait until bot *number* says that it is ready."""
        self.await_(lambda: self.ready(number) == 200)

    def ready(self, number: int) -> int:
        """What `/readyz` of bot *number* answers; 0 where nobody does."""
        try:
            url = f"http://127.0.0.1:{self.ports[number]}/readyz"
            return httpx.get(url, trust_env=False, timeout=5).status_code
        except httpx.HTTPError:
            return 0

    def kill(self, number: int) -> None:
        """Kill bot *number*."""
        self.nursery.kill(self.pids[number])

    def ends(self, number: int) -> int:
        """Tell bot *number* to end; its exit status."""
        os.kill(self.pids[number], SIGTERM)
        return self.nursery.reap(self.pids[number])

    @contextmanager
    def frozen(self, number: int) -> Iterator[None]:
        """Let bot *number* stand still meanwhile."""
        os.kill(self.pids[number], SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pids[number], SIGCONT)

    def cut(self, number: int) -> int:
        """End all connections of bot *number* with the database; how many there were."""
        with self.store.engine.connect() as connection:
            name = f"advisor {self.pids[number]}@%"
            return int(connection.scalar(_CUT, {"name": name}) or 0)

    def say(self, words: str, thread: str | None = None) -> str:
        """Somebody says something in a channel; its ts."""
        return self.slack.say(DEALS, SAM, f"<@{BOT}> {words}", thread)

    def holder(self, query: TextClause = _HOLDERS) -> int | None:
        """The bot that holds a conversation; None if none does."""
        with self.store.engine.connect() as connection:
            for name in connection.scalars(query):
                pid = int(name.split()[1].partition("@")[0])
                if pid in self.pids:
                    return self.pids.index(pid)
        return None

    def caught(self, phase: str, words: str) -> int:
        """Have somebody say *words* until a bot is caught at a *phase* of the turn; which one.

        Args:
            phase: `handling`, `recording` or `posting`.
            words: What is said, in a thread of its own each time.
        """
        under_way, holders = _PHASES[phase]
        for _ in range(TRIES):
            self.say(words)
            while self.relay.under_way + unfinished(self.store):
                with self.store.engine.connect() as connection:
                    there = under_way is None or connection.scalar(under_way)
                number = self.holder(holders) if there else None
                if number is not None:
                    return number
        raise AssertionError(f"no bot was caught {phase} in {TRIES} turns")

    @contextmanager
    def post_held(self, *, taken: bool) -> Iterator[Callable[[], int]]:
        """Leave the next post without an answer; gives what waits for it, and tells whose it is.

        Args:
            taken: Whether Slack takes it.
        """
        hold = self.proxy.hold(POSTS, carried_out=taken)

        def reached() -> int:
            assert hold.reached.wait(PATIENCE_SECONDS), "nothing was posted"
            number = hold.caller(self.pids)
            assert number is not None, "a post is under way and none of the bots makes it"
            return number

        try:
            yield reached
        finally:
            self.proxy.let_go()

    def settled(self) -> None:
        """Wait until all that was said is answered.

        Raises:
            AssertionError: Something waits, and nothing has moved for two minutes: on a machine
                that is busy with other things all takes its time, and goes on.
        """
        left, until = -1, 0.0
        while left:
            now = self.relay.under_way + unfinished(self.store)
            if now != left:
                left, until = now, time.monotonic() + PATIENCE_SECONDS
            assert time.monotonic() < until, f"{left} wait, and nothing comes of it"
            time.sleep(0.02)

    def verdict(self) -> Verdict:
        """What came of it all."""
        return judge(self.store, self.journal, self.relay.acknowledged)

    def unhandled(self) -> int:
        """Exceptions that nothing caught, in the bots' own output."""
        return uncaught(self.log.read_text(encoding="utf-8", errors="replace"))

    @staticmethod
    def await_(look: Callable[[], Any], every: float = 0.05) -> Any:
        """The first true thing that *look* finds.

        Raises:
            AssertionError: It found none in two minutes.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while not (found := look()):
            if time.monotonic() > until:
                raise AssertionError("nothing came of it in two minutes")
            time.sleep(every)
        return found


@contextmanager
def replicas(
    count: int, *, grace_seconds: float = 1.0, options: str = "", seed: int = 1,
    drain_seconds: float = 0.0,
) -> Iterator[Replicas]:
    """So many bots, ready.

    Args:
        count: How many.
        grace_seconds: How long a post of unclear end is left alone.
        options: For PostgreSQL, of each connection of the bots: what is set up and judged here
            may take longer on a busy machine.
        seed: Of the balancer's choices.
        drain_seconds: How long a bot that is told to end goes on answering.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        database = own = stack.enter_context(database_of("postgresql"))
        if options:
            sign = "&" if "?" in database else "?"
            database += f"{sign}options={options.replace(' ', '%20').replace('=', '%3D')}"
        ports = tuple(free_port() for _ in range(count))
        relay = Relay(SECRET, [f"http://127.0.0.1:{port}/slack/events" for port in ports],
                      random.Random(seed))
        journal = folder / "workspace.jsonl"
        slack = Slack(stack.enter_context(serving(relay.app())), journal)
        stack.callback(slack.close)
        proxy = SlackProxy(slack.url, random.Random(seed + 1))
        proxy.start()
        stack.callback(proxy.close)
        log = folder / "bots.log"
        nursery = Nursery(Plan(
            folder=str(folder), database=database, ports=ports, api_url=proxy.url,
            signing_secret=SECRET, bot_token=BOT_TOKEN, grace_seconds=grace_seconds,
            blind=False, drain_seconds=drain_seconds), log)
        stack.callback(nursery.close)
        store = Store(own)
        stack.callback(store.close)
        store.upgrade()  # replicas that start at once must find the tables
        made = Replicas(nursery, slack, relay, store, proxy, ports, journal, log,
                        [nursery.start(number) for number in range(count)])
        for number in range(count):
            made.wait_until_ready(number)
        yield made


@contextmanager
def talking(scene: Replicas, seed: int = 1, most: int = BUSY) -> Iterator[People]:
    """People who talk meanwhile, with *most* events under way; in the end all is answered."""
    people = People(scene.slack, scene.relay, random.Random(seed), most=most)
    thread = threading.Thread(target=people.run, name="people", daemon=True)
    thread.start()
    try:
        yield people
    finally:
        people.stopping.set()
        thread.join(20)
    if people.failed is not None:
        raise people.failed
    scene.settled()
