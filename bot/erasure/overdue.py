"""What retention has to erase: words that have been kept for longer than a workspace keeps them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, exists, func, select, tuple_

from bot.dialogue.conversation import ConversationId
from bot.erasure.silencing import KEPT
from bot.ledger import timestamp
from bot.schema import conversations, deliveries, holds, log, retention

MOST_DAYS = 36_500
"""The longest period: of much longer ones no calendar has the day that they begin on."""
AT_ONCE = 25
"""Conversations that retention erases in one transaction; others write between two."""

UNBEGUN = select(deliveries.c.conversation).where(
    deliveries.c.body.is_not(None),
    ~exists().where(conversations.c.id == deliveries.c.conversation))
"""Conversations without a turn, of whose messages the words are kept: none could be answered."""


@dataclass(frozen=True, slots=True)
class Due:
    """What retention erases in one transaction."""

    days: int
    names: list[ConversationId]
    last: tuple[str, str]
    """Up to which time and name was looked."""


def days_kept(connection: Connection, workspace: str) -> int | None:
    """For how many days after a conversation was last spoken in words are kept; None for ever."""
    return connection.scalar(select(retention.c.days).where(retention.c.workspace == workspace))


def due(
    connection: Connection, workspace: str, after: tuple[str, str], now: datetime
) -> Due | None:
    """What is to be erased next of what comes *after* a time and a name; None if nothing is.

    What a legal hold keeps is not due.
    """
    days = days_kept(connection, workspace)
    if days is None:
        return None
    old = connection.execute(
        _overdue(workspace, days, now).where(
            tuple_(conversations.c.updated_at, conversations.c.id) > tuple_(*after),
            conversations.c.id.not_in(select(holds.c.conversation)))
        .order_by(conversations.c.updated_at, conversations.c.id)
        .limit(AT_ONCE)).all()
    if old:
        return Due(days, [ConversationId(row.id) for row in old],
                   (old[-1].updated_at, old[-1].id))
    unbegun = _unbegun(connection, workspace, days, now)
    return Due(days, unbegun, after) if unbegun else None


def held_though_overdue(
    connection: Connection, workspace: str, now: datetime
) -> tuple[ConversationId, ...]:
    """Conversations whose period is over and that a legal hold keeps, in order of name."""
    days = days_kept(connection, workspace)
    if days is None:
        return ()
    held = connection.execute(
        _overdue(workspace, days, now)
        .where(conversations.c.id.in_(select(holds.c.conversation)))
        .order_by(conversations.c.id)).all()
    return tuple(ConversationId(row.id) for row in held)


def _overdue(workspace: str, days: int, now: datetime) -> Select[tuple[str, str]]:
    """Conversations that have had words for longer than *days*.

    Not those in which somebody has spoken since and waits for an answer: it comes first.
    """
    return select(conversations.c.id, conversations.c.updated_at).where(
        conversations.c.workspace == workspace,
        conversations.c.updated_at < _days_before(now, days),
        ~exists().where(deliveries.c.conversation == conversations.c.id,
                        deliveries.c.state == "new"),
        exists().where(log.c.conversation == conversations.c.id, log.c.kind.not_in(KEPT),
                       log.c.words.is_not(None)))


def _unbegun(
    connection: Connection, workspace: str, days: int, now: datetime
) -> list[ConversationId]:
    """Some that never began, of whose messages the words have been kept for longer."""
    found = connection.scalars(
        UNBEGUN.where(deliveries.c.team == workspace, deliveries.c.state != "new")
        .group_by(deliveries.c.conversation)
        .having(func.max(deliveries.c.received_at) < _days_before(now, days))
        .order_by(deliveries.c.conversation).limit(AT_ONCE))
    return [ConversationId(name) for name in found]


def _days_before(now: datetime, days: int) -> str:
    return timestamp(now - timedelta(days=min(days, MOST_DAYS)))
