"""Releases, conversations, and the log of turns with its head."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
    )
    op.create_table(
        "active_release",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_active_release_one_row")),
        sa.ForeignKeyConstraint(
            ["release"], ["releases.id"], name="fk_active_release_release_releases"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_active_release"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("last_seq", name="uq_conversations_last_seq"),
    )
    op.create_table(
        "turns",
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("quotes", sa.Text),
        sa.Column("text_salt", sa.Text),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("posted_ref", sa.Text),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_turns_conversation_conversations"
        ),
        sa.ForeignKeyConstraint(["release"], ["releases.id"], name="fk_turns_release_releases"),
        sa.PrimaryKeyConstraint("seq", name="pk_turns"),
        sa.UniqueConstraint("key", name="uq_turns_key"),
        sa.UniqueConstraint("conversation", "version", name="uq_turns_conversation_version"),
        sa.UniqueConstraint("digest", name="uq_turns_digest"),
    )
    op.create_index("ix_turns_author_seq", "turns", ["author", "seq"])
    head = op.create_table(
        "log_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
    )
    op.bulk_insert(head, [{"id": 1, "count": 0, "digest": "0" * 64}])
