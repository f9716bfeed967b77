"""Whether posts of a deal reach whoever asked: in its thread, or in their direct message."""

from sqlalchemy import Connection, select

from bot.dialogue.conversation import ConversationId
from bot.schema import cases


def reached(
    connection: Connection, workspace: str, conversation: ConversationId
) -> str | None:
    """Slack's id of whoever asked, empty once erased; None where nothing would reach them.

    Who was answered in private is told there: the direct message is their thread.
    """
    case = connection.execute(select(
        cases.c.asker, cases.c.channel, cases.c.thread, cases.c.private).where(
        cases.c.conversation == conversation, cases.c.team == workspace)).one_or_none()
    if case is None or not (case.thread or (case.private and case.channel is None)):
        return None
    return case.asker or ""
