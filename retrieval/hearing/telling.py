"""Reads what a message tells with the head that the exemplars have taught.

The head judges every three words as they stand in their message, so it leans on no punctuation:
where one statement ends and the next begins is for the model to know, since people type on phones.
A value is as likely as the likeliest place for it, and the words around that place are what it
rests on.  This complements the vocabulary, which knows words for certain: the head has a guess
where no word is known, and a doubt where one is.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np

from retrieval.adapter import Head
from retrieval.guidance import Fact
from retrieval.model.vectors import Vectors
from retrieval.words.tells import ANY, WANTS, Told
from retrieval.words.tokens import plain, stem

T = TypeVar("T")

WINDOW = 3
"""Words that are judged together; of 1 to 9 the best on the dev split of the gold deals."""

LEAST_CHANCE = 0.02
"""Chances below it are left out."""

EDGE = 0.25
"""Words are part of a place as long as their chance is this share of the likeliest one."""

MOST_WORDS, OVERLAP = 130, 12
"""A longer message is read in stretches, since the model reads some 250 tokens at once."""

_WORD = re.compile(r"\S+")


class TokenVectors(Protocol):
    """What gives a vector for each token of a text, and the characters each stands for."""

    def token_vectors(self, texts: Sequence[str]) -> list[tuple[Vectors, list[tuple[int, int]]]]:
        """Vectors and spans of each text, in the order of its tokens; padding has empty spans."""
        ...


class Teller:
    """A `Tells` over a model and a head; safe to share between threads."""

    def __init__(
        self, model: TokenVectors, head: Head, written: Collection[str] | None = None
    ) -> None:
        """Read with *model* and *head*.

        Args:
            model: Gives the vectors.
            head: What was learned.
            written: The words of those who wrote what it was learned of; None where that isn't
                known, and every word counts as one of theirs.
        """
        self._model = model
        self._head = head
        self._labels = frozenset(head.labels)
        self._stems = None if written is None else frozenset(map(stem, written))

    def knows(self, fact: Fact, value: str) -> bool:
        """Whether the head has a label for *value* of *fact*: an admin may have added it since."""
        return not self._labels.isdisjoint({(fact, value), (fact, ANY)})

    def has_read(self, word: str) -> bool:
        """Whether *word* is one that it was taught with, in any of its endings; a number always."""
        return self._stems is None or not word.isalpha() or stem(word) in self._stems

    def __call__(self, text: str) -> Sequence[Told]:
        """What *text* tells, and where; a value may be told in several places."""
        return [told for words in stretches(words_of(text)) for told in self._tell(text, words)]

    def _tell(self, text: str, words: list[tuple[int, int]]) -> Iterator[Told]:
        begin, end = words[0][0], words[-1][1]
        ((vectors, spans),) = self._model.token_vectors([plain(text[begin:end])])
        shares = window_shares([(a - begin, b - begin) for a, b in words], spans)
        odds = shares @ (vectors @ self._head.weights.T + self._head.bias)
        chances = (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)
        heard = np.flatnonzero(chances.max(axis=0) >= LEAST_CHANCE)
        for n, mine in zip(heard.tolist(), chances.T[heard].tolist(), strict=True):
            fact, value = self._head.labels[n]
            if fact == WANTS:  # for `retrieval.hearing.wishes`
                continue
            for first, last, chance in _places(mine):
                begin, end = _rests_on(first, last, len(words))
                yield Told(fact, value, chance, words[begin][0], words[end - 1][1])


def words_of(text: str) -> list[tuple[int, int]]:
    """Where the words of *text* stand: whatever is between blanks."""
    return [match.span() for match in _WORD.finditer(text)]


def window_shares(
    words: Sequence[tuple[int, int]], tokens: Sequence[tuple[int, int]]
) -> Vectors:
    """What each token counts for in each window of `WINDOW` words, (windows, tokens).

    Rows sum to one: a word counts as much as its neighbour, however many tokens it has.  Fewer
    words than a window needs make a single one, none at all too; a word that the model never saw
    counts nothing.
    """
    if not words:
        return np.zeros((1, len(tokens)), dtype=np.float32)
    begins, ends = np.array(words).reshape(-1, 2).T
    firsts, lasts = np.array(tokens).reshape(-1, 2).T
    word = np.searchsorted(begins, firsts, side="right") - 1
    mine = np.flatnonzero((word >= 0) & (firsts < lasts) & (lasts <= ends[word]))
    word = word[mine]
    inside = np.zeros((len(words), len(tokens)), dtype=np.float32)
    inside[word, mine] = (1.0 / np.maximum(np.bincount(word, minlength=len(words)), 1))[word]
    windows = max(len(words) - WINDOW + 1, 1)
    sums = inside[:windows].copy()
    for further in range(1, min(WINDOW, len(words))):
        sums += inside[further : further + windows]
    shares: Vectors = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-9)
    return shares


def _places(chances: list[float]) -> Iterator[tuple[int, int, float]]:
    """First and last window of each place, and its greatest chance."""
    least = max(LEAST_CHANCE, EDGE * max(chances))
    first = None
    for n, chance in enumerate([*chances, 0.0]):
        if chance >= least and first is None:
            first = n
        elif chance < least and first is not None:
            yield first, n - 1, max(chances[first:n])
            first = None


def _rests_on(first: int, last: int, words: int) -> tuple[int, int]:
    """The words, of so many, that the windows *first* to *last* agree on.

    The outermost word on either side is in a single one of them, and mostly there by the way; where
    the text begins or ends, no word has more than that.
    """
    end = min(last + WINDOW, words)
    if last - first < WINDOW - 1:
        return first, end
    return first + (first > 0), end - (end < words)


def stretches(words: list[T]) -> Iterator[list[T]]:
    """*words* in runs that the model can read at once, each reaching a little into the next."""
    step = MOST_WORDS - OVERLAP
    for begin in range(0, max(len(words) - OVERLAP, 1), step):
        if stretch := words[begin : begin + MOST_WORDS]:
            yield stretch
