"""A deal brief as frozen values: what it says, before anybody decides how it looks.

All wording is done in `bot.brief.writing`; a renderer only sets it.  So the Markdown and
the PDF of a brief say the same, and neither can leave out a citation or its checked state.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from retrieval.guidance import Checked, ProvisionId, SourceId


class Part(StrEnum):
    """What a section holds."""

    UNDERSTOOD = "understood"
    RAISED = "raised"
    WAITING = "flags still open"
    CONSIDERATIONS = "considerations"
    RELATED = "related"
    OTHER_MATTERS = "other matters"
    DESIGN = "design"
    BEFORE_SALE = "before sale"
    AFTER_SALE = "after sale"
    ANY_TIME = "any time"
    OPEN_FACTS = "open facts"
    # Only memos have these; see `bot.exporting.memo`.
    CLAUSES = "clauses"
    TIMELINE = "timeline"
    CHECKPOINT = "checkpoint"
    SIGN_OFF = "sign-off"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the brief's head."""

    label: str
    value: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact that something rests on, and the words in which the person gave it."""

    fact: str
    said: str = ""
    """Empty where the words were erased."""
    place: str = ""
    """Where the words stand: "turn 2"; empty if that turn is not among those given."""


class Weight(StrEnum):
    """How much a tag should catch the eye."""

    ALARM = "alarm"
    CARE = "care"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Tag:
    """How a point stands, in words: "red flag raised", "only supposed"."""

    text: str
    weight: Weight = Weight.PLAIN


@dataclass(frozen=True, slots=True)
class Point:
    """One thing said: a fact, a red flag, a consideration, a safeguard."""

    head: str
    tags: tuple[Tag, ...] = ()
    text: str = ""
    grounds: tuple[Ground, ...] = ()
    marks: tuple[int, ...] = ()
    """Numbers of the sources that it rests on."""


@dataclass(frozen=True, slots=True)
class Section:
    """Points under one heading; `note` is said under the heading, or in place of points."""

    part: Part
    title: str
    points: tuple[Point, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The cited text of one provision."""

    provision: ProvisionId
    heading: str
    text: str
    checked: Checked
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """One numbered source: where in it the cited passages stand, and how far it is checked."""

    number: int
    source: SourceId
    title: str
    checked: Checked
    """The state of all its excerpts."""
    state: str
    url: str
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """A deal brief, worded and cited."""

    kind: str
    """What the document is."""
    subject: str
    """What the deal is, in the words of the first few facts; empty if none of them is known."""
    at: datetime
    rows: tuple[Row, ...]
    upshot: str
    upshot_marks: tuple[int, ...]
    tally: str
    """How many flags are raised and open, and how many considerations are open."""
    statements: tuple[str, ...]
    """What the brief is not, and what in it is unchecked."""
    sections: tuple[Section, ...]
    sources: str
    """Heading of the sources."""
    sources_note: str
    origins: tuple[Origin, ...]
    footing: str
    """What stands at the foot of each page."""

    @property
    def title(self) -> str:
        """Kind and subject in one line."""
        return f"{self.kind}: {self.subject}" if self.subject else self.kind

    def section(self, part: Part) -> Section:
        """The section that holds *part*. Raises KeyError if there is none."""
        return {section.part: section for section in self.sections}[part]

    @property
    def alarming(self) -> bool:
        """Whether any red flag is raised."""
        return any(s.part is Part.RAISED and s.points for s in self.sections)
