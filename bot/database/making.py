"""Tables that no migration makes, since a library says what they are."""

from sqlalchemy import Engine, MetaData, text

# Any number that nothing else in the database locks by.
_LOCK = 7_203_144_872


def make_tables(engine: Engine, *of: MetaData) -> None:
    """Make those of the tables *of* a library that are missing.

    Of replicas that start at once one makes them, and the others find them made.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        for tables in of:
            tables.create_all(connection)
