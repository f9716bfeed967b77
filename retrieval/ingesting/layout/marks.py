"""Words, lines and rules with their places on a page, as plain values.

Places are in points from the top left corner, downwards, whatever way the page is turned; where a
page is written from right to left, they are from the top right corner, leftwards.  So what is read
first always has the smaller number.
"""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a blank between them."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    base: float
    """Where the letters stand."""
    size: float
    bold: bool = False
    raised: bool = False
    """Smaller and higher than the word before it: the mark of a footnote."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that is drawn, upright or level."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def level(self) -> bool:
        """Whether it runs from side to side."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True)
class Line:
    """Words that are read in one go, within one column."""

    words: tuple[Word, ...]

    @cached_property
    def left(self) -> float:
        """Its left end."""
        return min(word.left for word in self.words)

    @cached_property
    def right(self) -> float:
        """Its right end."""
        return max(word.right for word in self.words)

    @cached_property
    def top(self) -> float:
        """The top of its highest letter."""
        return min(word.top for word in self.words)

    @cached_property
    def bottom(self) -> float:
        """The foot of its lowest letter."""
        return max(word.bottom for word in self.words)

    @cached_property
    def base(self) -> float:
        """Where most of it stands."""
        return self._largest.base

    @cached_property
    def size(self) -> float:
        """The size of most of its letters."""
        weights: dict[float, int] = {}
        for word in self.words:
            weights[word.size] = weights.get(word.size, 0) + len(word.text)
        return max(weights, key=lambda size: (weights[size], size))

    @cached_property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(word.bold for word in self.words)

    @cached_property
    def text(self) -> str:
        """Its words."""
        return text_of(self.words)

    @cached_property
    def _largest(self) -> Word:
        return max(self.words, key=lambda word: (word.size, len(word.text)))


@dataclass(frozen=True, slots=True)
class Panel:
    """One printed page: a sheet of the file, or a half of it where two pages share a sheet."""

    sheet: int
    """The sheet's number in the file, from 1."""
    left: float
    right: float
    top: float
    bottom: float
    words: tuple[Word, ...]
    rules: tuple[Rule, ...] = ()
    from_right: bool = False
    """It is written from right to left."""

    @property
    def width(self) -> float:
        """From side to side."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page of the file holds."""

    panel: Panel
    pictures: bool = False
    sideways: int = 0
    """Characters left out for running sideways; the next ones likewise for what they say."""
    hidden: int = 0
    outside: int = 0
    covered: int = 0
    unknown: int = 0


def text_of(words: tuple[Word, ...]) -> str:
    """The words of one line.

    A raised number stays raised, directly after its word: "law¹²" is what is printed, and "law12"
    is not.
    """
    parts: list[str] = []
    for word in words:
        if parts and not word.raised:
            parts.append(" ")
        parts.append(word.text.translate(_RAISED) if word.raised else word.text)
    return "".join(parts)


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
