"""Conversations are found by number, and their words are indexed together.

The lines are made from the log when the database is next opened; see `bot.casebook.lines.catch_up`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SOUGHT = ["number", "turns", "asker", "updated_at", "state", "ups", "downs", "unchecked",
          "handed_over", "reviewed", "erased", "assigned", "standing"]


def upgrade() -> None:
    # SQLite, which knows no sizes, went through a whole workspace for one conversation.
    op.drop_index("ix_log_conversation_kind", "log")
    op.create_index("ix_log_conversation_workspace_seq", "log",
                    ["conversation", "workspace", "seq"])
    for name in ("case_words_index", "case_words"):
        op.drop_table(name)
    op.execute("DELETE FROM case_tags")
    op.execute("DELETE FROM case_lines")
    for name in ("newest", "urgent", "asker"):
        op.drop_index(f"ix_case_lines_{name}", "case_lines")
    with op.batch_alter_table("case_lines") as table:
        table.add_column(sa.Column("number", sa.Integer, nullable=False))
    op.create_index("ix_case_lines_number", "case_lines", ["number"], unique=True)
    op.create_index("ix_case_lines_newest", "case_lines",
                    ["workspace", "opened_at", "conversation", *SOUGHT, "urgency"])
    op.create_index("ix_case_lines_urgent", "case_lines",
                    ["workspace", "urgency", "opened_at", "conversation", *SOUGHT])
    op.create_index("ix_case_lines_asker", "case_lines", ["workspace", "asker", "number"])
    with op.batch_alter_table("case_tags") as table:
        table.add_column(sa.Column("workspace", sa.Text, nullable=False))
        table.add_column(sa.Column("number", sa.Integer, nullable=False))
    op.create_index("ix_case_tags_found", "case_tags", ["workspace", "kind", "value", "number"])
    op.create_table(
        "case_words",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_words"),
        sa.UniqueConstraint("conversation", name="uq_case_words_conversation"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE case_words_index (id INTEGER PRIMARY KEY, tokens TSVECTOR)")
        op.execute("CREATE INDEX ix_case_words_index_tokens ON case_words_index "
                   "USING gin (tokens)")
    else:
        # Where in a text a word stands is never asked; how words begin always is.
        op.execute("CREATE VIRTUAL TABLE case_words_index USING fts5("
                   "tokens, detail=none, columnsize=0, prefix='1 2 3')")
