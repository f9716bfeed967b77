"""What every table has in common: how constraints are named, and indexes over some rows alone."""

from typing import Any

from sqlalchemy import ColumnElement, Index, MetaData, literal_column, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NEW: ColumnElement[str] = literal_column("'new'")
WAITING: ColumnElement[str] = literal_column("'waiting'")
"""The states that indexes are over, for statements that are made often.

Given as a value, SQLite plans the statement anew each time that it is run, since another value
would forbid the index, and PostgreSQL does without the index once it keeps the plan.
"""


def only(state: str) -> dict[str, Any]:
    """Options of an index over the rows in *state* alone."""
    return where(f"state = '{state}'")


def where(rows: str) -> dict[str, Any]:
    """Options of an index over those *rows* alone, which it names in SQL."""
    return {"sqlite_where": text(rows), "postgresql_where": text(rows)}


def only_on(dialect: str, index: Index) -> Index:
    """*index*, which databases of *dialect* alone have."""
    index.info["dialect"] = dialect
    return index.ddl_if(dialect=dialect)
