"""Whether a question has words of a field of its own: "weight" is of fitness, "how long" of none.

Some gap is always the nearest.  Where a question names nothing, as "how long does this take"
does, nearness hangs on its small words, and to say that it is of another field would be absurd.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Self

from retrieval.indexes.entries import Entry
from retrieval.opening_words import NOTHING, Said
from retrieval.words.word_pairs import parts_of

OWN = 10.0
"""How many times as often as all other texts a gap's texts have to say a word of its own.

On the lines of `border.jsonl` that are declined, and of which a gap was named without this, whom
to ask is right for .76 of 342, and with it for .82 of 277: of 82 that were named wrongly 31 are not
any more, and of 260 that were right 34.  At 8 it is .80 of 297, at 15 .85 of 243."""

SMOOTHING = 0.3
"""Added to the count of texts that hold a word, on either side."""


class FieldWords:
    """The words that are a gap's own, of one release."""

    def __init__(
        self,
        entries: Iterable[Entry],
        openings: Mapping[str, Said],
        said: Mapping[str, int],
        texts: int,
        beside: Collection[str],
    ) -> None:
        """Count words.

        Args:
            entries: What is embedded of a release, its gaps' asks among it.
            openings: What else is said of its gaps.
            said: In how many texts of any kind each word stands; empty where they are not counted.
            texts: How many texts that are.
            beside: Stems of small words, which belong to no field.
        """
        self._all, self._texts, self._beside = said, texts, frozenset(beside)
        asks: dict[str, set[str]] = defaultdict(set)
        for entry in entries if said else ():
            if entry.gap is not None:
                asks[entry.gap].add(entry.text)
        self._gaps: dict[str, Said] = {}
        for gap, mine in asks.items():
            more = openings.get(gap, NOTHING)
            parts = Counter(part for text in mine for part in parts_of(text) if " " not in part)
            parts.update({part: n for part, n in more.parts.items() if " " not in part})
            self._gaps[gap] = Said(len(mine) + more.texts, parts)

    @property
    def fields(self) -> dict[str, Any]:
        """What each gap's texts say, as JSON types; nothing else of what it was made of."""
        return {gap: [mine.texts, mine.parts] for gap, mine in self._gaps.items()}

    @classmethod
    def of_fields(
        cls, fields: Mapping[str, Any], said: Mapping[str, int], texts: int,
        beside: Collection[str],
    ) -> Self:
        """Those whose `fields` were *fields*; the rest as they were made of it."""
        made = cls.__new__(cls)
        made._all, made._texts, made._beside = said, texts, frozenset(beside)
        made._gaps = {gap: Said(count, Counter(parts)) for gap, (count, parts) in fields.items()}
        return made

    def __call__(self, text: str, gap: str) -> bool:
        """Whether *text* has a word of *gap*'s own.  Where words are not counted, all have."""
        if not self._all:
            return True
        mine = self._gaps.get(gap, NOTHING)
        return any(self._times(word, mine) >= OWN for word in parts_of(text)
                   if mine.parts.get(word) and word not in self._beside)

    def _times(self, word: str, mine: Said) -> float:
        """How many times as often the texts of *mine* say *word* as all others do."""
        here, others = mine.parts[word], max(0, self._all.get(word, 0) - mine.parts[word])
        return ((here + SMOOTHING) / (mine.texts + 2 * SMOOTHING)
                / (others + SMOOTHING) * (max(0, self._texts - mine.texts) + 2 * SMOOTHING))
