"""A review: what reviewers did with one conversation, as its rows in the log add up.

Nothing here is stored.  The rows are, each appended and none changed; `bot.reviews.folding` makes
a review of them again at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.casebook.standing import (
    Stand,
    Standing,
)
from bot.reviews.advised import Advised, Change
from bot.reviews.marking import Basis, Present

__all__ = [
    "Asked", "Comment", "Lapse", "Mark", "Objection", "Opinion", "Outcome", "Review", "SignOff",
    "Stand", "Standing", "Verdict", "VerdictKind", "VerdictState", "objections",
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
    """Whether an objection was taken back."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What a reviewer has against signing off, and not everybody who signs has decided upon."""

    key: str
    """Names it in a sign-off that is made in spite of it."""
    by: str
    at: datetime
    text: str | None
    consideration: str = ""
    """Of a mark, its consideration; empty for an objection in words."""
    weighed_by: tuple[str, ...] = ()
    """Who has signed in spite of it, where a second one has yet to."""


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
    of: Basis
    """The advice and the deal that it is said of: of another one it says nothing."""


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

    @property
    def decided(self) -> frozenset[str]:
        """Keys of the objections that were decided upon: none while a second one has to sign."""
        if self.standing is not Standing.SIGNED:
            return frozenset()
        return frozenset(key for one in self.sign_offs for key in one.over)


def objections(review: Review, present: Present) -> tuple[Objection, ...]:
    """What stands against signing off the advice of *present*, and is not decided upon.

    Of two who have to sign each decides for themselves: what the first signed in spite of stands
    until the second has signed too.
    """
    said = [Objection(f"comment:{one.number}", one.by, one.at, one.text)
            for one in review.comments if one.objects and not one.settled]
    marked = [Objection(f"mark:{name}:{mark.at.isoformat()}", mark.by, mark.at, mark.note,
                        name)
              for (name, _), mark in review.held.items()
              if mark.opinion is not Opinion.AGREED and present.holds(mark.of)]
    return tuple(replace(one, weighed_by=tuple(
                     sign_off.by for sign_off in review.sign_offs if one.key in sign_off.over))
                 for one in (*said, *marked) if one.key not in review.decided)
