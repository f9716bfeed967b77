"""Reads a document's sheets as a person would: page for page, column for column, notes last."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from retrieval.guidance import Page
from retrieval.ingesting.extracted import BlockKind
from retrieval.ingesting.layout.continued import joined_over_pages
from retrieval.ingesting.layout.footnotes import mark_of, parted
from retrieval.ingesting.layout.lines import beginnings, lines_of, rows_of
from retrieval.ingesting.layout.margins import Margins, told_apart
from retrieval.ingesting.layout.marks import Line, Sheet
from retrieval.ingesting.layout.order import Chunk, ordered
from retrieval.ingesting.layout.panels import printed_pages
from retrieval.ingesting.layout.paragraphs import Piece, Type, append, goes_on, pieces_of
from retrieval.ingesting.layout.tables import aligned_tables, ruled_tables
from retrieval.ingesting.numerals import whole_value

_OFTEN = 8
"""Lines of one page that begin at the same place, and make it an edge on every page."""

_LEVELS = 6


def read(sheets: Sequence[Sheet]) -> list[Piece]:
    """All pieces of a document, in the order of reading."""
    panels = printed_pages(sheets)
    tables: list[list[Chunk]] = []
    rows: list[list[Line]] = []
    for panel in panels:
        found = ruled_tables(panel, panel.words)
        inside = {id(word) for table in found for line in table.lines for word in line.words}
        words = [word for word in panel.words if id(word) not in inside]
        tables.append(found)
        rows.append(rows_of(words, panel.from_right))
    joined_over_pages(tables)
    margins = told_apart(panels, rows)
    edges = [beginnings(margin.body) for margin in margins]
    everywhere = _everywhere(margins)
    type_ = _type_of(margins)
    pieces: list[Piece] = []
    flow: Piece | None = None
    for n, margin in enumerate(margins):
        page = Page(panels[n].sheet, margin.printed)
        pieces += _margin(margin.head, page)
        columns = lines_of(margin.body, sorted({*edges[n], *everywhere}))
        lines, aligned = aligned_tables(columns)
        chunks, notes = parted(ordered(lines, [*tables[n], *aligned]), panels[n], type_.size)
        for chunk in chunks:
            for piece in pieces_of(chunk, page, type_):
                if flow is not None and piece.first is chunk.lines[0] and goes_on(flow, piece):
                    append(flow, piece)
                    continue
                pieces.append(piece)
                flow = piece
        pieces += _footnotes(notes, page)
        pieces += _margin(margin.foot, page)
    _rank(pieces)
    return pieces


def _everywhere(margins: Iterable[Margins]) -> set[float]:
    """Edges of columns that hold on pages with too few lines to show them."""
    found: set[float] = set()
    for margin in margins:
        starts = Counter(round(row.words[0].left) for row in margin.body)
        found |= {float(place) for place, count in starts.items() if count >= _OFTEN}
    return found


def _type_of(margins: Sequence[Margins]) -> Type:
    sizes: Counter[tuple[float, bool]] = Counter()
    steps: Counter[float] = Counter()
    for margin in margins:
        for row in margin.body:
            sizes[row.size, row.bold] += len(row.text)
    if not sizes:
        return Type(10.0, False, 1.2)
    (size, bold), _ = sizes.most_common(1)[0]
    for margin in margins[:200]:
        same = sorted((row for row in margin.body if row.size == size), key=lambda row: row.base)
        for a, b in pairwise(same):
            step = (b.base - a.base) / size
            # What is closer stands in another column, what is farther in another paragraph.
            if 0.9 < step < 2.6:
                steps[round(step, 1)] += 1
    leading = min(steps, key=lambda step: (-steps[step], step)) if steps else 1.2
    return Type(size, bold, leading)


def _margin(rows: Sequence[Line], page: Page) -> list[Piece]:
    ordered_ = sorted(rows, key=lambda row: (round(row.base), row.left))
    return [Piece(BlockKind.MARGIN, [row], page) for row in ordered_]


def _footnotes(lines: Sequence[Line], page: Page) -> list[Piece]:
    notes: list[Piece] = []
    for line in lines:
        mark = mark_of(line)
        if notes and not (mark and _follows(notes[-1].number, mark)):
            notes[-1].lines.append(line)
        else:
            notes.append(Piece(BlockKind.FOOTNOTE, [line], page, number=mark))
    return notes


def _follows(before: str, mark: str) -> bool:
    """Whether a mark is the next one; a line may also begin with a year or a page."""
    last, this = whole_value(before), whole_value(mark)
    if last is not None and this is not None:
        return this == last + 1
    return not before or this is None


def _rank(pieces: Sequence[Piece]) -> None:
    """Give each heading its level: the larger its letters, the higher; bold before plain."""
    def style(piece: Piece) -> tuple[float, bool, bool]:
        line = piece.first
        return -round(line.size * 2) / 2, not line.bold, not line.text.isupper()

    headings = [piece for piece in pieces if piece.kind is BlockKind.HEADING]
    styles = sorted({style(piece) for piece in headings})
    for piece in headings:
        piece.level = min(styles.index(style(piece)) + 1, _LEVELS)
