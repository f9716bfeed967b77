"""`python -m tests.bench.acks`: how long Slack waits for an acknowledgement, as events grow.

The real `advisor serve` gets signed events at each rate from a process of its own.  The same load
on a route that only checks the signature tells what machine and sender take by themselves.
Meanwhile something else may go on, again and again: a full proof of the log, a back-up, a release
that is changed, built, put through the gate and put in force, or a read of all tables.
Prints a table in Markdown; ends with 1 if an acknowledgement came too late for Slack, or if what
went on meanwhile failed.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
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
MEANWHILE = ("nothing", "verify", "backup", "publish", "read")
CORRECTED = "sg-p-1"
"""The provision to which a caution is added before each release is published."""
ENDS_WITHIN_SECONDS = 300
"""After the last event, what goes on meanwhile may take so long to end."""


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


@dataclass
class Beside:
    """What went on meanwhile."""

    runs: int = 0
    failures: list[str] = field(default_factory=list)
    """What failed, and how, in its own last words."""


def line(
    database: str, meanwhile: str, rate: float, latency: Latency, bare: Latency, beside: Beside
) -> str:
    """A row of the table."""
    def figures(one: Latency) -> str:
        return " | ".join(f"{t:.1f}" for t in (
            one.percentile(50), one.percentile(95), one.percentile(99), max(one.times)))

    what = meanwhile if meanwhile == "nothing" else (
        f"{meanwhile}, {beside.runs} times, {len(beside.failures)} failed")
    return (f"| {database} | {what} | {rate:g} | {len(latency.times)} | {figures(latency)} | "
            f"{late(latency)} | {bare.percentile(50):.1f} | {bare.percentile(99):.1f} |")


HEAD = ("| database | meanwhile | events a second | events | p50 ms | p95 ms | p99 ms | max ms | "
        "late | bare route p50 ms | bare p99 ms |\n|---|---|---|---|---|---|---|---|---|---|---|")


def measure(
    database: str, seconds: float, rates: Sequence[float], meanwhile: Sequence[str],
    tell: Callable[[str], None],
) -> bool:
    """Tell a row for each rate; whether no event was late and nothing failed."""
    well, first = True, 0
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
                with _beside(what, folder, url) as beside:
                    found = sent(f"{base}/slack/events", rate, seconds, first)
                alone = sent(bare, rate, min(seconds, 10.0), 0)
                first += len(found.times) + 1_000
                well = well and not late(found) and not beside.failures
                tell(line(database, what, rate, found, alone, beside))
                for failure in beside.failures:
                    sys.stderr.write(f"meanwhile: {failure}\n")
    return well


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
def _beside(what: str, folder: Path, url: str) -> Iterator[Beside]:
    """Do *what* again and again meanwhile, in processes or a thread of its own."""
    beside, stopping = Beside(), threading.Event()
    if what == "nothing":
        yield beside
        return

    def run() -> None:
        while not stopping.is_set():
            try:
                _WORK[what](folder, url, beside.runs)
            except Exception as error:
                beside.failures.append(f"{what}: {error}")
            beside.runs += 1
            stopping.wait(0.05)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield beside
    finally:
        stopping.set()
        thread.join(ENDS_WITHIN_SECONDS)
    if thread.is_alive():
        beside.failures.append(f"{what}: it did not end within {ENDS_WITHIN_SECONDS} s")


def _read(folder: Path, url: str, _: int) -> None:
    """Every row of the large tables, in one transaction."""
    engine = create_engine(url or f"sqlite:///{folder / 'data' / 'advisor.sqlite3'}")
    with engine.connect() as connection:
        for table in ("deliveries", "outgoing", "log", "turns", "conversations"):
            for _row in connection.execute(text(f"SELECT * FROM {table}")):  # noqa: S608  fixed names
                pass
    engine.dispose()


def _verify(folder: Path, url: str, _: int) -> None:
    _command(folder, url, "log", "verify")


def _backup(folder: Path, url: str, _: int) -> None:
    """As `make backup` does: whole, and all but the last two are deleted."""
    (folder / "backups").mkdir(exist_ok=True)
    _command(folder, url, "db", "backup", str(folder / "backups"), "--keep", "2")


def _publish(folder: Path, url: str, number: int) -> None:
    _command(folder, url, "corpus", "correct", CORRECTED, "--reason", "Measured",
             "--note", f"Caution {number}.")
    _command(folder, url, "corpus", "publish", "--reason", f"Measured, {number}")


_WORK: Mapping[str, Callable[[Path, str, int], None]] = {
    "verify": _verify, "backup": _backup, "publish": _publish, "read": _read}


def _command(folder: Path, url: str, *words: str) -> None:
    """Run `advisor` with *words*.

    Raises:
        RuntimeError: It ended with another status than 0.
    """
    more = {"ADVISOR_DATABASE_URL": url} if url else {}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=PROJECT, check=False, capture_output=True,
        text=True, env={**os.environ, "ADVISOR_DATA_DIR": str(folder / "data"), **more})
    if done.returncode:
        last = (f"{done.stdout}\n{done.stderr}".strip().splitlines() or ["it said nothing"])[-1]
        raise RuntimeError(f"advisor {' '.join(words)} ended with {done.returncode}: {last}")


def _send(url: str, rate: float, seconds: float, first: int) -> None:
    """Be the sender: what was measured goes to the output as JSON."""
    load = Load(url, rate, first)
    found = asyncio.run(load.run("sent", lambda passed: passed < seconds))
    sys.stdout.write(json.dumps(asdict(found), default=lambda c: dict(Counter(c))))


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 if an acknowledgement was late or what went on meanwhile failed."""
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
