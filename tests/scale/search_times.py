"""How long one search takes, by how many provisions there are.

    python -m tests.scale.search_times                     # 100, 1,000 and 10,000 provisions
    python -m tests.scale.search_times --provisions 10000 --asks 20

The questions are those of the gold files' dev split, embedded by the packaged model.  The vectors
of the provisions are drawn, since how long a comparison takes does not hang on what is compared;
a real index of that size takes minutes to embed.  Times are of this process's work, medians over
the questions.
"""

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from threadpoolctl import threadpool_limits

from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import Guidance, ReleaseId
from retrieval.index import EXACT_UP_TO, open_index
from retrieval.indexes.entries import entries_of
from retrieval.matches import Query
from retrieval.model.vectors import UnitEmbeddings, unit
from retrieval.search import build_search
from retrieval.words.lexicon import Lexicon
from tests.scale.big_corpus import ingested

GOLD = Path(__file__).parents[1] / "gold"


class Drawn(UnitEmbeddings):
    """Real vectors for questions, drawn ones for what they are compared with."""

    def __init__(self, packaged: PackagedEmbeddings) -> None:
        self._packaged = packaged
        self._random = np.random.default_rng(5)

    @property
    def recipe(self) -> str:
        return "drawn"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        drawn = self._random.standard_normal((len(texts), 384)).astype(np.float32)
        # Around one direction, as the vectors of one field's texts are.
        return unit(drawn + 2.0 * np.ones(384, dtype=np.float32) / np.sqrt(384)).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self._packaged.embed_query(text)


def questions() -> list[str]:
    """What is asked in the dev split of the gold files."""
    rows = [json.loads(line) for file in sorted(GOLD.glob("retrieval-*.jsonl"))
            for line in file.read_text("utf-8").splitlines()]  # fmt: skip
    return [row["query"] for row in rows if row.get("split") == "dev"]


def with_asks(guidance: Guidance, asks: int) -> Guidance:
    """*guidance* with so many ways of asking for each provision."""
    provisions = {
        id_: replace(one, asks=tuple(f"{number} {one.text[:60]}" for number in range(asks)))
        for id_, one in guidance.provisions.items()
    }
    return replace(guidance, provisions=MappingProxyType(provisions))


def median(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.1f} ms"


def row(guidance: Guidance, drawn: Drawn, exact_up_to: int) -> str:
    asked, lexicon = questions(), Lexicon(guidance.vocabulary)
    entries = len(entries_of(guidance))
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(guidance, ReleaseId("scale"), drawn, Path(folder),
                           exact_up_to=exact_up_to)  # fmt: skip
        begun = time.process_time()
        search = build_search(guidance, index, drawn)
        made = time.process_time() - begun
        searched, embedded = [], []
        for text in asked:
            query = Query(text, topics=lexicon.find(text).by_fact())
            begun = time.process_time()
            search([query])
            searched.append(time.process_time() - begun)
            begun = time.process_time()
            drawn.embed_query(text)
            embedded.append(time.process_time() - begun)
        index.close()
    kind = "exact" if entries <= exact_up_to else "Chroma"
    return (f"| {len(guidance.provisions):,} | {entries:,} | {kind} | {made:.2f} s | "
            f"{median(embedded)} | {median(searched)} |")  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--provisions", type=int, nargs="+", default=[100, 1_000, 10_000])
    options.add_argument("--asks", type=int, nargs="+", default=[0])
    options.add_argument("--exact-up-to", type=int, default=EXACT_UP_TO)
    given = options.parse_args()
    threadpool_limits(1, "blas")
    print("| provisions | entries | compared | made ready | embedding a query | one search |")
    print("|---:|---:|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        drawn = Drawn(PackagedEmbeddings.open(Path(folder)))
        for asks in given.asks:
            for count in given.provisions:
                guidance = with_asks(ingested(count), asks)
                print(row(guidance, drawn, given.exact_up_to), flush=True)


if __name__ == "__main__":
    main()
