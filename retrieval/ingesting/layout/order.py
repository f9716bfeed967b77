"""Puts what stands on a page into the order of reading.

Lines that stand one below the other, with nothing beside them that also hangs from the same line,
make a chunk: a column, or a heading across columns.  Then two rules order the chunks (after
Breuel, "High performance document layout analysis", 2003): what stands above something in its own
breadth comes first; and what stands to the left comes first unless something that spans both lies
between the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ingesting.layout.marks import Line

_MOST_CHUNKS = 300
"""Of one page; more is a map or a drawing, which has no order of reading."""

_TOUCH = 1.0

_SAME_EDGE = 3.0

_LARGER = 1.08

_LONGEST_HEADING = 3
"""Lines."""


@dataclass(slots=True)
class Chunk:
    """Lines of one column, or the rows of a table."""

    lines: list[Line]
    rows: tuple[tuple[str, ...], ...] = ()
    """Of a table, by cells."""
    columns: tuple[float, ...] = ()
    """Where the lines between a table's columns are drawn."""
    open_above: bool = False
    """No line closes the table's first row, so that it may go on with the page before."""
    open_below: bool = False
    repeated: int = 0
    """Rows at a table's head that only say again what its columns are."""

    @property
    def left(self) -> float:
        """Its left end."""
        return min(line.left for line in self.lines)

    @property
    def right(self) -> float:
        """Its right end."""
        return max(line.right for line in self.lines)

    @property
    def top(self) -> float:
        """Where it begins."""
        return min(line.top for line in self.lines)

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return max(line.bottom for line in self.lines)


def ordered(lines: Sequence[Line], tables: Sequence[Chunk] = ()) -> list[Chunk]:
    """The chunks of one page in the order of reading."""
    chunks = _headed(_chunks(lines, tables))
    if len(chunks) > _MOST_CHUNKS:
        return sorted(chunks, key=lambda chunk: (chunk.top, chunk.left))
    boxes = [(c.left, c.top, c.right, c.bottom) for c in chunks]
    return [chunks[n] for n in _sorted(boxes)]


_Box = tuple[float, float, float, float]


def _chunks(lines: Sequence[Line], tables: Sequence[Chunk]) -> list[Chunk]:
    chunks: list[Chunk] = []
    tops: list[tuple[float, float, Line, Chunk | None]] = [
        (line.base, line.left, line, None) for line in lines
    ]
    # A table stands for one line as large as it is.
    tops += [(t.top, t.left, t.lines[0], t) for t in tables]
    # What can be seen from below: the stretch, whose chunk, and at which line of it.
    seen: list[tuple[float, float, Chunk, Line]] = []
    below: set[int] = set()
    for _, _, line, table in sorted(tops, key=lambda item: item[:2]):
        left, right = (table.left, table.right) if table else (line.left, line.right)
        above = [s for s in seen if min(s[1], right) - max(s[0], left) > _TOUCH]
        owners = {id(s[2]): s[2] for s in above}
        chunk = next(iter(owners.values())) if len(owners) == 1 else None
        if table is not None:
            mine = table
            chunks.append(mine)
        elif chunk is None or chunk.rows:
            mine = Chunk([line])
            chunks.append(mine)
        else:
            parent = max((s[3] for s in above), key=lambda parent: parent.base)
            if id(parent) in below and chunk.lines[-1] is not parent:
                at = next(n for n, one in enumerate(chunk.lines) if one is parent)
                rest = Chunk(chunk.lines[at + 1 :])
                del chunk.lines[at + 1 :]
                chunks.append(rest)
                moved = {id(one) for one in rest.lines}
                seen = [(a, b, rest if id(o) in moved else c, o) for a, b, c, o in seen]
                mine = Chunk([line])
                chunks.append(mine)
            elif _is_beside(chunk.lines[-1], line):
                mine = Chunk([line])
                chunks.append(mine)
            else:
                mine = chunk
                mine.lines.append(line)
            below.add(id(parent))
        seen = [*_uncovered(seen, left, right), (left, right, mine, mine.lines[-1])]
    return [chunk for chunk in chunks if chunk.lines]


def _headed(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks, a heading below one of several columns with the broader text that it heads."""
    for text in chunks:
        if text.rows:
            continue
        above = [c for c in chunks if c is not text and not c.rows and c.lines
                 and abs(c.left - text.left) <= _SAME_EDGE and c.bottom <= text.top + _TOUCH]
        column = max(above, key=lambda c: c.bottom, default=None)
        if column is None or column.right >= text.right - 2 * text.lines[0].size:
            continue
        tail = _heading_at_end(column.lines, text.lines[0])
        if tail:
            text.lines[:0] = column.lines[-tail:]
            del column.lines[-tail:]
    return [chunk for chunk in chunks if chunk.lines]


def _heading_at_end(lines: list[Line], below: Line) -> int:
    """How many lines at the end of a column are set as a heading of what is *below* it."""
    count = 0
    for line in reversed(lines):
        if line.size < _LARGER * below.size and (below.bold or not line.bold):
            break
        count += 1
    return count if count <= _LONGEST_HEADING else 0


def _is_beside(one: Line, other: Line) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.6 * min(one.bottom - one.top, other.bottom - other.top)


def _uncovered(
    seen: list[tuple[float, float, Chunk, Line]], left: float, right: float
) -> list[tuple[float, float, Chunk, Line]]:
    open_ = []
    for a, b, chunk, line in seen:
        if b <= left or a >= right:
            open_.append((a, b, chunk, line))
            continue
        if left - a > _TOUCH:
            open_.append((a, left, chunk, line))
        if b - right > _TOUCH:
            open_.append((right, b, chunk, line))
    return open_


def _sorted(boxes: list[_Box]) -> list[int]:
    count = len(boxes)
    after: list[set[int]] = [set() for _ in boxes]
    waits = [0] * count
    for i in range(count):
        for j in range(count):
            if i != j and _precedes(boxes, i, j):
                after[i].add(j)
                waits[j] += 1
    left = set(range(count))
    result: list[int] = []
    while left:
        # In a circle, which overlapping boxes can make, the highest goes first.
        n = min(left, key=lambda n: (waits[n], boxes[n][1], boxes[n][0]))
        left.remove(n)
        result.append(n)
        for m in after[n]:
            waits[m] -= 1
    return result


def _precedes(boxes: list[_Box], i: int, j: int) -> bool:
    a, b = boxes[i], boxes[j]
    if _share_breadth(a, b):
        return (a[1] + a[3], i) < (b[1] + b[3], j)
    if a[2] > b[0] + _TOUCH:
        return False
    low, high = min(a[3], b[3]), max(a[1], b[1])
    return not any(
        low <= (c[1] + c[3]) / 2 <= high and _share_breadth(a, c) and _share_breadth(c, b)
        for n, c in enumerate(boxes)
        if n not in (i, j)
    )


def _share_breadth(a: _Box, b: _Box) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > _TOUCH
