"""`python -m tests.bench.acks`: how long Slack waits for an acknowledgement, as events grow.

The real `advisor serve` gets signed events at each rate from a process of its own.  The same load
on a route that only checks the signature tells what machine and sender take by themselves.
Prints a table in Markdown; ends with 1 if an acknowledgement came too late for Slack.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

import httpx
from sqlalchemy import create_engine, text

from tests.bench.prepared import prepared
from tests.faults.ack_latency import (
    SLACK_WAITS_SECONDS,
    Latency,
    Load,
    free_port,
    process,
    wait_for,
)
from tests.faults.kill_loop import Slack, database_of
from tests.faults.nursery import PROJECT
from tests.workspace.running import BOT_TOKEN, SECRET

RATES = (10, 50, 200)
TARGET_MS = 100.0
MEANWHILE = ("nothing", "verify", "read", "publish")
"""What else goes on: a full proof of the log, a read of all tables as a back-up makes, and a
release that is prepared."""


def sent(url: str, rate: float, seconds: float, first: int) -> Latency:
    """*rate* events a second for *seconds*, from a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.acks", "--send", url, str(rate), str(seconds),
         str(first)], cwd=PROJECT, check=True, capture_output=True, text=True)
    row = json.loads(told.stdout)
    return Latency(row["name"], tuple(row["times"]), row["failures"])


def late(latency: Latency) -> int:
    """How many Slack would have counted as not delivered."""
    return sum(latency.failures.values()) + sum(
        t > SLACK_WAITS_SECONDS * 1000 for t in latency.times)


def line(database: str, meanwhile: str, rate: float, latency: Latency, bare: Latency) -> str:
    """A row of the table."""
    def figures(one: Latency) -> str:
        return " | ".join(f"{t:.1f}" for t in (
            one.percentile(50), one.percentile(95), one.percentile(99), max(one.times)))

    return (f"| {database} | {meanwhile} | {rate:g} | {len(latency.times)} | {figures(latency)} | "
            f"{late(latency)} | {bare.percentile(50):.1f} | {bare.percentile(99):.1f} |")


HEAD = ("| database | meanwhile | events a second | events | p50 ms | p95 ms | p99 ms | max ms | "
        "late | bare route p50 ms | bare p99 ms |\n|---|---|---|---|---|---|---|---|---|---|---|")


def measure(
    database: str, seconds: float, rates: Sequence[float], meanwhile: Sequence[str],
    tell: Callable[[str], None],
) -> bool:
    """Tell a row for each rate; whether none was late."""
    in_time, first = True, 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        url = stack.enter_context(database_of(database))
        slack = Slack(None, folder / "workspace.jsonl")
        stack.callback(slack.close)
        port = free_port()
        bare = f"http://127.0.0.1:{port}/slack/events"
        stack.enter_context(process("-m", "tests.faults.ack_latency", "--bare", str(port),
                                    log=folder / "bare.log"))
        wait_for(bare)
        data = prepared(folder / "data")
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        more = {"ADVISOR_DATABASE_URL": url} if url else {}
        stack.enter_context(process(
            "-m", "bot", "serve", log=folder / "bot.log", ADVISOR_DATA_DIR=str(data),
            ADVISOR_PORT=str(port), SLACK_SIGNING_SECRET=SECRET, SLACK_BOT_TOKEN=BOT_TOKEN,
            SLACK_API_URL=f"{slack.url}api/", **more))
        _until_ready(f"{base}/readyz")
        for what in meanwhile:
            for rate in rates:
                with _beside(what, folder, url):
                    found = sent(f"{base}/slack/events", rate, seconds, first)
                alone = sent(bare, rate, min(seconds, 10.0), 0)
                first += len(found.times) + 1_000
                in_time = in_time and not late(found)
                tell(line(database, what, rate, found, alone))
    return in_time


def _until_ready(url: str) -> None:
    until = time.monotonic() + 600
    while time.monotonic() < until:
        try:
            if httpx.get(url, trust_env=False, timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError("the bot does not become ready")


@contextmanager
def _beside(what: str, folder: Path, url: str) -> Iterator[None]:
    """Do *what* again and again meanwhile, in a process or a thread of its own."""
    stopping = threading.Event()
    work = {"nothing": None, "read": _read, "verify": _cli("log", "verify"),
            "publish": _cli("corpus", "check")}[what]
    if work is None:
        yield
        return

    def run() -> None:
        while not stopping.is_set():
            work(folder, url)
            stopping.wait(0.05)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(120)


def _read(folder: Path, url: str) -> None:
    """Every row of the large tables, in one transaction, as a back-up does."""
    engine = create_engine(url or f"sqlite:///{folder / 'data' / 'advisor.sqlite3'}")
    with engine.connect() as connection:
        for table in ("deliveries", "outgoing", "log", "turns", "conversations"):
            for _ in connection.execute(text(f"SELECT * FROM {table}")):  # noqa: S608  fixed names
                pass
    engine.dispose()


def _cli(*words: str) -> Callable[[Path, str], None]:
    def run(folder: Path, url: str) -> None:
        import os

        more = {"ADVISOR_DATABASE_URL": url} if url else {}
        subprocess.run([sys.executable, "-m", "bot", *words], cwd=PROJECT, check=False,
                       capture_output=True,
                       env={**os.environ, "ADVISOR_DATA_DIR": str(folder / "data"), **more})

    return run


def _send(url: str, rate: float, seconds: float, first: int) -> None:
    """Be the sender: what was measured goes to the output as JSON."""
    load = Load(url, rate, first)
    found = asyncio.run(load.run("sent", lambda passed: passed < seconds))
    sys.stdout.write(json.dumps(asdict(found), default=lambda c: dict(Counter(c))))


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 if an acknowledgement was late."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.acks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each rate")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES)
    parser.add_argument("--databases", nargs="+", choices=["sqlite", "postgresql"],
                        default=["sqlite", "postgresql"])
    parser.add_argument("--meanwhile", nargs="+", choices=MEANWHILE, default=["nothing"])
    parser.add_argument("--send", nargs=4, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.send is not None:
        url, rate, seconds, first = chosen.send
        _send(url, float(rate), float(seconds), int(first))
        return 0
    _tell(HEAD)
    kept = [measure(database, chosen.seconds, chosen.rates, chosen.meanwhile, _tell)
            for database in chosen.databases]
    return int(not all(kept))


def _tell(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
