"""Which provisions the answers of each conversation cite.

They are made from the log when the database is next opened; see `bot.casebook.lines.catch_up`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_cites",
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("conversation", "provision", "workspace")),
        *(sa.Column(name, sa.Integer, nullable=False)
          for name in ("number", "turns", "turn", "shown")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "release")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("span_start", "span_end")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("sha256", "checked")),
        sa.PrimaryKeyConstraint("conversation", "provision", name="pk_case_cites"),
        # Found by their key alone, some hundred for each deal: no number of its own, no second key.
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_cites_found", "case_cites",
                    ["workspace", "provision", "at", "conversation", "number", "turns", "shown"])
