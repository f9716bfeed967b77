"""Inserts that can say what becomes of a row whose key is there."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite


def inserting(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert into *table* with `on_conflict_do_update` and `on_conflict_do_nothing`.

    Args:
        table: Where to.
        dialect: The name of the database's, "postgresql" or "sqlite".
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
