"""The cut of a document's former edition beside the cut of its next: compared, and carried over.

Pure.  What people corrected once they should not have to correct again, and what has changed they
should look at.  So corrections are carried only to stretches whose blocks are the same, word for
word; all else stays as it is proposed.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from rapidfuzz import fuzz

from retrieval.guidance import Page
from retrieval.ingesting.changes import ALIKE, MOST_COMPARED
from retrieval.ingesting.correcting import Pieces
from retrieval.ingesting.cutting import heads
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import Piece, page_at, page_named, words_of


class Fate(StrEnum):
    """What became of a piece from one edition to the next."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Pair:
    """A piece in both editions, or in one."""

    fate: Fate
    was: Piece | None
    now: Piece | None
    said: str = ""
    """Its former words; empty for what was added."""
    says: str = ""
    """Its words now; empty for what was removed."""


def compared(
    former: Sequence[Piece], was: Extracted, pieces: Sequence[Piece], now: Extracted
) -> tuple[Pair, ...]:
    """What became of the pieces of *former*, those left out aside, in the order of *pieces*."""
    old = [piece for piece in former if not piece.left_out]
    new = [piece for piece in pieces if not piece.left_out]
    said = [words_of(piece, was) for piece in old]
    says = [words_of(piece, now) for piece in new]
    partner = _partners(old, said, new, says)
    paired = {i: k for k, i in partner.items()}
    found: list[Pair] = []
    for k, piece in enumerate(new):
        i = partner.get(k)
        if i is None:
            found.append(Pair(Fate.ADDED, None, piece, "", says[k]))
            continue
        fate = Fate.SAME if said[i] == says[k] else Fate.CHANGED
        found.append(Pair(fate, old[i], piece, said[i], says[k]))
    for i, piece in enumerate(old):
        if i not in paired:
            before = [paired[j] for j in range(i) if j in paired]
            after = new[before[-1]] if before else None
            place = next((n for n, pair in enumerate(found) if pair.now is after), -1) + 1
            while place < len(found) and found[place].fate is Fate.REMOVED:
                place += 1
            found.insert(place if after is not None else _leading(found),
                         Pair(Fate.REMOVED, piece, None, said[i], ""))
    return tuple(found)


def _leading(found: Sequence[Pair]) -> int:
    return next((n for n, pair in enumerate(found) if pair.fate is not Fate.REMOVED), len(found))


def _partners(
    old: Sequence[Piece], said: Sequence[str], new: Sequence[Piece], says: Sequence[str]
) -> dict[int, int]:
    """By the place of a new piece, that of the old one it was: by words, number, then likeness."""
    found: dict[int, int] = {}
    for i, k, size in SequenceMatcher(None, said, says, autojunk=False).get_matching_blocks():
        found.update((k + n, i + n) for n in range(size))
    numbered = {_key(piece): i for i, piece in enumerate(old)
                if piece.number and i not in found.values()}
    for k, piece in enumerate(new):
        if k not in found and piece.number and _key(piece) in numbered:
            found[k] = numbered.pop(_key(piece))
    left = [i for i in range(len(old)) if i not in set(found.values())]
    fresh = [k for k in range(len(new)) if k not in found]
    if len(left) * len(fresh) <= MOST_COMPARED:
        for k in fresh:
            best = max(left, default=None, key=lambda i: fuzz.ratio(said[i], says[k]))
            if best is not None and fuzz.ratio(said[best], says[k]) >= ALIKE:
                found[k] = best
                left.remove(best)
    return found


def _key(piece: Piece) -> tuple[str, str, str, int]:
    return piece.kind, piece.number, piece.within, piece.part


# Carrying over ----------------------------------------------------------------------------


def carried(
    former: Sequence[Piece], was: Extracted, pieces: Sequence[Piece], now: Extracted
) -> tuple[Pieces, int]:
    """*pieces* with the corrections of *former*, where the document reads the same.

    Args:
        former: The cut of the former edition, as it was corrected.
        was: The former edition.
        pieces: The cut that is proposed of the next one.
        now: The next edition.

    Returns:
        The pieces, still in order and holding every character, and how many of them are cut or
        called otherwise than was proposed.
    """
    moved = _moved(former, was, now, {piece.start: piece.page for piece in pieces})
    made: list[Piece] = []
    rest: list[int] = []
    at = 0
    while at < len(pieces):
        stop, instead = _region(pieces, at, moved)
        if instead:
            made += instead
        else:
            rest.append(len(made))
            made.append(pieces[at])
        at = stop
    _rename(made, rest, former, was, now)
    proposed = set(pieces)
    return tuple(made), sum(piece not in proposed for piece in made)


def _moved(
    former: Sequence[Piece], was: Extracted, now: Extracted, pages: dict[int, Page]
) -> dict[int, list[Piece]]:
    """The former pieces that stand in the new text as they were, by where they begin there.

    Each comes with those that follow it at once.
    """
    shifts: dict[int, int] = {}
    under, under_now = _Headings(was), _Headings(now)
    old, new = ([text.of(block) for block in text.blocks] for text in (was, now))
    for i, k, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for n in range(size):
            shifts[i + n] = now.blocks[k + n].start - was.blocks[i + n].start
    runs: dict[int, list[Piece]] = {}
    run: list[Piece] = []
    first = 0
    for piece in former:
        while first < len(was.blocks) and was.blocks[first].end <= piece.start:
            first += 1
        last = first
        while last < len(was.blocks) and was.blocks[last].start < piece.end:
            last += 1
        by = {shifts.get(place) for place in range(first, last)}
        shift = by.pop() if len(by) == 1 else None
        if shift is None or under.at(piece.start) != under_now.at(piece.start + shift):
            run = []
            continue
        one = _shifted(piece, shift, now, pages)
        if run and now.text[run[-1].end:one.start].strip():
            run = []
        run = [*run, one]
        for place, earlier in enumerate(run):
            runs[earlier.start] = run[place:]
    return runs


def _shifted(piece: Piece, by: int, now: Extracted, pages: dict[int, Page]) -> Piece:
    start = piece.start + by
    page = pages[start] if start in pages else page_at(start, now)
    return replace(
        piece, start=start, end=piece.end + by, body=piece.body + by, page=page,
        pinpoint=_repaged(piece, page),
        without=tuple((a + by, b + by) for a, b in piece.without))


def _repaged(piece: Piece, page: Page) -> str:
    was = page_named(piece.page)
    if piece.number or not was or page == piece.page:
        return piece.pinpoint
    # A piece that was merged names two places, each after a semicolon.
    return re.sub(rf"{re.escape(was)}(?=$|;)", lambda _: page_named(page), piece.pinpoint)


class _Headings:
    """The headings that each place of a document stands under, the title of the whole aside."""

    def __init__(self, extracted: Extracted) -> None:
        self._starts: list[int] = []
        self._paths: list[tuple[str, ...]] = []
        path: list[tuple[int, str]] = []
        for block in extracted.blocks:
            if heads(block, extracted.of(block)):
                path = [one for one in path if one[0] < block.level]
                path.append((block.level, extracted.of(block)))
                self._starts.append(block.start)
                self._paths.append(tuple(words for _, words in path if words != extracted.title))

    def at(self, place: int) -> tuple[str, ...]:
        """Those above character *place*, the outermost first, one that begins there among them."""
        found = bisect_right(self._starts, place)
        return self._paths[found - 1] if found else ()


def _said(
    piece: Piece, extracted: Extracted, under: _Headings
) -> tuple[tuple[str, ...], str, str]:
    """What *piece* says, what stands over its words within it, and the headings it is under."""
    over = replace(piece, body=piece.start, end=piece.body,
                   without=tuple(one for one in piece.without if one[1] <= piece.body))
    return under.at(piece.start), words_of(over, extracted), words_of(piece, extracted)


def _region(
    pieces: Sequence[Piece], at: int, moved: dict[int, list[Piece]]
) -> tuple[int, list[Piece]]:
    """From the piece at *at*, the fewest pieces that some former ones stand exactly in place of.

    Returns:
        Where the next begins, and the former ones; none where there are none.
    """
    run = moved.get(pieces[at].start, [])
    stop = at
    for count, piece in enumerate(run, 1):
        while stop < len(pieces) - 1 and pieces[stop].end < piece.end:
            stop += 1
        if pieces[stop].end == piece.end:
            return stop + 1, run[:count]
        if pieces[stop].end < piece.end:
            break
    return at + 1, []


def _rename(
    made: list[Piece], places: Sequence[int], former: Sequence[Piece], was: Extracted,
    now: Extracted,
) -> None:
    """Call the pieces at *places* as a former one with the very same words was called.

    Where something was put in before it, the document itself numbers it otherwise now, and what it
    was called would be a citation of another one: so its headings have to be the same as well.
    """
    under, under_now = _Headings(was), _Headings(now)
    old = [(_said(piece, was, under), piece) for piece in former if words_of(piece, was)]
    times = Counter(said for said, _ in old)
    by_said = {said: piece for said, piece in old if times[said] == 1}
    fresh = {place: _said(made[place], now, under_now) for place in places}
    again = Counter(fresh.values())
    for place in places:
        piece, said = made[place], fresh[place]
        before = by_said.get(said)
        if before is None or again[said] > 1 or before.part != piece.part:
            continue
        made[place] = replace(
            piece, number=before.number, heading=before.heading, kind=before.kind,
            pinpoint=_repaged(before, piece.page), left_out=before.left_out, why=before.why)
