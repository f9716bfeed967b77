"""An admin's corrections of a cut: each gives new pieces, or says why it can't be done.

Pure.  Words are never touched, only where they are parted and what they are called.  Whatever is
corrected, and in whatever order, pieces stay in the document's order, don't overlap, and hold
every character of it.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from retrieval.errors import RetrievalError
from retrieval.guidance import Page
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import Piece, Span, page_at, page_named, words_of

Pieces = tuple[Piece, ...]

MAX_NAME_CHARACTERS = 300
SNAP_CHARACTERS = 40
"""So far a word's edge is looked for; writing without blanks has none, and is cut where asked."""


_LETTER_WITHOUT_CASE = "Lo"
"""Unicode's category of the letters of Chinese, Japanese, Thai and other scripts."""


class BadCut(RetrievalError):
    """A correction that can't be made; the message is one sentence for the admin.

    Attributes:
        field: The name of a piece that was given wrongly, or "words" for the first words of a
            part; empty where it is none of them.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def merged(pieces: Pieces, place: int) -> Pieces:
    """*pieces*, the one at *place* made one with the next that isn't left out.

    What was left out between the two is passed over.  A heading of the second is among the words
    then, since nothing else holds it any more.

    Raises:
        BadCut: It is left out, or nothing follows.
    """
    first = _taken_in(pieces, place)
    following = next((n for n in range(place + 1, len(pieces)) if not pieces[n].left_out), None)
    if following is None:
        raise BadCut("Nothing follows that it could be merged with.")
    second = pieces[following]
    between = tuple((p.start, p.end) for p in pieces[place + 1:following])
    pinpoint, number = first.pinpoint, first.number
    if second.pinpoint != pinpoint and not second.pinpoint.startswith(f"{pinpoint}, "):
        pinpoint = f"{pinpoint}; {second.pinpoint}"
        number = number if second.number in {"", number} else ""
    made = replace(
        first, end=second.end, pinpoint=pinpoint, number=number,
        without=(*first.without, *between, *second.without),
        part=first.part if pinpoint == first.pinpoint == second.pinpoint else 0)
    return _counted((*pieces[:place], made, *pieces[following + 1:]))


def split(pieces: Pieces, place: int, at: int, extracted: Extracted) -> Pieces:
    """*pieces*, the one at *place* parted at the word that begins nearest to character *at*.

    Raises:
        BadCut: Either part would have no words.
    """
    piece = _piece(pieces, place)
    snapped = _snapped(at, piece.body, piece.end, piece.without, extracted)
    page = page_at(snapped, extracted)
    first = _bounded(piece, piece.start, snapped, extracted)
    second = replace(
        _bounded(piece, snapped, piece.end, extracted), body=snapped, page=page,
        pinpoint=_repaged(piece, page))
    if not words_of(first, extracted) or not words_of(second, extracted):
        raise BadCut("One of the two parts would have no words; choose a place within the text.")
    if piece.number:
        first = replace(first, part=max(piece.part, 1))
        second = replace(second, part=max(piece.part, 1) + 1)
    return _counted((*pieces[:place], first, second, *pieces[place + 1:]))


def moved(pieces: Pieces, place: int, at: int, extracted: Extracted) -> Pieces:
    """*pieces*, the one at *place* ending where the word nearest to *at* begins.

    What it gives up the next piece takes, and the other way round.

    Raises:
        BadCut: No piece follows, or one of the two would have no words left.
    """
    first, second = _piece(pieces, place), None
    if place + 1 < len(pieces):
        second = pieces[place + 1]
    if second is None:
        raise BadCut("It is the last piece, so its end can't be moved.")
    passed = (*first.without, *second.without)
    snapped = _snapped(at, first.body, second.end, passed, extracted)
    earlier = replace(first, without=_within(passed, first.start, snapped),
                      end=_trimmed(snapped, extracted))
    # Once it is moved, what was the second's heading stands among words, on whichever side.
    body = second.body if snapped == second.start else snapped
    later = replace(second, start=snapped, body=body,
                    without=_within(passed, snapped, second.end),
                    page=page_at(snapped, extracted))
    if not words_of(earlier, extracted) or not words_of(later, extracted):
        raise BadCut("Nothing would be left of one of the two pieces; merge them instead.")
    return (*pieces[:place], earlier, later, *pieces[place + 2:])


def left_out(pieces: Pieces, place: int, why: str) -> Pieces:
    """*pieces*, the one at *place* left out because of *why*.

    Raises:
        BadCut: It is already, or no reason is given.
    """
    piece = _taken_in(pieces, place)
    reason = _name(why, what="Why it is left out")
    return (*pieces[:place], replace(piece, left_out=True, why=reason), *pieces[place + 1:])


def left_out_before(pieces: Pieces, place: int, why: str) -> Pieces:
    """*pieces*, all before the one at *place* left out because of *why*.

    Raises:
        BadCut: There is no such piece, nothing before it is taken in, or no reason is given.
    """
    _piece(pieces, place)
    return (*_all_left_out(pieces[:place], why, "before"), *pieces[place:])


def left_out_after(pieces: Pieces, place: int, why: str) -> Pieces:
    """*pieces*, all after the one at *place* left out because of *why*.

    Raises:
        BadCut: There is no such piece, nothing after it is taken in, or no reason is given.
    """
    _piece(pieces, place)
    return (*pieces[:place + 1], *_all_left_out(pieces[place + 1:], why, "after"))


def _all_left_out(pieces: Pieces, why: str, where: str) -> Pieces:
    if all(piece.left_out for piece in pieces):
        raise BadCut(f"Nothing {where} it is taken in.")
    reason = _name(why, what="Why they are left out")
    return tuple(piece if piece.left_out else replace(piece, left_out=True, why=reason)
                 for piece in pieces)


def taken_in(pieces: Pieces, place: int, extracted: Extracted) -> Pieces:
    """*pieces*, the one at *place* no longer left out.

    Raises:
        BadCut: It isn't left out, or has no words.
    """
    piece = _piece(pieces, place)
    if not piece.left_out:
        raise BadCut("It isn't left out.")
    if not words_of(piece, extracted):
        raise BadCut("It has no words, so it can't be a provision.")
    return (*pieces[:place], replace(piece, left_out=False, why=""), *pieces[place + 1:])


def called(
    pieces: Pieces, place: int, *, number: str | None = None, pinpoint: str | None = None,
    heading: str | None = None, kind: str | None = None,
) -> Pieces:
    """*pieces*, the one at *place* called otherwise; None leaves a name as it is.

    Only the number and the heading may be empty.

    Raises:
        BadCut: A name is too long, or missing.
    """
    piece = _piece(pieces, place)
    made = replace(
        piece,
        number=piece.number if number is None else _name(number, "number", may_lack=True),
        heading=piece.heading if heading is None else _name(heading, "heading", may_lack=True),
        pinpoint=piece.pinpoint if pinpoint is None else _name(pinpoint, "pinpoint"),
        kind=piece.kind if kind is None else _name(kind, "kind").lower())
    if pinpoint is not None and made.pinpoint != piece.pinpoint:
        made = replace(made, part=0)
    return _counted((*pieces[:place], made, *pieces[place + 1:]))


def _piece(pieces: Pieces, place: int) -> Piece:
    if not 0 <= place < len(pieces):
        raise BadCut(f"There is no piece {place + 1}: the document has {len(pieces)}.")
    return pieces[place]


def _taken_in(pieces: Pieces, place: int) -> Piece:
    piece = _piece(pieces, place)
    if piece.left_out:
        raise BadCut("It is left out; take it in first.")
    return piece


def _name(written: str, field: str = "", what: str = "", *, may_lack: bool = False) -> str:
    """*written* on one line: the *field* of a piece, or *what* a sentence calls it otherwise."""
    plain, what = " ".join(written.split()), what or f"The {field}"
    if not plain and not may_lack:
        raise BadCut(f"{what} is missing.", field)
    if len(plain) > MAX_NAME_CHARACTERS:
        raise BadCut(f"{what} is longer than {MAX_NAME_CHARACTERS} characters.", field)
    return plain


def _snapped(at: int, start: int, end: int, passed: Sequence[Span], extracted: Extracted) -> int:
    """Where the word nearest to *at* begins, outside of what is *passed* over."""
    if not start < at < end:
        raise BadCut("That place is not within the text that is to be parted.")
    text = extracted.text

    def begins(place: int) -> bool:
        return not text[place].isspace() and text[place - 1].isspace() and not any(
            a < place < b for a, b in passed)

    for distance in range(SNAP_CHARACTERS + 1):
        for place in (at - distance, at + distance):
            if start < place < end and begins(place):
                return place
    near = text[max(at - SNAP_CHARACTERS, start):min(at + SNAP_CHARACTERS, end)]
    if len(near) < SNAP_CHARACTERS or unicodedata.category(text[at]) != _LETTER_WITHOUT_CASE or any(
            a < at < b for a, b in passed):
        raise BadCut("No word begins near that place; choose another.")
    return at


def _bounded(piece: Piece, start: int, end: int, extracted: Extracted) -> Piece:
    return replace(piece, start=start, end=_trimmed(end, extracted) if end != piece.end else end,
                   without=_within(piece.without, start, end))


def _trimmed(end: int, extracted: Extracted) -> int:
    while end and extracted.text[end - 1].isspace():
        end -= 1
    return end


def _within(passed: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    return tuple(sorted((a, b) for a, b in passed if start <= a < end))


def _repaged(piece: Piece, page: Page) -> str:
    """The pinpoint of a later part: on its own page where it is cited by page."""
    was = page_named(piece.page)
    if piece.number or not was or page == piece.page or not piece.pinpoint.endswith(was):
        return piece.pinpoint
    return piece.pinpoint.removesuffix(was) + page_named(page)


def _counted(pieces: Pieces) -> Pieces:
    """*pieces*, the parts of each unit counted anew; one that is alone is no part."""
    runs: list[list[int]] = []
    key: tuple[str, str, str] | None = None
    for place, piece in enumerate(pieces):
        if not piece.part:
            if not piece.left_out:
                key = None
            continue
        own = (piece.number, piece.within, piece.pinpoint)
        if own == key:
            runs[-1].append(place)
        else:
            runs.append([place])
        key = own
    made = list(pieces)
    for run in runs:
        for count, place in enumerate(run, 1):
            made[place] = replace(made[place], part=count if len(run) > 1 else 0)
    return tuple(made)
