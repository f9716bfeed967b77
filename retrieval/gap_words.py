"""Which gap a question beyond the texts falls into, by its words.

A vector is mostly of what a message names, "the Nairobi police order", and which gap it falls into
shows in a word or two: "invoice".  The words are those of each gap's asks, and of the openings that
fall into it (`retrieval.openings`).  Openings are no part of a release, so what of their words
counts is shipped in `gap_words.json`, which `python -m retrieval.bordering` writes.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from retrieval.border import parts_of
from retrieval.entries import Entry
from retrieval.errors import ModelNotUsable

FILE = Path(__file__).with_name("gap_words.json")

NAMING = 0.01
"""What a unit of `GapWords` is worth beside a cosine where a gap is to be named.  Of .01, .02 and
.03 the best on the lines of `border.jsonl`: whom to ask is right for .75 of the ordinary ones that
are declined and for .60 of the hard twins; by the asks alone, at .02, it was .74 and .46."""

SMOOTHING = 0.3
"""Added to the count of texts that hold a word."""

FEWEST = 2
"""Openings in which a word has to stand to be shipped: three in four of what they say is said once,
and brings nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one gap.

    Attributes:
        texts: How many texts fall into it.
        parts: In how many of them each word, or pair of words, stands.
    """

    texts: int
    parts: Mapping[str, int]


NOTHING = Said(0, {})


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Said]:
    """What the openings say of each gap.

    Raises:
        ModelNotUsable: The file is missing or damaged.
    """
    try:
        return {gap: Said(int(one["texts"]), dict(one["parts"]))
                for gap, one in json.loads(FILE.read_text("utf-8")).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelNotUsable(
            f"{FILE} can't be read ({error!r}), so nobody could say whom to ask. Install the "
            "project again."
        ) from error


def counted(texts_of: Mapping[str, Iterable[str]], known: Collection[str]) -> Mapping[str, Said]:
    """What is said of each gap by the texts that fall into it, in words that are *known*."""
    texts: Counter[str] = Counter()
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for gap, said in texts_of.items():
        for text in said:
            texts[gap] += 1
            parts[gap].update(parts_of(text).intersection(known))
    often = sum(parts.values(), Counter[str]())
    return {gap: Said(texts[gap], {part: count for part, count in sorted(said.items())
                                   if often[part] >= FEWEST})
            for gap, said in sorted(parts.items())}


def written(said: Mapping[str, Said]) -> str:
    """*said* as the file holds it: one gap a line."""
    lines = (f"{json.dumps(gap)}: {json.dumps({'texts': one.texts, 'parts': one.parts})}"
             for gap, one in said.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


class GapWords:
    """How likely each gap's texts are to hold the words of a question, as logarithms."""

    def __init__(
        self, entries: Iterable[Entry], known: Collection[str], openings: Mapping[str, Said]
    ) -> None:
        """Count words.

        Args:
            entries: What is embedded of a release, its gaps' asks among it.
            known: The words and pairs of words that count.
            openings: What else is said of its gaps.
        """
        asks: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            if entry.gap is not None:
                asks[entry.gap].add(entry.text)
        self._known = known
        self._said = {}
        for gap, texts in asks.items():
            more = openings.get(gap, NOTHING)
            parts = Counter(part for text in texts for part in parts_of(text) if part in known)
            parts.update(more.parts)
            self._said[gap] = Said(len(texts) + more.texts, parts)

    def __call__(self, text: str) -> Mapping[str, float]:
        """By gap; nothing known of *text* says the same of all."""
        parts = [part for part in parts_of(text) if part in self._known]
        return {
            gap: sum(math.log((said.parts.get(part, 0) + SMOOTHING) / (said.texts + 1))
                     for part in parts)
            for gap, said in self._said.items()
        }
