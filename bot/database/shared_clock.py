"""The time that all who share a database go by: PostgreSQL's, or this machine's on SQLite.

Until when one replica holds something, another one judges.  Told by their machines' clocks, which
may be minutes apart, what is held would be taken for let go, and what is fresh for old.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select


class SharedClock:
    """Asks the database, by a connection that is there.

    Args:
        now: A clock to go by in its place; None for the database's.
    """

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self._now = now

    def at(self, connection: Connection) -> datetime:
        """What time it is, also in the midst of a transaction."""
        if self._now is not None:
            return self._now()
        if connection.dialect.name != "postgresql":
            return datetime.now(UTC)
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment
