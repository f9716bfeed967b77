"""Puts words together into lines, each within one column.

Words come in the order in which the file draws them, which nearly always follows a line within a
column.  Where a line was drawn right across the columns, it is cut where other lines begin: a wide
gap alone says nothing, since justified text has those too.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from retrieval.ingesting.layout.marks import Line, Word
from retrieval.ingesting.layout.numbering import is_listed, is_marker

_GUTTER = 0.9
"""The least gap between columns, in letters' sizes."""

_SAME_EDGE = 2.0
"""Points by which edges of one column may differ."""

_BEGINNINGS = 3
"""Lines that begin at the same place, and make it the edge of a column."""

_EVEN = 0.05
"""Letters' sizes by which the gaps of a justified row differ, at most."""

_SHARE = 0.2
"""The share of a page's rows that have to be broken at a place where no row begins."""

_CONTENTS = 5
"""Lines with dots that lead to a page, on a page that holds a table of contents."""

_SMALLER = 0.87
"""Of a mark's size to that of its word."""

_SUFFIX = 3
"""Letters that end an ordinal, at most: "st", "ème"."""

_LONG_NAME = 15
"""Letters' sizes that a name in another direction may reach back."""


def rows_of(words: Sequence[Word], from_right: bool = False) -> list[Line]:
    """Words that were drawn one after the other, side by side on one level."""
    rows: list[list[Word]] = []
    for word in words:
        if rows and _goes_on(rows[-1][-1], word, from_right):
            rows[-1].append(_raised(rows[-1][-1], word))
        else:
            rows.append([word])
    return _rejoined([Line(tuple(row)) for row in rows])


def beginnings(rows: Sequence[Line]) -> tuple[float, ...]:
    """Where columns begin, by where their lines do.

    The beginnings of rows count, and those after wide gaps only if many rows have them.  The gaps
    of a justified row don't: on a short page they now and then end at one place by chance.
    """
    first = Counter(round(row.words[0].left) for row in rows)
    inner: Counter[int] = Counter()
    for row in rows:
        if _is_justified(row):
            continue
        for before, word in pairwise(row.words):
            if word.left - before.right >= _GUTTER * max(before.size, word.size):
                inner[round(word.left)] += 1
    often = max(_BEGINNINGS, _SHARE * len(rows))

    def around(found: Counter[int], place: int) -> int:
        return sum(found[place + d] for d in (-1, 0, 1))

    return tuple(
        float(place)
        for place in sorted({*first, *inner})
        if around(first, place) >= _BEGINNINGS or around(inner, place) >= often
    )


def _is_justified(row: Line) -> bool:
    """Whether all of its gaps, two or more, are as wide as each other."""
    gaps = [word.left - before.right for before, word in pairwise(row.words)]
    return len(gaps) > 1 and max(gaps) - min(gaps) <= _EVEN * row.size


def lines_of(rows: Sequence[Line], edges: Sequence[float]) -> list[Line]:
    """The rows, cut where a column begins; those of a table of contents stay whole."""
    if sum(1 for row in rows if is_listed(row.text)) >= _CONTENTS:
        return list(rows)
    lines: list[Line] = []
    for row in rows:
        piece: list[Word] = []
        for word in row.words:
            if piece and _is_cut(piece, word, edges):
                lines.append(Line(tuple(piece)))
                piece = []
            piece.append(word)
        lines.append(Line(tuple(piece)))
    return lines


def _is_cut(piece: list[Word], word: Word, edges: Sequence[float]) -> bool:
    before = piece[-1]
    least = _GUTTER * max(before.size, word.size)
    if word.left - before.right < least or is_marker(" ".join(w.text for w in piece)):
        return False
    low, high = before.right + least - _SAME_EDGE, word.left + _SAME_EDGE
    return any(low <= edge <= high for edge in edges)


def _goes_on(before: Word, word: Word, from_right: bool) -> bool:
    size = max(before.size, word.size)
    if not _on_one_level(before, word):
        return False
    # A name in Latin letters runs backwards within a line from right to left.
    back = from_right or _is_from_right(before.text) or _is_from_right(word.text)
    return word.left - before.right >= (-_LONG_NAME if back else -0.4) * size


def _is_from_right(text: str) -> bool:
    return unicodedata.bidirectional(text[-1]) in {"R", "AL"} or (
        unicodedata.bidirectional(text[0]) in {"R", "AL"}
    )


def _on_one_level(one: Word, other: Word) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    least = min(one.bottom - one.top, other.bottom - other.top)
    near = abs(one.base - other.base) <= 0.5 * max(one.size, other.size)
    return near and shared >= 0.5 * least


def _raised(before: Word, word: Word) -> Word:
    """The word, marked as raised if it is the mark of a footnote or ends an ordinal ("21st")."""
    size = before.size
    if (
        not word.raised
        and word.size < _SMALLER * size
        and before.base - word.base > 0.15 * size
        and -0.1 * size <= word.left - before.right < 0.25 * size
        and (
            word.text.isdigit()
            or word.text in {"*", "†", "‡"}
            or (before.text[-1].isdigit() and word.text.isalpha() and len(word.text) <= _SUFFIX)
        )
    ):
        return replace(word, raised=True)
    return word


def _rejoined(rows: list[Line]) -> list[Line]:
    """Rows that adjoin on one level made one: a bold word may have been drawn later."""
    levels: list[list[Line]] = []
    for row in sorted(rows, key=lambda row: (row.base, row.left)):
        if levels and abs(levels[-1][-1].base - row.base) <= 0.15 * row.size:
            levels[-1].append(row)
        else:
            levels.append([row])
    joined: list[Line] = []
    for level in levels:
        level.sort(key=lambda row: row.left)
        for n, row in enumerate(level):
            if n and -0.4 * row.size <= row.left - joined[-1].right < 0.6 * row.size:
                joined[-1] = Line((*joined[-1].words, *row.words))
            else:
                joined.append(row)
    return joined
