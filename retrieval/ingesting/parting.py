"""What is too long to be one provision, parted where the document itself pauses.

Pure.  A part begins with a paragraph or an entry of a list, never right after a heading; within a
paragraph that is too long by itself, with a sentence.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.pieces import Piece, page_at, page_named, words_of

MOST_CHARACTERS = 2_500
"""A longer piece is parted: nobody reads more in a citation."""

_LONG_SENTENCE = MOST_CHARACTERS * 9 // 10
"""A sentence of so many characters is parted before a word."""
_STOPS = frozenset(".!?;:")
_FULL_STOPS = frozenset("。！？")
"""After these no blank is written."""


def parted(piece: Piece, extracted: Extracted) -> Sequence[Piece]:
    """*piece*, in parts where it is too long.

    A part of a numbered unit keeps the unit's number and is told as a part; one of a stretch that
    is cited by heading and page is cited by its own page.

    Args:
        piece: As it was cut.
        extracted: The document.
    """
    length = len(words_of(piece, extracted))
    if piece.left_out or length <= MOST_CHARACTERS:
        return (piece,)
    wanted = length / -(-length // MOST_CHARACTERS)
    breaks = _breaks(piece, extracted)
    bounds = [piece.start]
    begun = piece.body
    while piece.end - begun > MOST_CHARACTERS:
        first = bisect_right(breaks, begun)
        near = breaks[first:bisect_right(breaks, begun + MOST_CHARACTERS)]
        if first == len(breaks):
            break
        begun = _nearest(near, begun + wanted) if near else breaks[first]
        bounds.append(begun)
    if len(bounds) == 1:
        return (piece,)
    parts: list[Piece] = []
    for count, (start, stop) in enumerate(zip(bounds, (*bounds[1:], piece.end), strict=True), 1):
        page = piece.page if count == 1 else page_at(start, extracted)
        pinpoint = piece.pinpoint
        if not piece.number and page != piece.page:
            pinpoint = piece.pinpoint.removesuffix(page_named(piece.page)) + page_named(page)
        parts.append(replace(
            piece, start=start, end=start + len(extracted.text[start:stop].rstrip()),
            body=piece.body if count == 1 else start, page=page, pinpoint=pinpoint,
            without=tuple(s for s in piece.without if start <= s[0] < stop),
            part=count if piece.number else 0))
    return parts


def _nearest(places: Sequence[int], wanted: float) -> int:
    return min(places, key=lambda place: abs(place - wanted))


def _breaks(piece: Piece, extracted: Extracted) -> list[int]:
    """Where *piece* may be parted: before a block, and within one that is too long by itself."""
    found: list[int] = []
    after_heading = False
    for block in extracted.blocks:
        if block.end <= piece.body or block.start >= piece.end:
            continue
        if any(start <= block.start < end for start, end in piece.without):
            continue
        if block.start > piece.body and not after_heading:
            found.append(block.start)
        after_heading = block.kind is BlockKind.HEADING
        if block.end - block.start > MOST_CHARACTERS:
            found += _sentence_starts(extracted.text, max(block.start, piece.body), block.end)
    return found


def _sentence_starts(text: str, start: int, end: int) -> list[int]:
    """Where sentences begin within a block; where one is too long, words within it as well."""
    found: list[int] = []
    begun = start
    for at in range(start + 1, end):
        before = text[at - 1]
        ended = before in _FULL_STOPS or (before == " " and text[at - 2] in _STOPS)
        worn_out = before == " " and at - begun > _LONG_SENTENCE
        if ended or worn_out or at - begun >= MOST_CHARACTERS:
            found.append(at)
            begun = at
    return found
