"""Tables that go on over the end of a page: a row that it parts is whole again."""

from collections.abc import Sequence
from itertools import pairwise

from retrieval.ingesting.layout.order import Chunk

_NEAR = 3.0
"""Points by which the columns of one table may differ from page to page."""


def joined_over_pages(tables: Sequence[Sequence[Chunk]]) -> None:
    """Complete, in place, what a page's end has parted.

    Args:
        tables: Of each page, in the order of pages; only tables whose lines are drawn.
    """
    heads: dict[int, tuple[str, ...]] = {}
    for before, after in pairwise(tables):
        if not before or not after:
            continue
        one = max(before, key=lambda table: table.bottom)
        other = min(after, key=lambda table: table.top)
        if not one.rows or not _alike(one, other):
            continue
        head = heads.get(id(one), one.rows[0])
        heads[id(other)] = head
        if other.rows and other.rows[0] == head:
            other.repeated = 1
        elif other.rows and other.open_above and one.open_below:
            last, first = one.rows[-1], other.rows[0]
            whole = tuple(" ".join(filter(None, cells)) for cells in zip(last, first, strict=True))
            one.rows, other.rows = (*one.rows[:-1], whole), other.rows[1:]


def _alike(one: Chunk, other: Chunk) -> bool:
    """Whether their columns lie below one another; left and right pages differ in their edges."""
    if len(one.columns) != len(other.columns) or not one.columns:
        return False
    moved = other.columns[0] - one.columns[0]
    return all(
        abs(b - a - moved) <= _NEAR for a, b in zip(one.columns, other.columns, strict=True))
