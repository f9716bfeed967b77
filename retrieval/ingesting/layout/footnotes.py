"""Tells footnotes from the text above them: smaller letters at the foot, opened by a mark."""

import re
from collections.abc import Sequence

from retrieval.ingesting.layout.marks import Line, Panel
from retrieval.ingesting.layout.order import Chunk
from retrieval.ingesting.numerals import whole_value

_SMALLER = 0.93

_OPENS = re.compile(r"(?P<mark>\d{1,4}|[*†‡§]{1,3})[.)]?(?=\s|[A-Z“\"])")

_ABOVE = 25.0
"""Points; how far above the first of them a line may be drawn."""


def parted(chunks: Sequence[Chunk], panel: Panel, body: float) -> tuple[list[Chunk], list[Line]]:
    """The chunks without footnotes, and the lines of the footnotes.

    Args:
        chunks: What the page holds, in the order of reading.
        panel: The page.
        body: The size of the document's text.
    """
    text: list[Chunk] = []
    notes: list[Line] = []
    for chunk in chunks:
        start = len(chunk.lines) if chunk.rows else _start(chunk, panel, body)
        notes += chunk.lines[start:] if not chunk.rows else []
        if chunk.rows:
            text.append(chunk)
        elif start:
            text.append(Chunk(chunk.lines[:start]))
    return text, notes


def mark_of(line: Line) -> str:
    """The mark that opens a footnote; empty where none does."""
    found = _OPENS.match(line.text)
    if found:
        return found["mark"]
    first = line.words[0].text
    small = len(line.words) > 1 and line.words[0].size < 0.85 * line.words[1].size
    return first if small and whole_value(first) is not None else ""


def _start(chunk: Chunk, panel: Panel, body: float) -> int:
    """At which line the footnotes begin."""
    lines = chunk.lines
    first = len(lines)
    while first and lines[first - 1].size <= _SMALLER * body:
        first -= 1
    while first < len(lines):
        line = lines[first]
        below = line.top > panel.top + 0.3 * panel.height
        mark = mark_of(line)
        if below and (mark or _is_ruled(line, panel)):
            return first
        if whole_value(mark) is not None and _counts_on(mark, lines[first + 1 :]):
            return first
        first += 1
    return first


def _counts_on(mark: str, lines: Sequence[Line]) -> bool:
    """Whether other notes follow the one with *mark*."""
    this = whole_value(mark)
    return this is not None and any(whole_value(mark_of(line)) == this + 1 for line in lines)


def _is_ruled(line: Line, panel: Panel) -> bool:
    return any(
        rule.level and 0 <= line.top - rule.top <= _ABOVE and abs(rule.left - line.left) <= _ABOVE
        for rule in panel.rules
    )
