"""When the last good back-up was made, so that whoever watches is told that none is made any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "last_backup",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_last_backup"),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
