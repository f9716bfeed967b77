"""A line for each conversation with an index of its words, and filters that somebody keeps.

The lines are made from the log when the database is next opened; see `bot.casebook.lines.catch_up`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_lines",
        sa.Column("conversation", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("workspace", "asker", "opened_at", "updated_at")),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False)
          for name in ("ups", "downs", "unchecked", "handed_over", "reviewed", "erased",
                       "urgency")),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("memory", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_case_lines"),
    )
    op.create_index("ix_case_lines_newest", "case_lines",
                    ["workspace", "opened_at", "conversation"])
    op.create_index("ix_case_lines_urgent", "case_lines",
                    ["workspace", "urgency", "opened_at", "conversation"])
    op.create_index("ix_case_lines_asker", "case_lines", ["workspace", "asker", "opened_at"])
    op.create_table(
        "case_tags",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "conversation", name="pk_case_tags"),
    )
    op.create_index("ix_case_tags_conversation", "case_tags", ["conversation"])
    op.create_table(
        "case_words",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_words"),
        sa.UniqueConstraint("workspace", "seq", name="uq_case_words_workspace_seq"),
    )
    op.create_index("ix_case_words_conversation", "case_words", ["conversation"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE case_words_index (id INTEGER PRIMARY KEY, tokens TSVECTOR)")
        op.execute("CREATE INDEX ix_case_words_index_tokens ON case_words_index "
                   "USING gin (tokens)")
    else:
        op.execute("CREATE VIRTUAL TABLE case_words_index USING fts5(tokens)")
    op.create_table(
        "saved_filters",
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("workspace", "user", "name", "query")),
        sa.PrimaryKeyConstraint("workspace", "user", "name", name="pk_saved_filters"),
    )
