"""A review: what reviewers did with one conversation, as its rows in the log add up.

Nothing here is stored.  The rows are, each appended and none changed; a review is a fold over
them and can be made again at any time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.reviews.advised import Advised, Change

ASSIGNED, BEGUN, LEFT = "assigned", "review_begun", "review_left"
COMMENTED, ASKED, DROPPED = "review_comment", "asked_person", "question_dropped"
MARKED = "marked"
VERDICT, APPROVED, REFUSED = "verdict", "verdict_approved", "verdict_refused"
SIGNED_OFF, LAPSED, WITHDRAWN = "signed_off", "lapsed", "sign_off_withdrawn"
KINDS = frozenset({ASSIGNED, BEGUN, LEFT, COMMENTED, ASKED, DROPPED, MARKED, VERDICT, APPROVED,
                   REFUSED, SIGNED_OFF, LAPSED, WITHDRAWN})
"""Kinds of rows that a review is made of, beside the turns."""
WITHOUT_WORDS = frozenset({ASSIGNED, BEGUN, LEFT, APPROVED, LAPSED})
"""Those of them that hold nothing that anybody typed: who did it stays on record."""


class Opinion(StrEnum):
    """What a reviewer holds of what the advice says under one consideration."""

    AGREED = "agreed"
    NEEDS_CHANGE = "needs_change"
    WRONG = "wrong"


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


class Standing(StrEnum):
    """How far the review of a conversation is."""

    NONE = "none"
    ASSIGNED = "assigned"
    UNDER_REVIEW = "under_review"
    WAITING = "waiting"
    """A question to the person is unanswered."""
    SIGNED_ONCE = "signed_once"
    """One has signed off, and a second one has to."""
    SIGNED = "signed"
    LAPSED = "lapsed"
    """It was signed off, and the advice has become another since."""


SIGNED_STANDINGS = frozenset({Standing.SIGNED_ONCE, Standing.SIGNED})
"""Where a sign-off stands that can lapse."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reviewer says to the others."""

    by: str
    """Slack's id; empty once erased."""
    at: datetime
    text: str | None
    """None once erased."""


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
    """Whether the person has spoken in the conversation since."""
    dropped: bool = False
    """Whether reviewers no longer wait for an answer."""
    turn: int | None = None
    """The turn in which the person spoke next, by its number."""

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

    assigned_to: str | None = None
    under_review_by: str | None = None
    """Who has begun and neither left nor signed off since; empty once erased."""
    comments: tuple[Comment, ...] = ()
    questions: tuple[Asked, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=lambda: _NO_MARKS)
    """The last mark of each consideration, by its id."""
    verdicts: tuple[Verdict, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    """Those that stand: neither lapsed nor withdrawn."""
    lapsed: Lapse | None = None
    """Set until somebody signs off again."""
    turns: int = 0
    advice_given: bool = False
    """Whether the person was given the advice on the deal, and not only questions."""

    @property
    def standing(self) -> Standing:
        """How far it is."""
        if self.sign_offs:
            return Standing.SIGNED_ONCE if self.sign_offs[-1].needs_second else Standing.SIGNED
        if self.lapsed is not None:
            return Standing.LAPSED
        if self.waiting:
            return Standing.WAITING
        if self.under_review_by is not None:
            return Standing.UNDER_REVIEW
        return Standing.NONE if self.assigned_to is None else Standing.ASSIGNED

    @property
    def waiting(self) -> tuple[Asked, ...]:
        """The questions to the person that are unanswered."""
        return tuple(one for one in self.questions if one.open)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be done."""

    code: str
    sentence: str
    """What is in the way and what to do, for people."""


def may_sign(
    review: Review,
    viewer_user: str,
    askers: Collection[str],
    raised: Collection[str],
    now: Advised,
    four_eyes: bool,
) -> Refusal | None:
    """Why *viewer_user* may not sign off the review now; None if they may.

    Args:
        review: As it stands.
        viewer_user: Slack's id of who would sign.
        askers: Whose deal it is: who asked, and whoever told facts in it.
        raised: Ids of the considerations under which a flag is raised.
        now: The advice as it is now.
        four_eyes: Whether two people have to sign.
    """
    raise NotImplementedError
