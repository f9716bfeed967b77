"""Drafts of a language model that were refused, the last first and page by page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, select

from bot.console.conversations.casefile import VIEWED
from bot.console.turns.model_calls import ModelCall, call_of
from bot.console.viewer import Viewer
from bot.dialogue.conversation import ConversationId
from bot.record.log import Happening, append, logged
from bot.record.model_calls import MODEL_CALL
from bot.schema import log

A_PAGE = 20
"""Most drafts of a page."""
MOST_LOOKED_THROUGH = 500
"""Calls that are looked through for them at once."""


@dataclass(frozen=True, slots=True)
class RefusedDraft:
    """One draft, and where it was refused."""

    call: ModelCall
    conversation: ConversationId | None


@dataclass(frozen=True, slots=True)
class Refusals:
    """A page of them."""

    drafts: tuple[RefusedDraft, ...]
    before: int | None
    """What `taken_up` takes to go on; None where there are no older calls."""


def taken_up(
    connection: Connection, viewer: Viewer, before: int | None, at: datetime
) -> Refusals:
    """Drafts older than row *before* of the log, and the rows that say that *viewer* has read them.

    Args:
        connection: A transaction that writes.
        viewer: Who reads.
        before: Number of a row; None to begin with the last.
        at: When.
    """
    query = select(log).where(log.c.workspace == viewer.workspace, log.c.kind == MODEL_CALL)
    if before is not None:
        query = query.where(log.c.seq < before)
    query = query.order_by(log.c.seq.desc()).limit(MOST_LOOKED_THROUGH + 1)
    rows = [logged(row._mapping) for row in connection.execute(query)]
    found: list[RefusedDraft] = []
    last, ended = 0, True
    for number, row in enumerate(rows):
        if number == MOST_LOOKED_THROUGH or len(found) == A_PAGE:
            ended = False
            break
        last, call = row.seq, call_of(row)
        if call.refused:
            found.append(RefusedDraft(call, row.conversation))
    for name in sorted({one.conversation for one in found if one.conversation is not None}):
        append(connection, viewer.workspace, Happening(
            VIEWED, f"{VIEWED}:{uuid4().hex}", at, viewer.user, name,
            {"session": viewer.session}))
    return Refusals(tuple(found), None if ended else last)
