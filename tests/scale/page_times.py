"""How long the console's pages take, by how long the log is.

    python -m tests.scale.page_times                       # 1,000 to 1,000,000 turns, on SQLite
    python -m tests.scale.page_times --turns 1000 100000 --database postgresql

Each page is asked for as a browser asks for it, and drawn; what is said is the median of the
repetitions, and how many times that is of the shortest log.  With --clock cpu it is the time that
this process worked, where other work on the machine would make it wait; PostgreSQL works elsewhere.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlencode

from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.checkpoints import Checkpoints
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading, pages
from bot.console.lines import listing
from bot.console.lines.filters import Filter
from bot.console.overview.overview import overview
from bot.console.viewer import Role, Viewer
from bot.people import People
from bot.record.signed_notes import Signer
from bot.schema import case_lines
from bot.store import Store
from retrieval.guidance import Guidance
from tests.console.talking import SignedIn
from tests.scale.big_log import FREQUENT, RARE, SEED
from tests.scale.databases import database
from tests.scale.dialogues import release

REVIEWER = Viewer("T1", "U-rev", "Kim", Role.REVIEWER, "s", "t")
ASKER = Viewer("T1", "U0001", "Ada", Role.ASKER, "s", "t")
DEEP = 0.6
"""How far down the deep page begins, of all lines."""

PAGES: dict[str, dict[str, str]] = {
    "queue, by exception": {},
    "queue, newest": {"order": "newest"},
    "red flag": {"flag": "sg-c2-rf3"},
    "red flag, newest": {"flag": "sg-c2-rf3", "order": "newest"},
    "rare country": {"fact:country": "ZV"},
    "country": {"fact:country": "KA"},
    "country, flag and product": {"fact:country": "KG", "flag": "sg-c2-rf3",
                                  "fact:product": "mobile-forensics"},
    "consideration": {"consideration": "sg-c2"},
    "asker": {"asker": "U0003"},
    "from and to": {"since": "2023-01-10", "until": "2023-01-12"},
    "state": {"state": "decline"},
    "thumbs down": {"feedback": "down"},
    "no feedback": {"feedback": "none"},
    "unchecked": {"unchecked": "yes"},
    "handed over": {"handed_over": "yes"},
    "not reviewed": {"reviewed": "no"},
    "reviewed, newest": {"reviewed": "yes", "order": "newest"},
    "signed off": {"standing": "signed"},
    "assigned to me": {"assigned": "me"},
    "rare word": {"text": RARE},
    "seldom word": {"text": "zozezaza"},
    "frequent word": {"text": FREQUENT},
    "frequent word, newest": {"text": FREQUENT, "order": "newest"},
    "beginning of words": {"text": "b"},
    "two frequent words": {"text": f"{FREQUENT} warrant"},
    "rare and frequent word": {"text": f"{RARE} {FREQUENT}"},
    "two seldom words": {"text": "zoz gor"},
    "six words": {"text": f"{FREQUENT} warrant court the and of"},
    "flag and frequent word": {"flag": "sg-c2-rf3", "text": FREQUENT},
    "thumbs down and two words": {"feedback": "down", "text": f"{FREQUENT} warrant"},
    "nothing fits": {"flag": "sg-c2-rf3", "feedback": "down", "state": "decline",
                     "fact:country": "ZV", "text": "b"},
}


def client(store: Store, guidance: Guidance, seen: Viewer) -> TestClient:
    """A browser of *seen*'s."""
    integrity = Integrity(Checkpoints(store, Signer(SEED)), start=lambda _work: None)
    reading = Reading(store, lambda _release: guidance, integrity, people=People(store))
    routes = [*pages(reading, lambda _role: lambda f: f),
              *overview(reading, lambda _role: lambda f: f)]
    return TestClient(Starlette(routes=[Mount("/console", routes=routes)],
                                middleware=[Middleware(SignedIn, seen=seen)]))


def asks(store: Store) -> dict[str, str]:
    """What is asked for, by name."""
    wanted = {name: f"/console/?{urlencode(query)}" for name, query in PAGES.items()}
    for name, query in (("deep page, by exception", ""), ("deep page, newest", "order=newest")):
        filter_ = Filter.parse(query)
        with store.reading() as connection:
            keys = ([case_lines.c.urgency] if not query else []) + [
                case_lines.c.opened_at, case_lines.c.conversation]
            mine = select(*keys).where(case_lines.c.workspace == "T1")
            number = connection.scalar(select(func.count()).select_from(mine.subquery()))
            at = connection.execute(mine.order_by(*(key.desc() for key in keys))
                                    .offset(int((number or 0) * DEEP)).limit(1)).one()
        after = listing.json.dumps(list(at))
        wanted[name] = f"/console/?{urlencode({'after': after})}&{filter_.query()}"
    with store.reading() as connection:
        one = connection.scalar(select(case_lines.c.conversation).where(
            case_lines.c.workspace == "T1").order_by(func.abs(case_lines.c.turns - 9)).limit(1))
    for span in ("90", "all"):
        wanted[f"overview, {span}"] = f"/console/overview?period={span}"
    wanted["one conversation"] = f"/console/conversations/{one}"
    return wanted


CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def timed(work: Callable[[], object], repetitions: int, clock: Callable[[], float]) -> float:
    """The median of so many repetitions, in milliseconds."""
    work()
    took = []
    for _ in range(repetitions):
        start = clock()
        work()
        took.append(1000 * (clock() - start))
    return statistics.median(took)


def times(
    store: Store, guidance: Guidance, repetitions: int, clock: Callable[[], float],
    only: str = "",
) -> dict[str, float]:
    """Milliseconds by page."""
    reviewer, asker = client(store, guidance, REVIEWER), client(store, guidance, ASKER)

    def get(browser: TestClient, path: str) -> None:
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    found = {name: timed(lambda path=path: get(reviewer, path), repetitions, clock)  # type: ignore[misc]
             for name, path in asks(store).items() if name.startswith(only)}
    if "an asker's own".startswith(only):
        found["an asker's own"] = timed(lambda: get(asker, "/console/"), repetitions, clock)
    return found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--turns", type=int, nargs="+",
                         default=[1_000, 10_000, 100_000, 1_000_000])
    options.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options.add_argument("--repetitions", type=int, default=25)
    options.add_argument("--clock", choices=sorted(CLOCKS), default="wall")
    options.add_argument("--only", default="", help="pages whose name begins so")
    options.add_argument("--kept", help="where databases are kept, as a format: /tmp/b{}.sqlite3")
    given = options.parse_args()
    guidance = release()
    rows: dict[str, list[float]] = {}
    for number in given.turns:
        with database(given.database, number, given.kept) as url:
            store = Store(url)
            found = times(store, guidance, given.repetitions, CLOCKS[given.clock], given.only)
            for name, took in found.items():
                rows.setdefault(name, []).append(took)
            store.close()
    print("| page | " + " | ".join(f"{n:,}" for n in given.turns) + " | ratio |")
    print("|---|" + "---:|" * (len(given.turns) + 1))
    for name, took in rows.items():
        print(f"| {name} | " + " | ".join(f"{one:.1f}" for one in took)
              + f" | ×{took[-1] / took[0]:.1f} |", flush=True)


if __name__ == "__main__":
    main()
