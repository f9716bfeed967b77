"""Reviews: who is reviewing right now, how far a sweep is, and how far each review is.

The lines hold more than before, so they are made anew from the log when the database is next
opened; see `bot.casebook.lines.catch_up`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_locks",
        sa.Column("conversation", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("workspace", "by", "name", "since", "until")),
        sa.PrimaryKeyConstraint("conversation", name="pk_review_locks"),
    )
    op.create_table(
        "review_sweep",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("since", "workspace", "conversation")),
        sa.Column("finished", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_sweep"),
        sa.CheckConstraint("id = 1", name=op.f("ck_review_sweep_one_row")),
    )
    for table in ("case_tags", "case_words", "case_lines", "case_words_index"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608  names of ours
    with op.batch_alter_table("case_lines", recreate="always") as lines:
        for name in ("assigned", "standing"):
            lines.add_column(sa.Column(name, sa.Text, nullable=False))
    op.create_index("ix_case_lines_standing", "case_lines",
                    ["standing", "workspace", "conversation"])
    op.create_index("ix_case_lines_assigned", "case_lines", ["workspace", "assigned"])
