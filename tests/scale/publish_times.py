"""How long a publication waits for its index: all built, and one provision changed.

    python -m tests.scale.publish_times                        # 100, 1,000 and 10,000 provisions
    python -m tests.scale.publish_times --provisions 100 --repetitions 5 --shipped

Each time is that of `open_release` with the packaged model, until the search can answer, and the
median of the repetitions.  "From memory" takes the vectors from the search in force, as the
running server does, "from disk" from its index, as a command does.  With --clock cpu it is the time
that this process worked, where other work on the machine would make it wait.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import Guidance, ReleaseId
from retrieval.index import tidy
from retrieval.indexes.taken_over import Built
from retrieval.matches import Search
from retrieval.opening import open_release
from retrieval.releases import index_digest_of
from tests.retrieval.indexed import indexes
from tests.scale.big_corpus import ingested, shipped, with_one_changed


@dataclass(frozen=True)
class Took:
    seconds: float
    built: Built
    search: Search


CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def took(work: Callable[[], tuple[Search, Built]], clock: Callable[[], float]) -> Took:
    begun = clock()
    search, built = work()
    return Took(clock() - begun, built, search)


class Publishing:
    """Opens releases in one data folder."""

    def __init__(self, data: Path, server: str | None, clock: Callable[[], float]) -> None:
        self.data, self.server, self.clock = data, server, clock
        self.embeddings = PackagedEmbeddings.open(data)

    def open(self, guidance: Guidance, reuse: list[ReleaseId | Search]) -> Took:
        built: list[Built] = []

        def work() -> tuple[Search, Built]:
            search = open_release(guidance, self.embeddings, self.data, server=self.server,
                                  reuse=reuse, on_built=built.append)  # fmt: skip
            return search, built[0]

        return took(work, self.clock)

    def drop(self, guidance: Guidance) -> None:
        others = {*indexes(self.data, self.server)} - {self.digest(guidance)}
        tidy(others, self.data, server=self.server)

    def digest(self, guidance: Guidance) -> ReleaseId:
        return index_digest_of(guidance, self.embeddings.recipe)


def row(
    name: str, guidance: Guidance, publishing: Publishing, repetitions: int, full_builds: int
) -> str:
    full, memory, disk, opened = [], [], [], []
    for number in range(repetitions):
        if number < full_builds:
            publishing.drop(guidance)
            full.append(publishing.open(guidance, []))
        live = full[-1].search
        for kind, kept in (("memory", memory), ("disk", disk)):
            changed = with_one_changed(guidance, f"Changed for {kind}, {number}.")
            reuse = [live] if kind == "memory" else [publishing.digest(guidance)]
            kept.append(publishing.open(changed, reuse))
            publishing.drop(changed)
        opened.append(publishing.open(guidance, []))
    whole = statistics.median(one.seconds for one in full)
    cells = [name, f"{full[0].built.total:,}", f"{whole:.2f} s"]
    for kept in (memory, disk):
        seconds = statistics.median(one.seconds for one in kept)
        cells += [f"{kept[0].built.embedded:,}", f"{seconds:.2f} s", f"{seconds / whole:.3f}"]
    cells.append(f"{statistics.median(one.seconds for one in opened):.2f} s")
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--provisions", type=int, nargs="*", default=[100, 1_000, 10_000])
    options.add_argument("--repetitions", type=int, default=3)
    options.add_argument("--full-builds", type=int, help="how many of the repetitions build all")
    options.add_argument("--shipped", action="store_true", help="the shipped corpus as well")
    options.add_argument("--clock", choices=CLOCKS, default="wall")
    options.add_argument("--server", help="the address of a Chroma server that holds the indexes")
    given = options.parse_args()
    times = given.repetitions, given.full_builds or given.repetitions
    threadpool_limits(1, "blas")
    print("| provisions | texts | full build | embedded | one changed, from memory | of full "
          "| embedded | from disk | of full | opened again |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        publishing = Publishing(Path(folder), given.server, CLOCKS[given.clock])
        for count in given.provisions:
            print(row(f"{count:,}", ingested(count), publishing, *times), flush=True)
        if given.shipped:
            guidance = shipped()
            name = f"{len(guidance.provisions)} (shipped)"
            print(row(name, guidance, publishing, *times), flush=True)


if __name__ == "__main__":
    main()
