"""Conversations to erase, and all that a database holds afterwards."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot import schema
from bot.dialogue.conversation import ConversationId
from bot.log_order import LOCAL
from tests.store.small import step

C1, C2 = ConversationId("c1"), ConversationId("c2")
CANARY = "Wolpertinger"
BY = {"by": "U-lead", "reason": "request of 2 March"}


def talk(store, name, words, author="U1", workspace=LOCAL):
    before = store.load(ConversationId(name))
    turn, after = step(before, f"{name}:{before.version + 1}", author, words)
    store.record(turn, after, before.version, workspace=workspace)


def everything(store):
    """All that the database holds, and for SQLite all that its files hold, as one text."""
    parts = []
    with store.reading() as connection:
        for table in schema.metadata.sorted_tables:
            parts += [repr(tuple(row)) for row in connection.execute(select(table))]
    url = make_url(store.engine.url)
    if url.get_backend_name() == "sqlite":
        for file in Path(url.database).parent.iterdir():
            parts.append(file.read_bytes().decode("latin-1"))
    return "\n".join(parts)
