"""Reads what a message tells, clause by clause, with the head that the exemplars have taught.

Each clause is read twice, in its message and by itself: the context settles what "they" are, and
without it no neighbour can lend a clause its meaning.  The mean of the clause's own token vectors
is what the head judges, and both judgements count alike.  This complements the vocabulary, which
knows words for certain: the head has a guess where no word is known, and a doubt where one is.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from retrieval.adapter import Head
from retrieval.embedding import Vectors
from retrieval.tells import Told

LEAST_CHANCE = 0.02
"""Chances below it are left out."""

LIFT = 0.7
"""Added to the log-odds, so that a chance of one half is where precision and recall meet.  The
mean of two judgements is more careful than either; found on the dev split of the gold deals."""

MOST_CHARACTERS = 900
"""A longer message is read in stretches, since the model reads some 250 tokens at once."""

_BREAK = re.compile(
    r"(?<=[.!?;:,])\s+|\s*\n+\s*|\s+[-–—]\s+"
    r"|\s+(?=(?:but|because|which|though|tho|however)\b)"
    r"|\s+(?=and\s+(?:they|he|she|we|it|its|it's|their)\b)",
    re.IGNORECASE,
)
_LEAST_WORDS = 3


class TokenVectors(Protocol):
    """What gives a vector for each token of a text, and the characters each stands for."""

    def token_vectors(self, texts: Sequence[str]) -> list[tuple[Vectors, list[tuple[int, int]]]]:
        """Vectors and spans of each text, in the order of its tokens; padding has empty spans."""
        ...


class Teller:
    """A `Tells` over a model and a head; safe to share between threads."""

    def __init__(self, model: TokenVectors, head: Head) -> None:
        self._model = model
        self._head = head

    def __call__(self, text: str) -> Sequence[Told]:
        """What *text* tells, clause by clause."""
        return [told for span in _stretches(text) for told in self._tell(text, *span)]

    def _tell(self, text: str, start: int, end: int) -> Iterator[Told]:
        stretch = text[start:end]
        spans = clauses(stretch)
        # Apart, since clauses padded to the length of the message would cost as much as it each.
        (whole,) = self._model.token_vectors([stretch])
        alone = self._model.token_vectors([stretch[a:b] for a, b in spans])
        for (first, last), itself in zip(spans, alone, strict=True):
            odds = (self._odds(*whole, first, last) + self._odds(*itself, 0, last - first)) / 2
            for n, chance in enumerate(1.0 / (1.0 + np.exp(-odds - LIFT))):
                if chance >= LEAST_CHANCE:
                    fact, value = self._head.labels[n]
                    yield Told(fact, value, float(chance), start + first, start + last)

    def _odds(
        self, vectors: Vectors, spans: Sequence[tuple[int, int]], first: int, last: int
    ) -> Vectors:
        inside = [n for n, (a, b) in enumerate(spans) if a >= first and b <= last and b > a]
        mean = vectors[inside].mean(axis=0) if inside else vectors[0]
        odds: Vectors = self._head.weights @ mean + self._head.bias
        return odds


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of *text* stand; those of fewer than three words go with the one before."""
    found: list[tuple[int, int]] = []
    for first, last in _pieces(text):
        if found and len(text[slice(*found[-1])].split()) < _LEAST_WORDS:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in _BREAK.finditer(text):
        if text[begin : match.start()].strip():
            yield begin, match.start()
        begin = match.end()
    if text[begin:].strip():
        yield begin, len(text)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    begin = end = 0
    for first, last in clauses(text):
        if end > begin and last - begin > MOST_CHARACTERS:
            yield begin, end
            begin = first
        end = last
    if end > begin:
        yield begin, end
