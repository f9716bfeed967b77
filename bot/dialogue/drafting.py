"""A draft: a model's wording of what was decided, sentence by sentence, each bound to its points.

A point is one decided thing that a draft may speak of: a raised flag, a safeguard, a consideration,
a passage.  Points are given to the model under short ids that hold for one draft alone; which
provisions a point cites is never the model's to say.  `bot.dialogue.fencing` judges a draft, and
only one that passes becomes part of a `Reply`.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.citation import Citation


class PointKind(StrEnum):
    """What a point is."""

    FLAG = "red flag"
    SAFEGUARD = "safeguard"
    CONSIDERATION = "consideration"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Point:
    """One decided thing that a draft may speak of."""

    id: str
    """Such as "F1", "S2", "C1" or "P3": valid in one draft alone."""
    kind: PointKind
    title: str
    text: str
    """What the plain answer says of it, the title again where that is all: what the model is given
    to restate."""
    evidence: tuple[str, ...]
    """`title`, `text` and the cited texts: whatever a sentence on the point may rest on."""
    quotable: tuple[str, ...]
    """Those of the cited texts that are official words; nothing else may be quoted."""
    citations: tuple[Citation, ...]
    needed: bool = False
    """A draft that leaves it out is refused; every raised flag that the plain answer shows is."""
    of: str = ""
    """Id of the flag, safeguard, consideration or provision that it is; no model is given it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a draft, and the ids of the points that it claims to restate."""

    text: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model proposes to say in place of the plain answer's points, in order."""

    sentences: tuple[Sentence, ...]
