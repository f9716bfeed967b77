"""What differs between two states of a document, paragraph by paragraph.

Pure.  Running headers and page numbers are no part of what a document says, so a text that only
moved to another page hasn't changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from rapidfuzz import fuzz

from retrieval.guidance import Page
from retrieval.ingesting.extracted import NO_PAGE, Block, BlockKind, Extracted
from retrieval.ingesting.pieces import Piece, stretches

ALIKE = 60.0
"""From which likeness, of 100, two paragraphs are one that was reworded, and not two."""
MOST_COMPARED = 10_000
"""Pairs of paragraphs that are held against each other at once; a rewritten book has no pairs."""


class ChangeKind(StrEnum):
    """What became of a paragraph."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph that is not as it was."""

    kind: ChangeKind
    was: str
    """Its former words; empty for what was added."""
    now: str
    """Its words now; empty for what was removed."""
    start: int
    end: int
    """Characters of the former text; for what was added both are where it was put in."""
    page: Page = NO_PAGE
    """Where it stands now; where it stood for what was removed."""


def changes(before: Extracted, after: Extracted) -> tuple[Change, ...]:
    """What became of *before* in *after*, in its order; empty where the words are the same."""
    old, new = _said(before), _said(after)
    was, now = [before.of(block) for block in old], [after.of(block) for block in new]
    found: list[Change] = []
    for tag, i, j, k, m in SequenceMatcher(None, was, now).get_opcodes():
        if tag != "equal":
            at = old[i - 1].end if i else 0
            found += _replaced(old[i:j], was[i:j], new[k:m], now[k:m], at)
    return tuple(found)


def _said(extracted: Extracted) -> list[Block]:
    return [block for block in extracted.blocks if block.kind is not BlockKind.MARGIN]


def _replaced(
    old: Sequence[Block], was: Sequence[str], new: Sequence[Block], now: Sequence[str], at: int
) -> list[Change]:
    """What became of some paragraphs that others stand in the place of."""
    found: list[Change] = []
    next_new = 0
    pairs = dict(_pairs(was, now))
    for i, block in enumerate(old):
        partner = pairs.get(i)
        if partner is None:
            found.append(Change(
                ChangeKind.REMOVED, was[i], "", block.start, block.end, block.page))
        else:
            found += _added(new[next_new:partner], now[next_new:partner], at)
            # What stands all over a long document ("Reserved.") is no anchor to difflib, so it
            # may come here unchanged, between two that did change.
            if was[i] != now[partner]:
                found.append(Change(ChangeKind.CHANGED, was[i], now[partner], block.start,
                                    block.end, new[partner].page))
            next_new = partner + 1
        at = block.end
    return found + _added(new[next_new:], now[next_new:], at)


def _added(new: Sequence[Block], now: Sequence[str], at: int) -> list[Change]:
    return [Change(ChangeKind.ADDED, "", words, at, at, block.page)
            for block, words in zip(new, now, strict=True)]


def _pairs(was: Sequence[str], now: Sequence[str]) -> list[tuple[int, int]]:
    """Which paragraphs are the same ones reworded: the pairs that are most alike, in order."""
    if not was or not now or len(was) * len(now) > MOST_COMPARED:
        return []
    likeness = [[fuzz.ratio(one, other, score_cutoff=ALIKE) for other in now] for one in was]
    best = [[0.0] * (len(now) + 1) for _ in range(len(was) + 1)]
    for i in reversed(range(len(was))):
        for k in reversed(range(len(now))):
            paired = likeness[i][k] + best[i + 1][k + 1] if likeness[i][k] else 0.0
            best[i][k] = max(paired, best[i + 1][k], best[i][k + 1])
    found: list[tuple[int, int]] = []
    i = k = 0
    while i < len(was) and k < len(now):
        if likeness[i][k] and best[i][k] == likeness[i][k] + best[i + 1][k + 1]:
            found.append((i, k))
            i, k = i + 1, k + 1
        elif best[i][k] == best[i + 1][k]:
            i += 1
        else:
            k += 1
    return found


def concerned(pieces: Sequence[Piece], found: Sequence[Change]) -> tuple[Piece, ...]:
    """The pieces of the former text whose words *found* touches, those left out aside.

    What was added right behind a piece concerns it: it may be its next paragraph.
    """
    return tuple(piece for piece in pieces if not piece.left_out and any(
        _touches(change, piece) for change in found))


def _touches(change: Change, piece: Piece) -> bool:
    if change.kind is ChangeKind.ADDED:
        return piece.start < change.start <= piece.end
    spans = ((piece.start, piece.body), *stretches(piece))
    return any(change.start < end and start < change.end for start, end in spans)
