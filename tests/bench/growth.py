"""What grows with the corpus and with the log, and what does not.

    python -m tests.bench.growth corpus --sizes 100 1000 10000 100000
    python -m tests.bench.growth log --sizes 1000 10000 100000
    python -m tests.bench.growth plot --from .bench --to docs/images/growth.png

Each prints a table and, with --keep, writes its figures as JSON for the plot.  Times are processor
time of this process, medians, so that other work on the machine disturbs them less.  The vectors of
a grown corpus are drawn: how long a comparison takes does not hang on what is compared, and to
embed 100,000 provisions would take half a day.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from bot.assembly import Assembly
from bot.dialogue.conversation import ConversationId
from bot.settings import Settings
from bot.store import Store
from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import Guidance
from retrieval.matches import Query, Search
from retrieval.opening import open_release
from retrieval.releases import content_of, guidance_of
from retrieval.words.lexicon import Lexicon
from tests.bench.prepared import prepared
from tests.bench.slack_turn import SlackTurns
from tests.bench.turn import texts
from tests.scale.big_corpus import ingested, with_one_changed
from tests.scale.databases import database
from tests.scale.dialogues import release
from tests.scale.page_times import REVIEWER, client
from tests.scale.search_times import Drawn, questions

REPEATED = 40
"""Turns of each kind that are taken on each log."""


@dataclass(frozen=True)
class OfCorpus:
    """Figures of one corpus, times in milliseconds."""

    provisions: int
    search_ms: float
    start_ms: float
    """From the release in the database and its index on disk to a search that can answer."""
    publish_one_ms: float
    """To a search over the corpus with one provision changed, beside the one that answers."""
    build_ms: float


@dataclass(frozen=True)
class OfLog:
    """Figures of one log, times in milliseconds."""

    turns: int
    opening_ms: float
    further_ms: float
    load_ms: float
    conversation_page_ms: float
    queue_page_ms: float


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def of_corpus(provisions: int, drawn: Drawn) -> OfCorpus:
    """Measure with so many provisions."""
    guidance = ingested(provisions)
    asked, lexicon = questions(), Lexicon(guidance.vocabulary)
    content = content_of(guidance)
    made: list[Search] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = Path(folder)

        def opened(which: Guidance, *reuse: Search) -> None:
            made.append(open_release(which, drawn, data, reuse=reuse))

        build = timed(lambda: opened(guidance))
        changed = with_one_changed(guidance, "Changed.")
        publish = timed(lambda: opened(changed, made[0]))
        start = timed(lambda: opened(guidance_of(content, guidance.release)))
        search = made[-1]
        took = [timed(lambda q=q: search([q])) for q in  # type: ignore[misc]
                (Query(text, topics=lexicon.find(text).by_fact()) for text in asked)]
    return OfCorpus(provisions, statistics.median(took), start, publish, build)


def of_log(turns: int, url: str, data: Path) -> OfLog:
    """Measure on the log at *url*, which holds so many turns."""
    assembly = Assembly(Settings(data_dir=data, database_url=url, _env_file=None))
    spoken = SlackTurns(assembly)
    said = texts(REPEATED)
    deals = said.deals
    threads: list[str] = []
    for text in deals[:5]:
        spoken.opening(text)
    opening = [timed(lambda t=text: threads.append(spoken.opening(t)))  # type: ignore[misc]
               for text in deals]
    further = [timed(lambda thread=thread, text=text: spoken.further(thread, text))  # type: ignore[misc]
               for thread, text in zip(threads, said.further, strict=True)]
    store = Store(url)
    with store.reading() as connection:
        one = connection.exec_driver_sql(
            "SELECT conversation FROM turns WHERE workspace = 'T1' AND version = 3 LIMIT 1"
        ).scalar_one()
    load = [timed(lambda: store.load(ConversationId(one))) for _ in range(REPEATED)]
    browser = client(store, release(), REVIEWER)
    pages: dict[str, float] = {}
    for name, path in (("one", f"/console/conversations/{one}"), ("queue", "/console/")):
        browser.get(path)
        pages[name] = statistics.median(
            timed(lambda p=path: browser.get(p)) for _ in range(REPEATED // 2))  # type: ignore[misc]
    store.close()
    return OfLog(turns, statistics.median(opening), statistics.median(further),
                 statistics.median(load), pages["one"], pages["queue"])


def table(rows: Sequence[OfCorpus | OfLog], names: Mapping[str, str]) -> list[str]:
    """The rows as a table, with how many times the largest is of the smallest."""
    found = [asdict(one) for one in rows]
    size, *measures = names
    lines = [f"| {names[size]} | " + " | ".join(f"{row[size]:,}" for row in found) + " | ratio |",
             "|---|" + "---:|" * (len(found) + 1)]
    for name in measures:
        values = [float(row[name]) for row in found]
        lines.append(f"| {names[name]} | " + " | ".join(f"{value:,.1f}" for value in values)
                     + f" | ×{values[-1] / values[0]:.1f} |")
    return lines


OF_CORPUS = {
    "provisions": "provisions", "search_ms": "one search, ms",
    "start_ms": "release read and made ready, ms",
    "publish_one_ms": "one provision changed and made ready, ms",
    "build_ms": "all built, vectors drawn, ms"}
OF_LOG = {
    "turns": "turns in the log", "opening_ms": "turn that opens a deal, ms",
    "further_ms": "further turn, ms", "load_ms": "conversation loaded, ms",
    "conversation_page_ms": "page of one conversation, ms", "queue_page_ms": "queue page, ms"}


def plot(folder: Path, file: Path) -> None:
    """Draw what was kept in *folder*: a curve for each measure, both axes logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for place, (kept, names) in enumerate((("corpus", OF_CORPUS), ("log", OF_LOG)), 1):
        rows = json.loads((folder / f"growth-{kept}.json").read_text("utf-8"))
        axes = figure.add_subplot(1, 2, place)
        size, *measures = names
        for name in measures:
            axes.plot([row[size] for row in rows], [row[name] for row in rows],
                      marker="o", label=names[name].removesuffix(", ms"))
        axes.set(xscale="log", yscale="log", xlabel=names[size], ylabel="ms of processor time")
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(fontsize=7)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110)


def main() -> int:
    """Measure or draw."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=["corpus", "log", "plot"])
    options.add_argument("--sizes", type=int, nargs="+")
    options.add_argument("--keep", type=Path, help="folder for the figures as JSON")
    options.add_argument("--from", dest="kept", type=Path, default=Path(".bench"))
    options.add_argument("--to", type=Path, default=Path("docs/images/growth.png"))
    options.add_argument("--logs", help="where logs are kept, as a format: /tmp/b{}.sqlite3")
    given = options.parse_args()
    if given.what == "plot":
        plot(given.kept, given.to)
        return 0
    threadpool_limits(1, "blas")
    rows: list[OfCorpus | OfLog] = []

    def found(row: OfCorpus | OfLog) -> None:
        """Keep it at once: the next may take an hour."""
        rows.append(row)
        sys.stderr.write(f"{row}\n")
        if given.keep:
            given.keep.mkdir(parents=True, exist_ok=True)
            (given.keep / f"growth-{given.what}.json").write_text(
                json.dumps([asdict(one) for one in rows]), encoding="utf-8")

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if given.what == "corpus":
            drawn = Drawn(PackagedEmbeddings.open(Path(folder)))
            for size in given.sizes or (100, 1_000, 10_000, 100_000):
                found(of_corpus(size, drawn))
            names = OF_CORPUS
        else:
            data = prepared(Path(folder) / "data")
            for size in given.sizes or (1_000, 10_000, 100_000):
                with database("sqlite", size, given.logs) as url:
                    found(of_log(size, url, data))
            names = OF_LOG
    print("\n".join(table(rows, names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
