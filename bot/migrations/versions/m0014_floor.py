"""How old a program may be that works on this schema, so that replicas can be upgraded in turn."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    floor = op.create_table(
        "schema_floor",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schema_floor"),
        sa.CheckConstraint("id = 1", name=op.f("ck_schema_floor_one_row")),
    )
    # A migration that takes away or changes what programs before it use raises this to itself.
    op.bulk_insert(floor, [{"id": 1, "revision": revision}])
