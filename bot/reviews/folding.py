"""Folds the rows of a conversation into its review; kinds of rows stand in the casebook."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

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
    may_answer,
    moved_if_readable,
    person_of,
)
from bot.dialogue.intents import Intent
from bot.reviews.advised import Advised, Change
from bot.reviews.marking import Basis
from bot.reviews.review import (
    Asked,
    Comment,
    Lapse,
    Mark,
    Opinion,
    Outcome,
    Review,
    SignOff,
    Verdict,
    VerdictKind,
    VerdictState,
)
from bot.turns.echoes import whom

_K = TypeVar("_K")


class _Row(Protocol):
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


def folded(rows: Iterable[_Row]) -> Review:
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


def _turn(review: Review, row: _Row, who: str) -> Review:
    number, erased = review.turns + 1, row.actor is None
    told = number == 1 or any(row.body.get(name) for name in ("heard", "withdrawn", "retracted"))
    other = told or row.body.get("intent") == Intent.START_OVER
    return replace(
        review,
        turns=number,
        marks=_after_telling(review.marks) if other else review.marks,
        held=_after_telling(review.held) if other else review.held,
        told_by=review.told_by | {who} if told and not erased else review.told_by,
        tellers_erased=review.tellers_erased or (told and erased),
        questions=tuple(
            _after(one, number, may_answer(row.body) and (erased or one.to in {"", who}))
            for one in review.questions),
    )


def _after_telling(marks: Mapping[_K, Mark]) -> Mapping[_K, Mark]:
    return {name: replace(mark, of=mark.of.after_telling()) for name, mark in marks.items()}


def _after(question: Asked, turn: int, answers: bool) -> Asked:
    if not question.open:
        return question
    if answers:
        return replace(question, answered=True, turn=turn)
    return replace(question, after=(*question.after, turn))


def _commented(review: Review, row: _Row, who: str) -> Review:
    back = row.body.get("withdraws")
    comments = tuple(replace(one, settled=True) if one.number == back and one.by == who else one
                     for one in review.comments)
    return replace(review, comments=(*comments, Comment(
        who, row.at, _text(row), len(comments) + 1, bool(row.body.get("objects")))))


def _asked(review: Review, row: _Row, who: str) -> Review:
    return replace(review, questions=(*review.questions, Asked(
        int(row.body["number"]), who, whom(row.body, row.words), row.at, _text(row),
        answered=False)))


def _dropped(review: Review, row: _Row, _who: str) -> Review:
    number, turn = int(row.body["number"]), row.body.get("turn")
    return replace(review, questions=tuple(
        one if one.number != number or not one.open
        else replace(one, dropped=True) if turn is None
        else replace(one, answered=True, turn=int(turn),
                     after=tuple(n for n in one.after if n != turn))
        for one in review.questions))


def _marked(review: Review, row: _Row, who: str) -> Review:
    body = row.body
    mark = Mark(Opinion(body["opinion"]), who, row.at, _text(row), Basis.from_body(body))
    name = str(body["consideration"])
    # Of marks whose reviewers were erased nobody can tell which are one person's, and so which of
    # them takes back another: each stands.
    whose = who or f"erased:{row.at.isoformat()}"
    return replace(review, marks={**review.marks, name: mark},
                   held={**review.held, (name, whose): mark})


def _judged(review: Review, row: _Row, who: str) -> Review:
    body = row.body
    return replace(review, verdicts=(*review.verdicts, Verdict(
        int(body["number"]), VerdictKind(body["verdict"]), int(body["turn"]), body["about"],
        _text(row), who, row.at)))


def _approved(review: Review, row: _Row, who: str) -> Review:
    return _settled(review, row, who, VerdictState.APPROVED)


def _refused(review: Review, row: _Row, who: str) -> Review:
    return _settled(review, row, who, VerdictState.REFUSED)


def _settled(review: Review, row: _Row, who: str, state: VerdictState) -> Review:
    number, case = int(row.body["number"]), row.body.get("case")
    return replace(review, verdicts=tuple(
        replace(one, state=state, case=None if case is None else str(case), settled_by=who)
        if one.number == number else one
        for one in review.verdicts))


def _signed(review: Review, row: _Row, _who: str) -> Review:
    body = row.body
    sign_off = SignOff(str(body["by"]), row.at, _text(row), Advised.from_json(body["advised"]),
                       bool(body["second"]), bool(body["needs_second"]),
                       Outcome(body.get("outcome", Outcome.AGREED)),
                       tuple(map(str, body.get("over", ()))))
    return replace(review, sign_offs=(*review.sign_offs, sign_off), signed=review.signed + 1,
                   lapsed=None)


def _lapsed(review: Review, row: _Row, _who: str) -> Review:
    found = tuple(map(Change.from_json, row.body["changes"]))
    # What a sign-off decided on goes with it: an objection is open again.
    return replace(review, sign_offs=(), lapsed=Lapse(
        row.at, found, str(row.body["release"]), review.sign_offs))


def _withdrawn(review: Review, _row: _Row, _who: str) -> Review:
    return replace(review, sign_offs=())


_STEPS: Mapping[str, Callable[[Review, _Row, str], Review]] = {
    TURN: _turn, COMMENTED: _commented, ASKED: _asked, DROPPED: _dropped, MARKED: _marked,
    VERDICT: _judged, APPROVED: _approved, REFUSED: _refused, SIGNED_OFF: _signed,
    LAPSED: _lapsed, WITHDRAWN: _withdrawn,
}


def _text(row: _Row) -> str | None:
    return None if row.words is None else str(row.words.get("text") or "")
