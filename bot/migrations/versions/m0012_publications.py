"""Edits of the corpus, what was published when and why, and the release that is being prepared."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "corpus_edits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.Text),
        sa.Column("withdrawn_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_corpus_edits"),
    )
    op.create_index("ix_corpus_edits_subject", "corpus_edits", ["subject"])
    op.create_table(
        "publications",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("override", sa.Text),
        sa.Column("folder_sha256", sa.Text),
        sa.Column("report", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_publications"),
        sa.ForeignKeyConstraint(["release"], ["releases.id"],
                                name="fk_publications_release_releases"),
    )
    op.create_table(
        "preparation",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("beat", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("base", sa.Text),
        sa.Column("release", sa.Text),
        sa.Column("content", sa.Text),
        sa.Column("report", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_preparation"),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    _begin_history()


def _begin_history() -> None:
    """Enter what was in force before there was a history, so that there is a way back to it."""
    connection = op.get_bind()
    earlier = connection.execute(sa.text(
        "SELECT id, created_at FROM releases ORDER BY created_at, id")).all()
    active = connection.execute(sa.text("SELECT release, since FROM active_release")).one_or_none()
    known = [(row.id, row.created_at) for row in earlier if active and row.id != active.release]
    if active:
        known.append((active.release, active.since))
    before = None
    for release, at in known:
        connection.execute(
            sa.text("INSERT INTO publications (kind, release, before, at, \"by\", reason, report) "
                    "VALUES ('first', :release, :before, :at, '', :reason, '{}')"),
            {"release": release, "before": before, "at": at,
             "reason": "Put in force by an earlier version, which kept no history"})
        before = release
