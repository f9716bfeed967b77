"""Documents written down in a few lines, without a file."""

from retrieval.guidance import Page
from retrieval.ingesting.composing import Composition
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.pieces import Naming, Piece

NAMING = Naming("src", "Doc")
KINDS = {"#": BlockKind.HEADING, "*": BlockKind.ITEM, "|": BlockKind.TABLE,
         "^": BlockKind.FOOTNOTE, "~": BlockKind.MARGIN}


def document(text: str, title: str = "") -> Extracted:
    """A line is a block: "## heading", "* item", "| row", "^ note", "~ margin"; "=== 3" a page."""
    composition = Composition(Limits())
    page = Page()
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("==="):
            _, pdf, *printed = line.split()
            page = Page(int(pdf), "".join(printed))
            continue
        sign = line[0]
        depth = len(line) - len(line.lstrip(sign)) if sign in KINDS else 0
        kind = KINDS.get(sign, BlockKind.PARAGRAPH)
        level = depth if kind in {BlockKind.HEADING, BlockKind.ITEM} else 0
        composition.add(kind, line[depth:], page=page, level=level)
    return composition.finished(title)


def kept(extracted: Extracted, naming: Naming = NAMING) -> list[Piece]:
    """What of the cut is not left out."""
    return [piece for piece in cut(extracted, naming) if not piece.left_out]


def covers(pieces: tuple[Piece, ...], extracted: Extracted) -> bool:
    """Whether *pieces* are in order and nothing but blanks lies between them."""
    at = 0
    for piece in pieces:
        if piece.start < at or piece.end <= piece.start or extracted.text[at:piece.start].strip():
            return False
        if not piece.start <= piece.body <= piece.end:
            return False
        spans = [at_ for span in piece.without for at_ in span]
        if spans != sorted(spans) or any(not piece.start <= s <= piece.end for s in spans):
            return False
        at = piece.end
    return not extracted.text[at:].strip()
