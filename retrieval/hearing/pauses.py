"""Hears where somebody who types without marks would pause.

On phones people leave out every comma and full stop, and what a "not" reaches, and where one
statement ends, is then for the words alone to tell.  Two hear it together, since each knows what
the other doesn't: what the model makes of the words on either side (`pauses.safetensors`, learned
by `retrieval.training.pausing`), and how often those who wrote for the corpus put a mark between
two such words (`retrieval.written_words`).
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from retrieval import adapter
from retrieval.errors import ModelNotUsable
from retrieval.hearing.telling import TokenVectors, stretches
from retrieval.model.vectors import Vectors
from retrieval.words.tokens import Mend, fold
from retrieval.written_words import STOP, WORD, Habits, kind_of

FILE = adapter.FILE.with_name("pauses.safetensors")

FEWEST_WORDS = 6
"""Shorter lines are taken as they stand."""

HABIT = 0.5
"""What the log-odds by habit are worth beside those of the model, by first messages of `dev`."""

LEAST = -0.2
"""Log-odds from which a pause is heard."""

FALLS_BACK = 30.0
"""What a word's own share counts for, in uses, beside those after another word."""

LATEST = 8
"""Texts whose pauses are kept: model and vocabulary ask for them, one after the other."""

MARK = ", "
"""As a pause is read."""

_MARKS = re.compile(r"[.,;:!?()–—]")
_CHUNK = re.compile(r"\S+")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True)
class Layers:
    """What is learned: from the vectors of two neighbours to the log-odds of a pause."""

    inner: Vectors
    """One row for each hidden unit, over the vectors of both words, one behind the other."""
    inner_bias: Vectors
    outer: Vectors
    outer_bias: float

    def heard(self, words: Vectors) -> Vectors:
        """The log-odds of a pause behind each of *words*, (words, dimensions), but the last."""
        sides = np.concatenate([words[:-1], words[1:]], axis=1)
        odds: Vectors = np.maximum(
            sides @ self.inner.T + self.inner_bias, 0.0) @ self.outer + self.outer_bias
        return odds


@lru_cache(maxsize=1)
def layers() -> Layers:
    """What is shipped.

    Raises:
        ModelNotUsable: The file is missing or damaged.
    """
    return layers_in(FILE)


def layers_in(file: Path) -> Layers:
    """What *file* holds.

    Raises:
        ModelNotUsable: It is missing or damaged.
    """
    try:
        found = {name: tensor.astype(np.float32) for name, tensor in load_file(file).items()}
        return Layers(found["inner"], found["inner_bias"], found["outer"],
                      float(found["outer_bias"][0]))
    except Exception as error:
        raise ModelNotUsable(f"{file} can't be read ({error}). Install the project again."
                             ) from error


def word_vectors(
    words: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]], vectors: Vectors
) -> Vectors:
    """The mean of the tokens of each of *words*, (words, dimensions); zeros where it has none.

    *words* and *spans*, those of the tokens, are characters of one text.
    """
    begins = [begin for begin, _ in words]
    word = np.searchsorted(begins, [first for first, _ in spans], side="right") - 1
    mine = np.array([n for n, (first, last) in enumerate(spans) if first < last and word[n] >= 0],
                    dtype=np.intp)
    found = np.zeros((len(words), vectors.shape[1]), dtype=np.float32)
    np.add.at(found, word[mine], vectors[mine])
    counts = np.bincount(word[mine], minlength=len(words)).astype(np.float32)
    means: Vectors = (found / np.maximum(counts, 1.0)[:, None]).astype(np.float32)
    return means


class Pausing:
    """Hears with a model where in a text a pause is meant; safe to share between threads.

    Args:
        model: Gives the vectors.
        habits: How people write.
        learned: What is learned of the vectors; that which is shipped if None.
        meant: A text with its slips of the keyboard mended, word for word.
    """

    def __init__(
        self, model: TokenVectors, habits: Callable[[], Habits], learned: Layers | None = None,
        meant: Callable[[str], str] = str,
    ) -> None:
        self._model = model
        self._habits = habits
        self._learned = learned
        self._meant = meant
        self._latest = lru_cache(LATEST)(self._find)

    def __call__(self, text: str) -> Sequence[Mend]:
        """The pauses in *text*, in order; none in a line that has any mark of its own."""
        return self._latest(text)

    def _find(self, text: str) -> tuple[Mend, ...]:
        return tuple(
            Mend(line.start() + end, line.start() + end + 1, MARK)
            for line in _LINE.finditer(text) if not _MARKS.search(line.group())
            for end in self._in_line(line.group()))

    def _in_line(self, line: str) -> list[int]:
        chunks = [found.span() for found in _CHUNK.finditer(line)]
        if len(chunks) < FEWEST_WORDS:
            return []
        habits, learned = self._habits(), self._learned or layers()
        meant = self._meant(line).split()
        ends: list[int] = []
        for part in stretches(list(range(len(chunks)))):
            said = [meant[n] for n in part]
            odds = learned.heard(self._vectors(said))
            ends += [chunks[part[n]][1] for n, heard in enumerate(odds.tolist())
                     if heard + HABIT * by_habit(said[n], said[n + 1], habits) > LEAST]
        return sorted(set(ends))

    def _vectors(self, words: Sequence[str]) -> Vectors:
        places, at = [], 0
        for word in words:
            places.append((at, at + len(word)))
            at += len(word) + 1
        ((vectors, spans),) = self._model.token_vectors([" ".join(words)])
        return word_vectors(places, spans, vectors)


def by_habit(one: str, other: str, habits: Habits) -> float:
    """The log-odds, up to what all words share, that people put a mark between two words."""
    before, after = _kinds(one), _kinds(other)
    if not before or not after:
        return 0.0
    return _habit(before[-1], after[0], habits)


def _kinds(chunk: str) -> list[str]:
    return [kind_of(found) for found in WORD.findall(fold(chunk)[0])]


def _habit(one: str, other: str, habits: Habits) -> float:
    used, stops = habits.words.get(one, 0), habits.words.get(STOP, 1)
    in_all = max(habits.in_all, 1)
    share = (habits.words.get(other, 0) or 1) / in_all

    def chance(before: str, of_before: int, after: str, share: float) -> float:
        return (habits.side_by_side(before, after) + FALLS_BACK * share) / (of_before + FALLS_BACK)

    paused = chance(one, used, STOP, stops / in_all) * chance(STOP, stops, other, share)
    return math.log(paused / chance(one, used, other, share))
