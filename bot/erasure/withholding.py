"""Recording what repeats words that were erased while it was worked on.

That it happened stays on record, and the words must not come back.  So its row has none from its
beginning, and a row of an erasure says so in the same transaction: a row that lacks words without
one would be taken for one that somebody emptied in secret.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from bot.dialogue.conversation import ConversationId
from bot.record import log
from bot.record.erasure_list import ERASED, WITHHELD
from bot.record.erasures import Taken
from bot.record.log import Happening
from bot.record.model_calls import silence

WHY = "it repeats words that were erased while it was worked on"
"""The reason that the row of the erasure gives."""


def record(
    connection: Connection, workspace: str, conversation: ConversationId,
    happenings: Sequence[Happening], at: datetime,
) -> None:
    """Put *happenings* of *conversation* into the log of *workspace* without their words.

    Args:
        connection: A transaction that writes.
        workspace: Whose log.
        conversation: Which one they are of.
        happenings: What happened; one whose key a row has stays as it is there.
        at: When it is recorded.
    """
    rows = [log.append(connection, workspace, one) for one in happenings]
    new = [row for row in rows if row is not None]
    if not new:
        return
    for row in new:
        silence(connection, row.key)
    taken = Taken(frozenset((row.workspace, row.seq) for row in new))
    log.append(connection, workspace, Happening(
        ERASED, f"{ERASED}:{uuid4().hex}", at, None, conversation,
        {"conversations": [conversation], **taken.told(), "reason": WHY, "scope": WITHHELD}))
