"""Impact as the pages show it: who is affected, in what, and whether they can be told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.casebook.standing import Standing
from bot.console.paging import paged
from bot.dialogue.conversation import ConversationId
from bot.impact.differing import Kind
from bot.impact.survey import Affected, Survey
from bot.impact.telling import Outcome
from bot.impact.words import Said, Words
from retrieval.guidance import ProvisionId

MOST_ROWS = 50
"""Conversations of a page."""
MOST_SIGNED = 10
"""Conversations that are signed off, of those that are named before anybody publishes."""
MOST_SAID = 4
"""Changes that a row names; the others are behind a disclosure."""

KIND_SHAPES: Mapping[Kind, str] = {Kind.ADVICE: "≠", Kind.TEXTS: "¶", Kind.ANSWER: "?"}
"""Kinds by a sign, for those who tell no colours apart."""

OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.TOLD: ("thread was told", "threads were told"),
    Outcome.ALREADY: ("had been told before", "had been told before"),
    Outcome.UP_TO_DATE: ("was answered by this release since", "were answered by this release "
                         "since"),
    Outcome.SAME: ("would be told the same now", "would be told the same now"),
    Outcome.ERASED: ("could not be told: who asked was erased",
                     "could not be told: who asked was erased"),
    Outcome.NO_THREAD: ("has no thread in Slack: it came from the terminal or the API",
                        "have no thread in Slack: they came from the terminal or the API"),
    Outcome.NOT_THERE: ("is not there", "are not there"),
}
"""What came of telling, of one and of more."""


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many are affected in one way."""

    kind: Kind
    name: str
    shape: str
    number: int


@dataclass(frozen=True, slots=True)
class ImpactRow:
    """A conversation that is affected."""

    conversation: ConversationId
    asker: str
    updated_at: datetime
    deal: str
    """Whether it goes on, in words."""
    release: str
    """What its last answer was drawn from."""
    kind: Kind
    kind_name: str
    kind_shape: str
    said: tuple[Said, ...]
    """In what, those that weigh most first."""
    further: tuple[Said, ...]
    why_not: str
    """Why it isn't told, in words; empty where it can be."""


@dataclass(frozen=True, slots=True)
class ImpactTable:
    """What `impact_table.html` draws.

    Attributes:
        before, after: The two releases.
        looked_at: How many conversations were held against them.
        deals: In how many of them a deal was told of.
        counts: By kind, those that weigh most first.
        chosen: The kind that is looked at; None for all.
        signed: Those that are signed off and whose sign-off ends with the other release.
        altered: The provisions that changed: id, what, and what became of it.
        rows: Of this page.
        first: Number of the first row, from 1.
        total: How many rows all pages have.
        page, pages: Which page, from 1, and how many.
        form: Id of the form that the boxes of the rows are sent with; empty for no boxes.
    """

    before: str
    after: str
    looked_at: int
    deals: int
    counts: tuple[KindCount, ...]
    chosen: Kind | None
    signed: tuple[ConversationId, ...]
    altered: tuple[tuple[str, str, str], ...]
    rows: tuple[ImpactRow, ...]
    first: int
    total: int
    page: int
    pages: int
    form: str = ""

    @property
    def affected(self) -> int:
        """How many are affected in any way."""
        return sum(one.number for one in self.counts)


def chosen_of(survey: Survey, kind: Kind | None) -> tuple[Affected, ...]:
    """Those of *kind*, or all."""
    return tuple(one for one in survey.affected if kind is None or one.kind is kind)


def signed_of(survey: Survey) -> tuple[ConversationId, ...]:
    """Those whose sign-off is of what reads otherwise by the other release, and so ends with it."""
    return tuple(one.conversation for one in survey.affected if one.lapses)


def impact_table(
    survey: Survey, words: Words, kind: Kind | None, page: int, *,
    told: Collection[ConversationId] = (), threads: Collection[ConversationId] | None = None,
    form: str = "",
) -> ImpactTable:
    """A page of *survey* as it is drawn.

    Args:
        survey: Who is affected.
        words: Says in what.
        kind: Only these.
        page: Which page, from 1; one that isn't there is the last.
        told: Who was told already.
        threads: Of the page, who has a thread in Slack; None where that doesn't matter.
        form: Id of the form that boxes are sent with.
    """
    passing = chosen_of(survey, kind)
    here = paged(passing, page, MOST_ROWS)
    return ImpactTable(
        before=survey.before, after=survey.after, looked_at=survey.looked_at,
        deals=survey.deals,
        counts=tuple(KindCount(one, words.kind(one), KIND_SHAPES[one], number)
                     for one, number in survey.counts.items()),
        chosen=kind,
        signed=signed_of(survey),
        altered=tuple((str(name), words.place(name), words.became(one.how))
                      for name, one in survey.altered.items()),
        rows=tuple(_row(one, words, survey, told, threads) for one in here.rows),
        first=here.first + 1 if passing else 0, total=len(passing), page=here.page,
        pages=here.pages, form=form)


def page_of(survey: Survey, kind: Kind | None, page: int) -> tuple[Affected, ...]:
    """Those that `impact_table` shows on *page*."""
    return tuple(paged(chosen_of(survey, kind), page, MOST_ROWS).rows)


def outcomes(numbers: Mapping[Outcome, int]) -> tuple[str, ...]:
    """What came of telling, in words."""
    return tuple(f"{number:,} {OUTCOMES[one][number != 1]}"
                 for one, number in numbers.items() if number)


def _row(
    one: Affected, words: Words, survey: Survey, told: Collection[ConversationId],
    threads: Collection[ConversationId] | None,
) -> ImpactRow:
    said = tuple(words.said(change) for change in one.changes) or tuple(
        words.altered(ProvisionId(name)) for name in one.cites)
    why_not = ""
    if one.release == survey.after:
        why_not = "answered by this release since"
    elif one.conversation in told:
        why_not = "told already"
    elif one.erased or (threads is not None and one.conversation in threads and not one.asker):
        why_not = "who asked was erased"
    elif threads is not None and one.conversation not in threads:
        why_not = "no thread in Slack: it came from the terminal or the API"
    return ImpactRow(
        one.conversation, one.asker, one.updated_at, _deal(one), one.release, one.kind,
        words.kind(one.kind), KIND_SHAPES[one.kind], said[:MOST_SAID], said[MOST_SAID:], why_not)


def _deal(one: Affected) -> str:
    if one.erased:
        return "words erased"
    if one.standing is Standing.SIGNED:
        return "signed off"
    if one.standing is Standing.SIGNED_ONCE:
        return "signed off once"
    lapsed = "sign-off lapsed; " if one.standing is Standing.LAPSED else ""
    return lapsed + ("open, a question waits" if one.asking else "open")
