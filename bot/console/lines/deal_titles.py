"""What a deal is called on the pages: the product and for whom, as far as it was told."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from bot.casebook.memory import Memory, remembered
from bot.console.lines.listing import visible
from bot.console.viewer import Viewer
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.naming import deal_title
from bot.schema import case_lines
from retrieval.guidance import Fact, Guidance


def title_of(guidance: Guidance | None, memory: Memory) -> str:
    """What the deal of *memory* is called by *guidance*; empty where nothing names it."""
    if guidance is None:
        return ""
    return deal_title(guidance, Deal({
        Fact(fact): Answer(None if values is None else frozenset(values), "", MessageKey(""),
                           instead=frozenset(memory.instead.get(fact, ())))
        for fact, values in memory.facts.items()}))


def titles(
    connection: Connection, viewer: Viewer, guidance: Guidance | None,
    names: Collection[ConversationId],
) -> Mapping[ConversationId, str]:
    """What the deals of the conversations *names* are called; only those *viewer* may see."""
    found = connection.execute(
        select(case_lines.c.conversation, case_lines.c.memory)
        .where(visible(viewer), case_lines.c.conversation.in_(names)))
    return {ConversationId(row.conversation): title_of(guidance, remembered(row.memory))
            for row in found}
