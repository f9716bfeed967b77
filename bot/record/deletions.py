"""Deletions in Slack, as the log tells them, and which turn each is of.

What was said was said: that a message is deleted in Slack changes neither the deal nor the
advice, and takes no words out of the record; that is for an erasure.  So a row says when what was
deleted, for whoever reads the conversation later and looks for it in Slack.  It holds no words and
nobody's name, since Slack doesn't tell who deleted a message.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.ledger import timestamp
from bot.record.log import Logged, logged
from bot.schema import log
from bot.turns.delivery import CaseEvent

DELETED = "deleted"
"""The kind of row that tells of a deletion."""


class What(StrEnum):
    """What was deleted."""

    MESSAGE = "message"
    """What a person wrote, and a turn was taken of."""
    UNANSWERED = "unanswered"
    """What a person wrote to us and was deleted before a turn was taken of it."""
    REPLY = "reply"
    """A reply of ours, or one message of several that it was posted in."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """One thing that was deleted in Slack."""

    what: What
    turn: int | None
    """Whose message or reply it was; None where no turn was taken."""
    at: datetime
    """When, as Slack says."""
    part: int = 1
    parts: int = 1
    """Of a reply, which of how many messages."""


def of_message(message: MessageKey, turn: int | None, at: datetime) -> CaseEvent:
    """What is kept of the deletion of the message *message*, which turn number *turn* was of."""
    what = What.UNANSWERED if turn is None else What.MESSAGE
    return CaseEvent(DELETED, None, {
        "what": what, "turn": turn, "message": message, "deleted_at": timestamp(at)})


def of_reply(post: str, turn: int, part: int, parts: int, at: datetime) -> CaseEvent:
    """What is kept of the deletion of *post*, message *part* of *parts* of a turn's reply."""
    return CaseEvent(DELETED, None, {
        "what": What.REPLY, "turn": turn, "post": post, "part": part, "parts": parts,
        "deleted_at": timestamp(at)})


def read(body: Mapping[str, Any]) -> Deletion | None:
    """The deletion that a row with this *body* tells of; None where this version can't read it."""
    try:
        turn = body.get("turn")
        return Deletion(
            What(body["what"]), None if turn is None else int(turn),
            datetime.fromisoformat(body["deleted_at"]),
            int(body.get("part", 1)), int(body.get("parts", 1)))
    except (KeyError, TypeError, ValueError):
        return None


def by_turn(rows: Iterable[Logged]) -> dict[int, tuple[Deletion, ...]]:
    """The deletions that *rows* tell of by the turn that each is of, in their order."""
    found: dict[int, tuple[Deletion, ...]] = {}
    for one in (read(row.body) for row in rows if row.kind == DELETED):
        if one is not None and one.turn is not None:
            found[one.turn] = (*found.get(one.turn, ()), one)
    return found


def deleted_in(
    connection: Connection, conversation: ConversationId
) -> dict[int, tuple[Deletion, ...]]:
    """The deletions of *conversation* by the turn that each is of."""
    query = (select(log).where(log.c.conversation == conversation, log.c.kind == DELETED)
             .order_by(log.c.seq))
    return by_turn(logged(row._mapping) for row in connection.execute(query))
