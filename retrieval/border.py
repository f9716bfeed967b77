"""Where our field ends: what the words of a question say of whether the texts answer it.

How near a question is to what people ask beyond the texts, and how near to what they ask within,
is for the vectors to say.  The encoder has learned from those very texts, so on words of its
learning it is surer than it should be, and on others less.  Words counted as they stand in them,
and in the openings, complement it: "quote", "my laptop" and "licence exception" are said beyond,
"red flag" and "the reseller" within.

How much that counts, and by how much a gap has to be ahead, is in `border.json`, which
`python -m retrieval.training.bordering` works out from messages that neither encoder nor index has
seen.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from retrieval.errors import ModelNotUsable
from retrieval.indexes.entries import Entry
from retrieval.opening_words import NOTHING, OpeningWords, Said
from retrieval.words.word_pairs import parts_of

FILE = Path(__file__).with_name("border.json")

SMOOTHING = 0.3
"""Added to the count of texts that hold a word, on either side.  Of .1, .3 and 1 the best."""

FEWEST_PAIRS = 2
"""Texts in which a pair of words has to stand: most pairs are said once and tell nothing."""

VOTES = 3
"""So many words and pairs of words speak on either side, the strongest.  With the sum of all over
the root of their number, of 569 lines beyond that were left out in turn 106 are answered, with
these 93, as many of 557 within declined; with one, two or four there are 97, 90 and 96, and one or
two more declined."""

FEWEST_TEXTS = 200
"""Texts on either side without which words are not counted: few texts share words by chance."""


@dataclass(frozen=True, slots=True)
class Border:
    """What was worked out for the encoder in force.

    Attributes:
        words: What a unit of `Words.evidence` is worth, as a difference of cosines.
        wishes: What a unit of what `retrieval.hearing.wishes` hears is worth.
        margin: By how much a gap has to be nearer than every provision, both included.
        unheard: The same for an embedding that hears no wishes.
        alone: The same in a corpus of so few texts that its words are not counted.
        adapter: SHA-256 of the encoder's changes that it was worked out for.
    """

    words: float
    wishes: float
    margin: float
    unheard: float
    alone: float
    adapter: str


@lru_cache(maxsize=1)
def border() -> Border:
    """The border in force.

    Raises:
        ModelNotUsable: The file is missing or damaged.
    """
    try:
        fields = json.loads(FILE.read_text("utf-8"))
        return Border(float(fields["words"]), float(fields["wishes"]), float(fields["margin"]),
                      float(fields["margin without wishes"]),
                      float(fields["margin without words"]), str(fields["adapter"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelNotUsable(
            f"{FILE} can't be read ({error!r}), so nobody could say what is out of scope. Install "
            "the project again."
        ) from error


class Words:
    """How much likelier the words of a text are said beyond the texts than within."""

    def __init__(self, entries: Iterable[Entry], openings: OpeningWords) -> None:
        """Count words.

        Args:
            entries: What is embedded of a release.
            openings: What else is said, within it and of its gaps.
        """
        beyond: dict[str, bool] = {}
        gaps = set()
        for entry in entries:
            beyond.setdefault(entry.text, entry.gap is not None)
            if entry.gap is not None:
                gaps.add(entry.gap)
        texts, counts = _counted(beyond, {
            False: [openings.within],
            True: [openings.gaps.get(gap, NOTHING) for gap in sorted(gaps)]})
        weights = _weights(texts, counts) if counts else {}
        self._stand(weights, sum(texts.values()), {
            part: counts[False][part] + counts[True][part]
            for part in weights if " " not in part})

    def _stand(
        self, weights: Mapping[str, float], texts: int, said: Mapping[str, int]
    ) -> None:
        self._weights = weights
        self.counted = bool(weights)
        """Whether there are texts enough for words to say anything."""
        self.texts = texts
        """How many texts there are on either side, openings included."""
        self.said = said
        """In how many of them each word stands; empty where words say nothing."""

    @property
    def fields(self) -> dict[str, Any]:
        """What was counted, as JSON types."""
        return {"weights": self._weights, "texts": self.texts, "said": self.said}

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> Self:
        """Those whose `fields` were *fields*."""
        made = cls.__new__(cls)
        made._stand(fields["weights"], fields["texts"], fields["said"])
        return made

    @property
    def known(self) -> Collection[str]:
        """The words and pairs of words that count."""
        return self._weights.keys()

    def evidence(self, text: str) -> float:
        """The log-odds that its words and pairs of words speak for a gap, on a scale of their own.

        It is the mean of the strongest on either side (`VOTES`): of "drones for the police in Chad,
        which HS code" every word but one is said of deals.  Nothing known says nothing: 0.
        """
        known = sorted(w for part in parts_of(text) if (w := self._weights.get(part)) is not None)
        if len(known) > 2 * VOTES:
            known = known[:VOTES] + known[-VOTES:]
        return sum(known) / len(known) if known else 0.0


def _counted(
    beyond: Mapping[str, bool], more: Mapping[bool, Sequence[Said]]
) -> tuple[Counter[bool], Mapping[bool, Counter[str]]]:
    """How many texts there are on each side, and in how many each word stands.

    Of too few texts nothing is counted.
    """
    texts = Counter(beyond.values())
    if min(texts[False], texts[True]) < FEWEST_TEXTS:
        return texts, {}
    counts: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    for text, side in beyond.items():
        counts[side].update(parts_of(text))
    for side, openings in more.items():
        for one in openings:
            texts[side] += one.texts
            counts[side].update(one.parts)
    return texts, counts


def _weights(
    texts: Mapping[bool, int], counts: Mapping[bool, Counter[str]]
) -> Mapping[str, float]:
    floor = {side: math.log(texts[side] + 2 * SMOOTHING) for side in counts}
    weights = {}
    for part in counts[False].keys() | counts[True].keys():
        said, within = counts[True][part], counts[False][part]
        if " " in part and said + within < FEWEST_PAIRS:
            continue
        weights[part] = (math.log(said + SMOOTHING) - floor[True]
                         - math.log(within + SMOOTHING) + floor[False])
    return weights
