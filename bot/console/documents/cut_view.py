"""One cut as its pages show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.console.guidance import provision_words
from bot.console.paging import paged
from bot.documents.kept import Documents
from bot.documents.values import Cut, CutState, Kept
from retrieval.ingesting.correcting import BadCut
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import Piece, words_of

A_PAGE = 50
"""Pieces of a page: few enough to be scrolled, so many that most documents have one to four."""
FOLDED_FROM = 700
"""Characters from which words are folded."""
BEGINS = 320
TEXTS_HELD = 3
"""Documents whose text is held in memory: whoever corrects a cut loads the same one for hours."""


class Show(StrEnum):
    """Which pieces are listed."""

    ALL = "all"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Row:
    """A piece as it is listed."""

    place: int
    piece: Piece
    words: str
    page: str
    folded: bool
    last: bool
    """Nothing follows that it could be merged with."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some of the pieces of a cut."""

    rows: tuple[Row, ...]
    show: Show
    page: int
    pages: int
    total: int
    taken: int
    left: int
    spans: tuple[tuple[int, int, int], ...]
    """Of each page, its number and the first and last piece on it."""


Texts = Callable[[str], Extracted]
"""The text of a document, by its SHA-256."""


def texts_of(documents: Documents) -> Texts:
    """Reads texts, and holds the last few: a document never changes."""
    return lru_cache(TEXTS_HELD)(documents.extracted)


def shown_of(given: str) -> Show:
    """Which pieces are to be listed, as an address has it."""
    return Show(given) if given in set(Show) else Show.ALL


def sheet(
    cut: Cut, extracted: Extracted, show: Show, page: int = 1, holding: int | None = None
) -> Sheet:
    """A page of the pieces of *cut*.

    Args:
        cut: The cut.
        extracted: Its document.
        show: Which pieces.
        page: The page, from 1.
        holding: The place of a piece that has to be on it, instead of *page*.
    """
    places = [n for n, piece in enumerate(cut.pieces)
              if show is Show.ALL or piece.left_out == (show is Show.OUT)]
    if holding is not None:
        page = sum(place < holding for place in places) // A_PAGE + 1
    here = paged(places, page, A_PAGE)
    taken = sum(not piece.left_out for piece in cut.pieces)
    last_in = max((n for n, piece in enumerate(cut.pieces) if not piece.left_out), default=-1)
    return Sheet(
        tuple(row(cut.pieces, place, extracted, last_in) for place in here.rows),
        show, here.page, here.pages, len(places), taken, len(cut.pieces) - taken,
        tuple((n + 1, places[n * A_PAGE], places[min(len(places), (n + 1) * A_PAGE) - 1])
              for n in range(here.pages)) if places else ())


def row(pieces: Sequence[Piece], place: int, extracted: Extracted, last_in: int) -> Row:
    """The piece at *place*, as it is listed."""
    piece = pieces[place]
    words = words_of(piece, extracted)
    return Row(place, piece, words, provision_words.page(piece.page), len(words) > FOLDED_FROM,
               place >= last_in)


def former_of(documents: Documents, cut: Cut, kept: Kept) -> tuple[Cut, Kept] | None:
    """The cut of the former edition of the same document; None where none can be read."""
    found = []
    for one in documents.listed_cuts():
        if (one.source.id == cut.source.id and one.document != cut.document
                and one.state is not CutState.DROPPED):
            other = documents.get(one.document)
            if other.kept_at < kept.kept_at:
                found.append((one, other))
    if not found:
        return None
    last, of = max(found, key=lambda pair: pair[1].kept_at)
    try:
        return documents.cut(last.id), of
    except BadCut:
        return None
