"""How long a start takes, beside the bare model's and the plain peer's.

    python -m tests.bench.start_times                        # five starts, in a new data folder
    python -m tests.bench.start_times --starts 2 --data data # over a folder that is there

The first start over a new folder exports the model and embeds the corpus, and has a row of its
own.  Starts of server and model take turns, so that a busy moment meets both.
"""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.alone import QUESTION, alone
from tests.bench.server import serving


def started(data: Path) -> tuple[float, float]:
    """Seconds from the start of a server to its first sign of life, and to its first answer."""
    with serving(data) as server:
        return server.until("/healthz"), server.first_answer(QUESTION)


def table(rows: Sequence[tuple[str, str, str]]) -> str:
    """*rows* as a Markdown table."""
    head = (("start", "takes messages in (s)", "first answer (s)"), ("---", "---:", "---:"))
    return "\n".join(f"| {' | '.join(row)} |" for row in (*head, *rows))


def measure(data: Path, starts: int, *, with_peer: bool) -> str:
    """The table of *starts* starts over *data*."""
    rows = []
    if not (data / "advisor.sqlite3").exists():
        alive, answered = started(data)
        rows.append(("first, exports and embeds", f"{alive:.2f}", f"{answered:.2f}"))
    ours, bare = [], []
    for _ in range(starts):
        bare.append(alone("model", str(data))["wall"])
        ours.append(started(data))
    alive, answered = (statistics.median(column) for column in zip(*ours, strict=True))
    loaded = statistics.median(bare)
    rows.append((f"later, median of {starts}", f"{alive:.2f}", f"{answered:.2f}"))
    rows.append(("bare model, to its first vector", "", f"{loaded:.2f}"))
    rows.append(("ours : bare model", "", f"{answered / loaded:.2f}"))
    if with_peer:
        peer = alone("peer", "0")
        rows.append(("plain peer, embeds its chunks", "", f"{peer['wall']:.2f}"))
        rows.append(("plain peer, import and model alone (s of work)", "",
                     f"{peer['loaded_cpu']:.2f}"))
    return table(rows)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--no-peer", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as new:
        print(measure(asked.data or Path(new), asked.starts, with_peer=not asked.no_peer))


if __name__ == "__main__":
    main()
