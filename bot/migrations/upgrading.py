"""Bring a database to the newest schema, without an ini file, while others work on it.

Replicas are upgraded one after the other, so programs of two versions share one database for a
while.  Therefore a migration only adds: tables, columns that may be left out, indexes.  What an
older program uses is taken away a version later, by a migration that raises the floor to itself:
a program below the floor does not start.
"""

import logging
import re
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, inspect, text
from sqlalchemy.exc import OperationalError

from bot.database.engines import WAIT_SECONDS
from bot.errors import AdvisorError

# Any number that nothing else in the database locks by.
_LOCK = 7_203_144_871

HERE = Path(__file__).parent

LOCK_MS = 700
"""How long a migration waits for a table that others work on before it gives way and begins anew.

Less than the second after which PostgreSQL looks for deadlocks: so it is always the migration that
gives way, and never a turn.  For the tables that it takes beforehand it waits as long in all.
"""
LEAST_MS = 50
"""How long it waits for each of those at least."""
TRIES = 180
"""How often it begins anew, a moment apart."""
AGAIN_SECONDS = 0.5

CLAIMS = "claims"
"""The table of which whoever works on a conversation holds a row, see `bot.queue.claims`."""
QUIET_SECONDS = 5
"""How long a migration that needs it waits for those who work on a conversation to come to an end:
they go on with one for two seconds, and finish what they are at."""
LOOK_SECONDS = 0.02

_NAMED = re.compile(
    r"\b(?:TABLE|INDEX|ON|REFERENCES|UPDATE|INTO|FROM)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
    r"(?:ONLY\s+)?\"?(\w+)", re.IGNORECASE)
_TABLES = text(
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename IN :names "
    "UNION SELECT tablename FROM pg_indexes "
    "WHERE schemaname = current_schema() AND indexname IN :names").bindparams(
        bindparam("names", expanding=True))

_ALL = text(f"SELECT count(*) FROM {CLAIMS}")  # noqa: S608  no one's words
_FREE = text("SELECT count(*) FROM "  # noqa: S608
             f"(SELECT 1 FROM {CLAIMS} FOR NO KEY UPDATE SKIP LOCKED) AS taken")

_log = logging.getLogger("advisor.database")


def upgrade(engine: Engine, scripts: Path = HERE) -> None:
    """Apply what is missing in one transaction; killed half-way, nothing has happened.

    A database that a newer version has written is left as it is; if that version said that ours
    can still work on it, we do.

    Args:
        engine: The database.
        scripts: The folder of Alembic's environment, with the migrations in `versions`.

    Raises:
        AdvisorError: A newer version of the program has written the database, and this one can't
            work on it; or others work on it without a break.
    """
    with engine.connect() as connection:
        if _needs_nothing(connection, newest(scripts)):
            return
    first: list[str] = []
    for tries in range(1, TRIES + 1):
        try:
            _apply(engine, scripts, first)
            return
        except OperationalError as error:
            if not _in_the_way(error):
                raise
            # Whoever works there all the time held what we waited for, and waited for what we
            # held.  In their own order they can't be met half-way: what they take before all else
            # is taken before all else by us, and then they have nothing yet that we wait for.
            with engine.connect() as connection:
                waited = waited_for(connection, error.statement or "")
            first = [*waited, *(one for one in first if one not in waited)]
            _log.info("others work on the tables to be changed; try %d of %d", tries, TRIES)
            time.sleep(AGAIN_SECONDS)
    raise AdvisorError(
        "database_busy",
        f"The database can't be upgraded: for {TRIES} tries others have held the tables that "
        "change. Look in pg_stat_activity for transactions that stay open, or stop the other "
        "replicas and start again. Nothing was changed.")


def newest(scripts: Path = HERE) -> str:
    """The revision that this version of the program brings a database to, told by file names."""
    names = (re.match(r"m(\d+)_", script.name) for script in (scripts / "versions").iterdir())
    return max(name[1] for name in names if name)


def upgrade_to(connection: Connection, revision: str, scripts: Path = HERE) -> None:
    """Bring the database of *connection* to *revision*, in its transaction."""
    # Alembic and its scripts take longer to load than all the rest, and are rarely needed.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """The revision of the database; None where there are no tables of ours.

    Raises:
        AdvisorError: A newer version of the program has written it: there may be tables in it
            that this one doesn't know.
    """
    theirs = _revision(connection)
    if theirs is not None and theirs > newest():
        raise _newer(theirs, newest())
    return theirs


def standing(connection: Connection) -> str | None:
    """The revision of the database as it is: ours, an older, or a newer one that we can work on.

    None where there are no tables of ours.

    Raises:
        AdvisorError: A newer version of the program has written it, and this one can't work on it.
    """
    _needs_nothing(connection, newest())
    return _revision(connection)


def waited_for(connection: Connection, statement: str) -> Sequence[str]:
    """The tables that *statement*, of PostgreSQL's, needs for itself, as far as they are there."""
    names = _NAMED.findall(statement)
    return sorted(connection.scalars(_TABLES, {"names": names})) if names else []


def _apply(engine: Engine, scripts: Path, first: Sequence[str]) -> None:
    """Apply what is missing, with the tables *first* taken in this order beforehand."""
    with engine.execution_options(advisor_writes=WAIT_SECONDS).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Replicas that start at once would otherwise make the same table twice.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            _take(connection, first)
        if not _needs_nothing(connection, newest(scripts)):  # else whoever held the lock did it
            upgrade_to(connection, "head", scripts)


def _take(connection: Connection, tables: Sequence[str]) -> None:
    """Hold *tables* against all others, in their order, until the transaction ends."""
    if CLAIMS in tables:
        _take_claims(connection)
    ends = time.monotonic() + LOCK_MS / 1000
    quoted = connection.dialect.identifier_preparer.quote_identifier
    for table in tables:
        _wait_at_most(connection, max(LEAST_MS, int(1000 * (ends - time.monotonic()))))
        connection.execute(text(f"LOCK TABLE {quoted(table)} IN ACCESS EXCLUSIVE MODE"))
    _wait_at_most(connection, LOCK_MS)


def _take_claims(connection: Connection) -> None:
    """Hold each conversation as who works on it does, or as many as are let go of in time.

    Whoever holds one writes by other connections meanwhile, also to this table: to wait for the
    table would keep them from ever letting go of it, and no database notices that.  This way they
    finish, and nobody takes up another.
    """
    ends = time.monotonic() + QUIET_SECONDS
    while connection.scalar(_FREE) != connection.scalar(_ALL) and time.monotonic() < ends:
        time.sleep(LOOK_SECONDS)


def _wait_at_most(connection: Connection, milliseconds: int) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))


def _needs_nothing(connection: Connection, ours: str) -> bool:
    """Whether the schema is ours, or a newer one that a program of ours can work on.

    Raises:
        AdvisorError: It is a newer one that ours can't work on.
    """
    theirs = _revision(connection)
    if theirs is None or theirs < ours:
        return False
    if theirs > ours and _floor(connection) > ours:
        raise _newer(theirs, ours)
    return True


def _newer(theirs: str, ours: str) -> AdvisorError:
    return AdvisorError(
        "newer_database",
        f"The database is at schema {theirs}, and this version knows {ours} at most: a newer "
        "version has written it, and changed what this one needs. Start that version, or "
        "restore a backup from before it. Nothing was changed.")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    return max(found, default=None)


def _floor(connection: Connection) -> str:
    """The oldest program that can work on the schema; none that is older than the floor itself."""
    if not inspect(connection).has_table("schema_floor"):
        return "9999"
    return str(connection.scalar(text("SELECT revision FROM schema_floor")) or "9999")


def _in_the_way(error: OperationalError) -> bool:
    """Whether others held what was to be changed, for too long or the other way round."""
    return getattr(error.orig, "sqlstate", None) in {"55P03", "40P01"}
