"""What the lawyers wrote, as frozen values: sources, provisions, red flags, safeguards, questions.

Everything here is data of one *release* and never changes once loaded.  Conditions are tables
of fact to values, not a language: every row must match, and a row matches if any value does.
The single special value `UNKNOWN` in a row matches the answer "I don't know".

The names of facts and their values come from the content files; no code knows one of them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, NewType

from retrieval.other_matters import OtherMatter

SourceId = NewType("SourceId", str)
ProvisionId = NewType("ProvisionId", str)
FlagId = NewType("FlagId", str)
SafeguardId = NewType("SafeguardId", str)
ReleaseId = NewType("ReleaseId", str)
Fact = NewType("Fact", str)

Table = Mapping[Fact, frozenset[str]]

UNKNOWN = "unknown"
"""Written in a table's row, matches a fact that was answered "I don't know"."""

EMPTY_TABLE: Table = MappingProxyType({})


def _no_rows() -> Table:
    return EMPTY_TABLE


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


class DealStage(StrEnum):
    """When in the life of a deal a safeguard is put in place."""

    DESIGN = "design"
    BEFORE_SALE = "before sale"
    AFTER_SALE = "after sale"


class QuestionKind(StrEnum):
    """How an answer to a question is given."""

    CHOICE = "choice"
    COUNTRY = "country"
    TEXT = "text"


class Role(StrEnum):
    """What a fact is to the code, which knows no fact by its name."""

    GO_BETWEEN = "go-between"
    """Who stands between seller and end-user: where they sit is not the place of use."""
    END_USER = "end-user"
    """Who uses it in the end: a country in their name is where they use it."""
    STAGE = "stage"
    """How far the deal is: which safeguards are still possible."""


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
    topics: Table = field(default_factory=_no_rows)
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
    """Facts whose answers address it; it stays open while one that applies is open."""
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
    suits: Table = field(default_factory=_no_rows)
    """Rows that are known must match; each match makes it fit better."""
    apt_for: Table = field(default_factory=_no_rows)
    """Rows that make it fit better where they match, and take nothing away where they don't."""
    weight: int = 1
    """1 to 3: how much it does on its own, other things equal."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be picked."""

    value: str
    label: str
    looked: bool = False
    """It says that somebody looked: a bare "no", which doesn't, stands for it but is not sure."""
    alone: bool = False
    """It says that no other holds: "no one, we sell direct", "the customer won't say"."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely each answer to a question is for deals that fit a table, as weights.

    An estimate that puts questions in order; it never decides what is advised.
    """

    values: Mapping[str, int]
    when: Table = field(default_factory=_no_rows)


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Facts that a person would ask for in one breath."""

    id: str
    facts: tuple[Fact, ...]
    wording: str
    """What opens a message that asks for more than one of them."""


@dataclass(frozen=True, slots=True)
class Question:
    """How a fact is asked for, and why."""

    fact: Fact
    kind: QuestionKind
    label: str
    """The fact's name in running text: "end-user"."""
    wording: str
    why: str
    authorities: tuple[ProvisionId, ...]
    choices: tuple[Choice, ...] = ()
    several: bool = False
    """More than one value may hold at once."""
    names: tuple[str, ...] = ()
    """How people name the fact when they say that they don't know it."""
    only_if: tuple[Table, ...] = ()
    """Asked unless every table is known not to match; empty means always."""
    look_up: str = ""
    """Where the person can find the answer."""
    consult: tuple[ProvisionId, ...] = ()
    role: Role | None = None
    rank: int = 50
    """Its place in forms and lists, and in the interview where two are worth the same."""
    after: tuple[Fact, ...] = ()
    """Facts that are asked for first, since the question makes no sense before."""
    likely: tuple[Likelihood, ...] = ()
    """How likely each answer is; the first that fits the deal counts."""
    yes: str | None = None
    """The value that a bare "yes" to the wording says, if it says one."""
    no: str | None = None
    """The value that a bare "no" to the wording says, if it says one."""

    @property
    def alone(self) -> frozenset[str]:
        """Values that none of the others holds beside."""
        return frozenset(choice.value for choice in self.choices if choice.alone)

    def together(self, values: frozenset[str]) -> frozenset[str]:
        """Those of *values* that can hold together: "no one" does not beside a distributor.

        What names something outweighs what stands alone: who was not told is told later, as in
        "they won't say who. ok, it's the police".
        """
        return values - self.alone or values

    def label_of(self, value: str) -> str:
        """The words for *value*; the value itself when it has none."""
        for choice in self.choices:
            if choice.value == value:
                return choice.label
        return value


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


@dataclass(frozen=True, slots=True)
class Term:
    """How people name one value of one fact.

    `near` holds alternatives; each is a tuple of groups, and one word of every group has to
    stand in the same sentence ("arrested" with "journalists").
    """

    fact: Fact
    value: str
    terms: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    """Count only when the message says nothing better about the fact."""
    exactly: tuple[str, ...] = ()
    """Like `weak`, and only as they are spelt: so many that a slip would lead astray."""
    near: tuple[tuple[tuple[str, ...], ...], ...] = ()
    asked: tuple[str, ...] = ()
    """Say it only in answer to the fact's own question ("by the book", "they refused")."""
    but_not: tuple[str, ...] = ()
    """Longer phrases in which a term means something else."""
    negated: str | None = None
    """The value that the opposite states: "courts aren't independent" is `weak`."""


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A word a sales person may ask about in the middle of things."""

    id: str
    names: tuple[str, ...]
    text: str
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


@dataclass(frozen=True, slots=True)
class Refinement:
    """A reading that only the facts together allow: police in the United States are domestic."""

    when: Table
    fact: Fact
    value: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How people name things, hedge, deny, correct themselves and steer the conversation."""

    terms: tuple[Term, ...]
    cues: Mapping[str, tuple[str, ...]]
    intents: Mapping[str, tuple[str, ...]]
    glossary: tuple[GlossaryEntry, ...]
    refinements: tuple[Refinement, ...] = ()
    english: frozenset[str] = frozenset()
    """Ordinary English words, which are never taken for a misspelt term."""
    within: Mapping[Fact, frozenset[Fact]] = field(default_factory=lambda: MappingProxyType({}))
    """By fact those within whose longer names its own still count: "Services Australia"."""


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
    def worked_out(self) -> dict[object, Any]:
        """What follows from the release alone, by what it is: kept by whoever worked it out."""
        return {}

    @cached_property
    def stage_fact(self) -> Fact | None:
        """The fact that says how far a deal is, None if the release has none."""
        return next((q.fact for q in self.questions.values() if q.role is Role.STAGE), None)

    def source_of(self, provision: ProvisionId) -> Source:
        """The source *provision* belongs to. Raises KeyError if it is not in the release."""
        return self.sources[self.provisions[provision].source]


def sha256_of(text: str) -> str:
    """Hex SHA-256 of *text* in UTF-8: how a span is pinned."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
