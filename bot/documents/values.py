"""What is known of documents that are kept: the document, its cuts, the tries to get it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.errors import AdvisorError
from retrieval.guidance import Source
from retrieval.ingesting.correcting import BadCut
from retrieval.ingesting.pieces import Piece


class UnknownDocument(AdvisorError):
    """No document has that SHA-256."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__("unknown_document", f"There is no document {sha256!r} in the database.")


class UnknownCut(AdvisorError):
    """No cut has that number."""

    def __init__(self, cut: int) -> None:
        super().__init__("unknown_cut", f"There is no cut number {cut} in the database.")


class UnreadableCut(BadCut):
    """Another version of the program wrote the cut; `number` is its own."""

    def __init__(self, number: int, why: str) -> None:
        self.number = number
        super().__init__(
            f"{why} The button on its page in the console does that, and so does 'advisor corpus "
            f"cut {number} --anew'; what people corrected in it is lost then, so use the version "
            "that wrote it if you still can.")


class ReadableCut(AdvisorError):
    """A cut that can be read is corrected, and never proposed anew."""

    def __init__(self, number: int) -> None:
        super().__init__(
            "readable_cut", f"Cut {number} can be read, so it was left as it is: correct it on its "
            "page in the console. Only one that this version can't read is cut anew.")


class StaleCut(AdvisorError):
    """Somebody else saved the cut first; `now` is what they saved."""

    def __init__(self, now: "Cut") -> None:
        self.now = now
        super().__init__("stale_cut", self.told(now.by))

    def told(self, by: str) -> str:
        """The message, which calls whoever was faster *by*."""
        return (f"{by} has changed this cut on {self.now.updated_at:%d %B %Y at %H:%M} UTC, after "
                "you opened it. Nothing of yours was saved; look at their state and make your "
                "change again.")


class SourceTaken(AdvisorError):
    """The document is cut for a source of that id already."""

    def __init__(self, source: str) -> None:
        super().__init__(
            "source_taken",
            f"This document is already cut for a source {source!r}; take another id, or go on "
            "with that cut.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that is kept, without its bytes and its text."""

    sha256: str
    name: str
    media_type: str
    size: int
    title: str
    """What it calls itself; empty where it doesn't say."""
    kept_at: datetime
    by: str
    """Who brought it in first."""


class CutState(StrEnum):
    """How far a cut is."""

    OPEN = "open"
    ADDED = "added"
    """Its pieces are provisions of a draft."""
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Cut:
    """How one document becomes the provisions of one source."""

    id: int
    document: str
    """The document's SHA-256."""
    source: Source
    """The source-to-be."""
    pieces: tuple[Piece, ...] = field(repr=False)
    """The provisions-to-be, and what is left out, in the document's order."""
    version: int
    updated_at: datetime
    by: str
    state: CutState = CutState.OPEN


@dataclass(frozen=True, slots=True)
class ListedCut:
    """A cut as it stands in a list: without its pieces, of which a long document has thousands."""

    id: int
    document: str
    source: Source
    version: int
    updated_at: datetime
    by: str
    state: CutState


@dataclass(frozen=True, slots=True)
class Fetch:
    """One try to get a document."""

    url: str
    """What was asked for, or `file:` and the name of what somebody added by hand."""
    at: datetime
    by: str
    official: str = ""
    """Of the list of official documents; empty for an address that somebody gave."""
    final_url: str = ""
    sha256: str | None = None
    """Of what came; None where nothing did."""
    document: str | None = None
    """The document that it is; None where it was not taken."""
    error: str | None = None
    """Why it was not taken, as part of a sentence."""
    etag: str = ""
    last_modified: str = ""
    id: int | None = None
