"""What became of a document that was fetched or added, for whoever asked."""

from dataclasses import dataclass
from enum import StrEnum

from bot.documents.values import Cut, Fetch, Kept
from retrieval.ingesting.changes import Change
from retrieval.ingesting.pieces import Piece
from retrieval.reading.publishers import OfficialDocument


class Outcome(StrEnum):
    """What became of a document that was asked for."""

    FIRST = "first time"
    UNCHANGED = "unchanged"
    """The bytes are those that are kept, or the server says so, or the words are: many a web page
    is put together anew for each visitor around the same text."""
    CHANGED = "changed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Touched:
    """Pieces of a former cut whose words have changed."""

    cut: Cut
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one document."""

    outcome: Outcome
    tries: tuple[Fetch, ...]
    """In the order in which they were made; each failed one says why."""
    official: OfficialDocument | None = None
    """None for a document that is not of the list."""
    document: Kept | None = None
    """The document as it is now; None where it failed and none was kept before."""
    before: Kept | None = None
    """The state that it was compared with; None the first time."""
    changes: tuple[Change, ...] = ()
    """By paragraph; empty unless it changed."""
    touched: tuple[Touched, ...] = ()
    """By cut of the former state: what has to be looked at again."""
    cut: Cut | None = None
    """The cut that is proposed of a new document, or that was there already; None where the one
    that is there can't be read by this version."""

    @property
    def why(self) -> tuple[str, ...]:
        """For each address that gave nothing: the address and why, as one sentence."""
        return tuple(f"{one.url}: {one.error.rstrip('.')}." for one in self.tries if one.error)
