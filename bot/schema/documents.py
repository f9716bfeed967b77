"""Official documents that were handed in or fetched, and the cuts made of them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.schema.tables import metadata

documents = Table(
    "documents",
    metadata,
    # Of the bytes: the same file is kept once, whatever it is called.
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    # What the document calls itself, and what was read out of it; see `retrieval.ingesting`.
    Column("title", Text, nullable=False),
    Column("extracted", Text, nullable=False),
    Column("kept_at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index(None, "kept_at"),
)

fetches = Table(
    "fetches",
    metadata,
    # Every try to get a document, also what came to nothing.
    Column("id", Integer, primary_key=True),
    # Of the list of official documents; empty for an address that somebody gave.
    Column("official", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    # Of what came; null where nothing did.
    Column("sha256", Text),
    # The document that it is, which differs from what came where only the packing does; null
    # where it was not taken, and then the error says why.
    Column("document", ForeignKey(documents.c.sha256)),
    Column("error", Text),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Index(None, "official", "id"),
)

document_cuts = Table(
    "document_cuts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document", ForeignKey(documents.c.sha256), nullable=False),
    # Id of the source that the pieces become provisions of, and all else of it as JSON.
    Column("source", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("pieces", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("by", Text, nullable=False),
    # open, added, dropped.
    Column("state", Text, nullable=False),
    UniqueConstraint("document", "source"),
)
