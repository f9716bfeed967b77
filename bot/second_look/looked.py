"""What came of a second look."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.chat.calls import Call, Ended, Use
from bot.dialogue.fencing.refusal import Refusal

if TYPE_CHECKING:
    from bot.answering.stepping import Outcome


class Dropped(StrEnum):
    """Why nothing came of a look."""

    UNKNOWN = "unknown"
    """There is no such turn, or words were erased."""
    NEWER = "newer"
    """Somebody has written again."""
    LOOKED_AT = "looked_at"
    """It was looked at before, and stayed as it was."""
    LATE = "late"
    """The answer has stood for too long."""
    NOT_ALLOWED = "not_allowed"
    """The workspace allows no language model."""
    OTHER_RELEASE = "other_release"
    """Another release answers by now."""
    OTHERWISE = "otherwise"
    """The conversation doesn't come out of its record as it stands."""
    BUSY = "busy"
    """The model had no time; another look may be worth it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a second look."""

    outcome: "Outcome | None"
    """The answer that takes the place of the one that stands; None where that one stays."""
    calls: tuple[Call, ...] = ()
    refused: str | None = None
    """Why the plain wording stands although a model was to word it, in one word."""
    dropped: Dropped | None = None


def refused_in(calls: Sequence[Call], refusal: Refusal | None) -> str | None:
    """Why nothing is worded by what *calls* brought, in one word; None where nothing was to be."""
    if refusal is not None:
        return refusal.reason.value
    return next((call.ended.value for call in calls
                 if call.use is Use.WORDING and call.ended is not Ended.ANSWERED), None)


class AnsweredMeanwhile(Exception):
    """The answer must not be replaced any more; raised in the transaction that would do it."""

    def __init__(self, why: Dropped = Dropped.NEWER) -> None:
        self.why = why
        super().__init__(why.value)
