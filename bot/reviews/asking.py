"""A question that whoever reviews puts to the person whose deal it is."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.dialogue.conversation import ConversationId
from bot.reviews.acting import Reviewer


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the person whose deal it is."""

    key: str
    """Of its row in the log."""
    by: Reviewer
    conversation: ConversationId
    to: str
    """Slack's id of the person."""
    text: str


Ask = Callable[[Connection, Question], bool]
"""Owes a question to the person's thread in the transaction; False where there is none."""
