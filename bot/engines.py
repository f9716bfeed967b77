"""The engine behind the store: how SQLite and PostgreSQL are opened, and how transactions begin.

The two differ in this and in nothing else.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from bot.outages import NoTurn

WAIT_SECONDS = 30
"""How long a write waits for another process on SQLite; a write takes milliseconds."""
IDLE_TRANSACTION_MS = 60_000
"""When PostgreSQL gives up on a transaction whose owner has gone silent and frees its locks."""
WRITES = "advisor_writes"
"""The execution option of a transaction that writes: for how many seconds it waits for others."""

_TURNS: dict[str, Any] = {}


@contextmanager
def turn_to_write(engine: Engine, seconds: float) -> Iterator[None]:
    """Hold what the threads of this process hold while they write to the database of *engine*.

    SQLite takes one writer at a time and has the others ask again and again, in no order: of
    sixteen threads some would wait a second, where here each waits its turn, some 20 ms.

    Raises:
        NoTurn: Others were writing for all of *seconds*.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    turn = _TURNS.setdefault(str(engine.url), threading.RLock())
    if not turn.acquire(timeout=seconds):
        raise NoTurn(f"others were writing to the database for {seconds} s")
    try:
        yield
    finally:
        turn.release()


def engine_of(url: URL) -> Engine:
    """The engine for *url*; makes the folder of a SQLite file.

    Its errors don't repeat what a statement was given, which are people's words.
    """
    if url.get_backend_name() != "sqlite":
        options: dict[str, Any] = {}
        if url.get_backend_name() == "postgresql":
            options = {
                "options": f"-c idle_in_transaction_session_timeout={IDLE_TRANSACTION_MS}",
                "keepalives_idle": 30,
            }
        return create_engine(
            url, pool_pre_ping=True, hide_parameters=True, connect_args=options)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and too late: only before the first write.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later can't wait for another writer, it fails.
    seconds = connection.get_execution_options().get(WRITES)
    if seconds is not None and connection.info.get(WRITES) != seconds:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(seconds * 1000)}")
        connection.info[WRITES] = seconds
    connection.exec_driver_sql("BEGIN" if seconds is None else "BEGIN IMMEDIATE")
