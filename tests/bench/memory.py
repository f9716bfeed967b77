"""How much memory a process that answers takes, beside the plain peer's.

    python -m tests.bench.memory                         # 100 turns, in a new data folder
    python -m tests.bench.memory --turns 20 --data data  # over a folder that is there

A server's own memory is what a further replica on the same machine adds: programs and the
weights are mapped from files, and those pages are shared.
"""

import argparse
import tempfile
from pathlib import Path

from tests.bench.alone import QUESTION, alone
from tests.bench.server import megabytes, serving

Sizes = tuple[float, float, float]


def measured(data: Path, turns: int) -> tuple[Sizes, Sizes]:
    """A server's memory after its first answer, and after *turns* more."""
    with serving(data) as server:
        server.first_answer(QUESTION)
        first = megabytes(server.process.pid)
        for number in range(turns):
            server.answer(f"deal-{number // 4}", f"{QUESTION} Deal {number}.")
        return first, megabytes(server.process.pid)


def row(name: str, sizes: Sizes) -> str:
    """One line of the table."""
    return f"| {name} | {' | '.join(f'{size:.0f}' for size in sizes)} |"


def measure(data: Path, turns: int, *, with_peer: bool) -> str:
    """The table of one server over *data*."""
    made = "" if (data / "advisor.sqlite3").exists() else ", that exported and embedded"
    if made:
        whole = measured(data, 0)[1]
    first, after = measured(data, turns)
    lines = ["| process | resident (MB) | its own (MB) | peak (MB) |", "| --- | ---: | ---: | ---: |"]  # noqa: E501
    if made:
        lines.append(row(f"server{made}", whole))
    lines += [row("server, first answer", first), row(f"server, {turns} turns later", after)]
    if with_peer:
        peer = alone("peer", str(turns))
        theirs = peer["after_rss"], peer["after_own"], peer["after_peak"]
        lines.append(row(f"plain peer, {turns} questions later", theirs))
        shares = " | ".join(f"{a / b:.2f}" for a, b in zip(after, theirs, strict=True))
        lines.append(f"| server : peer | {shares} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--no-peer", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as new:
        print(measure(asked.data or Path(new), asked.turns, with_peer=not asked.no_peer))


if __name__ == "__main__":
    main()
