"""Finds tables: by the lines drawn around their cells, or by cells that stand below one another."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from retrieval.ingesting.layout.lines import rows_of
from retrieval.ingesting.layout.marks import Line, Panel, Rule, Word
from retrieval.ingesting.layout.order import Chunk

_NEAR = 3.0
"""Points within which lines meet."""

_ROW = 6.0
"""Points that a row is high, at least."""

_MOST_RULES = 2_000
"""Of a page that may hold a table; more is a drawing."""


def ruled_tables(panel: Panel, words: Sequence[Word]) -> list[Chunk]:
    """Tables of a page whose cells are drawn."""
    if not 4 <= len(panel.rules) <= _MOST_RULES:
        return []
    found = []
    for group in _touching(panel.rules):
        across = _places([(r.top + r.bottom) / 2 for r in group if r.level])
        down = _places([(r.left + r.right) / 2 for r in group if not r.level])
        if len(across) < 2 or len(down) < 3:
            continue
        # A row that a page's end parts is closed by no line.
        ends = [r for r in group if not r.level]
        first, last = min(r.top for r in ends), max(r.bottom for r in ends)
        above, below = first < across[0] - _ROW, last > across[-1] + _ROW
        across = [*([first] if above else []), *across, *([last] if below else [])]
        inside = [w for w in words if _inside(w, across, down)]
        table = _table(inside, across, down)
        if len(table.rows) > 1:
            found.append(replace(
                table, columns=tuple(down), open_above=above, open_below=below))
    return found


def _touching(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Lines that meet, grouped."""
    groups: list[list[Rule]] = []
    for rule in rules:
        meets = [g for g in groups if any(_meet(rule, other) for other in g)]
        groups = [g for g in groups if g not in meets]
        groups.append([rule, *(one for g in meets for one in g)])
    return groups


def _meet(one: Rule, other: Rule) -> bool:
    return (
        min(one.right, other.right) - max(one.left, other.left) >= -_NEAR
        and min(one.bottom, other.bottom) - max(one.top, other.top) >= -_NEAR
    )


def _places(values: list[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def _inside(word: Word, across: list[float], down: list[float]) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return down[0] <= x <= down[-1] and across[0] <= y <= across[-1]


def _table(words: list[Word], across: list[float], down: list[float]) -> Chunk:
    cells: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        row = sum(1 for place in across if place <= y)
        column = sum(1 for place in down if place <= x)
        cells.setdefault((row, column), []).append(word)
    rows = []
    for row in sorted({row for row, _ in cells}):
        texts = [_cell(cells.get((row, column), [])) for column in range(1, len(down))]
        rows.append(tuple(texts))
    lines = [Line(tuple(words))] if words else []
    return Chunk(lines, tuple(rows))


def _cell(words: list[Word]) -> str:
    return " ".join(line.text for line in sorted(rows_of(words), key=lambda line: line.base))


_LEAST_ROWS = 3

_ENDS = re.compile(r"[.!?;:][”’»)]*$")

_PROSE = 0.5
"""The share of lines that end a sentence or go on, beyond which they are no cells."""

_FILLED = 0.72
"""The share of its column that a line of prose fills at least; a cell is mostly shorter."""


def aligned_tables(lines: Sequence[Line]) -> tuple[list[Line], list[Chunk]]:
    """Lines that are no part of a table without drawn cells, and those tables.

    At least three levels in a row, each with as many lines, which begin at the same places; and
    the lines are shorter than those of columns of prose.
    """
    levels: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.left)):
        if levels and abs(levels[-1][0].base - line.base) <= 0.25 * line.size:
            levels[-1].append(line)
        else:
            levels.append([line])
    left: list[Line] = []
    tables: list[Chunk] = []
    run: list[list[Line]] = []
    for level in [*levels, []]:
        level.sort(key=lambda line: line.left)
        if run and not _same_columns(run[-1], level):
            if len(run) >= _LEAST_ROWS and _are_cells(run, lines):
                words = tuple(w for row in run for line in row for w in line.words)
                rows = tuple(tuple(line.text for line in row) for row in run)
                tables.append(Chunk([Line(words)], rows))
            else:
                left += [line for row in run for line in row]
            run = []
        run.append(level)
    return left, tables


def _same_columns(one: list[Line], other: list[Line]) -> bool:
    return (
        len(one) == len(other) > 1
        and all(abs(a.left - b.left) <= _NEAR or abs(a.right - b.right) <= _NEAR
                for a, b in zip(one, other, strict=True))
        and other[0].top - one[0].bottom < 2.5 * other[0].size
    )  # fmt: skip


def _are_cells(run: list[list[Line]], lines: Sequence[Line]) -> bool:
    """Whether some column stays unfilled, wherever on the page a line begins at its edge."""
    if all(_is_prose([row[n].text for row in run]) for n in range(len(run[0]))):
        return False
    for n in range(len(run[0]) - 1):
        edge = min(row[n].left for row in run)
        room = min(row[n + 1].left for row in run) - edge
        widths = [line.right - line.left for line in lines if abs(line.left - edge) <= _NEAR]
        if max((w for w in widths if w <= room), default=0.0) < _FILLED * room:
            return True
    return False


def _is_prose(texts: Sequence[str]) -> bool:
    """Whether lines that stand below one another are sentences, or go on from one to the next."""
    ends = sum(1 for text in texts if _ENDS.search(text) and " " in text)
    flows = sum(
        1 for one, other in pairwise(texts) if other[:1].islower() and not _ENDS.search(one))
    return ends + flows > _PROSE * len(texts)
