"""Which conversations there are, the one spoken in last first, and what was declined in them."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, func, select, tuple_

from bot.database.transactions import Database
from bot.dialogue.conversation import Conversation, ConversationId
from bot.errors import OtherWorkspace
from bot.log_order import LOCAL
from bot.record.log import TURN
from bot.record.turn_rows import TURNS_LOGGED, turn_in
from bot.schema import cases, conversations, log, turns
from bot.turns.turn import Turn

FROM_SLACK = "slack:"
"""What the names of conversations begin with that Slack's threads and messages give."""
_CONVERSATION = TypeAdapter(Conversation)
_LINE = ("id", "workspace", "version", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """One conversation in a list."""

    id: ConversationId
    workspace: str
    version: int
    """How many turns it has."""
    created_at: str
    updated_at: str
    """Together with the id, where the next page starts."""


def lines(
    database: Database, limit: int = 100, before: ConversationLine | None = None
) -> list[ConversationLine]:
    """List conversations, the one spoken in last first.

    Args:
        database: Where they are.
        limit: Most lines.
        before: Last line of the page before.
    """
    at = tuple_(conversations.c.updated_at, conversations.c.id)
    query: Select[Any] = select(*(conversations.c[name] for name in _LINE))
    if before is not None:
        query = query.where(at < tuple_(before.updated_at, before.id))
    query = query.order_by(
        conversations.c.updated_at.desc(), conversations.c.id.desc()).limit(limit)
    with database.reading() as connection:
        return [ConversationLine(**row._mapping) for row in connection.execute(query)]


def count(database: Database) -> int:
    """How many conversations there are."""
    with database.looking() as connection:
        return int(connection.scalar(select(func.count()).select_from(conversations)) or 0)


def latest(database: Database, author: str | None = None) -> Conversation | None:
    """The conversation spoken in last, by *author* if given; None if there is none."""
    query = select(conversations.c.state).join(
        log, (log.c.conversation == conversations.c.id) & (log.c.kind == TURN))
    if author is not None:
        query = query.where(log.c.actor == author)
    query = query.order_by(log.c.at.desc(), log.c.seq.desc()).limit(1)
    with database.reading() as connection:
        state = connection.scalar(query)
    return None if state is None else _CONVERSATION.validate_json(state)


def opened_by(database: Database, author: str, limit: int) -> list[Conversation]:
    """The conversations whose first message is *author*'s, the one spoken in last first."""
    query = (
        select(conversations.c.state)
        .join(turns, turns.c.conversation == conversations.c.id)
        .join(log, (log.c.workspace == turns.c.workspace) & (log.c.seq == turns.c.seq))
        .where(turns.c.version == 1, log.c.actor == author)
        .order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
        .limit(limit)
    )
    with database.reading() as connection:
        return [_CONVERSATION.validate_json(state) for state in connection.scalars(query)]


def workspace_in(connection: Connection, conversation: ConversationId) -> str | None:
    """Whose log *conversation* is in; None where it has no turn."""
    return connection.scalar(select(conversations.c.workspace).where(
        conversations.c.id == conversation))


def home_of(database: Database, conversation: ConversationId, workspace: str) -> str:
    """Whose log a turn goes to that comes by the machine protocol.

    Args:
        database: Where conversations are.
        conversation: The name that was given for it.
        workspace: Slack's id of whose compliance leads are to see what comes so; empty for none.

    Returns:
        *workspace* for a new conversation and for one that was begun so there; `LOCAL` where none
        is to see it, and for one that was begun before somebody was.

    Raises:
        OtherWorkspace: A conversation of that name was begun in Slack: who speaks the protocol
            need not be of those who read it there, nor may they go on with it.  Or it has a name
            as Slack's have, and by it that thread could not be begun any more.
    """
    slacks = conversation.startswith(FROM_SLACK)
    if not workspace and not slacks:
        return LOCAL
    with database.reading() as connection:
        row = connection.execute(select(
            select(conversations.c.workspace).where(
                conversations.c.id == conversation).scalar_subquery().label("home"),
            select(cases.c.team).where(
                cases.c.conversation == conversation).scalar_subquery().label("team"))).one()
    if row.team is not None or (slacks and row.home != LOCAL):
        raise OtherWorkspace(conversation)
    return LOCAL if row.home == LOCAL else workspace


def declined(database: Database, limit: int = 10_000) -> list[Turn]:
    """Turns whose question the texts did not answer, the newest first."""
    query = TURNS_LOGGED.where(log.c.body.contains('"abstained":true', autoescape=True))
    with database.reading() as connection:
        query = query.order_by(log.c.at.desc(), log.c.seq.desc()).limit(limit)
        return [turn_in(row) for row in connection.execute(query)]
