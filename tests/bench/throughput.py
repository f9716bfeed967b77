"""`python -m tests.bench.throughput`: turns a second until the queue grows, beside a plain chain.

The real `advisor serve` gets signed messages, three in four of which begin a deal, at a rate that
rises by steps for as long as what waits does not grow.  No two are alike, since the passes of the
model over the latest are held.  The chain is that of `tests.bench.peer`, asked for such sentences
too as fast as it can on the same cores, with nothing kept, posted or logged; once with the model as
sentence-transformers runs it, once as ours does.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bot.schema import deliveries, turns
from bot.store import Store
from tests.bench.acks import _until_ready, sent
from tests.bench.prepared import prepared
from tests.faults.ack_latency import free_port, numbered, process
from tests.faults.kill_loop import OPENERS, Slack, database_of
from tests.workspace.running import BOT_TOKEN, SECRET

STEP = 1.25
"""Each rate is so many times the one before."""
QUEUE = 2.0
"""Seconds of work that may wait at the end of a step; more, and the queue grows."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rate."""

    offered: float
    answered: float
    """Turns a second while it was offered."""
    waiting: int
    cpu_seconds: float
    """Of the bot, for 1,000 turns."""

    @property
    def kept_up(self) -> bool:
        """Whether no more waited at the end than a moment's work."""
        return self.waiting <= max(2.0, QUEUE * self.offered)


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process and its threads have had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def climb(
    database: str, seconds: float, begin: float, tell: Callable[[Step], None]
) -> Step | None:
    """The last step at which the bot kept up; None if it never did."""
    best = None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        url = stack.enter_context(database_of(database))
        slack = Slack(None, folder / "workspace.jsonl")
        stack.callback(slack.close)
        data = prepared(folder / "data")
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        more = {"ADVISOR_DATABASE_URL": url} if url else {}
        running = stack.enter_context(process(
            "-m", "bot", "serve", log=folder / "bot.log", ADVISOR_DATA_DIR=str(data),
            ADVISOR_PORT=str(port), SLACK_SIGNING_SECRET=SECRET, SLACK_BOT_TOKEN=BOT_TOKEN,
            SLACK_API_URL=f"{slack.url}api/", **more))
        _until_ready(f"{base}/readyz")
        store = Store(url or f"sqlite:///{folder / 'data' / 'advisor.sqlite3'}")
        stack.callback(store.close)
        rate, first = begin, 0
        while True:
            before, cpu = _turns(store), cpu_of(running)
            found = sent(f"{base}/slack/events", rate, seconds, first)
            first += len(found.times) + 1_000
            taken, waiting = _turns(store) - before, _waiting(store)
            step = Step(rate, taken / seconds, waiting,
                        (cpu_of(running) - cpu) / max(1, taken) * 1_000)
            tell(step)
            if not step.kept_up:
                return best
            best, rate = step, rate * STEP
            while _waiting(store):
                time.sleep(0.2)


def _turns(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(turns)) or 0)


def _waiting(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.scalar(
            select(func.count()).where(deliveries.c.state == "new")) or 0)


def peer(seconds: float, *, ours: bool) -> tuple[float, float]:
    """Questions a second of the plain chain, and its processor seconds for 1,000.

    Args:
        seconds: For how long it is asked.
        ours: Whether its texts are embedded as ours are.
    """
    from retrieval.embedding import PackagedEmbeddings
    from tests.bench.peer import plain

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = prepared(Path(folder) / "data") if ours else None
        ask = plain(Path(folder) / "peer", data and PackagedEmbeddings.open(data))
        for question in OPENERS:
            ask(question)
        began, cpu, count = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - began < seconds:
            ask(numbered(OPENERS[count % len(OPENERS)], count))
            count += 1
        took = time.perf_counter() - began
        return count / took, (time.process_time() - cpu) / count * 1_000


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 if the bot kept up with no rate."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.throughput", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each rate")
    parser.add_argument("--begin", type=float, default=5.0, help="the first rate, turns a second")
    parser.add_argument("--databases", nargs="+", choices=["sqlite", "postgresql"],
                        default=["sqlite", "postgresql"])
    chosen = parser.parse_args(arguments)
    _tell("| who | offered a second | turns a second | waiting at the end | "
          "processor s for 1,000 |\n|---|---|---|---|---|")
    bests = []
    for database in chosen.databases:
        def tell(step: Step, database: str = database) -> None:
            _tell(f"| advisor on {database} | {step.offered:.1f} | {step.answered:.1f} | "
                  f"{step.waiting} | {step.cpu_seconds:.1f} |")

        bests.append(climb(database, chosen.seconds, chosen.begin, tell))
    rate, cpu = peer(chosen.seconds, ours=False)
    _tell(f"| plain chain | as fast as it can | {rate:.1f} | | {cpu:.1f} |")
    fast, cpu = peer(chosen.seconds, ours=True)
    _tell(f"| the same chain with our embedding | as fast as it can | {fast:.1f} | | {cpu:.1f} |")
    for database, best in zip(chosen.databases, bests, strict=True):
        if best is not None:
            # What it answered, not what it was offered: for a moment a queue may grow unnoticed.
            _tell(f"\nOn {database} the bot answers {best.answered:.1f} turns a second, "
                  f"{best.answered / rate:.2f} times the plain chain, "
                  f"{best.answered / fast:.2f} times the same with our embedding.")
    return int(not all(bests))


def _tell(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
