"""How long it takes to hold a log against its digests, and how much memory.

    python -m tests.scale.proof_times --turns 10000 1000000

Each log is proved by a process of its own, as `advisor log verify` does it; then the console's mark
is renewed, which begins at the last checkpoint that was proved.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

from bot.checkpoints import Checkpoints
from bot.record.signed_notes import Signer
from bot.store import Store
from tests.scale.big_log import SEED
from tests.scale.databases import database


def proved(url: str) -> dict[str, float]:
    """Rows, seconds and megabytes of one pass, and seconds of going on from it."""
    store = Store(url)
    checkpoints = Checkpoints(store, Signer(SEED))
    before, begun = time.process_time(), time.perf_counter()
    verdicts = checkpoints.verify()
    took, wall = time.process_time() - before, time.perf_counter() - begun
    assert all(one.broken is None for one in verdicts), verdicts
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first = min(verdicts, key=lambda one: one.rows).workspace
    _, since = checkpoints.go_on(first, None)
    before = time.process_time()
    checkpoints.go_on(first, since)
    again = time.process_time() - before
    store.close()
    return {"rows": sum(one.rows for one in verdicts), "cpu": took, "wall": wall, "mb": most,
            "again": again}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--turns", type=int, nargs="+", default=[10_000, 1_000_000])
    options.add_argument("--kept", help="where databases are kept, as a format: /tmp/b{}.sqlite3")
    options.add_argument("--one", help="the address of one log, to be proved by this process")
    given = options.parse_args()
    if given.one:
        print(json.dumps(proved(given.one)))
        return
    print("| turns | rows | processor | rows a second | elapsed | memory | mark renewed |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for number in given.turns:
        with database("sqlite", number, given.kept) as url:
            ran = subprocess.run([sys.executable, "-m", "tests.scale.proof_times", "--one", url],
                                 check=True, capture_output=True, text=True)
        found = json.loads(ran.stdout)
        print(f"| {number:,} | {found['rows']:,} | {found['cpu']:.1f} s | "
              f"{found['rows'] / found['cpu']:,.0f} | {found['wall']:.1f} s | "
              f"{found['mb']:.0f} MB | {1000 * found['again']:.0f} ms |", flush=True)


if __name__ == "__main__":
    main()
