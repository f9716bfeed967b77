"""Who is reviewing a conversation right now, so that two don't work against each other.

A lock is no right and no record: it runs out by itself, and reading is never locked.  All of it
happens in the transaction of whoever calls, who holds the head of the workspace's log.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.dialogue.conversation import ConversationId
from bot.ledger import timestamp
from bot.schema import review_locks

HELD_FOR = timedelta(minutes=30)
"""How long a lock holds after its holder last did something."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Somebody reviews a conversation, and the others wait."""

    by: str
    """Slack's id."""
    name: str
    since: datetime
    until: datetime


def held(connection: Connection, conversation: ConversationId, now: datetime) -> Lock | None:
    """The lock of *conversation*; None if nobody holds it, or no longer."""
    row = connection.execute(select(review_locks).where(
        review_locks.c.conversation == conversation)).one_or_none()
    if row is None or row.until <= timestamp(now):
        return None
    return Lock(row.by, row.name, datetime.fromisoformat(row.since),
                datetime.fromisoformat(row.until))


def take(
    connection: Connection, workspace: str, conversation: ConversationId, by: str, name: str,
    now: datetime,
) -> None:
    """Let *by* hold the lock of *conversation* from now on; nobody else does."""
    release(connection, conversation)
    connection.execute(review_locks.insert().values(
        conversation=conversation, workspace=workspace, by=by, name=name,
        since=timestamp(now), until=timestamp(now + HELD_FOR)))


def renew(connection: Connection, conversation: ConversationId, now: datetime) -> None:
    """Let whoever holds the lock of *conversation* hold it anew."""
    connection.execute(
        update(review_locks).where(review_locks.c.conversation == conversation)
        .values(until=timestamp(now + HELD_FOR)))


def release(connection: Connection, conversation: ConversationId) -> None:
    """Let nobody hold the lock of *conversation*."""
    connection.execute(delete(review_locks).where(
        review_locks.c.conversation == conversation))
