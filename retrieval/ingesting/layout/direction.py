"""Puts letters of a line that runs from right to left into the order in which they are read.

Files keep such letters in either order, some both within one line, and a blank between words may
be kept nowhere.  Only where the letters stand on paper is sure.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_WORDS_APART = 0.2
"""Letters' sizes between two words, at least."""

_ONE_LEVEL = 0.5

_LAM = "ل"
"""With an alef it makes one sign, whose two letters then stand in one place."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter on paper."""

    sign: str
    index: int
    """Its place in the file."""
    left: float
    right: float
    base: float
    size: float


def words_of(letters: Sequence[Letter]) -> list[tuple[Letter, ...]]:
    """The words of a page in the order of reading, each with its letters in theirs.

    Args:
        letters: In the order of the file, without blanks; lines follow one another.
    """
    words: list[tuple[Letter, ...]] = []
    for line in _lines(letters):
        words += _in_order(_apart(line))
    return words


def _lines(letters: Sequence[Letter]) -> list[list[Letter]]:
    lines: list[list[Letter]] = []
    for letter in letters:
        before = lines[-1][-1] if lines else None
        near = before is not None and (
            abs(before.base - letter.base) <= _ONE_LEVEL * max(before.size, letter.size))
        if near:
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return lines


def _apart(line: Sequence[Letter]) -> list[list[Letter]]:
    """The words of a line as they stand on paper, both they and their letters from the left."""
    placed = sorted(line, key=lambda one: (one.left, one.sign == _LAM))
    words = [[placed[0]]]
    reached = placed[0].right
    for letter in placed[1:]:
        if letter.left - reached > _WORDS_APART * letter.size:
            words.append([])
        words[-1].append(letter)
        reached = max(reached, letter.right)
    return words


def _in_order(words: Sequence[Sequence[Letter]]) -> list[tuple[Letter, ...]]:
    """Words that stand from the left, in the order of reading: names in Latin letters are kept."""
    ordered: list[tuple[Letter, ...]] = []
    latin: list[tuple[Letter, ...]] = []
    for word in reversed(words):
        if any(unicodedata.bidirectional(letter.sign) == "L" for letter in word):
            latin.insert(0, _turned(word))
            continue
        ordered += latin
        latin = []
        ordered.append(_turned(word))
    return ordered + latin


def _turned(word: Sequence[Letter]) -> tuple[Letter, ...]:
    """The letters of a word: numbers and Latin letters in it run from the left."""
    turned = list(reversed(word))
    start = None
    last = 0
    for place, letter in enumerate([*turned, None]):
        side = unicodedata.bidirectional(letter.sign) if letter is not None else "R"
        if side in {"L", "EN", "AN"}:
            start = place if start is None else start
            last = place
        elif start is not None and side in {"R", "AL"}:
            turned[start : last + 1] = turned[start : last + 1][::-1]
            start = None
    return tuple(turned)

