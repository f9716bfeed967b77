"""The names of people, as Slack tells them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("workspace", "user", "name", "seen_at")),
        sa.PrimaryKeyConstraint("workspace", "user", name="pk_people"),
    )
