"""A turn as it is read: the words that facts rest on, what was judged, what was found and cited.

Labels and passages come from the release that a turn was drawn from, never from today's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from bot.console.turns.model_calls import ModelCall
from bot.console.turns.sources import Source, sources_of
from bot.dialogue.deal import Answer
from bot.dialogue.reply import Status, labels
from bot.errors import AlteredRelease, UnknownRelease
from bot.record.deletions import Deletion, What
from bot.turns.posted import Draw, Posted, as_text
from bot.turns.turn import FindingNote, FoundNote, Turn
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Checked, Fact, Guidance, Provision, ProvisionId, ReleaseId

Editions = Callable[[ReleaseId], Guidance]
"""Gives the guidance of a release."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a message, and which facts rest on it."""

    text: str
    facts: tuple[str, ...] = ()
    """What was understood of it: "end-user: Police", or "hosting: We host it, only supposed"."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A fact as a message was taken to tell it."""

    label: str
    values: str
    said: str
    sure: bool
    guessed: bool
    """Read with so little confidence that it is asked back."""
    confidence: float
    supposed: bool = False
    read_by: str = ""
    """Who read it, where that was a language model."""

    @property
    def told(self) -> str:
        """The fact in words, and that it was if it was not told as certain."""
        how = ", only supposed" if self.supposed else "" if self.sure else ", not certain"
        return f"{self.label}: {self.values}{how}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A red flag as it was judged in a turn."""

    id: str
    title: str
    status: Status
    gravity: int
    tentative: bool
    because: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was found."""

    provision: ProvisionId
    pinpoint: str
    heading: str
    checked: Checked | None
    start: int
    end: int
    similarity: float
    pinned: bool
    relied_on: bool
    """Whether the reply cites it."""


@dataclass(frozen=True, slots=True)
class Search:
    """What one query gave."""

    query: str
    abstained: bool
    nearest: ProvisionId | None
    gap: str | None
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn as it is read."""

    turn: Turn
    words: tuple[Span, ...]
    understood: tuple[Understood, ...]
    withdrawn: tuple[str, ...]
    """What it takes back: values with their fact, and facts of which nothing that was told counts
    any more."""
    judged: tuple[Judged, ...]
    searches: tuple[Search, ...]
    readable: bool
    """Whether the release that it was drawn from can be read; if not, ids stand for names."""
    calls: tuple[ModelCall, ...] = ()
    """What a language model was asked about it; for whoever asked without the words."""
    fault: str = ""
    """What is wrong with what is kept of that release; empty if nothing is."""
    rewords: int | None = None
    """The turn whose message was edited in Slack, which this one heard again."""
    reworded_in: tuple[int, ...] = ()
    """Turns that heard later wordings of this one's message."""
    posted: Posted | None = None
    """The reply as it was posted, drawn again; None where its release can't be read."""
    deleted: tuple[Deletion, ...] = ()
    """That its message, or what was posted of its reply, was deleted in Slack since."""
    sources: tuple[Source, ...] = ()
    """What its reply relies on, under the numbers that it was posted with."""

    @property
    def raised(self) -> tuple[Judged, ...]:
        """The flags that are raised."""
        return tuple(one for one in self.judged if one.status is Status.RAISED)

    @property
    def open(self) -> tuple[Judged, ...]:
        """The flags that something could still raise."""
        return tuple(one for one in self.judged if one.status is Status.OPEN)

    @property
    def message_deleted(self) -> Deletion | None:
        """The deletion of its message; None if it stands, as far as Slack has told."""
        return next((one for one in self.deleted if one.what is What.MESSAGE), None)

    @property
    def reply_deleted(self) -> tuple[Deletion, ...]:
        """The deletions of what was posted of its reply."""
        return tuple(one for one in self.deleted if one.what is What.REPLY)


def exchange(turn: Turn, editions: Editions, draw: Draw = as_text) -> Exchange:
    """*turn* as it is read, by the release that it was drawn from."""
    guidance, fault = _edition(editions, turn.release)
    names = _Names(guidance)
    message = turn.message

    def told(fact: Fact, answer: Answer) -> str:
        return _understood(names, fact, answer, message.supposed.get(fact) is answer).told

    away = message.retracted - message.heard.keys() - message.withdrawn.keys()
    relied = {citation.provision for citation in turn.reply.citations()}
    posted = None if guidance is None else draw(turn, guidance)
    return Exchange(
        turn=turn,
        words=tuple(spans(
            message.text, (*message.heard.items(), *message.supposed.items()), told)),
        understood=tuple(
            _understood(names, fact, answer, supposed)
            for answers, supposed in ((message.heard, False), (message.supposed, True))
            for fact, answer in sorted(answers.items())),
        withdrawn=(*(names.fact_is(fact, Answer(values, "", message.key))
                     for fact, values in sorted(message.withdrawn.items())),
                   *map(names.fact, sorted(away))),
        judged=tuple(sorted((_judged(names, note, turn) for note in turn.findings),
                            key=lambda one: -one.gravity)),
        searches=tuple(_search(names, found, relied) for found in turn.found),
        readable=names.guidance is not None,
        fault=fault,
        posted=posted,
        sources=sources_of(turn.reply, posted, guidance),
    )


def spans(
    text: str, answers: Iterable[tuple[Fact, Answer]], tell: Callable[[Fact, Answer], str]
) -> list[Span]:
    """*text* cut where the words begin and end that facts rest on.

    Facts may rest on the same words, or on some that overlap: each stretch names all of its own.
    An answer whose words don't stand at its place, such as one that was picked, marks nothing.
    """
    marks = [(start, end, tell(fact, answer)) for fact, answer in answers
             for start, end in _places(text, answer)]
    edges = sorted({0, len(text), *(edge for start, end, _ in marks for edge in (start, end))})
    found: list[Span] = []
    for start, end in pairwise(edges):
        facts = tuple(sorted(name for from_, to, name in marks if from_ <= start and end <= to))
        if found and found[-1].facts == facts:
            found[-1] = Span(found[-1].text + text[start:end], facts)
        else:
            found.append(Span(text[start:end], facts))
    return found


def _places(text: str, answer: Answer) -> list[tuple[int, int]]:
    """Where the words of *answer* stand; words that stand apart are told with commas between."""
    if not answer.said:
        return []
    if text[answer.start : answer.end] == answer.said:
        return [(answer.start, answer.end)]
    found, at = [], answer.start
    for words in answer.said.split(", "):
        at = text.find(words, at, answer.end)
        if at < 0 or not words:
            return []
        found.append((at, at + len(words)))
        at += len(words)
    return found


class _Names:
    """Names of things by a release, or their ids where it can't be read."""

    def __init__(self, guidance: Guidance | None) -> None:
        self.guidance = guidance

    def fact(self, fact: Fact) -> str:
        question = None if self.guidance is None else self.guidance.questions.get(fact)
        return str(fact) if question is None else question.label

    def values(self, fact: Fact, values: frozenset[str] | None) -> str:
        if values is None:
            return "doesn't know"
        if self.guidance is None or fact not in self.guidance.questions:
            return ", ".join(sorted(values))
        return labels(self.guidance, fact, values)

    def fact_is(self, fact: Fact, answer: Answer) -> str:
        return f"{self.fact(fact)}: {self.values(fact, answer.values)}"

    def provision(self, name: ProvisionId) -> Provision | None:
        return None if self.guidance is None else self.guidance.provisions.get(name)


def _edition(editions: Editions, release: ReleaseId) -> tuple[Guidance | None, str]:
    """The guidance of *release*, or None and, where it isn't what was published, what is wrong."""
    try:
        return editions(release), ""
    except AlteredRelease as error:
        return None, str(error)
    except (UnknownRelease, ReleaseNotReady):
        return None, ""


def _understood(names: _Names, fact: Fact, answer: Answer, supposed: bool) -> Understood:
    return Understood(names.fact(fact), names.values(fact, answer.latest), answer.said,
                      answer.certain, answer.guessed, answer.confidence, supposed,
                      answer.read_by)


def _judged(names: _Names, note: FindingNote, turn: Turn) -> Judged:
    flag = None if names.guidance is None else names.guidance.flag_by_id.get(note.flag)
    shown = next((one for one in turn.reply.flags if one.id == note.flag), None)
    title = flag.title if flag is not None else note.flag if shown is None else shown.title
    gravity = flag.gravity if flag is not None else 0 if shown is None else shown.gravity
    return Judged(
        note.flag, title, note.status, gravity, note.tentative,
        *(tuple(map(names.fact, facts)) for facts in (note.because, note.missing, note.unknown)))


def _search(names: _Names, found: FoundNote, relied: set[ProvisionId]) -> Search:
    gap = None if names.guidance is None else names.guidance.gap_by_id.get(found.gap or "")
    passages = []
    for one in found.passages:
        provision = names.provision(one.provision)
        passages.append(Passage(
            one.provision,
            one.provision if provision is None else provision.pinpoint,
            "" if provision is None else provision.heading,
            None if provision is None else provision.checked,
            one.start, one.end, one.similarity, one.why.value == "pinned",
            one.provision in relied))
    return Search(found.query.text, found.abstained, found.nearest,
                  found.gap if gap is None else gap.title, tuple(passages))
