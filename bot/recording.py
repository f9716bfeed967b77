"""Writing a turn: what has to fit before it may be recorded, and the conversation after it."""

import json

from sqlalchemy import Connection, select, update

from bot import log as log_
from bot.dialogue.conversation import ConversationId
from bot.errors import (
    AlreadyAnswered,
    BadInput,
    OtherWorkspace,
    StaleConversation,
    UnknownRelease,
)
from bot.ledger import canonical, timestamp
from bot.log import TURN, Happening, Logged
from bot.schema import conversations, log, releases, turns
from bot.turn import Turn
from retrieval.guidance import ReleaseId


def write_turn(
    connection: Connection,
    workspace: str,
    turn: Turn,
    happening: Happening,
    state: str,
    expected_version: int,
) -> Logged:
    """Write *turn* and what it makes of its conversation, in the transaction of *connection*.

    Args:
        connection: A transaction that writes.
        workspace: Whose log it goes to.
        turn: What happened.
        happening: The same as a row.
        state: The conversation after it, as canonical JSON.
        expected_version: The version that was loaded.

    Raises:
        AlreadyAnswered, StaleConversation, OtherWorkspace, UnknownRelease: See `Store.record`.
    """
    log_.lock(connection, workspace)
    if connection.scalar(select(turns.c.key).where(turns.c.key == turn.key)) is not None:
        raise AlreadyAnswered(turn.key)
    insist_on_release(connection, turn.release)
    logged = log_.append(connection, workspace, happening)
    if logged is None:
        raise AlreadyAnswered(turn.key)
    state = _without_erased(connection, turn.conversation, state)
    _advance(connection, turn, state, expected_version, workspace, logged.seq)
    connection.execute(turns.insert().values(
        key=turn.key, conversation=turn.conversation, version=turn.version,
        release=turn.release, workspace=workspace, seq=logged.seq,
        posted_ref=turn.posted_ref))
    return logged


def insist_on_release(connection: Connection, release: ReleaseId) -> None:
    """Stop unless *release* was kept.

    Raises:
        UnknownRelease: It never was.
    """
    if connection.scalar(select(releases.c.id).where(releases.c.id == release)) is None:
        raise UnknownRelease(release)


def insist_on_storable(words: str) -> None:
    """Stop unless every database takes *words*.

    Raises:
        BadInput: The text holds characters that none does.
    """
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        storable = False
    else:
        storable = "\0" not in words
    if not storable:
        raise BadInput(
            "bad_characters",
            "That message holds characters that can't be kept (a null, or half of a surrogate "
            "pair). Please type it again, or paste it as plain text.",
        )


def _advance(
    connection: Connection,
    turn: Turn,
    state: str,
    expected_version: int,
    workspace: str,
    seq: int,
) -> None:
    """Bring the conversation's row from *expected_version* to the turn's."""
    at = timestamp(turn.recorded_at)
    row = {"state": state, "version": turn.version, "last_seq": seq, "updated_at": at}
    here = conversations.c.id == turn.conversation
    home = connection.scalar(select(conversations.c.workspace).where(here))
    if home not in (None, workspace):
        raise OtherWorkspace(turn.conversation)
    if expected_version == 0:
        if home is not None:
            raise StaleConversation(turn.conversation, expected_version)
        connection.execute(conversations.insert().values(
            id=turn.conversation, workspace=workspace, created_at=at, **row))
        return
    there = here & (conversations.c.version == expected_version)
    if not connection.execute(update(conversations).where(there).values(row)).rowcount:
        raise StaleConversation(turn.conversation, expected_version)


def _without_erased(connection: Connection, conversation: ConversationId, state: str) -> str:
    """*state* without the words of messages that were erased while it was worked on.

    Whoever loads a conversation, steps, and records what came of it may have loaded words that
    were erased meanwhile; they must not come back.
    """
    gone = set(connection.scalars(select(log.c.key).where(
        log.c.conversation == conversation, log.c.kind == TURN, log.c.words.is_(None))))
    if not gone:
        return state
    whole = json.loads(state)
    for answer in (*whole["deal"]["answers"].values(), *whole["supposed"].values()):
        if answer["message"] in gone:
            answer["said"] = ""
    return canonical(whole)
