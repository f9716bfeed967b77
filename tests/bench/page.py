"""Writes docs/speed.md: every part of the benchmark, each in a process of its own.

    python -m tests.bench.page                       # all of it: an hour and a half
    python -m tests.bench.page --only turn start     # these anew, the others as they were
    python -m tests.bench.page --size small          # minutes, to see that it runs

A part prints Markdown.  What it printed is kept in a folder until it is measured again, so that an
interrupted run loses nothing; a part that isn't there stands on as the page has it.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).parents[2]
_DRAWN = "![What grows with the corpus and with the log](images/growth.png)"


@dataclass(frozen=True)
class Part:
    """One section of the page."""

    name: str
    title: str
    says: str
    module: str
    small: tuple[str, ...] = ()
    large: tuple[str, ...] = ()


PARTS = (
    Part("turn", "One warm turn",
         "From a signed request to the reply in the outbox, beside a plain LangChain chain in the "
         "same process, on one core and one thread; texts of the dev splits.  A ratio below 1 "
         "means that ours was faster; the last ratio, of ours against itself, should lie near 1.",
         "tests.bench.turn", ("--rounds", "1", "--texts", "20"),
         ("--rounds", "6", "--texts", "60")),
    Part("acks", "Acknowledgements",
         "The real server, events at an even pace while it works on the turns, beside a route "
         "that only checks the signature.",
         "tests.bench.acks", ("--seconds", "3", "--rates", "10", "--databases", "sqlite"),
         ("--seconds", "20")),
    Part("acks-beside", "Acknowledgements while something else goes on",
         "The same, while the log is proved, a back-up is made, or a release is published, again "
         "and again.",
         "tests.bench.acks",
         ("--seconds", "3", "--rates", "10", "--databases", "sqlite", "--meanwhile", "backup"),
         ("--seconds", "60", "--rates", "10", "50", "--meanwhile", "verify", "backup",
          "publish")),
    Part("throughput", "Turns a second",
         "More messages a second until the queue grows, beside the plain chain as fast as it can.",
         "tests.bench.throughput", ("--seconds", "3", "--databases", "sqlite"),
         ("--seconds", "10")),
    Part("start", "Start", "A process with its data folder there, beside the bare model and the "
         "plain chain.",
         "tests.bench.start_times", ("--starts", "1", "--no-peer"), ("--starts", "5")),
    Part("memory", "Memory", "Resident, after so many turns, beside the same.",
         "tests.bench.memory", ("--turns", "5", "--no-peer"), ("--turns", "100")),
    Part("take-over", "When a replica is killed",
         "Two and three replicas on one PostgreSQL; from the kill to the answer in Slack.",
         "tests.bench.take_over",
         ("--kills", "2", "--replicas", "2", "--phases", "handling"),
         ("--kills", "15")),
    Part("backup", "Back-up and restore", "Thinned turns, as docs/log-figures.md describes them.",
         "tests.bench.backup_times", ("--turns", "1000", "--database", "sqlite"),
         ("--turns", "1000", "10000")),
    Part("growth-corpus", "With the corpus", "Vectors are drawn; all else is real.",
         "tests.bench.growth", ("corpus", "--sizes", "100", "1000"),
         ("corpus", "--sizes", "100", "1000", "10000", "100000")),
    Part("growth-log", "With the log",
         "SQLite; logs as docs/log-figures.md describes them, where pages and proof are measured "
         "to 1,000,000 turns.",
         "tests.bench.growth", ("log", "--sizes", "1000"),
         ("log", "--sizes", "1000", "10000", "100000")),
    Part("soak", "Half an hour of work",
         "The real server, people who talk at an even pace, deliveries repeated and shuffled.",
         "tests.bench.soak", ("--minutes", "0.5"), ("--minutes", "30")),
)


def measured(part: Part, size: str, kept: Path) -> bool:
    """Measure *part* and keep what it prints; whether it ended well."""
    arguments = part.small if size == "small" else part.large
    if part.module in {"tests.bench.growth", "tests.bench.soak"}:
        arguments = (*arguments, "--keep", str(kept))
    sys.stderr.write(f"{part.module} {' '.join(arguments)}\n")
    load = os.getloadavg()[0]
    ran = subprocess.run([sys.executable, "-m", part.module, *arguments], cwd=PROJECT, text=True,
                         stdout=subprocess.PIPE, env={**os.environ, "OMP_NUM_THREADS": "1"},
                         check=False)
    at = datetime.now(UTC)
    ended = "" if ran.returncode == 0 else (
        f"\n\n**This part ended with status {ran.returncode}: what it expected did not hold.**")
    (kept / f"{part.name}.md").write_text(
        f"{ran.stdout.strip()}{ended}\n\n`python -m {part.module} {' '.join(arguments)}`, "
        f"{at:%Y-%m-%d}; load of the machine {load:.1f} when it began and "
        f"{os.getloadavg()[0]:.1f} when it ended.\n", encoding="utf-8")
    return ran.returncode == 0


def page(kept: Path, parts: Sequence[Part], before: str = "") -> str:
    """The page: what is kept of each part, else what the page had of it *before*."""
    had = _sections(before)
    processor = next((line.split(":", 1)[1].strip()
                      for line in Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), platform.processor())
    lines = [
        "# How fast it is", "",
        "`make bench` measures it anew, part by part; under each part stands the command that did,",
        "and what else was at work meanwhile.",
        f"Measured on {processor}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Machines are noisy, so look at the ratios, each of which is of one run.", ""]
    for part in parts:
        file = kept / f"{part.name}.md"
        new = f"{part.says}\n\n{file.read_text('utf-8').strip()}" if file.exists() else ""
        lines += [f"## {part.title}", "", new or had.get(part.title)
                  or f"{part.says}\n\nNot measured yet.", ""]
    if _DRAWN in before or all((kept / f"growth-{of}.json").exists() for of in ("corpus", "log")):
        lines += [_DRAWN, ""]
    return "\n".join(lines)


def _sections(page: str) -> dict[str, str]:
    """What stands under each heading."""
    parts = page.replace(_DRAWN, "").split("\n## ")[1:]
    return {title: text.strip() for title, _, text in (part.partition("\n") for part in parts)}


def main() -> int:
    """Measure, and write the page; 1 if a part did not end well."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", nargs="+", choices=[part.name for part in PARTS])
    options.add_argument("--size", choices=["small", "large"], default="large")
    options.add_argument("--keep", type=Path, default=PROJECT / ".bench")
    options.add_argument("--to", type=Path, default=PROJECT / "docs" / "speed.md")
    options.add_argument("--plot", type=Path, default=PROJECT / "docs" / "images" / "growth.png")
    given = options.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    well = True
    for part in PARTS:
        if given.only is None or part.name in given.only:
            well &= measured(part, given.size, given.keep)
            _write(given.to, given.keep)
    if all((given.keep / f"growth-{kind}.json").exists() for kind in ("corpus", "log")):
        subprocess.run([sys.executable, "-m", "tests.bench.growth", "plot", "--from",
                        str(given.keep), "--to", str(given.plot)], cwd=PROJECT, check=True)
        _write(given.to, given.keep)
    return int(not well)


def _write(to: Path, kept: Path) -> None:
    before = to.read_text("utf-8") if to.exists() else ""
    to.write_text(page(kept, PARTS, before), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
