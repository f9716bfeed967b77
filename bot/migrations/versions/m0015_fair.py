"""Indexes of what waits, from which whose turn it is can be told however much waits."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, table, columns, state in (
        ("ix_deliveries_person", "deliveries",
         ["state", "team", "author", "id", "conversation"], "new"),
        ("ix_deliveries_waiting", "deliveries", ["state", "conversation", "due"], "new"),
        ("ix_outgoing_due", "outgoing", ["state", "due", "id", "conversation"], "waiting"),
        ("ix_outgoing_waiting", "outgoing", ["state", "conversation", "due"], "waiting"),
    ):
        rows = sa.text(f"state = '{state}'")
        op.create_index(name, table, columns, sqlite_where=rows, postgresql_where=rows)
