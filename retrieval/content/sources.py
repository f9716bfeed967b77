"""Sources and their provisions: what can be cited, and how far its text is the official one."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from retrieval.content.tables import Table, no_rows

SourceId = NewType("SourceId", str)
ProvisionId = NewType("ProvisionId", str)


class Checked(StrEnum):
    """How far a provision's text may be trusted as the official document's own."""

    OFFICIAL = "official"
    """The official document's own words, ingested from it; may be quoted verbatim."""
    SEEN = "seen"
    """Our digest; its substance was seen in a reliable source."""
    UNCHECKED = "unchecked"
    """Our digest, not yet ticked against the official text."""


class SourceKind(StrEnum):
    """What sort of instrument a source is."""

    TREATY = "treaty"
    DECLARATION = "declaration"
    REGULATION = "regulation"
    STATUTE = "statute"
    SOFT_LAW = "soft law"
    GUIDANCE = "guidance"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Source:
    """A published instrument or guidance that provisions belong to."""

    id: SourceId
    title: str
    short_title: str
    issuer: str
    kind: SourceKind
    jurisdiction: str
    url: str
    edition: str
    licence: str
    retrieved_on: date | None = None
    cited_as: tuple[str, ...] = ()
    """Patterns by which people cite a numbered provision, `{n}` for its number: "UNGP {n}"."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, as it is counted and as it is printed; they differ wherever a cover isn't counted."""

    pdf: int | None = None
    """Its place in the file, from 1; None where the file has no pages."""
    printed: str = ""
    """What stands on it ("8", "iv"); empty where nothing does."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody's tick: a digest was held against the official words, which now are its text."""

    by: str
    at: str
    """When, as `bot.ledger.timestamp` writes it."""
    passage: "ProvisionId"
    """The official provision that the words stand in."""
    start: int
    end: int
    """Characters of that provision's text."""
    document_sha256: str
    """Of the file that the words were read from."""
    restated: str
    """The digest, in our words: still searched, and shown as a reading aid, never quoted."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """Why a provision is no longer relied on."""

    by: str
    at: str
    reason: str
    instead: "ProvisionId | None" = None


@dataclass(frozen=True, slots=True)
class Provision:
    """A citable unit of a source, restated in our own words unless `checked` is official."""

    id: ProvisionId
    source: SourceId
    pinpoint: str
    """Where in the source, as a lawyer writes it, right whatever the numbering."""
    heading: str
    text: str
    checked: Checked
    kind: str
    consideration: str | None = None
    """Id of the consideration it belongs to (`sg-c2`), None outside the considerations."""
    number: str | None = None
    """What stands for `{n}` in the source's `cited_as` patterns."""
    topics: Table = field(default_factory=no_rows)
    """Facts of a deal that it speaks to in particular; empty means it speaks to all."""
    asks: tuple[str, ...] = ()
    """How a sales person would ask for it. Searched, never shown and never quoted."""
    answered: tuple[str, ...] = ()
    """Labelled questions that it answers, perhaps beside other provisions. Searched as well."""
    basis: str = ""
    """What the digest rests on: the mark and source key of the fact files."""
    note: str = ""
    """A caution for whoever relies on it (a rule only proposed, a status to verify)."""
    url: str = ""
    """Where these very words can be read; empty for the address of the source."""
    page: Page | None = None
    """Where it begins in its document; None for a digest."""
    confirmed: Confirmation | None = None
    """Who ticked it against which official words; None for a digest and what was read as it is."""
    retired: Retirement | None = None
    """Why nobody may rely on it any more; only what is set aside has one."""
    same_as: ProvisionId | None = None
    """The confirmed provision that quotes it in full; only what is set aside has one."""
