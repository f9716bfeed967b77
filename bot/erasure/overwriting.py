"""What the files of a database still hold of words that were erased, and overwriting it.

An erasure takes words out of rows.  The files may hold them for longer, where no query finds them
and whoever has the files does: SQLite in its write-ahead file, PostgreSQL in the space of rows that
are gone.
"""

import logging
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from bot.casebook import words as case_words
from bot.database.engines import WAIT_SECONDS, WRITES, turn_to_write
from bot.outages import NoTurn
from bot.store import Store

READERS_SECONDS = 1
"""How long SQLite waits for others to have read; nobody writes meanwhile."""
LOCK_SECONDS = 5
"""How long a table of PostgreSQL is waited for to be written anew; others wait behind."""
_TABLES = ("log", "conversations", "deliveries", "outgoing", "cases", "case_lines",
           "case_words_index", "people", "sessions", "review_locks", "saved_filters")

_log = logging.getLogger("advisor.erasing")


class Remains(StrEnum):
    """Where the files of the database still have what was erased."""

    NOTHING = "nothing"
    """Nowhere."""
    AHEAD = "ahead"
    """SQLite's write-ahead file has it, for somebody reads what was there before; `sweep` again."""
    FREED = "freed"
    """PostgreSQL's files have it in free space, until that is used again or `rewrite` is done."""


class InUse(Exception):
    """A table was in use, so it was not written anew."""


def sweep(store: Store) -> Remains:
    """Overwrite what the files still hold of erased words, as far as nobody is held up by it.

    The erasure is done and recorded by then, so what goes wrong here is logged and not raised.
    """
    try:
        if store.engine.dialect.name == "sqlite":
            return _empty_ahead(store)
        with _by_itself(store.engine).connect() as connection:
            connection.execute(text(f"VACUUM {', '.join(_TABLES)}"))
    except (NoTurn, DBAPIError):
        _log.warning("what was erased could not be overwritten in the files of the database yet",
                     exc_info=True)
    return Remains.AHEAD if store.engine.dialect.name == "sqlite" else Remains.FREED


def rewrite(store: Store) -> Remains:
    """As `sweep`, and have PostgreSQL write anew the tables that hold words: nobody uses one while.

    Raises:
        InUse: One is in use for longer than `LOCK_SECONDS`; those before it are done.
    """
    if store.engine.dialect.name == "sqlite":
        return sweep(store)
    with _by_itself(store.engine).connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
        try:
            for table in _TABLES:
                try:
                    connection.execute(text(f"VACUUM (FULL) {table}"))
                except DBAPIError as error:
                    if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                        raise InUse(table) from None
                    raise
        finally:
            connection.execute(text("RESET lock_timeout"))
    return Remains.NOTHING


_LOCK_NOT_AVAILABLE = "55P03"


def _by_itself(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _empty_ahead(store: Store) -> Remains:
    with store.writing() as connection:
        case_words.purge(connection)
    with turn_to_write(store.engine, WAIT_SECONDS), store.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        connection.exec_driver_sql("COMMIT")  # the checkpoint needs to be by itself
        driver.execute(f"PRAGMA busy_timeout={READERS_SECONDS * 1000}")
        try:
            busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
            connection.info[WRITES] = WAIT_SECONDS
            connection.exec_driver_sql("BEGIN")
    return Remains.AHEAD if busy else Remains.NOTHING
