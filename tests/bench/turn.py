"""How long one warm turn takes, beside a plain LangChain chain on the same machine, in one run.

    python -m tests.bench.turn                  # ten rounds of a hundred texts
    python -m tests.bench.turn --rounds 2 --texts 20

Both run in this process, on one core and with one thread, in blocks in the order A, B, B, A; ratios
are taken round by round and their median is given with a bootstrap interval.  Ours is the whole
way from a signed request to the reply in the outbox, with its two durable transactions; the peer
retrieves and fills a prompt.  Neither asks a language model.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.assembly import Assembly
from bot.evaluating.cases import read_cases
from bot.schema import log
from bot.settings import Settings
from bot.store import Store
from bot.turn_rows import TURNS_LOGGED, turn_in
from retrieval.estimates import Estimate
from retrieval.labelled import read_queries
from retrieval.timing import Race, Timed, race
from tests.bench.peer import plain
from tests.bench.prepared import prepared
from tests.bench.slack_turn import SlackTurns
from tests.faults.kill_loop import FURTHER

GOLD = Path(__file__).parents[1] / "gold"
ROW_BYTES = 2_048
"""What one durable write of the floor writes."""


@dataclass(frozen=True)
class Texts:
    """What is said."""

    questions: Sequence[str]
    deals: Sequence[str]


def texts(most: int) -> Texts:
    """Of the dev splits, so many of each."""
    questions = [one.query for file in sorted(GOLD.glob("retrieval-*.jsonl"))
                 for one in read_queries(file) if one.split == "dev"]
    deals = [one.says[0] for file in sorted(GOLD.glob("dialogue-*.jsonl"))
             for one in read_cases(file) if one.split == "dev"]
    return Texts(questions[:most], deals[:most])


class Floor:
    """What a turn can't do without: the embedding of its text, and two durable writes."""

    def __init__(self, embed: Callable[[str], object], file: Path) -> None:
        self._embed = embed
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, body TEXT)")

    def __call__(self, text: str) -> None:
        self._write()
        self._embed(text)
        self._write()

    def _write(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO kept (body) VALUES (?)", ("x" * ROW_BYTES,))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class Further:
    """Says one thing after the other in conversations that were opened before."""

    def __init__(self, turns: SlackTurns, openings: Sequence[str]) -> None:
        self._turns = turns
        self._threads = [turns.opening(text) for text in openings]
        self._said = 0

    def __call__(self, text: str) -> None:
        # Each conversation comes round again after all others, so all grow alike.
        self._turns.further(self._threads[self._said % len(self._threads)], text)
        self._said += 1


def row(name: str, against: str, found: Race) -> str:
    """One line of the table."""
    return (f"| {name} | {against} | {found.ours.p50_ms:.1f} / {found.ours.p95_ms:.1f} | "
            f"{found.theirs.p50_ms:.1f} / {found.theirs.p95_ms:.1f} | {_shown(found.p50_ratio)} | "
            f"{_shown(found.p95_ratio)} | {_shown(found.gauge)} | {found.ours.calls:,} |")


def _shown(one: Estimate) -> str:
    return f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]"


def steps(store: Store, accepted: Timed, said: Sequence[str]) -> list[str]:
    """Where the time of the turns in *store* went, as lines of a table."""
    took = []
    for text in said:
        begun = time.perf_counter()
        accepted(text)
        took.append((time.perf_counter() - begun) * 1000)
    with store.reading() as connection:
        turns = [turn_in(one) for one in
                 connection.execute(TURNS_LOGGED.order_by(log.c.seq.desc()).limit(500))]
    kept = [one.circumstances.steps for one in turns
            if one.circumstances is not None and one.circumstances.steps is not None]
    parts = {
        "accepted: signature, JSON, stored durably": took,
        "read": [one.read_ms for one in kept],
        "searched": [one.search_ms or 0.0 for one in kept],
        "composed and checked": [one.compose_ms for one in kept],
    }
    return [f"| {name} | {np.percentile(ms, 50):.1f} | {np.percentile(ms, 95):.1f} |"
            for name, ms in parts.items()]


def measure(folder: Path, rounds: int, most: int) -> None:
    """Print the tables."""
    assembly = Assembly(Settings(data_dir=prepared(folder / "data"), _env_file=None))
    turns = SlackTurns(assembly)
    said = texts(most)
    embeddings = assembly.embeddings
    torch_peer = plain(folder / "peer")
    onnx_peer = plain(folder / "peer-onnx", embeddings)
    with closing(Floor(embeddings.embed_query, folder / "floor.sqlite3")) as floor:
        print("| ours | against | ours p50 / p95 ms | theirs p50 / p95 ms | p50 ratio | p95 ratio "
              "| ours against itself | turns |")
        print("|---|---|---:|---:|---:|---:|---:|---:|")
        for name, ours, spoken in (
            ("a question", turns.opening, said.questions),
            ("a deal is described", turns.opening, said.deals),
            ("a further message of a deal", Further(turns, said.deals),
             (FURTHER * most)[:most]),
        ):
            for against, theirs in (
                ("plain LangChain chain", torch_peer),
                ("the same chain with our embedding", onnx_peer),
                ("bare embedding and two durable writes", floor),
            ):
                found = race(ours, theirs, spoken, rounds=rounds)
                print(row(name, against, found), flush=True)
    print("\n| step of a turn | p50 ms | p95 ms |")
    print("|---|---:|---:|")
    print("\n".join(steps(assembly.store, turns.accepted, said.deals)))
    assert turns.owed() > 0


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--texts", type=int, default=100, help="of each kind, at most")
    options.add_argument("--core", type=int, default=0, help="the processor that all of it runs on")
    given = options.parse_args()
    os.sched_setaffinity(0, {given.core})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        measure(Path(folder), given.rounds, given.texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
