"""By how much provisions move in a ranking that speak to facts known of the deal, or to others."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.guidance import UNKNOWN, Fact, Table

TOPIC_UP = 0.05
"""Added for each fact on which a provision and the query agree, at most twice."""

TOPIC_DOWN = 0.035
"""Taken from a provision that speaks of other values of a fact than the query's."""


class Topics:
    """By how much provisions are moved, worked out once for all that speak to the same."""

    def __init__(self, topics: Sequence[Table]) -> None:
        numbers: dict[frozenset[tuple[Fact, frozenset[str]]], int] = {}
        self._speaking: dict[Fact, list[tuple[int, frozenset[str]]]] = {}
        for one in topics:
            kind = frozenset(one.items())
            if kind not in numbers:
                number = numbers[kind] = len(numbers)
                for fact, values in one.items():
                    self._speaking.setdefault(fact, []).append((number, values))
        self._kind = np.array([numbers[frozenset(t.items())] for t in topics], dtype=np.int64)
        self._kinds = len(numbers)

    def shifts(self, known: Mapping[Fact, frozenset[str]]) -> NDArray[np.float64]:
        """By how much each provision is moved when *known* holds of the deal.

        "I don't know" says nothing for or against a provision.
        """
        agreeing, contradicting = [0] * self._kinds, [False] * self._kinds
        for fact, said in known.items():
            answer = said - {UNKNOWN}
            for number, values in self._speaking.get(fact, ()) if answer else ():
                if answer.isdisjoint(values):
                    contradicting[number] = True
                else:
                    agreeing[number] += 1
        kinds = np.array(list(map(_shift, agreeing, contradicting)), dtype=np.float64)
        shifts: NDArray[np.float64] = kinds[self._kind]
        return shifts


def _shift(agreeing: int, contradicting: bool) -> float:
    return TOPIC_UP * min(agreeing, 2) - (TOPIC_DOWN if contradicting else 0.0)
