"""Half an hour of work: memory and open files stay flat, and nothing is lost.

    python -m tests.bench.soak --minutes 30 --each-second 2

The real `advisor serve` over HTTP, in a workspace where people go on talking at an even pace
through a relay that repeats and shuffles what it delivers.  Memory, open files, threads and what
waits are looked at every ten seconds; at the end what stands in the workspace is held against the
log, as after the kills.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.store import Store
from tests.bench.prepared import prepared
from tests.bench.turn import texts
from tests.faults.ack_latency import free_port, numbered, process, wait_for
from tests.faults.kill_loop import People, Slack
from tests.faults.relay import Relay
from tests.faults.verdict import Verdict, judge, unfinished
from tests.workspace.running import BOT_TOKEN, SECRET, serving

LOOK_SECONDS = 10.0
PATIENCE_SECONDS = 120.0
MOST_TEXTS = 10_000
"""Of each kind: more than there are."""


@dataclass(frozen=True)
class Look:
    """How the process stood."""

    minute: float
    resident_mb: float
    files: int
    threads: int
    waiting: int
    said: int


def look(pid: int, store: Store, minute: float, said: int) -> Look:
    """Look at the process *pid*."""
    proc = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
    return Look(minute, int(status["VmRSS"].split()[0]) / 1024, len(list((proc / "fd").iterdir())),
                int(status["Threads"]), unfinished(store), said)


class Pace(People):
    """Speaks at an even pace, however long answers take, and never says the same twice."""

    each_second: float = 2.0

    def _words(self, texts: Sequence[str]) -> str:
        # What is kept of words and texts would not grow if a few were said again and again.
        return numbered(super()._words(texts), self.said)

    def run(self) -> None:
        """Talk until told to stop."""
        try:
            due = time.monotonic()
            while not self.stopping.wait(max(0.0, due - time.monotonic())):
                self._speak()
                due += 1 / self.each_second
        except Exception as error:
            self.failed = error


def soak(folder: Path, minutes: float, each_second: float) -> tuple[list[Look], Verdict, int]:
    """Work; how the process stood meanwhile, what came of it, and tracebacks in its output."""
    port, journal, output = free_port(), folder / "workspace.jsonl", folder / "bot.log"
    base = f"http://127.0.0.1:{port}"
    relay = Relay(SECRET, [f"{base}/slack/events"], random.Random(1))
    looks: list[Look] = []
    data = prepared(folder / "data")
    with ExitStack() as stack:
        slack = Slack(stack.enter_context(serving(relay.app())), journal)
        stack.callback(slack.close)
        pid = stack.enter_context(process(
            "-m", "bot", "serve", log=output, ADVISOR_DATA_DIR=str(data),
            ADVISOR_PORT=str(port), SLACK_SIGNING_SECRET=SECRET, SLACK_BOT_TOKEN=BOT_TOKEN,
            SLACK_API_URL=f"{slack.url}api/"))
        wait_for(f"{base}/readyz", ok=True)
        store = Store(f"sqlite:///{folder}/data/advisor.sqlite3")
        stack.callback(store.close)
        people = Pace(slack, relay, random.Random(2))
        people.each_second = each_second
        said = texts(MOST_TEXTS)
        people.openers, people.further = (*said.questions, *said.deals), said.further
        thread = threading.Thread(target=people.run, daemon=True)
        thread.start()
        began = time.monotonic()
        while (passed := time.monotonic() - began) < minutes * 60:
            looks.append(look(pid, store, passed / 60, people.said))
            time.sleep(LOOK_SECONDS)
        people.stopping.set()
        thread.join(20)
        if people.failed is not None:
            raise people.failed
        until = time.monotonic() + PATIENCE_SECONDS
        while (relay.under_way or unfinished(store)) and time.monotonic() < until:
            time.sleep(0.2)
        looks.append(look(pid, store, (time.monotonic() - began) / 60, people.said))
        verdict = judge(store, journal, relay.acknowledged)
    return looks, verdict, output.read_text("utf-8", errors="replace").count("Traceback")


def tables(looks: Sequence[Look], verdict: Verdict, tracebacks: int) -> list[str]:
    """What came of it, as lines of Markdown."""
    step = max(1, len(looks) // 10)
    shown = [*looks[::step][:10], looks[-1]]
    lines = ["| minute | resident MB | open files | threads | waiting | said |",
             "|---:|---:|---:|---:|---:|---:|"]
    lines += [f"| {one.minute:.1f} | {one.resident_mb:.0f} | {one.files} | {one.threads} | "
              f"{one.waiting} | {one.said:,} |" for one in shown]
    half = [one for one in looks if one.minute >= looks[-1].minute / 2]
    slope = statistics.linear_regression(
        [one.minute / 60 for one in half], [one.resident_mb for one in half]).slope
    return [*lines, "",
            f"Memory in the second half: {slope:+.1f} MB an hour.  {verdict.messages:,} messages "
            f"acknowledged, {verdict.turns:,} turns, {verdict.posts:,} posts; lost "
            f"{len(verdict.lost)}, doubled {len(verdict.doubled)}, misordered "
            f"{len(verdict.misordered)}, refused {len(verdict.refused)}, tracebacks {tracebacks}, "
            f"log {verdict.broken or 'whole'}."]


def main() -> int:
    """Work and print; 1 if anything was lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=30.0)
    options.add_argument("--each-second", type=float, default=2.0, help="messages")
    options.add_argument("--keep", type=Path, help="folder for the looks as JSON")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        looks, verdict, tracebacks = soak(Path(folder), given.minutes, given.each_second)
    print("\n".join(tables(looks, verdict, tracebacks)))
    for fault in (*verdict.lost, *verdict.doubled, *verdict.misordered, *verdict.refused):
        print(f"- {fault}", file=sys.stderr)
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        (given.keep / "soak.json").write_text(
            json.dumps([asdict(one) for one in looks]), encoding="utf-8")
    return int(not verdict.clean or tracebacks > 0)


if __name__ == "__main__":
    sys.exit(main())
