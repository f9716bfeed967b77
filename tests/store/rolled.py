"""Migrations of a program to come: the folder of today's, and one more."""

import shutil
from pathlib import Path

from bot.migrations import upgrading

ADDS = """
    op.create_table("to_come", sa.Column("id", sa.Integer, primary_key=True))
    for table in ("turns", "deliveries", "outgoing", "conversations", "claims"):
        op.add_column(table, sa.Column("to_come", sa.Text))
    op.create_index("ix_deliveries_to_come", "deliveries", ["to_come"])
"""
TAKES_AWAY = """
    op.drop_table("saved_filters")
    op.execute("UPDATE schema_floor SET revision = '9001'")
"""


def scripts_with(folder: Path, body: str) -> Path:
    """Today's migrations and one after them, of *body*, in the new folder *folder*/scripts."""
    scripts = folder / "scripts"
    shutil.copytree(upgrading.HERE, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "m9001_to_come.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f'revision = "9001"\ndown_revision = "{upgrading.newest()}"\n'
        f"branch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n{body}", encoding="utf-8")
    return scripts
