"""`python -m tests.faults.table`: every fault, injected for real, and the page that tells of it.

Each line is kept as soon as its fault is over, so that a run that was broken off still writes what
it has, and one fault can be run anew (`--only`) without the others.  What is kept lies beside the
page, in the repository: else whoever clones it could not run one fault anew.
"""

import argparse
import dataclasses
import datetime
import fcntl
import importlib
import itertools
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from signal import SIGTERM, signal

from tests.faults.mounted import NotHere
from tests.faults.row import Fault, Row

MODULES = ("of_database", "of_pooler", "of_migrations", "of_disk", "of_index", "of_model",
           "of_clock", "of_replicas", "of_whole", "of_slack", "of_people", "of_payloads",
           "of_kills")
"""Where faults are found, each in its module's `FAULTS`."""
LARGE = {
    "of_kills.killed": 1000, "of_kills.killed_replicas": 300, "of_kills.told_to_end": 100,
    "of_database.gone": 2, "of_database.cut": 50, "of_database.locked": 3,
    "of_disk.full": 5, "of_disk.read_only": 5,
}
"""How often each is injected in a large run; ten times where nothing is said."""
SMALL_OF = {"of_slack": 9, "of_people": 24, "of_payloads": 30}
LARGE_OF = {"of_slack": 100, "of_people": 500, "of_payloads": 1000, "of_replicas": 5}
"""For all of a module: messages for `of_slack` and `of_people`, tens of payloads for the third."""
LARGE_ELSE = 10

_HEAD = """# What faults do to Advisor

Every fault of this table was done to the real bot while people talked to it in the local
workspace, which survives and keeps a journal. Afterwards the database is held against the journal:
no message that was acknowledged may be without its answer, no answer may stand twice or before an
earlier one, and the log's chain must verify. An exception counts as unhandled where a traceback
stands in what the process wrote, or a line of level error that says where one was raised. `make
faults` writes this page anew; `make faults ONLY=disk` runs one family again and keeps the other
lines, `make faults ONLY=of_kills.killed TIMES=1000` one fault so often, beside other runs.

Wherever a row says "kept waiting", nothing was lost: a message that can't be stored is not
acknowledged, and Slack delivers it again.
"""
_HEADINGS = ("Fault", "Injected", "Times", "Messages", "Lost", "Doubled", "Misordered", "Log",
             "Unhandled", "Back in s", "Run")
_TAIL = """## What is not injected here

- Power loss, and disks that lie about what they have written: they need a machine that can be cut
  off, or a file system made for it.
- A network that drops or delays packets: connections are cut and servers stopped instead.
- The real Slack and a real vendor's servers: the workspace and the vendor are our own.

Disks are mounted and filled as root, and the clock is moved by a library that a C compiler makes
of 40 lines. Where one of them is missing, the line says so in place of figures.
"""


def faults() -> dict[str, Fault]:
    """Every fault by its name, `module.function`.

    Raises:
        SystemExit: A module of the list is missing.
    """
    found: dict[str, Fault] = {}
    for name in MODULES:
        try:
            module = importlib.import_module(f"tests.faults.{name}")
        except ModuleNotFoundError as error:
            sys.exit(f"The fault table names tests/faults/{name}.py, and it can't be loaded: "
                     f"{error}. Add it, or take its name out of MODULES in table.py.")
        found |= {f"{name}.{fault.__name__}": fault for fault in module.FAULTS}
    return found


def times_of(name: str, size: str) -> int:
    """How often a fault is injected in a run of a size, `small` or `large`."""
    of = name.partition(".")[0]
    if size == "small":
        return SMALL_OF.get(of, 1)
    return LARGE.get(name, LARGE_OF.get(of, LARGE_ELSE))


def inject(name: str, fault: Fault, times: int) -> Row:
    """The line of *fault*; one that says why where there are no figures."""
    try:
        return fault(times)
    except NotHere as error:
        return Row(name, "not run", 0, 0, 0, note=f"Not injected: {error}.")
    except Exception as error:
        traceback.print_exc()
        return Row(name, "broken off", times, 0, 0, unhandled=1,
                   note=f"The run itself failed: {type(error).__name__}: {error}")


def page(rows: list[Row], machine: str, runs: Sequence[str] = ()) -> str:
    """The page on *rows*; of each, in *runs*, when and how it was run."""
    lines = [_HEAD, f"{machine}\n", "| " + " | ".join(_HEADINGS) + " |",
             "|---|---|" + "---:|" * (len(_HEADINGS) - 3) + "---|"]
    lines += ["| " + " | ".join([*_cells(row), ran]) + " |"
              for row, ran in itertools.zip_longest(rows, runs, fillvalue="")]
    noted = [f"- **{row.fault}**: {row.note}" for row in rows if row.note]
    if noted:
        lines += ["", "## Remarks", "", *noted]
    told = [f"- **{row.fault}**\n\n  > {row.told}\n" for row in rows if row.told]
    if told:
        lines += ["", "## What people and operators were told", "", *told]
    return "\n".join([*lines, "", _TAIL])


def _cells(row: Row) -> list[str]:
    return [
        row.fault if row.clean else f"**FAILED: {row.fault}**", row.how, f"{row.injected:,}",
        f"{row.messages:,}", str(row.lost), str(row.doubled), str(row.misordered),
        "verifies" if row.chain else "BROKEN", str(row.unhandled),
        "" if row.back_seconds is None else f"{row.back_seconds:.1f}"]


Kept = dict[str, tuple[Row, str]]
"""By the name of a fault its line, and when and how it was run."""


def kept(results: Path) -> Kept:
    """Lines of earlier runs; the turns of each, which the page doesn't show, are not kept."""
    return _read(results.read_text(encoding="utf-8")) if results.exists() else {}


def keep(results: Path, name: str, row: Row, ran: str) -> Kept:
    """Keep *row* in the place of what was kept of *name*; gives back all that is kept now.

    Another run, of the kills say, may keep lines in the same file meanwhile.
    """
    results.touch()
    with results.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        found = {**_read(file.read()), name: (row, ran)}
        file.seek(0)
        file.truncate()
        file.writelines(_line(one, *found[one]) for one in sorted(found))
    return found


def _read(text: str) -> Kept:
    read = [json.loads(line) for line in text.splitlines()]
    return {name: (Row(**fields, turns=0), ran) for name, fields, ran in read}


def _line(name: str, row: Row, ran: str) -> str:
    fields = dataclasses.asdict(row)
    del fields["turns"]
    return json.dumps([name, fields, ran], ensure_ascii=False) + "\n"


def _ran(size: str, load: float) -> str:
    """When a fault was injected, in a run of which size, and what else the machine did."""
    return f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M}, {size}, load {load:.0f}"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"Run on {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} "
            f"{platform.release().partition('-')[0]}, Python {platform.python_version()}. The "
            "last column says of each line when it was run (UTC), in a run of which size, and the "
            "load of the machine when it began: other work than its own, where that is above 2.")


def main(arguments: list[str] | None = None) -> int:
    """Inject, keep, write the page; 1 if any line of it is not clean."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.table", description=__doc__)
    parser.add_argument("--only", default="",
                        help="the name of the one to run, or a part of the names of several")
    parser.add_argument("--size", choices=["small", "large"], default="large")
    parser.add_argument("--times", type=int, help="how often; by the size if left out")
    parser.add_argument("--out", type=Path, default=Path("docs/faults.md"))
    parser.add_argument("--results", type=Path, default=Path("docs/faults.jsonl"))
    chosen = parser.parse_args(arguments)
    signal(SIGTERM, lambda *_: sys.exit(143))  # so that what was started and mounted ends with us
    known = faults()
    asked = [name for name in known if chosen.only in name]
    if chosen.only in known:
        asked = [chosen.only]
    if not asked:
        parser.error(f"no fault has {chosen.only!r} in its name; there are: {', '.join(known)}")
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    if not chosen.only:
        chosen.results.unlink(missing_ok=True)
    for name in asked:
        times = chosen.times or times_of(name, chosen.size)
        began, load = time.monotonic(), os.getloadavg()[0]
        print(f"{name}, {times} times", flush=True)
        row = inject(name, known[name], times)
        print(f"  {'clean' if row.clean else 'FAILED'} after {time.monotonic() - began:.0f} s: "
              f"{row}", flush=True)
        found = keep(chosen.results, name, row, _ran(
            chosen.size if chosen.times is None else "asked for", load))
        lines = [found[one] for one in known if one in found]
        chosen.out.write_text(page([row for row, _ in lines], _machine(),
                                   [ran for _, ran in lines]), encoding="utf-8")
    return 0 if all(row.clean for row, _ in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
