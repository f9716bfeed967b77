"""A conversation, a message of it, and the reply: frozen values from end to end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NewType

from bot.dialogue.changes import Changes, Group, Part, Renewed
from bot.dialogue.citation import Citation
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent as Intent  # noqa: PLC0414  others take it from here
from retrieval.guidance import (
    EMPTY_TABLE,
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
    Table,
)
from retrieval.words.labels import labels as in_words

ConversationId = NewType("ConversationId", str)

BRIEF_CONSIDERATIONS = 2
"""Considerations shown under an interim answer; the full advice shows all."""
BRIEF_SAFEGUARDS = 3
"""Safeguards shown under an interim answer."""


class Phase(StrEnum):
    """Where a conversation stands."""

    NEW = "new"
    ASKING = "asking"
    ADVISED = "advised"
    STOPPED = "stopped"
    """The person wanted the advice there and then; no more questions until asked for."""


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


class Going(StrEnum):
    """How a message that was written stands to the one just before it; see `Stretch`."""

    ALONE = "alone"
    """By itself, and nothing can go on from it: it was pressed, changes an earlier message or
    steers."""
    BEGINS = "begins"
    """By itself, and what follows at once may go on from it."""
    ON = "on"
    """It goes on from the message before, and was read together with that."""


_NOTHING: Mapping[Fact, Answer] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Beside:
    """A question within a message that tells something else; its words are those of the message."""

    start: int
    end: int
    """Its first character in the text, and the one behind its last."""
    intent: Intent
    entry: str | None = None
    """The glossary entry that it asks for, for DEFINE."""
    topics: Table = field(default_factory=lambda: EMPTY_TABLE)
    """What it and the rest of the message name: topics for a search."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as read: what it says of the deal, and what it wants."""

    key: MessageKey
    author: str
    text: str
    sent_at: datetime
    intent: Intent = Intent.DESCRIBE
    heard: Mapping[Fact, Answer] = field(default_factory=lambda: _NOTHING)
    withdrawn: Mapping[Fact, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Values that the message says don't hold ("not the police")."""
    supposed: Mapping[Fact, Answer] = field(default_factory=lambda: _NOTHING)
    """What it only supposes ("what if we host it ourselves?")."""
    subject: str | None = None
    """What a question is about: a glossary entry's id for DEFINE; for a follow-up such as "and in
    Kenya?" the question that went before; for COMPARE "last" where the last deal is meant."""
    retracted: frozenset[Fact] = frozenset()
    """Facts that an earlier wording of it told and this one does not any more."""
    answers_pending: bool = False
    """True when it answers something that was asked last."""
    topics: Table = field(default_factory=lambda: EMPTY_TABLE)
    """What it names, whether or not it says so of the deal: topics for a search."""
    going: Going = Going.ALONE
    matter: str = ""
    """What of the text is searched, where that isn't all of it: no greeting and no signature."""
    beside: Beside | None = None
    """A question put beside what it tells."""
    other_matters: tuple[str, ...] = ()
    """Ids of the matters beside the guidance that it tells of."""
    answers_reviewer: bool = False
    """Whether it answers what a reviewer has asked, and so nothing that was asked here."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of one message."""

    key: MessageKey
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages of one person that follow one another at once: one telling in several parts."""

    author: str
    sent_at: datetime
    """When the last of them was sent."""
    parts: tuple[Spoken, ...]
    before: Mapping[Fact, Answer | None]
    """Of each fact that they changed, what was known before; None where nothing was."""
    awaiting: tuple[Fact, ...]
    """The facts that were asked for before the first."""
    phase: Phase
    """Where the conversation stood then."""
    answers_reviewer: bool = False
    """Whether they answer what a reviewer has asked."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that the next step needs to know."""

    id: ConversationId
    deal: Deal = field(default_factory=Deal)
    asked: tuple[Fact, ...] = ()
    pending: Fact | None = None
    phase: Phase = Phase.NEW
    version: int = 0
    topic: str = ""
    """What the last question about the guidance was about, for short follow-ups."""
    extra_questions: int = 0
    """Questions allowed beyond the limit, because the person wanted to go on."""
    beside: tuple[Fact, ...] = ()
    """Facts asked for in the same message as `pending`."""
    rounds: int = 0
    """Messages in which something was asked."""
    supposed: Mapping[Fact, Answer] = field(default_factory=lambda: _NOTHING)
    """What was supposed last and can be adopted; no part of the deal."""
    stretch: Stretch | None = None
    """What was told last, while the next message may go on from it."""
    asked_before: tuple[Fact, ...] = ()
    """The facts asked for together when something was answered last: "sorry, I meant 2" is of
    their numbers."""
    unanswered: int = 0
    """Messages that answered nothing of what was asked and left it standing, since any did."""
    spoken_past: int = 0
    """Messages in a row that told of other matters than those that were asked for."""

    def awaiting(self) -> tuple[Fact, ...]:
        """The facts asked for last that were not answered since."""
        asked = () if self.pending is None else (self.pending, *self.beside)
        return tuple(fact for fact in asked
                     if not self.deal.answered(fact) or self.deal.guessed(fact))

    def asking(self, facts: Sequence[Fact]) -> "Conversation":
        """This conversation with *facts* as what is asked in the next message."""
        pending, *beside = facts
        return replace(self, pending=pending, beside=tuple(beside), phase=Phase.ASKING,
                       rounds=self.rounds + 1, asked=tuple(dict.fromkeys((*self.asked, *facts))),
                       asked_before=self._asked_last())

    def asking_later(self, facts: Collection[Fact]) -> "Conversation":
        """This conversation with nothing asked, and *facts* as if they had not been asked yet."""
        return replace(self, pending=None, beside=(),
                       asked=tuple(fact for fact in self.asked if fact not in facts))

    def asking_nothing(self, phase: Phase) -> "Conversation":
        """This conversation with no question left, in *phase*."""
        return replace(self, pending=None, beside=(), phase=phase, asked_before=self._asked_last())

    def _asked_last(self) -> tuple[Fact, ...]:
        group = () if self.pending is None else (self.pending, *self.beside)
        # What was passed over has no answer that could be put right.
        return group if any(map(self.deal.answered, group)) else self.asked_before

    def seen_as(self, shown: "Conversation") -> "Conversation":
        """This conversation for a person who saw nothing after *shown*.

        A question in a reply that was never shown was not put to anybody: it may be asked again,
        and what the person says next is no answer to it.
        """
        seen = replace(shown, deal=self.deal)
        awaiting = seen.awaiting()
        return replace(self, pending=awaiting[0] if awaiting else None, beside=awaiting[1:],
                       asked=shown.asked, rounds=shown.rounds, unanswered=shown.unanswered,
                       asked_before=seen._asked_last())


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
        for citations in holders:
            for citation in citations:
                seen.setdefault((citation.provision, citation.start, citation.end), citation)
        return tuple(seen.values())


def labels(guidance: Guidance, fact: Fact, values: frozenset[str]) -> str:
    """The words for *values* of *fact*, in the order of its choices."""
    return in_words(guidance.questions[fact], values)
