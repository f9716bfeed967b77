"""The tables.  Text, integers and JSON as text: the same on SQLite and on PostgreSQL.

Times are text in UTC, of one width, so that they sort; see `bot.ledger.timestamp`.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

releases = Table(
    "releases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

active_release = Table(
    "active_release",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("release", ForeignKey(releases.c.id), nullable=False),
    Column("since", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # Number of its last turn in the log: orders conversations whatever the clocks said.
    Column("last_seq", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    UniqueConstraint("last_seq"),
)

turns = Table(
    "turns",
    metadata,
    # Handed out by log_head and not by the database, whose counters skip: a gap is a lost row.
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("conversation", ForeignKey(conversations.c.id), nullable=False),
    Column("version", Integer, nullable=False),
    Column("release", ForeignKey(releases.c.id), nullable=False),
    # The person's: null once erased, all together.  The body holds their salted hash.
    Column("author", Text),
    Column("text", Text),
    Column("quotes", Text),
    Column("text_salt", Text),
    Column("text_sha256", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    # Where the reply was posted; the only column that is written later.
    Column("posted_ref", Text),
    UniqueConstraint("key"),
    UniqueConstraint("conversation", "version"),
    UniqueConstraint("digest"),
    Index(None, "author", "seq"),
)

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
