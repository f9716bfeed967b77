"""A stretch of a document that makes a provision, and what it is called."""

from dataclasses import dataclass

from retrieval.guidance import Page
from retrieval.ingesting.extracted import NO_PAGE, Extracted

MAX_NAMED_CHARACTERS = 80

_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
             "ninth", "tenth")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Naming:
    """What the provisions of a document are called."""

    source: str
    """Id of their source."""
    short: str
    """Its short title."""
    cited: str = ""
    """How one of its units is cited: "{short}, Article {n}"; empty for the document's own word."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of a document that makes a provision, or is left out."""

    start: int
    end: int
    """Characters of the document's text."""
    body: int
    """Where its words begin, after its heading."""
    pinpoint: str
    """Where in the source, without which part of it this is: see `cited`."""
    heading: str
    kind: str
    number: str = ""
    """The document's own, never ours."""
    within: str = ""
    """What holds it ("Part II"), where numbers begin again in each."""
    page: Page = NO_PAGE
    left_out: bool = False
    why: str = ""
    """Why it is left out."""
    without: tuple[Span, ...] = ()
    """What its words pass over: notes, running headers."""
    part: int = 0
    """Which part of its unit it is, from 1; 0 for the whole."""

    @property
    def cited(self) -> str:
        """Where in the source, as a lawyer writes it."""
        return f"{self.pinpoint} ({part_named(self.part)})" if self.part else self.pinpoint


def part_named(part: int) -> str:
    """The *part*-th in words."""
    return f"{_ORDINALS[part]} part" if part < len(_ORDINALS) else f"part {part}"


def words_of(piece: Piece, extracted: Extracted) -> str:
    """What *piece* says: the document's characters, without what it passes over."""
    return "\n\n".join(
        words for start, end in stretches(piece) if (words := extracted.text[start:end].strip()))


def stretches(piece: Piece) -> tuple[Span, ...]:
    """Where the words of *piece* stand in the document."""
    found: list[Span] = []
    at = piece.body
    for start, end in (*piece.without, (piece.end, piece.end)):
        if start > at:
            found.append((at, start))
        at = max(at, end)
    return tuple(found)


def place_named(short: str, heading: str, page: Page, above: str = "") -> str:
    """A pinpoint for what has no number: by its heading and page, as far as there are any.

    Args:
        short: The short title of its source.
        heading: What it stands under.
        page: Where it begins.
        above: The heading above that one, where the same heading comes back elsewhere.
    """
    named = (short, shortened(above), shortened(heading), page_named(page))
    return ", ".join(part for part in named if part)


def shortened(heading: str) -> str:
    """*heading* as far as it is cited: to the end of a word, where it is long."""
    if len(heading) <= MAX_NAMED_CHARACTERS:
        return heading
    return heading[:MAX_NAMED_CHARACTERS].rsplit(" ", 1)[0] + "…"


def page_named(page: Page) -> str:
    """*page* as it is cited: what is printed on it, else its place in the file, told as that."""
    if page.printed:
        return f"p. {page.printed}"
    return f"page {page.pdf} of the file" if page.pdf is not None else ""


def page_at(at: int, extracted: Extracted) -> Page:
    """The page of the block that character *at* stands in."""
    found = NO_PAGE
    for block in extracted.blocks:
        if block.start > at:
            break
        found = block.page
    return found


