"""Where a piece can be parted, as somebody chooses it who reads: a sentence, or words of theirs.

Pure.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from retrieval.ingesting.correcting import BadCut
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import Piece, stretches

_ENDS = re.compile(r"[.!?;:][\"”’)\]]*\s+|[。！？]\s*|\n\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a piece that a part may begin with."""

    at: int
    """Where it begins in the document."""
    words: str
    opens: bool = False
    """Whether a paragraph begins with it."""


def sentences_of(piece: Piece, extracted: Extracted) -> tuple[Sentence, ...]:
    """The sentences of *piece*, in order, without what it passes over."""
    found: list[Sentence] = []
    for start, end in stretches(piece):
        text = extracted.text
        places = [start, *(m.end() for m in _ENDS.finditer(text, start, end)), end]
        for at, stop in pairwise(places):
            words = text[at:stop].strip()
            if words:
                begun = at + len(text[at:stop]) - len(text[at:stop].lstrip())
                found.append(Sentence(begun, words, begun == piece.body or "\n" in text[begun - 1]))
    return tuple(found)


def place_of(words: str, piece: Piece, extracted: Extracted) -> int:
    """Where *words* begin in *piece*; blanks and line ends count alike.

    Raises:
        BadCut: They stand there nowhere, or more than once.
    """
    said = words.split()
    if not said:
        raise BadCut("Choose the sentence that the second part begins with, or give its first "
                     "words.", "words")
    pattern = re.compile(r"\s+".join(map(re.escape, said)))
    found = [m.start() for m in pattern.finditer(extracted.text, piece.body, piece.end)]
    if not found:
        raise BadCut("These words do not stand in this piece. Copy the first words of the second "
                     "part from the text.", "words")
    if len(found) > 1:
        raise BadCut(f"These words stand in this piece {len(found)} times. Give a few more, so "
                     "that they stand there once.", "words")
    return found[0]
