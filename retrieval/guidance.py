"""What the lawyers wrote, as frozen values: sources, provisions, red flags, safeguards, questions.

Everything here is data of one *release* and never changes once loaded.  Conditions are tables
of fact to values, not a language: every row must match, and a row matches if any value does.
The single special value `UNKNOWN` in a row matches the answer "I don't know".

The names of facts and their values come from the content files; no code knows one of them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NewType

from retrieval.content.other_matters import OtherMatter
from retrieval.content.questions import (
    Choice,
    Likelihood,
    Question,
    QuestionGroup,
    QuestionKind,
    Role,
)
from retrieval.content.sources import (
    Checked,
    Confirmation,
    Page,
    Provision,
    ProvisionId,
    Retirement,
    Source,
    SourceId,
    SourceKind,
)
from retrieval.content.tables import EMPTY_TABLE, UNKNOWN, Fact, Table, no_rows
from retrieval.content.vocabulary import GlossaryEntry, Refinement, Term, Vocabulary
from retrieval.content.worked_out import WorkedOut

__all__ = [
    "EMPTY_TABLE",
    "GRAVE",
    "UNKNOWN",
    "Checked",
    "Choice",
    "Confirmation",
    "Consideration",
    "DealStage",
    "Fact",
    "FlagId",
    "Gap",
    "GapKind",
    "GlossaryEntry",
    "Guidance",
    "Likelihood",
    "NarrowScope",
    "Page",
    "Provision",
    "ProvisionId",
    "Question",
    "QuestionGroup",
    "QuestionKind",
    "RedFlag",
    "Refinement",
    "ReleaseId",
    "Retirement",
    "Role",
    "Safeguard",
    "SafeguardId",
    "Severity",
    "Source",
    "SourceId",
    "SourceKind",
    "Table",
    "Term",
    "Vocabulary",
    "sha256_of",
]

FlagId = NewType("FlagId", str)
SafeguardId = NewType("SafeguardId", str)
ReleaseId = NewType("ReleaseId", str)

GRAVE = 3
"""Gravity (`Severity.gravity`) of what harms worst."""


class DealStage(StrEnum):
    """When in the life of a deal a safeguard is put in place."""

    DESIGN = "design"
    BEFORE_SALE = "before sale"
    AFTER_SALE = "after sale"
    ANY_TIME = "any time"
    """No term of a contract and nothing of the product, so it is never too late for it."""


@dataclass(frozen=True, slots=True)
class Consideration:
    """One of the guidance's considerations and what settles it."""

    id: str
    number: int
    number_checked: Checked
    title: str
    weigh: str
    """What to weigh, in our words; shown in the advice with `authorities`."""
    settled_by: tuple[Fact, ...]
    """Facts whose answers address it; it stays open while one that applies is, and where there is
    none."""
    authorities: tuple[ProvisionId, ...]
    consult: tuple[ProvisionId, ...] = ()
    """Where to look up what the person has to find out."""


@dataclass(frozen=True, slots=True)
class Severity:
    """How severe the harm is that a red flag points to, each from 1 to 3 (UNGP 14, Commentary)."""

    scale: int
    """How grave it is for the one it befalls."""
    scope: int
    """How many it can befall."""
    irremediable: int
    """How hard it is to put right: 3 for what cannot be undone."""

    @property
    def gravity(self) -> int:
        """The gravest of the three: a harm is severe by any one of them."""
        return max(self.scale, self.scope, self.irremediable)

    @property
    def first(self) -> tuple[int, int, int]:
        """What harms are ranked by, the gravest highest: first what cannot be undone (UNGP 24)."""
        return self.irremediable, self.scale, self.scope


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A circumstance the guidance says to look into."""

    id: FlagId
    title: str
    explains: str
    when: Table
    consideration: str
    authorities: tuple[ProvisionId, ...]
    safeguards: tuple[SafeguardId, ...]
    severity: Severity
    ours: bool = False
    """True for a flag of our own making; the guidance's own lists do not contain it."""

    @property
    def gravity(self) -> int:
        """1 to 3: the gravest of scale, scope and irremediability."""
        return self.severity.gravity


@dataclass(frozen=True, slots=True)
class Safeguard:
    """A measure before, in or after the contract."""

    id: SafeguardId
    title: str
    text: str
    stage: DealStage
    authorities: tuple[ProvisionId, ...]
    suits: Table = field(default_factory=no_rows)
    """Rows that are known must match; each match makes it fit better."""
    apt_for: Table = field(default_factory=no_rows)
    """Rows that make it fit better where they match, and take nothing away where they don't."""
    unless: Table = field(default_factory=no_rows)
    """Rows that make it needless once all of them surely match."""
    weight: int = 1
    """1 to 3: how much it does on its own, other things equal."""
    binding: bool = False
    """True for what binding law may ask beside the guidance: it ranks with the guidance's own."""


@dataclass(frozen=True, slots=True)
class NarrowScope:
    """A kind of deal to which few considerations apply, and which of them still do."""

    id: str
    title: str
    reason: str
    when: Table
    applies: frozenset[str]
    """Ids of the considerations that still apply."""
    still_ask: frozenset[Fact]
    authorities: tuple[ProvisionId, ...]


class GapKind(StrEnum):
    """How far what people ask lies from what the texts cover."""

    NEAR = "near"
    """The right topic, but the texts are silent on it."""
    OUTSIDE = "outside"
    """Another field altogether."""
    OPENING = "opening"
    """Nothing was asked of the guidance: a word before the matter, small talk. No text lacks."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What people ask that no text of ours answers, and who can answer it."""

    id: str
    kind: GapKind
    title: str
    says: str
    """What the texts don't hold, in words for whoever asked."""
    whom: str
    """Whom to ask instead; nobody where nothing was asked yet."""
    nearest: tuple[ProvisionId, ...]
    """Provisions that come closest; none for another field."""
    asks: tuple[str, ...]
    """How people ask for it. Searched, never shown."""


@dataclass(frozen=True)
class Guidance:
    """All content of one release; immutable."""

    release: ReleaseId
    sources: Mapping[SourceId, Source]
    provisions: Mapping[ProvisionId, Provision]
    considerations: tuple[Consideration, ...]
    red_flags: tuple[RedFlag, ...]
    safeguards: Mapping[SafeguardId, Safeguard]
    stage_order: Mapping[str, tuple[DealStage, ...]]
    """For each stage of a deal, which safeguards are still possible, best first."""
    questions: Mapping[Fact, Question]
    scopes: tuple[NarrowScope, ...]
    vocabulary: Vocabulary = field(repr=False)
    groups: tuple[QuestionGroup, ...] = ()
    gaps: tuple[Gap, ...] = ()
    other_matters: tuple[OtherMatter, ...] = ()
    """What a deal may tell beside all this, and who should hear of it."""
    set_aside: Mapping[ProvisionId, Provision] = field(default_factory=dict)
    """Provisions that can be read and are neither found nor cited: those that were retired, and
    official passages that a confirmed provision quotes in full."""

    @cached_property
    def flag_by_id(self) -> Mapping[FlagId, RedFlag]:
        """Red flags by id."""
        return {flag.id: flag for flag in self.red_flags}

    @cached_property
    def gap_by_id(self) -> Mapping[str, Gap]:
        """Gaps by id."""
        return {gap.id: gap for gap in self.gaps}

    @cached_property
    def consideration_by_id(self) -> Mapping[str, Consideration]:
        """Considerations by id."""
        return {c.id: c for c in self.considerations}

    @cached_property
    def worked_out(self) -> WorkedOut:
        """What follows from the release alone: kept by whoever worked it out."""
        return WorkedOut()

    @cached_property
    def stage_fact(self) -> Fact | None:
        """The fact that says how far a deal is, None if the release has none."""
        return next((q.fact for q in self.questions.values() if q.role is Role.STAGE), None)

    def in_place_of(self, provision: ProvisionId) -> ProvisionId | None:
        """What is relied on in the place of *provision*: itself where it stands.

        None where it is unknown, or nothing stands in its place.  What was named to stand there
        may have been retired since, and be replaced itself, or be quoted in full by another one.
        """
        seen: set[ProvisionId] = set()
        here: ProvisionId | None = provision
        while here is not None and here not in self.provisions:
            aside = self.set_aside.get(here)
            if aside is None or here in seen:
                return None
            seen.add(here)
            here = aside.same_as or (aside.retired.instead if aside.retired is not None else None)
        return here

    def source_of(self, provision: ProvisionId) -> Source:
        """The source *provision* belongs to. Raises KeyError if it is not in the release."""
        return self.sources[self.provisions[provision].source]


def sha256_of(text: str) -> str:
    """Hex SHA-256 of *text* in UTF-8: how a span is pinned."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
