"""Databases that restores have moved aside, which no erasure reaches, and only people delete."""

import re
from collections.abc import Sequence

from sqlalchemy import text

from bot.database.transactions import Database
from bot.database.url import file_of

BEFORE = "before"
"""What a moved database is called by, with the moment at which it was moved."""
_MOVED = re.compile(BEFORE + r"[-_]\d{8}[tT]\d{6}[zZ]")
_SCHEMAS = text("SELECT nspname FROM pg_namespace ORDER BY nspname")


def moved_aside(database: Database) -> Sequence[str]:
    """What lies beside *database*: files of SQLite, or schemas of PostgreSQL, the oldest first."""
    file = file_of(database.engine.url)
    if file is not None:
        # A file beside it, as SQLite makes two, is deleted with it.
        return sorted(one.name for one in file.parent.glob(f"{file.name}.*")
                      if _MOVED.fullmatch(one.name.removeprefix(f"{file.name}.")))
    if database.engine.dialect.name != "postgresql":
        return ()
    with database.looking() as connection:
        return [name for name in connection.scalars(_SCHEMAS) if _MOVED.fullmatch(name)]
