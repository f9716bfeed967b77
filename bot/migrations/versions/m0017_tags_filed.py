"""A turn writes less: conversations are filed by their tags in bulk, as they are by citations.

On PostgreSQL, where programs of before may be at work meanwhile, only the columns are added.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("case_tags", "case_lines"):
        op.add_column(table, sa.Column("fresh", sa.Integer, nullable=False, server_default="0"))
    if op.get_bind().dialect.name != "sqlite":
        return  # replicas of before look in this index
    op.drop_index("ix_case_tags_found", "case_tags")
    for name, table, columns, rows in (
        ("ix_case_tags_filed", "case_tags", ["workspace", "kind", "value", "number"],
         "fresh = 0"),
        ("ix_case_lines_fresh", "case_lines", ["conversation"], "fresh = 1"),
    ):
        op.create_index(name, table, columns, sqlite_where=sa.text(rows))
