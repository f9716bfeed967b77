"""Counts of conversations by the day they were opened.

They are made with the lines of conversations, which hold more than before: both are made from the
log when the database is next opened; see `bot.casebook.lines.catch_up`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_counts",
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("workspace", "kind", "day", "value")),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "kind", "day", "value", name="pk_day_counts"),
    )
    op.execute("DELETE FROM case_lines")
