"""How long one warm turn takes, beside a plain LangChain chain on the same machine, in one run.

    python -m tests.bench.turn                  # ten rounds of a hundred texts
    python -m tests.bench.turn --rounds 2 --texts 20

Both run in this process, on one core and with one thread, in blocks in the order A, B, B, A; ratios
are taken round by round and their median is given with a bootstrap interval.  Ours is the whole
way from a signed request to the reply in the outbox, with its two durable transactions; the peer
retrieves and fills a prompt.  Neither asks a language model.  That a reply stands at Slack is noted
between turns, and not timed.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.assembly import Assembly
from bot.measures.labelled import read_cases
from bot.settings import Settings
from retrieval.estimates import Estimate
from retrieval.labelled.cases import read_queries
from retrieval.measuring.timing import Race, Timed, race
from retrieval.model.passes import KEPT
from tests.bench.peer import plain
from tests.bench.prepared import prepared
from tests.bench.slack_turn import SlackTurns

GOLD = Path(__file__).parents[1] / "gold"
ROW_BYTES = 2_048
"""What one durable write of the floor writes."""


@dataclass(frozen=True)
class Texts:
    """What is said."""

    questions: Sequence[str]
    deals: Sequence[str]
    further: Sequence[str]
    """Each is another: what was said a moment ago is read from memory when it is said again."""


def texts(most: int) -> Texts:
    """Of the dev splits, so many of each."""
    questions = [one.query for file in sorted(GOLD.glob("retrieval-*.jsonl"))
                 for one in read_queries(file) if one.split == "dev"]
    cases = [one for file in sorted(GOLD.glob("dialogue-*.jsonl"))
             for one in read_cases(file) if one.split == "dev"]
    more = [one for one in read_cases(GOLD / "more" / "told.jsonl") if one.split == "dev"]
    deals = [one.says[0] for one in cases]
    further = dict.fromkeys(text for one in (*cases, *more) for text in one.says[1:])
    return Texts(questions[:most], deals[:most], [*further][:most])


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
        self._threads = []
        for text in openings:
            self._threads.append(turns.opening(text))
            turns.shown()
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


def steps(
    assembly: Assembly, turns: SlackTurns, kinds: Mapping[str, tuple[Timed, Sequence[str]]]
) -> list[str]:
    """Where the time of turns of each of *kinds* goes, as lines of a table of medians."""
    told: list[tuple[float, ...]] = []
    assembly.advisor.stepping.watch = lambda step, _, recorded: told.append(
        (*step.seconds, recorded))
    lines = []
    for name, (take, said) in kinds.items():
        took = []
        for text in said:
            begun = time.perf_counter()
            turns.accepted(text)
            accepted = time.perf_counter() - begun
            told.clear()
            begun = time.perf_counter()
            take(text)
            whole = time.perf_counter() - begun
            turns.shown()
            if told:  # else it only went on with another conversation
                took.append((whole, accepted, *told[-1], whole - accepted - sum(told[-1])))
        lines.append(f"| {name} | " + " | ".join(
            f"{one:.1f}" for one in np.percentile(np.array(took) * 1000, 50, axis=0)) + " |")
    return lines


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
        kinds: dict[str, tuple[Timed, Sequence[str]]] = {
            "a question": (turns.opening, said.questions),
            "a deal is described": (turns.opening, said.deals),
            "a further message of a deal": (Further(turns, said.deals), said.further),
        }
        for name, (ours, spoken) in kinds.items():
            for against, theirs in (
                ("plain LangChain chain", torch_peer),
                ("the same chain with our embedding", onnx_peer),
                ("bare embedding and two durable writes", floor),
            ):
                found = race(ours, theirs, spoken, rounds=rounds, between=turns.shown)
                print(row(name, against, found), flush=True)
    print("\n| p50 ms of a turn | whole | accepted: signature, JSON, stored durably | read | "
          "searched | composed and checked | recorded durably with its posts | "
          "before: whose it is, and read for that |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    print("\n".join(steps(assembly, turns, kinds)))
    if turns.owed() == 0 or turns.unanswered() > 0:
        raise AssertionError("what was timed were not all turns")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--texts", type=int, default=100, help="of each kind, at most")
    options.add_argument("--core", type=int, default=0, help="the processor that all of it runs on")
    given = options.parse_args(arguments)
    if given.texts <= KEPT:
        options.error(f"--texts has to be more than {KEPT}, the passes of the model that are held: "
                      "of fewer, each round would find those of the one before.")
    os.sched_setaffinity(0, {given.core})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        measure(Path(folder), given.rounds, given.texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
