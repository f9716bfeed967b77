"""Filters that somebody keeps under a name."""

from enum import Enum, auto

from sqlalchemy import Connection, delete, select

from bot.console.lines.filters import Filter
from bot.console.viewer import Viewer
from bot.database.upserting import inserting, put_once
from bot.people import tidy
from bot.schema import saved_filters

MOST_SAVED = 30
LONGEST_NAME = 60


def saved(connection: Connection, viewer: Viewer) -> list[tuple[str, str]]:
    """The filters that *viewer* keeps, as name and query string."""
    query = select(saved_filters.c.name, saved_filters.c.query).where(
        saved_filters.c.workspace == viewer.workspace, saved_filters.c.user == viewer.user)
    return [(row.name, row.query) for row in connection.execute(
        query.order_by(saved_filters.c.name))]


class Saving(Enum):
    """What came of keeping a filter."""

    KEPT = auto()
    NAMELESS = auto()
    TOO_MANY = auto()
    TAKEN = auto()
    """Another one goes by that name, and is as it was."""


def save(
    connection: Connection, viewer: Viewer, name: str, wanted: Filter, *, instead: bool = False
) -> Saving:
    """Keep *wanted* under *name*, and *instead* of another one of that name only if so asked."""
    name = called(name)
    kept = dict(saved(connection, viewer))
    if not name:
        return Saving.NAMELESS
    if kept.get(name, wanted.query()) != wanted.query() and not instead:
        return Saving.TAKEN
    if name not in kept and len(kept) >= MOST_SAVED:
        return Saving.TOO_MANY
    row = {"workspace": viewer.workspace, "user": viewer.user, "name": name,
           "query": wanted.query()}
    if not instead:
        # Two may keep one at once, from two windows.
        there = put_once(connection, saved_filters, row) or name in kept
        return Saving.KEPT if there else Saving.TAKEN
    made = inserting(saved_filters, connection.dialect.name)
    connection.execute(made.on_conflict_do_update(
        index_elements=list(saved_filters.primary_key.columns),
        set_={"query": made.excluded.query}), row)
    return Saving.KEPT


def drop(connection: Connection, viewer: Viewer, name: str) -> None:
    """Keep the filter *name* no longer."""
    connection.execute(delete(saved_filters).where(
        saved_filters.c.workspace == viewer.workspace, saved_filters.c.user == viewer.user,
        saved_filters.c.name == called(name)))


def called(name: str) -> str:
    """*name* as it is kept."""
    return tidy(name)[:LONGEST_NAME]
