"""What the product is measured on must not stand word for word in what it learned from."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retrieval.guidance import Guidance
from retrieval.labelled.cases import CASES, read_queries

PROJECT = Path(__file__).parents[2]
GOLD, CORPUS = PROJECT / "tests" / "gold", PROJECT / "guidance_corpus"

SEEN = {"o-100", "o-119", "r-089", "s-102"}
"""Short ones that two writers put in the same words; docs/quality.md tells of them."""

_WORD = re.compile(r"\w+")


def plain(text: str) -> str:
    """The words of *text* and nothing else."""
    return " ".join(_WORD.findall(text.casefold()))


def entries(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.rglob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def measured() -> Iterator[tuple[str, str]]:
    """Every question and every telling of a deal in the labelled sets, each with its id."""
    for one in entries(GOLD):
        for key in ("query", "text", "says", "base", "flipped"):
            said = one.get(key, [])
            yield one.get("id", ""), plain(said if isinstance(said, str) else " ".join(said))
    for query in read_queries(CORPUS / CASES):
        yield query.id, plain(query.query)


def learned(guidance: Guidance) -> Iterator[str]:
    """Every message and question that something is learned from, whole."""
    for one in entries(CORPUS):
        yield plain(" ".join(text for text, _ in one.get("clauses", [])))
        yield from (plain(one[key]) for key in ("query", "text", "beyond", "within")
                    if isinstance(one.get(key), str))
    for holder in (*guidance.provisions.values(), *guidance.gaps):
        yield from map(plain, holder.asks)


def test_what_is_measured_on_stands_in_nothing_that_is_learned_from(guidance: Guidance):
    known = set(learned(guidance)) - {""}

    assert {id_ for id_, said in measured() if said in known} == SEEN
