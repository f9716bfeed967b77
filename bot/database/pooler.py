"""A pooler between us and PostgreSQL: what it keeps back is said again, what it mixes is refused.

A pooler such as PgBouncer passes on little of what a connection is begun with: it refuses the rest,
or, where `ignore_startup_parameters` is set, drops it without a word.  Then nobody would end the
transaction of a process that is frozen with a conversation in hand.  What a session is to hold is
therefore told to the session itself.  That counts for nothing where a pooler hands each transaction
to another session (`pool_mode = transaction`), and changes those that others are given next.
"""

import re
import select
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from sqlalchemy.engine import Dialect

from bot.errors import BadSetting

LOOKS = 10
"""How often it is looked whether two connections are given one session: of those who share them one
look misses a third where a dozen others are at work."""
LOOK_SECONDS = 5.0
"""How long a pooler may take to give a session: one that has none left has others wait."""

# A process id alone may come twice: a pooler may stand before several servers.
_SESSION = (b"SELECT pg_backend_pid() || coalesce((SELECT ' ' || backend_start::text "
            b"FROM pg_stat_activity WHERE pid = pg_backend_pid()), '')")
_OPTION = re.compile(r"(?:-c\s*|--)([\w.-]+)=((?:\\.|\S)*)")
_BY_STATEMENT = "statement pooling"
"""What PgBouncer says of a transaction where each statement gets another session."""


class Pooler:
    """What stands before the database of one engine; safe for threads."""

    def __init__(self) -> None:
        self._takes_options = True
        self._is_known = False

    def connect(self, dialect: Dialect, given: Any, named: Mapping[str, Any]) -> Any:
        """A connection whose session holds what the options of *named* say.

        Raises:
            BadSetting: A pooler gives each transaction another session.
            dialect.loaded_dbapi.Error: There is none to be had.
        """
        connection = self._begun(dialect, given, named)
        if not hasattr(connection, "pgconn"):  # another driver than ours
            return connection
        try:
            # A pooler can't know beforehand whose session it will be, and makes a number up.
            if session_of(connection).partition(" ")[0] == str(connection.info.backend_pid):
                return connection
            if not self._is_known:
                self._is_known = _keeps_sessions(
                    connection, lambda: self._begun(dialect, given, named),
                    dialect.loaded_dbapi.OperationalError)
            _tell(connection, settings_of(str(named.get("options", ""))))
        except BaseException:
            connection.close()
            raise
        return connection

    def _begun(self, dialect: Dialect, given: Any, named: Mapping[str, Any]) -> Any:
        without = {name: value for name, value in named.items() if name != "options"}
        if not self._takes_options:
            return dialect.connect(*given, **without)
        try:
            return dialect.connect(*given, **named)
        except dialect.loaded_dbapi.OperationalError as error:
            # "unsupported startup parameter in options: …", and others in their words.
            if "options" not in str(error):
                raise
            connection = dialect.connect(*given, **without)
            self._takes_options = False
            return connection


def settings_of(options: str) -> dict[str, str]:
    r"""What *options* set, as libpq takes them ("-c a=b --c=d\ e"); the last of a name counts."""
    return {name.replace("-", "_"): re.sub(r"\\(.)", r"\1", value)
            for name, value in _OPTION.findall(options)}


def session_of(connection: Any, seconds: float | None = None, before: bytes = b"") -> str:
    """Which session of which server answers *connection*, of psycopg; "" if none does in time.

    Args:
        connection: One in no transaction.
        seconds: How long it may take; None for as long as it takes.
        before: A statement that is run before, with its semicolon.

    Raises:
        psycopg.Error: It is gone, or something is refused.
    """
    pg, found = connection.pgconn, ""
    pg.send_query(before + _SESSION)
    waiting = select.poll()
    waiting.register(pg.socket, select.POLLIN)
    while True:
        while pg.is_busy():
            if not waiting.poll(None if seconds is None else 1000 * seconds):
                return ""
            pg.consume_input()
        result = pg.get_result()
        if result is None:
            return found
        if result.error_message:
            raise connection.OperationalError(result.error_message.decode(errors="replace"))
        if result.ntuples:
            found = result.get_value(0, 0).decode()


def _keeps_sessions(
    connection: Any, another: Callable[[], Any], refused: type[Exception]
) -> bool:
    """Whether *connection* and *another* are each in a session of their own, which they keep.

    False where nobody can tell, since there is none left for another.

    Raises:
        BadSetting: A pooler shares sessions out anew with each transaction.
    """
    first = session_of(connection)
    try:
        with closing(another()) as other:
            for _ in range(LOOKS):
                # A transaction keeps its session for as long as it lasts, whatever the pooler does.
                second = session_of(other, LOOK_SECONDS, b"BEGIN;")
                if not second:
                    return False
                if second == first or session_of(connection) != first:
                    raise BadSetting(_MIXED)
                other.rollback()
    except refused as error:
        if _BY_STATEMENT in str(error):
            raise BadSetting(_MIXED) from None
        return False
    return True


def _tell(connection: Any, settings: Mapping[str, str]) -> None:
    if not settings:
        return
    told = ", ".join("set_config(%s, %s, false)" for _ in settings)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {told}", [part for pair in settings.items() for part in pair])
    connection.commit()


_MIXED = (
    "ADVISOR_DATABASE_URL leads to a pooler that gives each transaction another session of the "
    "database (PgBouncer: pool_mode = transaction). Then nothing would end the transaction of a "
    "process that is frozen, and whoever it was answering would wait for ever. Set it to "
    "pool_mode = session for our database, or name PostgreSQL itself.")
