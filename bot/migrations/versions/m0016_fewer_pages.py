"""A turn writes less: tags stand by conversation, and who cites a provision is filed in bulk.

On PostgreSQL, where programs of before may be at work meanwhile, only the column is added.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TAG = ["conversation", "kind", "value"]


def upgrade() -> None:
    op.add_column("case_cites", sa.Column(
        "fresh", sa.Integer, nullable=False, server_default="0"))
    if op.get_bind().dialect.name != "sqlite":
        return  # replicas of before look in these indexes
    _keep_tags_in_order()
    op.drop_index("ix_case_cites_found", "case_cites")
    for name, columns, rows in (
        ("ix_case_cites_filed",
         ["workspace", "provision", "at", "conversation", "number", "turns", "shown"],
         "fresh = 0"),
        ("ix_case_cites_fresh", ["conversation", "provision"], "fresh = 1"),
    ):
        op.create_index(name, "case_cites", columns, sqlite_where=sa.text(rows))


def _keep_tags_in_order() -> None:
    op.create_table(
        "case_tags_by_conversation",
        *(sa.Column(name, sa.Text, nullable=False) for name in (*TAG, "workspace")),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(*TAG, name="pk_case_tags"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO case_tags_by_conversation "
               "SELECT conversation, kind, value, workspace, number FROM case_tags "
               "ORDER BY conversation, kind, value")
    op.drop_table("case_tags")
    op.rename_table("case_tags_by_conversation", "case_tags")
    op.create_index("ix_case_tags_found", "case_tags", ["workspace", "kind", "value", "number"])
