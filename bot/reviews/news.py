"""What whoever asked about a deal hears of its review in their thread: that it is over, or no more.

Nothing of who said what, nor of the reasons: those are for reviewers, as on the console's page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from bot.dialogue.conversation import ConversationId
from bot.reviews.review import Outcome


class Event(StrEnum):
    """What happened to a review."""

    COMPLETED = "completed"
    """It was signed off, by all who have to."""
    WITHDRAWN = "withdrawn"
    ANOTHER_DEAL = "another_deal"
    """It lapsed by what was told of the deal since."""
    ANOTHER_GUIDANCE = "another_guidance"
    """It lapsed by the release that was put in force since."""
    ANOTHER_TEXTS = "another_texts"
    """It lapsed by that release, which advises the same and rests on what reads otherwise."""


@dataclass(frozen=True, slots=True)
class News:
    """One event, for the person whose deal it is."""

    key: str
    """Of its row in the log."""
    workspace: str
    conversation: ConversationId
    event: Event
    outcome: Outcome = Outcome.AGREED
    """What the review came to; it says something of a completed one alone."""


Tell = Callable[[Connection, News], None]
"""Owes news to the person's thread in the transaction; nothing where there is none."""


def untold(_connection: Connection, _news: News) -> None:
    """Tell nobody: where there is no Slack."""
