"""Who sent a deal to compliance, and when: whoever looks through many has to see it at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.casebook.standing import person_of
from bot.console.viewer import Viewer
from bot.dialogue.conversation import ConversationId
from bot.schema import log


@dataclass(frozen=True, slots=True)
class Sent:
    """That somebody sent a deal to compliance."""

    by: str
    """Slack's id; empty once erased."""
    at: datetime


def sent(
    connection: Connection, viewer: Viewer, names: Collection[ConversationId]
) -> Mapping[ConversationId, Sent]:
    """The last time that each of the conversations *names* was sent; one that never was lacks."""
    if not names:
        return {}
    found = connection.execute(
        select(log.c.conversation, log.c.actor, log.c.at)
        .where(log.c.workspace == viewer.workspace, log.c.conversation.in_(names),
               log.c.kind == "handed_over").order_by(log.c.seq))
    return {ConversationId(row.conversation): Sent(
        person_of(row.actor) or "", datetime.fromisoformat(row.at)) for row in found}
