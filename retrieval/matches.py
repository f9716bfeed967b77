"""What a search is asked and what it gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from retrieval.guidance import EMPTY_TABLE, ProvisionId, Table
from retrieval.passages import Passage


class Why(StrEnum):
    """Why a passage was returned."""

    PINNED = "pinned"
    """Named by a red flag, or by its pinpoint in the question."""
    SIMILAR = "similar"
    """Found by its words or its meaning."""


@dataclass(frozen=True, slots=True)
class Query:
    """One thing to look for.

    `topics` are facts known of the deal or read from the question; passages that speak to them
    in particular are preferred.  `pinned` provisions come first, in their order, whatever the
    text says.
    """

    text: str
    topics: Table = field(default_factory=lambda: EMPTY_TABLE)
    pinned: tuple[ProvisionId, ...] = ()
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Match:
    """One passage found and why; similarity is a cosine in [-1, 1], 1.0 for pinned ones.

    Similarity compares passages of one query only: the order of matches also weighs words
    and topics, so it need not fall from match to match.
    """

    passage: Passage
    similarity: float
    why: Why

    @property
    def provision(self) -> ProvisionId:
        """The provision the passage is cut from."""
        return self.passage.provision


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives back for one query; abstained means that nothing bears on it."""

    query: Query
    matches: tuple[Match, ...]
    abstained: bool = False
    nearest: ProvisionId | None = None
    """When abstained, the provision that came nearest: where to start reading.  None if nothing is
    searched for, and where it is not clear of several gaps which one it falls into."""
    gap: str | None = None
    """When abstained because the texts are known to be silent on it, the gap's id."""


Search = Callable[[Sequence[Query]], Sequence[Found]]
"""One look at the index: as many results as queries, in their order."""
