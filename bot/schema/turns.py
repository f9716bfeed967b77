"""Conversations, and the log that every turn of theirs is a row of."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from bot.schema.releases import releases
from bot.schema.tables import metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # Number of its last turn in the log: orders those of a workspace whatever the clocks said.
    Column("last_seq", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Index(None, "workspace", "last_seq"),
    Index(None, "updated_at"),
)

log = Table(
    "log",
    metadata,
    Column("workspace", Text, primary_key=True),
    # Handed out by log_heads and not by the database, whose counters skip: a gap is a lost row.
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("conversation", Text),
    Column("at", Text, nullable=False),
    # The person's: null once erased, all together.  The body holds their salted hash.
    Column("actor", Text),
    Column("words", Text),
    Column("salt", Text),
    Column("personal_sha256", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("key"),
    UniqueConstraint("digest"),
    Index(None, "conversation", "workspace", "seq"),
    Index(None, "actor", "at"),
    Index(None, "workspace", "kind", "seq"),
)

log_heads = Table(
    "log_heads",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    # The right edge of the tree over the log; see `bot.record.merkle.Edge`.
    Column("edge", Text, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("key", Text, primary_key=True),
    Column("conversation", ForeignKey(conversations.c.id), nullable=False),
    Column("version", Integer, nullable=False),
    Column("release", ForeignKey(releases.c.id), nullable=False),
    # Its row in the log, which holds all else.
    Column("workspace", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    # Where the reply was posted; the only column that is written later.
    Column("posted_ref", Text),
    UniqueConstraint("conversation", "version"),
    UniqueConstraint("workspace", "seq"),
    ForeignKeyConstraint(["workspace", "seq"], [log.c.workspace, log.c.seq]),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    # The signed note; see `bot.record.signed_notes`.
    Column("note", Text, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    # Conversations that nothing may be erased of, for as long as they stand here.
    Column("conversation", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("since", Text, nullable=False),
)

retention = Table(
    "retention",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("days", Integer, nullable=False),
    CheckConstraint("days > 0", name="some_days"),
)

wordings = Table(
    "wordings",
    metadata,
    # The bot's own sentences, by their digest: what a reply was worded with.
    Column("digest", Text, primary_key=True),
    Column("content", Text, nullable=False),
)
