"""What makes a second look useless while it goes on: newer messages, erased words, a choice."""

from sqlalchemy import Connection, func, select

from bot.language_model import choices
from bot.record import log
from bot.schema import deliveries, turns
from bot.schema import log as logged
from bot.second_look.looked import Dropped
from bot.second_look.thought import Thought
from bot.turns.turn import Turn


def overtaken(connection: Connection, thought: Thought) -> Dropped | None:
    """Why its answer may not be changed any more, as the database stands; None while it may."""
    first = thought.first
    if not choices.allowed(connection, thought.workspace):
        return Dropped.NOT_ALLOWED
    if erased_words(connection, first) != thought.erased:
        return Dropped.UNKNOWN
    newest = select(func.max(turns.c.version)).where(
        turns.c.conversation == first.conversation)
    waits = select(deliveries.c.id).where(
        deliveries.c.conversation == first.conversation, deliveries.c.state == "new").limit(1)
    if connection.scalar(newest) != first.version or connection.scalar(waits) is not None:
        return Dropped.NEWER
    return None


def erased_words(connection: Connection, turn: Turn) -> int:
    """How many messages of the conversation of *turn* have lost their words."""
    query = select(func.count()).select_from(logged).where(
        logged.c.conversation == turn.conversation, logged.c.kind == log.TURN,
        logged.c.words.is_(None))
    return int(connection.scalar(query) or 0)
