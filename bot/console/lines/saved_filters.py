"""Filters that somebody keeps under a name."""

from sqlalchemy import Connection, delete, select

from bot.console.lines.filters import Filter
from bot.console.viewer import Viewer
from bot.database.upserting import inserting
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


def save(connection: Connection, viewer: Viewer, name: str, wanted: Filter) -> bool:
    """Keep *wanted* under *name*, in place of one of that name; False if there are too many."""
    name = tidy(name)[:LONGEST_NAME]
    kept = {known for known, _ in saved(connection, viewer)}
    if not name or (name not in kept and len(kept) >= MOST_SAVED):
        return False
    made = inserting(saved_filters, connection.dialect.name)
    connection.execute(made.on_conflict_do_update(
        index_elements=list(saved_filters.primary_key.columns),
        set_={"query": made.excluded.query}), {
            "workspace": viewer.workspace, "user": viewer.user, "name": name,
            "query": wanted.query()})
    return True


def drop(connection: Connection, viewer: Viewer, name: str) -> None:
    """Keep the filter *name* no longer."""
    connection.execute(delete(saved_filters).where(
        saved_filters.c.workspace == viewer.workspace, saved_filters.c.user == viewer.user,
        saved_filters.c.name == tidy(name)[:LONGEST_NAME]))
