"""What came in and is to be answered, and what is to go out."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from bot.schema.tables import metadata, only

deliveries = Table(
    "deliveries",
    metadata,
    # Grows in the order of commits within a conversation: see `Deliveries.receive`.
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("sent_at", Text, nullable=False),
    # Null once handled: from then on the words are the turn's alone, where they can be erased.
    Column("body", Text),
    Column("event_id", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    # new, done, aside (people were talking to each other), failed.
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", Text, nullable=False),
    Column("reference", Text),
    UniqueConstraint("key"),
    Index(None, "state", "conversation"),
    # Of what waits alone, and so always small: whose turn it is, and what holds it back.  The
    # state stands first so that SQLite, which knows no figures, prefers them.
    Index("ix_deliveries_person", "state", "team", "author", "id", "conversation",
          **only("new")),
    Index("ix_deliveries_waiting", "state", "conversation", "due", **only("new")),
)

outgoing = Table(
    "outgoing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("turn", Integer),
    Column("method", Text, nullable=False),
    Column("target", Text),
    Column("opens_thread", Integer, nullable=False),
    # Null once posted: Slack has it, and the turn holds what it was drawn from.
    Column("body", Text),
    # The conversation as it was last shown before this reply; null once that has changed.
    Column("shown", Text),
    # waiting, sent, stale (somebody wrote again first), refused (Slack will not take it),
    # dropped (what it was to replace stands as it was; the next turn makes it stale).
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("in_doubt", Integer, nullable=False),
    Column("tried_at", Text),
    Column("due", Text, nullable=False),
    Column("marker", Text, nullable=False),
    Column("ref", Text),
    Column("error", Text),
    UniqueConstraint("key"),
    Index(None, "state", "conversation"),
    Index(None, "conversation", "turn"),
    Index("ix_outgoing_due", "state", "due", "id", "conversation", **only("waiting")),
    Index("ix_outgoing_waiting", "state", "conversation", "due", **only("waiting")),
)

claims = Table(
    "claims",
    metadata,
    # Rows that are locked and never changed: whoever holds one works on the conversation.
    Column("conversation", Text, primary_key=True),
)
