"""Tells running headers and footers from the text, and reads the printed page number off them.

A level at the head or foot of a page is running if a neighbouring page has the same words at the
same height, and its numbers either stay or count on with the pages.  So "Principle 5" at the head
of one page and "Principle 6" at the head of the next is running only if every page has one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ingesting.layout.marks import Line, Panel
from retrieval.ingesting.numerals import roman_value, whole_value

_ZONE = 0.16
"""How far into the page a header or footer may reach, as a share of its height."""

_LEVELS = 4
"""How many levels a header or footer may have."""

_SAME_HEIGHT = 5.0

_NEIGHBOURS = (1, -1, 2, -2)
"""Left and right pages often differ, so the page after the next is looked at as well."""

_TOKEN = re.compile(r"\d+|(?<!\w)[ivxlc]+(?!\w)|(?<!\w)[IVXLC]+(?!\w)")

_Style = tuple[str, float, bool]
"""The words of a row, and how they are set."""

_Place = tuple[int, float]
"""How far from the edge a level stands, and how large it is."""

_OFTEN = 6
_MOST = 0.4
"""Pages, and the share of all, whose outermost level stands in one place and is no text there."""

_LONE = re.compile(
    r"(?:(?:page|p\.|seite|página)\s*)?[-–—|\[(]?\s*(?P<number>\d{1,4}|[ivxlc]{1,7})\s*[-–—|\])]?"
    r"(?:\s*(?:/|of|de|von)\s*\d{1,4})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Margins:
    """A page's rows, told apart."""

    body: tuple[Line, ...]
    head: tuple[Line, ...] = ()
    foot: tuple[Line, ...] = ()
    printed: str = ""


@dataclass(frozen=True, slots=True)
class _Level:
    """Everything on one level of a page."""

    rows: tuple[Line, ...]
    height: float
    """From the edge that it is close to."""
    text: str
    numbers: tuple[tuple[str, int], ...]
    """As written, and what they count."""
    size: float
    near: bool
    """It is near enough to the edge to be a header or footer."""

    @property
    def pattern(self) -> str:
        """Its words, whatever the numbers in them."""
        return _TOKEN.sub("#", self.text)


def told_apart(panels: Sequence[Panel], rows: Sequence[Sequence[Line]]) -> list[Margins]:
    """Each page's text and margins.

    Args:
        panels: Pages in order.
        rows: The rows of each.
    """
    heads = [_levels(panel, lines, False) for panel, lines in zip(panels, rows, strict=True)]
    feet = [_levels(panel, lines, True) for panel, lines in zip(panels, rows, strict=True)]
    within = _within(panels, rows)
    usual = _usual(rows)
    often_above, often_below = _often(heads, usual), _often(feet, usual)
    result: list[Margins] = []
    for n, lines in enumerate(rows):
        head, printed_above = _running(heads, n, within, often_above)
        foot, printed_below = _running(feet, n, within, often_below)
        if sum(len(level.rows) for level in (*head, *foot)) >= len(lines) and len(lines) > 2:
            head, foot = [], []
        taken = {id(row) for level in (*head, *foot) for row in level.rows}
        result.append(
            Margins(
                body=tuple(row for row in lines if id(row) not in taken),
                head=tuple(row for level in head for row in level.rows),
                foot=tuple(row for level in foot for row in level.rows),
                printed=printed_below or printed_above,
            )
        )
    return result


def lone_numbers(panel: Panel, rows: Sequence[Line]) -> set[int]:
    """Numbers that stand at the head or the foot of a page, at its outer edge."""
    found: set[int] = set()
    for foot in (False, True):
        for level in _levels(panel, rows, foot)[:1]:
            found |= {number for _, number in level.numbers if level.near}
    return found


def _levels(panel: Panel, rows: Sequence[Line], foot: bool) -> list[_Level]:
    """Levels close to an edge of the page, from that edge inwards."""
    low, high = panel.top, panel.top + _ZONE * panel.height
    if foot:
        low, high = panel.bottom - _ZONE * panel.height, panel.bottom
    grouped: list[list[Line]] = []
    for row in sorted(rows, key=lambda row: row.base, reverse=foot):
        if grouped and abs(grouped[-1][0].base - row.base) <= 0.3 * row.size:
            grouped[-1].append(row)
        else:
            grouped.append([row])
    levels = []
    for group in grouped[: _LEVELS + 1]:
        group.sort(key=lambda row: row.left)
        text = " ".join(row.text for row in group)
        edge = panel.bottom - group[0].base if foot else group[0].base - panel.top
        size = max(row.size for row in group)
        near = low <= (group[0].top + group[0].bottom) / 2 <= high
        levels.append(_Level(tuple(group), edge, text, _numbers(text), size, near))
    return levels


def _numbers(text: str) -> tuple[tuple[str, int], ...]:
    found = []
    for token in _TOKEN.findall(text):
        value = whole_value(token) if token.isdecimal() else roman_value(token)
        if value is not None:
            found.append((token, value))
    return tuple(found)


def _within(panels: Sequence[Panel], rows: Sequence[Sequence[Line]]) -> set[_Style]:
    """What stands in the midst of pages: a heading that comes back there is none of a margin."""
    found: set[_Style] = set()
    for panel, lines in zip(panels, rows, strict=True):
        edge = _ZONE * panel.height
        found |= {
            _style(row) for row in lines
            if panel.top + edge < (row.top + row.bottom) / 2 < panel.bottom - edge
        }  # fmt: skip
    return found


def _usual(rows: Sequence[Sequence[Line]]) -> float:
    """The size of most of the text."""
    sizes: Counter[float] = Counter()
    for lines in rows:
        for row in lines:
            sizes[row.size] += len(row.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _place(level: _Level) -> _Place:
    return round(level.height), round(level.size, 1)


def _often(levels: Sequence[list[_Level]], usual: float) -> set[_Place]:
    """Where the outermost level of most pages stands, whatever it says: a section's name."""
    places = Counter(
        _place(page[0]) for page in levels
        if page and page[0].near and page[0].size <= usual and _is_apart(page)
    )  # fmt: skip
    least = max(_OFTEN, _MOST * len(levels))
    return {place for place, count in places.items() if count >= least}


def _counted(levels: Sequence[list[_Level]], n: int) -> str:
    """The number on the outermost level of page *n* that counts on; empty for none."""
    for distance in _NEIGHBOURS:
        if 0 <= n + distance < len(levels) and levels[n + distance]:
            theirs = {value for _, value in levels[n + distance][0].numbers}
            for written, value in levels[n][0].numbers:
                if value + distance in theirs:
                    return written
    return ""


def _style(row: Line) -> _Style:
    return row.text, round(row.size, 1), row.bold


def _running(
    levels: Sequence[list[_Level]], n: int, within: set[_Style], often: set[_Place]
) -> tuple[list[_Level], str]:
    """Which levels of page *n* are running, and the page's number, if it stands there."""
    running: list[_Level] = []
    printed = ""
    for depth, level in enumerate(levels[n][:_LEVELS]):
        if not level.near:
            break
        number = _number_of(levels, n, level, depth)
        if number is None and depth == 0 and _place(level) in often and _is_apart(levels[n]):
            number = _counted(levels, n)
        # There is one number to a page; what counts on above it are footnotes.
        if number is None or (number and printed):
            break
        if not number and len(level.rows) == 1 and _style(level.rows[0]) in within:
            break
        running.append(level)
        printed = printed or number
    # Text whose pages are alike runs on without a gap; a header or footer stands off from it.
    while running and not _is_apart(levels[n][len(running) - 1 :]):
        running.pop()
    return (running, printed) if running else ([], "")


def _number_of(
    levels: Sequence[list[_Level]], n: int, level: _Level, depth: int
) -> str | None:
    """The page's number on a running level, "" where it has none; None if it isn't running."""
    same = None
    for distance in _NEIGHBOURS:
        if not 0 <= n + distance < len(levels):
            continue
        for other in levels[n + distance][: depth + 2]:
            if abs(other.height - level.height) > _SAME_HEIGHT or other.pattern != level.pattern:
                continue
            counts = _counting(level, other, distance)
            if counts:
                return counts
            if counts == "":
                same = ""
    lone = _LONE.fullmatch(level.text.strip())
    if lone and depth == 0 and _is_apart(levels[n]):
        return lone["number"]
    return same


def _counting(level: _Level, other: _Level, distance: int) -> str | None:
    """The number that counts on between two pages; "" if nothing differs, None if it may not."""
    if len(level.numbers) != len(other.numbers):
        return None
    printed = ""
    for (written, mine), (_, theirs) in zip(level.numbers, other.numbers, strict=True):
        if theirs - mine == distance:
            printed = printed or written
        elif mine != theirs:
            return None
    return printed


def _is_apart(levels: list[_Level]) -> bool:
    """Whether the outermost level stands off from the next."""
    if len(levels) < 2:
        return True
    return abs(levels[1].height - levels[0].height) >= 1.5 * max(levels[0].size, levels[1].size)
