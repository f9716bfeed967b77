"""Cuts the lines of a column into paragraphs, entries of lists and headings."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from retrieval.guidance import Page
from retrieval.ingesting.extracted import BlockKind
from retrieval.ingesting.layout.marks import Line
from retrieval.ingesting.layout.numbering import (
    has_bullet,
    is_listed,
    is_marker,
    is_small,
    number_of,
    value_of,
)
from retrieval.ingesting.layout.order import Chunk

_ENDS = re.compile(r"[.!?:;…]['\"”’»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")

_STOPS = re.compile(r"[.!?…]['\"”’»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")

_LARGER = 1.12

_LONGEST_HEADING = 250

_SENTENCE_WORDS = 6
"""Bold words that are numbered, end as a sentence does and are so many, are a paragraph."""

_INDENT = 0.8
"""Letters' sizes."""


@dataclass(frozen=True, slots=True)
class Type:
    """How the text of a document is set."""

    size: float
    bold: bool
    leading: float
    """From line to line, in letters' sizes."""


@dataclass(slots=True)
class Piece:
    """Lines that belong together."""

    kind: BlockKind
    lines: list[Line]
    page: Page
    number: str = ""
    row: str = ""
    """Of a table."""
    level: int = 0
    column: tuple[float, float] = (0.0, 0.0)
    """From where to where its column goes."""
    even: bool = False
    """Lines of its column end at the same place."""

    @property
    def first(self) -> Line:
        """Its first line."""
        return self.lines[0]

    @property
    def last(self) -> Line:
        """Its last line."""
        return self.lines[-1]


def pieces_of(chunk: Chunk, page: Page, type_: Type) -> list[Piece]:
    """What a chunk consists of, in order."""
    if chunk.rows:
        return [
            Piece(
                BlockKind.MARGIN if n < chunk.repeated else BlockKind.TABLE, chunk.lines, page,
                row=" | ".join(row).strip(),
            )
            for n, row in enumerate(chunk.rows)
        ]  # fmt: skip
    setting = _Setting(chunk.lines, type_)
    groups: list[list[Line]] = []
    numbers: list[str] = []
    for line in chunk.lines:
        if groups and not setting.parts(groups[-1], line, numbers):
            groups[-1].append(line)
            continue
        groups.append([line])
        number = number_of(line.text)
        if number:
            numbers.append(number)
    pieces = [_piece(group, page, setting, type_) for group in groups]
    _nest(pieces)
    return pieces


def goes_on(one: Piece, other: Piece) -> bool:
    """Whether a paragraph is continued by another, in the next column or on the next page."""
    flowing = {BlockKind.PARAGRAPH, BlockKind.ITEM}
    if one.kind not in flowing or other.kind is not BlockKind.PARAGRAPH or other.number:
        return False
    if abs(one.last.size - other.first.size) > 0.06 * one.last.size:
        return False
    before, after = one.last.text, other.first.text
    if _STOPS.search(before):
        # Only the last line of a paragraph ends short of the edge in even text.
        indented = other.first.left - other.column[0] > _INDENT * other.first.size
        return one.even and abs(one.column[1] - one.last.right) < 0.7 and not indented
    if after[:1].islower() or before.endswith(("-", "\u2010", "\xad", ",")):
        return True
    spare = one.column[1] - one.last.right - other.first.words[0].right + other.first.left
    return not _ENDS.search(before) and spare < 0.3 * one.last.size


def append(one: Piece, other: Piece) -> None:
    """Make *other* the end of *one*."""
    one.lines += other.lines
    one.column, one.even = other.column, other.even


class _Setting:
    """How the lines of one column are set."""

    def __init__(self, lines: Sequence[Line], type_: Type) -> None:
        self.lines = lines
        self._type = type_
        self._rights: dict[tuple[float, bool], float] = {}
        for line in lines:
            key = (round(line.size), line.bold)
            self._rights[key] = max(self._rights.get(key, 0.0), line.right)
        texts = [line for line in lines if abs(line.size - type_.size) <= 0.06 * type_.size]
        self.left = min(line.left for line in texts or lines)
        self.right = max(line.right for line in texts or lines)
        at_edge = sum(1 for line in texts if self.right - line.right < 0.7)
        self.even = len(texts) >= 4 and at_edge >= 0.4 * len(texts)
        steps = [
            (b.base - a.base) / b.size
            for a, b in pairwise(lines)
            if a.size == b.size
        ]
        usual = median(steps) if len(steps) >= 4 else type_.leading
        self._leading = min(usual, max(type_.leading, 1.0) * 1.3)

    def parts(self, group: list[Line], line: Line, numbers: list[str]) -> bool:
        """Whether *line* begins something new after *group*."""
        before = group[-1]
        size = max(before.size, line.size)
        if abs(before.size - line.size) > 0.06 * size or is_listed(before.text):
            return True
        if line.base - before.base > 1.25 * self._leading * size:
            return True
        heads = self._is_head(before) and self._is_head(line)
        number = number_of(line.text)
        moved = self._is_moved(group, line)
        ended = moved or self._ends(before, line)
        if has_bullet(line.text) and (ended or _ENDS.search(before.text)):
            return True
        if number and (ended or self._next(before, number, numbers)):
            return True
        if heads and before.bold == line.bold:
            return False
        if before.bold != line.bold and self._ends(before, line):
            return True
        return moved or self._ends(before, line)

    def _is_head(self, line: Line) -> bool:
        larger = line.size >= _LARGER * self._type.size
        return larger or (line.bold and not self._type.bold)

    def _is_moved(self, group: list[Line], line: Line) -> bool:
        """Whether it begins further in or out than a next line of the same paragraph would."""
        before, step = group[-1], _INDENT * line.size
        if self._is_head(line) and self._is_head(before):
            return False
        marked = has_bullet(group[0].text) or bool(number_of(group[0].text))
        if line.left > before.left + step:
            return not (marked and len(group) == 1)
        if line.left < before.left - step:
            # Back at the edge after a first line that was set in, or after an entry.
            return len(group) > 1 or (marked and line.left <= group[0].left + 1.0
                                      and group[0].left > self.left + step)  # fmt: skip
        return False

    def _ends(self, before: Line, line: Line) -> bool:
        """Whether the next word would still have fitted onto the line before."""
        edge = self._rights.get((round(before.size), before.bold), self.right)
        if abs(before.size - self._type.size) < 0.5:
            edge = max(edge, self.right)
        word = line.words[0]
        spare = edge - before.right - 0.25 * before.size - (word.right - word.left)
        width = max(edge - self.left, 1.0)
        if spare <= 0.3 * before.size or before.text.endswith(("-", "\u2010", "\xad")):
            return False
        if line.text[:1].islower() and not _ENDS.search(before.text):
            return spare > 0.4 * width
        return spare > 0.15 * width or _ENDS.search(before.text) is not None

    @staticmethod
    def _next(before: Line, number: str, numbers: list[str]) -> bool:
        """Whether a number follows the last one of its form, after the end of a sentence."""
        if not _ENDS.search(before.text):
            return False
        for last in reversed(numbers):
            one, other = value_of(last), value_of(number)
            if one is not None and other is not None and is_small(last) == is_small(number):
                return other == one + 1
            inner, outer = last.strip("()"), number.strip("()")
            if len(inner) == len(outer) == 1 and is_small(last) == is_small(number):
                return ord(outer) == ord(inner) + 1
        return number.strip("()") in {"1", "a", "i"} and is_small(number)


def _piece(group: list[Line], page: Page, setting: _Setting, type_: Type) -> Piece:
    text = " ".join(line.text for line in group)
    number = number_of(text)
    if _is_heading(group, text, number, type_):
        kind = BlockKind.HEADING
    elif has_bullet(text) or is_small(number) or (number and _is_set_in(group[0], setting)):
        kind = BlockKind.ITEM
    else:
        kind = BlockKind.PARAGRAPH
    # One line doesn't say how wide its column is.
    right = setting.right if len(setting.lines) > 1 else math.inf
    return Piece(
        kind, group, page, number=number, column=(setting.left, right), even=setting.even
    )


def _is_set_in(line: Line, setting: _Setting) -> bool:
    return line.left > setting.left + 1.5 * line.size


def _is_heading(group: list[Line], text: str, number: str, type_: Type) -> bool:
    if len(text) > _LONGEST_HEADING or not any(letter.isalpha() for letter in text):
        return False
    if min(line.size for line in group) >= _LARGER * type_.size:
        return True
    smaller = max(line.size for line in group) < 0.93 * type_.size
    named = number[:1].isalpha() and len(number) > 3
    numbered = bool(number) and not named and len(text.split()) > _SENTENCE_WORDS
    sentence = _ENDS.search(text) is not None and (len(text) > 100 or numbered)
    if not smaller and not type_.bold and all(line.bold for line in group) and not sentence:
        return not is_small(number) or not _ENDS.search(text)
    if named and is_marker(text):
        return True
    letters = [letter for letter in text if letter.isalpha()]
    capitals = len(letters) > 5 and all(letter.isupper() for letter in letters)
    return capitals and not smaller and len(group) <= 3 and not text.endswith((".", ","))


def _nest(pieces: list[Piece]) -> None:
    """Say how deep each entry of a list is, by how far in it begins."""
    places: list[float] = []
    for piece in pieces:
        if piece.kind is not BlockKind.ITEM:
            if piece.kind is BlockKind.HEADING:
                places = []
            continue
        left = piece.first.left
        while places and places[-1] > left + 3:
            places.pop()
        if not places or left > places[-1] + 3:
            places.append(left)
        piece.level = len(places)
