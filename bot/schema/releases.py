"""Releases of the corpus: what was published, what is being prepared, what is in force."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from bot.schema.tables import metadata

releases = Table(
    "releases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

schema_floor = Table(
    "schema_floor",
    metadata,
    # The oldest program that can work on this schema, by its revision.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

active_release = Table(
    "active_release",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("release", ForeignKey(releases.c.id), nullable=False),
    Column("since", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

corpus_edits = Table(
    "corpus_edits",
    metadata,
    # What an installation changed of the corpus that ships, in order; see `bot.publishing.drafts`.
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    # Rows stay when they are taken back: who ticked what against what is part of the history.
    Column("withdrawn_at", Text),
    Column("withdrawn_by", Text),
    Index(None, "subject"),
)

publications = Table(
    "publications",
    metadata,
    # Every time that a release was put in force: the first, published ones, and ways back.
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("release", ForeignKey(releases.c.id), nullable=False),
    Column("before", Text),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # Why it was published although the gate refused; null where it passed.
    Column("override", Text),
    # Of the corpus folder that it was made from, so that a change there can be noticed.
    Column("folder_sha256", Text),
    # What differed, what the gate found, whose advice became another; as JSON.
    Column("report", Text, nullable=False),
)

preparation = Table(
    "preparation",
    metadata,
    # The one release that is being prepared, or waits to be published; see
    # `bot.publishing.preparing`.
    Column("id", Integer, primary_key=True, autoincrement=False),
    # Whoever holds it prepares; another one that finds the beat fresh leaves it alone.
    Column("token", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("beat", Text, nullable=False),
    # preparing, ready, refused (by the gate), unsound (by the checks), failed.
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False),
    # Of the draft, and the release that was in force.
    Column("stamp", Text, nullable=False),
    Column("base", Text),
    Column("release", Text),
    Column("content", Text),
    Column("report", Text),
    CheckConstraint("id = 1", name="one_row"),
)
