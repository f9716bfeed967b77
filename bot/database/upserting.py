"""Inserts that can say what becomes of a row whose key is there."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Insert, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from bot.database import prepared


def inserting(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert into *table* with `on_conflict_do_update` and `on_conflict_do_nothing`.

    Args:
        table: Where to.
        dialect: The name of the database's, "postgresql" or "sqlite".
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def put_once(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert *row*; False if one with its key is there, which then stays as it is."""
    # Not by the count of rows, which the driver does not tell of every insert.
    made = _telling(table, connection.dialect.name)
    return prepared.scalar(connection, made, row) is not None


@cache
def putting(table: Table, dialect: str) -> Insert:
    """What inserts rows into *table*; those whose key is there stay as they are."""
    return inserting(table, dialect).on_conflict_do_nothing()


@cache
def _telling(table: Table, dialect: str) -> Executable:
    there: Executable = putting(table, dialect).returning(literal_column("1"))
    return there
