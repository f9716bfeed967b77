"""How far the review of a conversation is: what its rows add up to, one after the other.

This is the part of a review that is kept beside the log, for whoever looks through many.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.dialogue.intents import Intent
from bot.dialogue.reply import Kind
from bot.turns.echoes import whom

TURN = "turn"
ASSIGNED, BEGUN, LEFT = "assigned", "review_begun", "review_left"
COMMENTED, ASKED, DROPPED = "review_comment", "asked_person", "question_dropped"
MARKED = "marked"
VERDICT, APPROVED, REFUSED = "verdict", "verdict_approved", "verdict_refused"
SIGNED_OFF, LAPSED, WITHDRAWN = "signed_off", "lapsed", "sign_off_withdrawn"
RETURNED = "returned"
"""The outcome of a review that goes back to whoever asked, with questions."""
KINDS = frozenset({ASSIGNED, BEGUN, LEFT, COMMENTED, ASKED, DROPPED, MARKED, VERDICT, APPROVED,
                   REFUSED, SIGNED_OFF, LAPSED, WITHDRAWN})
"""Kinds of rows that a review is made of, beside the turns."""
WITHOUT_WORDS = frozenset({ASSIGNED, BEGUN, LEFT, APPROVED, LAPSED})
"""Those of them that hold nothing that anybody typed: who did it stays on record."""
MOVING = frozenset({ASSIGNED, BEGUN, LEFT, ASKED, DROPPED, MARKED, SIGNED_OFF, LAPSED, WITHDRAWN})
"""Those of them that change how far a review is."""


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
    """It was signed off, and the advice or the deal has become another since."""


SIGNED_STANDINGS = (Standing.SIGNED_ONCE, Standing.SIGNED)
"""Where a sign-off stands that can lapse."""


_SAYS_SOMETHING = frozenset({
    Intent.DESCRIBE, Intent.UNCLEAR, Intent.REMARK, Intent.OTHER_DEAL, Intent.OUT_OF_SCOPE})
"""Intents of messages that may answer a reviewer: with all others something is asked of the bot."""

UNREADABLE = (KeyError, TypeError, ValueError)
"""What comes of a row whose body is not as this version writes it."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What the rows so far add up to."""

    assigned_to: str = ""
    """Slack's id; empty for nobody."""
    begun_by: str | None = None
    """Who has begun, and neither left nor signed off since; empty once erased."""
    waiting: Mapping[str, str] = field(default_factory=dict)
    """By the number of each question to the person that is unanswered, who that is."""
    signed: tuple[int, ...] = ()
    """Numbers of the sign-offs that stand."""
    needs_second: bool = False
    outcome: str = ""
    """What the last sign-off that stands came to; empty where none does, or none was told."""
    lapsed: bool = False
    """A sign-off has lapsed, and nobody has signed since."""
    advice_given: bool = False
    """The person was given the advice on the deal, and not only questions."""

    @property
    def standing(self) -> Standing:
        """How far it is."""
        if self.signed:
            return Standing.SIGNED_ONCE if self.needs_second else Standing.SIGNED
        if self.lapsed:
            return Standing.LAPSED
        if self.waiting:
            return Standing.WAITING
        if self.begun_by is not None:
            return Standing.UNDER_REVIEW
        return Standing.ASSIGNED if self.assigned_to else Standing.NONE


def moved(
    stand: Stand, kind: str, body: Mapping[str, Any], who: str | None,
    words: Mapping[str, Any] | None,
) -> Stand:
    """*stand* after a row.

    Args:
        stand: As the rows before left it.
        kind: The row's kind.
        body: The row's body.
        who: Whose doing it was, by `person_of`; None once erased.
        words: The row's words; None once erased.
    """
    if kind == TURN:
        # Once it is erased whose turn it was, or who was asked, waiting on would be for ever.
        waiting = stand.waiting if not may_answer(body) else {
            n: to for n, to in stand.waiting.items() if to and who not in {None, to}}
        return replace(stand, waiting=waiting,
                       advice_given=_advised(stand.advice_given, body))
    if kind == ASSIGNED:
        return replace(stand, assigned_to=str(body.get("to") or ""))
    if kind in {BEGUN, MARKED}:
        return replace(stand, begun_by=who or "")
    if kind == LEFT:
        return replace(stand, begun_by=None)
    if kind == ASKED:
        return replace(stand, waiting={**stand.waiting, str(body["number"]): whom(body, words)})
    if kind == DROPPED:
        return replace(stand, waiting={
            n: to for n, to in stand.waiting.items() if n != str(body["number"])})
    if kind == SIGNED_OFF:
        return replace(stand, begun_by=None, lapsed=False,
                       signed=(*stand.signed, int(body["number"])),
                       needs_second=bool(body["needs_second"]),
                       outcome=str(body.get("outcome") or ""))
    if kind == LAPSED:
        return replace(stand, signed=(), needs_second=False, outcome="", lapsed=True)
    if kind == WITHDRAWN:
        return replace(stand, signed=(), needs_second=False, outcome="",
                       begun_by=who or "")
    return stand


def moved_if_readable(
    stand: Stand, kind: str, body: Mapping[str, Any], who: str | None,
    words: Mapping[str, Any] | None,
) -> Stand:
    """As `moved`; a row that a version wrote which this one can't read moves nothing."""
    try:
        return moved(stand, kind, body, who, words)
    except UNREADABLE:
        return stand


def may_answer(body: Mapping[str, Any]) -> bool:
    """Whether the turn of *body* may be the answer to what a reviewer has asked.

    A press or a form is none, nor is what asks something of the bot or answers its own question:
    of such a turn a reviewer may still say that it is.
    """
    where = (body.get("circumstances") or {}).get("where") or {}
    intent = body.get("intent", Intent.DESCRIBE)
    # What nothing was made of is taken for a question, to which then no text speaks.
    unanswered = intent == Intent.ASK and (body.get("reply") or {}).get("kind") == Kind.DECLINE
    return (where.get("act") in {None, "message"} and body.get("retakes") is None
            and not body.get("answers_pending")
            and (unanswered or intent in _SAYS_SOMETHING))


def person_of(actor: str | None) -> str | None:
    """Slack's id of who a row names: turns name people within their workspace."""
    if actor is None or not actor.startswith("slack:"):
        return actor
    return actor.rpartition(":")[2]


def _advised(before: bool, body: Mapping[str, Any]) -> bool:
    if body.get("intent") == Intent.START_OVER:
        before = False
    reply = body.get("reply") or {}
    # An answer to a plain question is of the kind of an advice too, and says nothing of a deal.
    return before or (reply.get("kind") == Kind.ADVICE and bool(reply.get("coverage")))
