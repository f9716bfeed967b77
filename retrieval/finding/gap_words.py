"""Which gap a question beyond the texts falls into, by its words.

A vector is mostly of what a message names, "the Nairobi police order", and which gap it falls into
shows in a word or two: "invoice".  The words are those of each gap's asks, and of the openings that
fall into it (`retrieval.opening_words`).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Self

from retrieval.indexes.entries import Entry
from retrieval.opening_words import NOTHING, Said
from retrieval.words.word_pairs import parts_of

NAMING = 0.01
"""What a unit of `GapWords` is worth beside a cosine where a gap is to be named.  Of .01, .02 and
.03 the best on the lines of `border.jsonl`: whom to ask is right for .75 of the ordinary ones that
are declined and for .60 of the hard twins; by the asks alone, at .02, it was .74 and .46."""

DOUBT = 0.02
"""By how much a gap has to be ahead of every other with somebody else to ask, to be named.  Of the
lines of `border.jsonl` that are declined, the one in four or five that are nearer to two names the
right one to ask in a third of cases; of the others five in six do, and two in three hard ones."""

SMOOTHING = 0.3
"""Added to the count of texts that hold a word."""


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
        self._gaps = list(asks)
        self._unsaid: list[float] = []
        self._said: dict[str, dict[int, float]] = {}
        for number, (gap, texts) in enumerate(asks.items()):
            more = openings.get(gap, NOTHING)
            parts = Counter(part for text in texts for part in parts_of(text) if part in known)
            parts.update(more.parts)
            count = len(texts) + more.texts + 1
            self._unsaid.append(math.log(SMOOTHING / count))
            for part, said in parts.items():
                self._said.setdefault(part, {})[number] = math.log((said + SMOOTHING) / count)

    @property
    def fields(self) -> dict[str, Any]:
        """What was counted, as JSON types; what counts at all is not among it."""
        return {"gaps": self._gaps, "unsaid": self._unsaid,
                "said": {part: list(by_gap.items()) for part, by_gap in self._said.items()}}

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any], known: Collection[str]) -> Self:
        """Those whose `fields` were *fields*, where the words *known* count."""
        made = cls.__new__(cls)
        made._known, made._gaps, made._unsaid = known, fields["gaps"], fields["unsaid"]
        made._said = {part: dict(by_gap) for part, by_gap in fields["said"].items()}
        return made

    def __call__(self, text: str) -> Mapping[str, float]:
        """By gap; nothing known of *text* says the same of all."""
        rows = [self._row(part) for part in parts_of(text) if part in self._known]
        return dict(zip(self._gaps, map(sum, zip(*rows, strict=True)), strict=True)) if rows else (
            dict.fromkeys(self._gaps, 0.0))

    def _row(self, part: str) -> Sequence[float]:
        """What *part* says for each gap, in their order; most of them never say it."""
        row = self._unsaid.copy()
        for number, evidence in self._said.get(part, {}).items():
            row[number] = evidence
        return row
