"""Which workspaces the tables name, found in a few steps however many rows there are."""

from sqlalchemy import Connection, Table, func, select


def every(connection: Connection, *tables: Table) -> tuple[str, ...]:
    """Every workspace that a row of *tables* is of, in order.

    Args:
        connection: A transaction.
        tables: Each with a column `workspace` that an index begins with.
    """
    found = set[str]()
    for table in tables:
        found.update(_of(connection, table))
    return tuple(sorted(found))


def _of(connection: Connection, table: Table) -> list[str]:
    # From one name to the next by the index: a million rows of one workspace are one step.
    name = table.c.workspace
    steps = select(func.min(name).label("name")).cte("steps", recursive=True)
    after = select(func.min(name)).where(name > steps.c.name).scalar_subquery()
    steps = steps.union_all(select(after).where(steps.c.name.is_not(None)))
    query = select(steps.c.name).where(steps.c.name.is_not(None))
    # Not all that SQLite keeps in a column of text is text.
    return [str(name) for name in connection.scalars(query)]
