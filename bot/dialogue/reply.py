"""The reply, and what it is made of: values, of which blocks, text and JSON are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.dialogue.changes import Changes, Group, Part, Renewed
from bot.dialogue.citation import Citation
from retrieval.guidance import (
    Checked,
    Choice,
    DealStage,
    Fact,
    FlagId,
    Guidance,
    ProvisionId,
    QuestionKind,
    ReleaseId,
    SafeguardId,
)
from retrieval.words.labels import labels as in_words

BRIEF_CONSIDERATIONS = 2
"""Considerations shown under an interim answer; the full advice shows all."""

BRIEF_SAFEGUARDS = 3
"""Safeguards shown under an interim answer."""


class Status(StrEnum):
    """How a red flag, or a consideration with its flags, stands for a deal."""

    RAISED = "raised"
    OPEN = "open"
    NOT_RAISED = "not_raised"


class Coverage(StrEnum):
    """How a consideration stands in the coverage ledger."""

    ADDRESSED = "addressed"
    OPEN = "open"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class FlagNote:
    """A red flag judged for this deal, as shown."""

    id: FlagId
    title: str
    explains: str
    consideration: str
    status: Status
    because: tuple[Fact, ...]
    said: tuple[str, ...]
    missing: tuple[Fact, ...]
    tentative: bool
    """Raised on something that was only supposed."""
    gravity: int
    ours: bool
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ConsiderationNote:
    """What to weigh: one of the eight considerations, or one provision that bears on the matter."""

    id: str
    number: int | None
    """As we believe it stands in the guidance; `number_checked` says whether anybody looked."""
    title: str
    text: str
    status: Status
    citations: tuple[Citation, ...]
    number_checked: Checked | None = None


@dataclass(frozen=True, slots=True)
class SafeguardNote:
    """A suggested safeguard."""

    id: SafeguardId
    title: str
    text: str
    stage: DealStage
    citations: tuple[Citation, ...]

    @property
    def ours(self) -> bool:
        """Whether it is of our own making; one of the guidance bears the id of its provision."""
        return all(str(citation.provision) != self.id for citation in self.citations)


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One line of the coverage ledger: how a consideration stands and which facts say so."""

    consideration: str
    number: int
    state: Coverage
    because: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The next question, ready to be shown."""

    fact: Fact
    kind: QuestionKind
    text: str
    why: str
    several: bool
    choices: tuple[Choice, ...]
    citations: tuple[Citation, ...]
    opener: str = ""
    """What opens a message that asks for more than one fact."""
    beside: tuple["Asked", ...] = ()
    """What is asked in the same message."""
    again: str = ""
    """Where the message before asked the same: the line that recalls it, in place of the whole."""

    def all(self) -> tuple["Asked", ...]:
        """This question and those beside it."""
        return (self, *self.beside)


class Kind(StrEnum):
    """What a reply is: advice that is complete for now, advice with a question, or a refusal."""

    ADVICE = "advice"
    ASK = "ask"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the bot's own, with what it rests on where it asserts something."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class WordedLine(Line):
    """A sentence that a language model wrote and the fence let pass; its citations are by code."""

    restates: tuple[str, ...] = ()
    """Ids of the flags, considerations, safeguards and passages of the reply that it restates."""


Shape = Literal["full", "short", "brief", "step", "safeguards", "sources"]
"""How much to show: everything; one line a point, for a deal of which little is to be said; the
gist, for a first answer; only what is new, for a step of the
interview; the safeguards alone; or the passages behind the citations."""


@dataclass(frozen=True, slots=True)
class Supposable:
    """A value of a fact that may be tried out, and how it is named."""

    fact: Fact
    value: str
    named: str
    """"Hosting: run by us", as the question and its choice are called."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back, as data; Slack blocks, terminal text and JSON are drawn from it.

    `lead` is what a hurried reader sees first.  `considerations` hold the eight for a deal, or
    the provisions found for a plain question.
    """

    kind: Kind
    release: ReleaseId
    lead: tuple[Line, ...]
    heard: str = ""
    considerations: tuple[ConsiderationNote, ...] = ()
    related: tuple[ConsiderationNote, ...] = ()
    flags: tuple[FlagNote, ...] = ()
    safeguards: tuple[SafeguardNote, ...] = ()
    more_safeguards: tuple[SafeguardNote, ...] = ()
    question: Asked | None = None
    open_facts: tuple[Fact, ...] = ()
    tentative: tuple[Fact, ...] = ()
    coverage: tuple[CoverageLine, ...] = ()
    consult: tuple[Line, ...] = ()
    closing: tuple[Line, ...] = ()
    unchecked: str = ""
    """Said once where the sources are not listed with their checked state."""
    composer: str = "plain"
    shape: Shape = "full"
    fresh: tuple[FlagId, ...] = ()
    """Flags that this message raised."""
    changes: Changes | None = None
    """What the message did to the advice; None where it changed nothing that was known."""
    worded: tuple[WordedLine, ...] = ()
    """What a language model made of the points of this reply and the fence let pass, in order.

    It is shown in place of flags, considerations and safeguards, which stay as they were decided;
    those that it leaves out are shown by name. Empty where the plain wording stands.
    """
    worded_by: str = ""
    """Says beside `worded` that it is a language model's; empty where the plain wording stands."""
    renewed: tuple[Renewed, ...] = ()
    """What has become of provisions cited before, since another release answers: the first line."""
    aside: tuple[Line, ...] = ()
    """What is said of anything beside the advice, below what was heard: the answer to a question
    put by the way, and matters of which the guidance does not speak."""
    by_title: bool = False
    """Whether a first answer names points by their titles where these will do.  One of before this
    was has a sentence for each, and is drawn so."""
    says_once: bool = False
    """Whether what its first lines say isn't said again below them, and no point is parted from the
    others for the sake of the question.  One of before this was is drawn as it was."""

    stands: bool = False
    """Whether how the deal stands is what was said before, and so isn't among its first lines."""
    to_send: bool = False
    """Whether somebody wants the deal sent on, so that what sends it stands right below."""
    to_try_out: bool = False
    """Whether somebody supposed what wasn't heard, so that they can pick it right below."""
    may_be_supposed: tuple[Supposable, ...] = ()
    """What they may have meant, the likeliest first, to be tried out at once."""

    @property
    def shown_flags(self) -> tuple[FlagNote, ...]:
        """The raised flags that it tells of: all, in a step only those that are new."""
        raised = (flag for flag in self.flags if flag.status is Status.RAISED)
        return tuple(flag for flag in raised if self.shape != "step" or flag.id in self.fresh)

    @property
    def flag_named_above(self) -> bool:
        """Whether it tells of one flag alone, and its first lines have named that already."""
        if not self.says_once or self.shape not in {"brief", "step"}:
            return False
        titles = [flag.title.casefold() for flag in self.shown_flags]
        return len(titles) == 1 and any(titles[0] in line.text.casefold() for line in self.lead)

    @property
    def safeguards_by_title(self) -> bool:
        """Whether safeguards are shown by their titles alone, which say what to do."""
        return self.by_title and self.shape == "brief"

    @property
    def considerations_by_title(self) -> bool:
        """The same of what to weigh: where a red flag is raised, that says what to look at."""
        return self.safeguards_by_title and any(
            flag.status is Status.RAISED for flag in self.flags)

    def told(self) -> tuple[Group, ...]:
        """The changes to show: a step of the interview shows flags that came in full."""
        if self.changes is None:
            return ()
        apart = {Part.FLAGS_ADDED} if self.shape == "step" else set()
        return tuple(g for g in self.changes.groups if g.part not in apart)

    def citations(self) -> tuple[Citation, ...]:
        """Every citation of what is shown, once, in the order in which a reader meets them.

        A wording takes none away: the points that it passes over are still shown by name, and the
        decision rests on them. Those of flags that are not raised and of safeguards kept back stay
        with their notes.
        """
        seen: dict[tuple[ProvisionId, int, int], Citation] = {}
        for citations in self.cited():
            for citation in citations:
                seen.setdefault((citation.provision, citation.start, citation.end), citation)
        return tuple(seen.values())

    def cited(self) -> Sequence[tuple[Citation, ...]]:
        """What each piece of what is shown rests on, in the same order, as often as it is cited."""
        raised = [f for f in self.flags if f.status is Status.RAISED]
        holders: list[tuple[Citation, ...]] = [line.citations for line in (*self.lead, *self.aside)]
        holders += [named.citations for group in self.told() for named in group.named]
        holders += [line.citations for line in self.worded]
        holders += [f.citations for f in raised]
        holders += [c.citations for c in (*self.considerations, *self.related)]
        holders += [s.citations for s in self.safeguards]
        if self.question is not None:
            holders += [q.citations for q in self.question.all()]
        holders += [line.citations for line in (*self.consult, *self.closing)]
        return holders


def labels(guidance: Guidance, fact: Fact, values: frozenset[str]) -> str:
    """The words for *values* of *fact*, in the order of its choices."""
    return in_words(guidance.questions[fact], values)
