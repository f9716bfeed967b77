"""A review: what reviewers did with one conversation, as its rows in the log add up.

Nothing here is stored.  The rows are, each appended and none changed; a review is a fold over
them and can be made again at any time.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from bot.casebook.standing import (
    APPROVED,
    ASKED,
    COMMENTED,
    DROPPED,
    LAPSED,
    MARKED,
    REFUSED,
    SIGNED_OFF,
    TURN,
    UNREADABLE,
    VERDICT,
    WITHDRAWN,
    Stand,
    Standing,
    may_answer,
    moved_if_readable,
    person_of,
)
from bot.reviews.advised import Advised, Change
from bot.turns.echoes import whom

__all__ = [
    "Asked", "Comment", "Lapse", "Mark", "Objection", "Opinion", "Outcome", "Review", "SignOff",
    "Stand", "Standing", "Verdict", "VerdictKind", "VerdictState", "folded", "objections",
]


class Opinion(StrEnum):
    """What a reviewer holds of what the advice says under one consideration."""

    AGREED = "agreed"
    NEEDS_CHANGE = "needs_change"
    WRONG = "wrong"


class Outcome(StrEnum):
    """What a review comes to; none of it says that a deal is lawful or may go ahead."""

    AGREED = "agreed"
    """The advice is agreed to as it was given."""
    WITH_CONDITIONS = "with_conditions"
    NOT_AGREED = "not_agreed"
    """It goes on to whoever decides above."""
    RETURNED = "returned"
    """It goes back to whoever asked, with questions."""

    @property
    def agrees(self) -> bool:
        """Whether it agrees with the advice, with or without conditions."""
        return self in {Outcome.AGREED, Outcome.WITH_CONDITIONS}


class VerdictKind(StrEnum):
    """What a reviewer says of one answer."""

    WRONG_CITATION = "wrong_citation"
    MISSING_CONSIDERATION = "missing_consideration"
    WRONG_SAFEGUARD = "wrong_safeguard"
    FINE = "fine"
    CORRECTED_ANSWER = "corrected_answer"


class VerdictState(StrEnum):
    """What became of a verdict."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reviewer says to the others."""

    by: str
    """Slack's id; empty once erased."""
    at: datetime
    text: str | None
    """None once erased."""
    number: int = 0
    """From 1."""
    objects: bool = False
    """Whether it objects to signing off; whoever made it may take it back."""
    settled: bool = False
    """Whether an objection was taken back, or decided upon with a sign-off."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What a reviewer has against signing off, and nobody has decided upon."""

    key: str
    """Names it in a sign-off that is made in spite of it."""
    by: str
    at: datetime
    text: str | None
    consideration: str = ""
    """Of a mark, its consideration; empty for an objection in words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the person whose deal it is."""

    number: int
    """From 1."""
    by: str
    to: str
    at: datetime
    text: str | None
    """None once erased."""
    answered: bool
    """Whether the person has answered: by what they said next, or by the word of a reviewer."""
    dropped: bool = False
    """Whether reviewers no longer wait for an answer."""
    turn: int | None = None
    """The turn that answers it, by its number."""
    after: tuple[int, ...] = ()
    """Turns that were said after it and don't answer it, while it was open."""

    @property
    def open(self) -> bool:
        """Whether an answer is waited for."""
        return not (self.answered or self.dropped)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reviewer holds of one consideration."""

    opinion: Opinion
    by: str
    at: datetime
    note: str | None
    """None once erased; empty where none was given."""
    advice_digest: str
    """The advice that it is said of: of another one it says nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer says of one answer, which may become a labelled case."""

    number: int
    """From 1."""
    kind: VerdictKind
    turn: int
    about: Mapping[str, Any]
    """Ids of what it speaks of, such as {"provision": …}."""
    note: str | None
    """None once erased; empty where none was given."""
    by: str
    at: datetime
    state: VerdictState = VerdictState.PROPOSED
    case: str | None = None
    """Id of the labelled case that it became."""
    settled_by: str = ""
    """Who approved or refused it."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """Somebody's word that the review is complete, and of which advice; nothing more."""

    by: str
    at: datetime
    reason: str | None
    """None once erased."""
    advised: Advised
    second: bool
    """Whether it is the second of two."""
    needs_second: bool = False
    """Whether it counts only with another one."""
    outcome: Outcome = Outcome.AGREED
    """Sign-offs of before there were others agreed."""
    over: tuple[str, ...] = ()
    """Keys of the objections that it was made in spite of."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """That the advice is no longer the one that was signed off."""

    at: datetime
    changes: tuple[Change, ...]
    release: str
    """The release by which it is another."""
    sign_offs: tuple[SignOff, ...] = ()
    """Those that lapsed."""


_NO_MARKS: Mapping[str, Mark] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Review:
    """What the rows of one conversation add up to."""

    stand: Stand = field(default_factory=Stand)
    comments: tuple[Comment, ...] = ()
    questions: tuple[Asked, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=lambda: _NO_MARKS)
    """The last mark of each consideration, by its id."""
    held: Mapping[tuple[str, str], Mark] = field(default_factory=dict)
    """The last mark of each consideration by each reviewer, by both."""
    over: frozenset[str] = frozenset()
    """Keys of the objections that were decided upon."""
    verdicts: tuple[Verdict, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    """Those that stand: neither lapsed nor withdrawn."""
    signed: int = 0
    """How many sign-offs there were in all."""
    lapsed: Lapse | None = None
    """Set until somebody signs off again."""
    turns: int = 0
    told_by: frozenset[str] = frozenset()
    """Who opened the conversation, and whoever told facts in it."""
    tellers_erased: bool = False
    """Somebody told facts, and nobody can tell any more who it was."""

    @property
    def standing(self) -> Standing:
        """How far it is."""
        return self.stand.standing

    @property
    def assigned_to(self) -> str | None:
        """Who is to review it; None for nobody in particular."""
        return self.stand.assigned_to or None

    @property
    def under_review_by(self) -> str | None:
        """Who has begun, and neither left nor signed off since; empty once erased."""
        return self.stand.begun_by

    @property
    def advice_given(self) -> bool:
        """Whether the person was given the advice on the deal, and not only questions."""
        return self.stand.advice_given

    @property
    def waiting(self) -> tuple[Asked, ...]:
        """The questions to the person that are unanswered."""
        return tuple(one for one in self.questions if one.open)


def objections(review: Review, advice_digest: str) -> tuple[Objection, ...]:
    """What stands against signing off the advice of *advice_digest*, and is not decided upon."""
    said = [Objection(f"comment:{one.number}", one.by, one.at, one.text)
            for one in review.comments if one.objects and not one.settled]
    marked = [Objection(f"mark:{name}:{mark.at.isoformat()}", mark.by, mark.at, mark.note,
                        name)
              for (name, _), mark in review.held.items()
              if mark.opinion is not Opinion.AGREED and mark.advice_digest == advice_digest]
    return tuple(one for one in (*said, *marked) if one.key not in review.over)


class Row(Protocol):
    """A row of the log, as `bot.record.log.Logged` has it."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str | None: ...
    @property
    def body(self) -> Mapping[str, Any]: ...
    @property
    def words(self) -> Mapping[str, Any] | None: ...


def folded(rows: Iterable[Row]) -> Review:
    """The review that *rows* add up to: all of one conversation, in order.

    A row that a version wrote which this one can't read is passed over.
    """
    review = Review()
    for row in rows:
        who = person_of(row.actor)
        # The standing is folded by the rows alone, as it is for the queue.
        review = replace(review, stand=moved_if_readable(
            review.stand, row.kind, row.body, who, row.words))
        step = _STEPS.get(row.kind)
        if step is not None:
            with suppress(*UNREADABLE):
                review = step(review, row, who or "")
    return review


def _turn(review: Review, row: Row, who: str) -> Review:
    number, erased = review.turns + 1, row.actor is None
    told = number == 1 or any(row.body.get(name) for name in ("heard", "withdrawn", "retracted"))
    return replace(
        review,
        turns=number,
        told_by=review.told_by | {who} if told and not erased else review.told_by,
        tellers_erased=review.tellers_erased or (told and erased),
        questions=tuple(
            _after(one, number, may_answer(row.body) and (erased or one.to in {"", who}))
            for one in review.questions),
    )


def _after(question: Asked, turn: int, answers: bool) -> Asked:
    if not question.open:
        return question
    if answers:
        return replace(question, answered=True, turn=turn)
    return replace(question, after=(*question.after, turn))


def _commented(review: Review, row: Row, who: str) -> Review:
    back = row.body.get("withdraws")
    comments = tuple(replace(one, settled=True) if one.number == back and one.by == who else one
                     for one in review.comments)
    return replace(review, comments=(*comments, Comment(
        who, row.at, _text(row), len(comments) + 1, bool(row.body.get("objects")))))


def _asked(review: Review, row: Row, who: str) -> Review:
    return replace(review, questions=(*review.questions, Asked(
        int(row.body["number"]), who, whom(row.body, row.words), row.at, _text(row),
        answered=False)))


def _dropped(review: Review, row: Row, _who: str) -> Review:
    number, turn = int(row.body["number"]), row.body.get("turn")
    return replace(review, questions=tuple(
        one if one.number != number or not one.open
        else replace(one, dropped=True) if turn is None
        else replace(one, answered=True, turn=int(turn),
                     after=tuple(n for n in one.after if n != turn))
        for one in review.questions))


def _marked(review: Review, row: Row, who: str) -> Review:
    body = row.body
    mark = Mark(Opinion(body["opinion"]), who, row.at, _text(row), str(body["advice"]))
    name = str(body["consideration"])
    return replace(review, marks={**review.marks, name: mark},
                   held={**review.held, (name, who): mark})


def _judged(review: Review, row: Row, who: str) -> Review:
    body = row.body
    return replace(review, verdicts=(*review.verdicts, Verdict(
        int(body["number"]), VerdictKind(body["verdict"]), int(body["turn"]), body["about"],
        _text(row), who, row.at)))


def _approved(review: Review, row: Row, who: str) -> Review:
    return _settled(review, row, who, VerdictState.APPROVED)


def _refused(review: Review, row: Row, who: str) -> Review:
    return _settled(review, row, who, VerdictState.REFUSED)


def _settled(review: Review, row: Row, who: str, state: VerdictState) -> Review:
    number, case = int(row.body["number"]), row.body.get("case")
    return replace(review, verdicts=tuple(
        replace(one, state=state, case=None if case is None else str(case), settled_by=who)
        if one.number == number else one
        for one in review.verdicts))


def _signed(review: Review, row: Row, _who: str) -> Review:
    body = row.body
    sign_off = SignOff(str(body["by"]), row.at, _text(row), Advised.from_json(body["advised"]),
                       bool(body["second"]), bool(body["needs_second"]),
                       Outcome(body.get("outcome", Outcome.AGREED)),
                       tuple(map(str, body.get("over", ()))))
    return replace(review, sign_offs=(*review.sign_offs, sign_off), signed=review.signed + 1,
                   over=review.over | set(sign_off.over), lapsed=None)


def _lapsed(review: Review, row: Row, _who: str) -> Review:
    found = tuple(map(Change.from_json, row.body["changes"]))
    # What a sign-off decided on goes with it: an objection is open again.
    return replace(review, sign_offs=(), over=frozenset(), lapsed=Lapse(
        row.at, found, str(row.body["release"]), review.sign_offs))


def _withdrawn(review: Review, _row: Row, _who: str) -> Review:
    return replace(review, sign_offs=(), over=frozenset())


_STEPS: Mapping[str, Callable[[Review, Row, str], Review]] = {
    TURN: _turn, COMMENTED: _commented, ASKED: _asked, DROPPED: _dropped, MARKED: _marked,
    VERDICT: _judged, APPROVED: _approved, REFUSED: _refused, SIGNED_OFF: _signed,
    LAPSED: _lapsed, WITHDRAWN: _withdrawn,
}


def _text(row: Row) -> str | None:
    return None if row.words is None else str(row.words.get("text") or "")
