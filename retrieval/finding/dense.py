"""What the vectors say about one query: how near each provision and each gap is to it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.guidance import ProvisionId
from retrieval.indexes.entries import Entry
from retrieval.indexes.nearness import Near
from retrieval.model.vectors import Vectors

VOICES = 6
"""So many of a provision's entries nearest to a query speak for it, by their mean, in meaning as in
words: one ask that happens to share a turn of phrase is not enough."""

_SMALL = 2**15
"""Numbers below it are whole numbers of two bytes."""


class Leading:
    """What each entry leads to, as numbers: provisions first, in their order, then gaps."""

    def __init__(self, entries: Sequence[Entry], provisions: Mapping[ProvisionId, int]) -> None:
        self.provisions = len(provisions)
        self.gaps: list[str] = list(dict.fromkeys(e.gap for e in entries if e.gap is not None))
        gaps = {gap: self.provisions + number for number, gap in enumerate(self.gaps)}
        numbers = [
            provisions[e.passage.provision] if e.passage is not None else gaps[e.gap or ""]
            for e in entries
        ]
        self.to = np.array(numbers, dtype=np.int64)
        texts = np.bincount(self.to, minlength=self.provisions + len(self.gaps))
        self.voices = np.minimum(VOICES, texts)
        """How many texts speak for each; what has few is judged by those it has."""


class Dense:
    """What the vectors say about one query."""

    def __init__(self, leading: Leading, vector: Vectors, near: Near) -> None:
        self.vector = vector
        self._gap_ids = leading.gaps
        positions, self._similarities = near  # most similar first
        self._positions = positions
        to = leading.to[positions]
        # What is not among the candidates is at most as near as the least of them.
        least = float(self._similarities[-1]) if len(to) else -1.0
        met, first, agreed = spoken_for(to, self._similarities, leading.voices, least)
        self._first = dict(zip(met.tolist(), first.tolist(), strict=True))
        # As they were met, so that of equals the one with the nearest single text comes first.
        order = np.argsort(first)
        met, agreed = met[order], agreed[order]
        provisions = met < leading.provisions
        self.met: NDArray[np.int64] = met[provisions]
        """Numbers of the provisions that the candidates lead to, as they were met."""
        self.near: NDArray[np.float64] = np.full(leading.provisions, least)
        """How near each provision is; what no candidate leads to counts as near as the least."""
        self.near[self.met] = agreed[provisions]
        self.best = float(np.max(agreed[provisions], initial=-1.0))
        """How near the nearest provision is; -1 when the release is empty."""
        self._gaps = met[~provisions] - leading.provisions, agreed[~provisions]

    @property
    def nearest(self) -> int | None:
        """The number of the nearest provision."""
        return int(self.met[np.argmax(self.near[self.met])]) if len(self.met) else None

    @property
    def gap(self) -> tuple[str | None, float]:
        """The gap that the query falls into if it falls into one, and how near it is."""
        gaps, agreed = self._gaps
        if not len(gaps):
            return None, -1.0
        nearest = int(np.argmax(agreed))
        return self._gap_ids[gaps[nearest]], float(agreed[nearest])

    @property
    def gaps(self) -> Mapping[str, float]:
        """How near each gap is that a candidate leads to."""
        gaps, agreed = self._gaps
        return {self._gap_ids[gap]: float(near) for gap, near in zip(gaps, agreed, strict=True)}

    def best_of(self, number: int) -> tuple[int, float] | None:
        """Position and similarity of a provision's nearest entry; None if none is a candidate."""
        first = self._first.get(number)
        if first is None:
            return None
        return int(self._positions[first]), float(self._similarities[first])


def spoken_for(
    to: NDArray[np.int64], values: NDArray[np.float64], voices: NDArray[np.int64], least: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """What some texts say of what they lead to: the mean of the first few for each.

    Args:
        to: What each text leads to.
        values: How well each text agrees, the best first.
        voices: How many speak for each that can be led to, by its number; `VOICES` at most.
        least: What those say that are not among the texts.

    Returns:
        What the texts lead to, by number; the place of the first text of each; and the means.
    """
    # Few are led to, and small numbers are sorted by counting.
    grouped = np.argsort(to.astype(np.int16) if len(voices) < _SMALL else to, kind="stable")
    begins = np.flatnonzero(np.diff(to[grouped], prepend=-1))
    first = grouped[begins]
    met = to[first]
    if not len(met):
        return met, first, np.empty(0)
    speaking, count = voices[met], np.diff(begins, append=len(grouped))
    voice = np.arange(VOICES)[:, np.newaxis]
    mine = grouped[np.minimum(begins + voice, len(grouped) - 1)]
    heard = np.where(voice < count, values[mine], least)
    means: NDArray[np.float64] = np.where(voice < speaking, heard, 0.0).sum(axis=0) / speaking
    return met, first, means


def falling(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Where the values stand from the highest down; equals keep their order."""
    order: NDArray[np.int64] = np.argsort(-values, kind="stable")
    return order
