"""The engine behind the store: how SQLite and PostgreSQL are opened, and how transactions begin.

The two differ in this and in nothing else.
"""

import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, Dialect, ExceptionContext
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from bot.database.in_place import InPlace
from bot.database.pooler import Pooler
from bot.database.url import file_of, unusable
from bot.errors import BadSetting
from bot.outages import FileReplaced, NoTurn, name_place

WAIT_SECONDS = 30
"""How long a write waits for another process on SQLite; a write takes milliseconds."""
IDLE_TRANSACTION_MS = 60_000
"""When PostgreSQL gives up on a transaction whose owner has gone silent and frees its locks."""
CONNECTIONS = 15
"""How many connections to PostgreSQL a process has at most, unless it is told another number."""
CONNECT_SECONDS = 5
"""How long a connection to PostgreSQL may take to come about, for each address of its host."""
KEEPALIVES = (5, 2, 3)
"""After how many silent seconds the other end is asked for a sign of life, every how many seconds
again, and how often before it counts as gone: a machine that lost its power frees its claims 11 s
later, and a replica notices as soon that the database's machine is gone.  A process that is killed
needs none of this, since its machine closes its connections at once."""
WRITES = "advisor_writes"
"""The execution option of a transaction that writes: for how many seconds it waits for others."""
IN_PLACE = "advisor_in_place"
"""The execution option of what only reads, and insists that the file is where it was opened."""
LOOKS = "advisor_looks"
"""The execution option of a single statement that reads: no transaction is begun around it."""

_SPOKEN = {"client_encoding": "UTF8", "DateStyle": "ISO",
           "default_transaction_isolation": r"read\ committed"}
"""What our statements and their driver rely on in a session, whatever else a server, a database or
a role is set to: the driver reads moments in no other style than ISO, other encodings can't hold
what people write, and who waits for a row has to see it as it is then.  The blank is marked as
`options` of libpq wants it."""
_KEPT = 5
"""How many connections are kept open while nobody needs them: they come again."""
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


def engine_of(url: URL, connections: int = CONNECTIONS) -> Engine:
    """The engine for *url*, as `bot.database.url` gives it.

    Its errors don't repeat what a statement was given, which are people's words.

    Args:
        url: The address.
        connections: How many there are at most, of PostgreSQL.

    Raises:
        BadSetting: What the address says behind its ? can't be used.
    """
    if url.get_backend_name() != "sqlite":
        options: dict[str, Any] = {}
        if url.get_backend_name() == "postgresql":
            options = _of_postgresql(url)
        engine = _made(
            url, pool_pre_ping=True, pool_use_lifo=True, pool_size=_KEPT,
            max_overflow=connections - _KEPT, connect_args=options, hide_parameters=True)
        if url.get_backend_name() == "postgresql":
            _without_pipelines(engine)
            event.listen(engine, "do_connect", partial(_connected, Pooler()))
        return engine
    # The connection used last still holds the pages that are wanted next; one that comes round
    # again after others have written reads all of them anew.  In memory there is but one.
    pool = {} if url.database in (None, "", ":memory:") else {"pool_use_lifo": True}
    # Errors would tell the values of their statement: what people said.
    engine = _made(
        url, connect_args={"timeout": WAIT_SECONDS}, hide_parameters=True, **pool)
    file = file_of(url)
    if file is not None and url.query.get("mode", "rwc") == "rwc":
        event.listen(engine, "do_connect", partial(_make_private, file))
    if file is not None:
        event.listen(engine, "handle_error", partial(_name_file, file))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if file is not None:
        place = InPlace(file)
        event.listen(engine, "connect", place.open)
        event.listen(engine, "engine_disposed", place.forget)
        event.listen(engine, "begin", partial(_insist_on_place, place), insert=True)
    return engine


def _name_file(file: Path, context: ExceptionContext) -> None:
    name_place(context.original_exception, str(file))


def _made(url: URL, **options: Any) -> Engine:
    try:
        return create_engine(url, **options)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise _odd_option(error) from None


def _odd_option(error: Exception) -> BadSetting:
    said = " ".join(str(error).split())
    return unusable(f"what stands behind its ? is not understood ({said})")


def _of_postgresql(url: URL) -> dict[str, Any]:
    """What a connection says of itself, and how soon each side gives the other up."""
    idle, interval, count = KEEPALIVES
    settings = {
        **_SPOKEN,
        "idle_in_transaction_session_timeout": IDLE_TRANSACTION_MS,
        # The server's side of the connection; ours follows below.
        "tcp_keepalives_idle": idle,
        "tcp_keepalives_interval": interval,
        "tcp_keepalives_count": count,
        "tcp_user_timeout": 1000 * (idle + interval * count),
    }
    given = url.query.get("options", "")
    own = given if isinstance(given, str) else " ".join(given)
    chosen = " ".join(f"-c {name}={value}" for name, value in settings.items())
    options: dict[str, Any] = {
        "options": f"{chosen} {own}".strip(),
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": idle,
        "keepalives_interval": interval,
        "keepalives_count": count,
        "tcp_user_timeout": 1000 * (idle + interval * count),
        # So that whoever looks at the database sees which replica holds what.
        "application_name": f"advisor {os.getpid()}@{socket.gethostname()}"[:63],
    }
    # What the address says itself is the installation's own choice.
    return {name: value for name, value in options.items()
            if name == "options" or name not in url.query}


def _connected(
    pooler: Pooler, dialect: Dialect, _record: object, given: Any, named: Any
) -> Any:
    """A connection to a database that can hold whatever people write.

    A server that was set up under the locale C makes databases that can't, and nothing that goes
    wrong with one tells of that.

    Raises:
        BadSetting: This one can't; or what the address says behind its ? the driver can't use; or
            a pooler stands before it that mixes sessions.
    """
    try:
        connection = pooler.connect(dialect, given, named)
    except dialect.loaded_dbapi.ProgrammingError as error:  # no server was asked yet
        raise _odd_option(error) from None
    info = getattr(connection, "info", None)  # other drivers may have none
    encoding = None if info is None else info.parameter_status("server_encoding")
    if encoding in {None, "UTF8"}:
        return connection
    connection.close()
    raise BadSetting(
        f"ADVISOR_DATABASE_URL names a database in the encoding {encoding}, which can't hold "
        "whatever people write. Make one by CREATE DATABASE advisor ENCODING 'UTF8' TEMPLATE "
        "template0, and name that.")


def _without_pipelines(engine: Engine) -> None:
    """Have many rows sent in one statement each, and other statements one by one.

    psycopg sends a statement for many rows as a pipeline.  Between two messages of one the server
    counts a session as active: a process that is frozen there would keep its locks for as long as
    it is frozen, since `idle_in_transaction_session_timeout` ends idle ones alone.
    """
    engine.dialect.use_insertmanyvalues_wo_returning = True
    event.listen(engine, "do_executemany", _one_by_one)


def _one_by_one(cursor: Any, statement: str, many: Iterable[Any], _context: object) -> bool:
    for values in many:
        cursor.execute(statement, values)
    return True  # nothing is left to be done


def _make_private(file: Path, *_: object) -> None:
    """Make *file*, if it is missing, for its owner alone; so is what SQLite puts beside it.

    SQLite would let everybody on the machine read what people said.
    """
    # What keeps it from being made SQLite tells by itself.
    with suppress(OSError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and too late: only before the first write.
    dbapi_connection.isolation_level = None
    _to_wal(dbapi_connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _to_wal(dbapi_connection: sqlite3.Connection) -> None:
    """Have the file written ahead.

    SQLite does not wait when two programs turn a new file over at once, whatever its time-out
    says: each holds what the other needs, so it refuses one of them at once.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            dbapi_connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return


def looking(engine: Engine) -> Engine:
    """*engine* for single statements that read, each of which sees one state by itself."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine.execution_options(**{LOOKS: True})


def _insist_on_place(place: InPlace, connection: Connection) -> None:
    if connection.get_execution_options().keys().isdisjoint({WRITES, IN_PLACE}):
        return
    try:
        place.insist()
    except FileReplaced:
        if place.can_save():
            # The process may end in a way that nobody is asked about.
            driver: Any = connection.connection.dbapi_connection
            with suppress(sqlite3.Error):
                driver.execute("PRAGMA wal_checkpoint").fetchall()
        raise


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(LOOKS):
        return
    # A transaction that reads first and writes later can't wait for another writer, it fails.
    seconds = options.get(WRITES)
    begin = "BEGIN" if seconds is None else "BEGIN IMMEDIATE"
    driver: Any = connection.connection.dbapi_connection
    if seconds is not None and connection.info.get(WRITES) != seconds:
        driver.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
        connection.info[WRITES] = seconds
    try:
        # By the driver: what SQLAlchemy does around a statement takes longer than this one.
        driver.execute(begin)
    except sqlite3.Error:
        # It has waited by now.  Once more in the way that has its error told as any other's.
        driver.execute("PRAGMA busy_timeout=0")
        try:
            connection.exec_driver_sql(begin)
        finally:
            driver.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
            connection.info[WRITES] = WAIT_SECONDS
