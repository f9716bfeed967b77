"""Statements that are made once and run with every message, given to SQLite's driver as they are.

What SQLAlchemy does around a statement takes five times as long as SQLite does for most of those of
a turn, and a turn makes some twenty.  So what such a statement is in SQL, and in which order it
takes its values, is worked out when it is first run.  Everything else of a transaction stays with
SQLAlchemy: its beginning, its end, the pool, and the errors.

On PostgreSQL, and where somebody listens to statements, they go the ordinary way.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement, Executable

Values = Mapping[str, Any]


def rows(connection: Connection, statement: Executable, values: Values) -> Sequence[Any]:
    """What *statement* finds or returns, each row with its columns by name.

    Args:
        connection: A transaction, or a connection that only looks.
        statement: One that is made once, with neither lists nor values in its place of a column.
        values: What varies, by name.
    """
    made = _for_driver(connection, statement, values)
    if made is None:
        return connection.execute(statement, values).all()
    cursor = _run(connection, made.sql, made.ordered(values))
    found = cursor.fetchall()
    if not found:
        return ()
    return list(map(made.row(cursor.description), found))


def one(connection: Connection, statement: Executable, values: Values) -> Any:
    """The one row that *statement* finds.

    Raises:
        ValueError: It finds none, or more.
    """
    (found,) = rows(connection, statement, values)
    return found


def first(connection: Connection, statement: Executable, values: Values) -> Any:
    """The first row that *statement* finds; None if it finds none."""
    return next(iter(rows(connection, statement, values)), None)


def scalar(connection: Connection, statement: Executable, values: Values) -> Any:
    """The first column of the first row that *statement* finds; None if it finds none."""
    made = _for_driver(connection, statement, values)
    if made is None:
        return connection.scalar(statement, values)
    # All of them, so that nothing of the statement stays open.
    found = _run(connection, made.sql, made.ordered(values)).fetchall()
    return found[0][0] if found else None


def change(connection: Connection, statement: Executable, values: Values) -> int:
    """Run *statement*; gives how many rows an update or a removal has changed."""
    made = _for_driver(connection, statement, values)
    if made is None:
        return int(connection.execute(statement, values).rowcount)
    return _run(connection, made.sql, made.ordered(values)).rowcount


def each(connection: Connection, statement: Executable, many: Sequence[Values]) -> bool:
    """Run *statement* for each of *many*, all of which give the same names.

    Returns:
        Whether that was done; where it isn't, the statement has to go another way.
    """
    made = _for_driver(connection, statement, many[0]) if many else None
    if made is None:
        return not many
    given = list(map(made.ordered, many))
    try:
        _driver(connection).executemany(made.sql, given)
    except sqlite3.Error as error:
        connection._handle_dbapi_exception(error, made.sql, given, None, None)
    return True


@dataclass(slots=True)
class _Made:
    """A statement as the driver takes it."""

    sql: str
    ordered: Callable[[Values], tuple[Any, ...]]
    """The values in the order of their places."""
    _row: Callable[[Sequence[Any]], Any] | None = field(default=None, init=False)

    def row(self, description: Sequence[Sequence[Any]]) -> Callable[[Sequence[Any]], Any]:
        """What makes a row of the columns of *description*, always the same ones."""
        if self._row is None:
            made: Any = namedtuple  # its names are known to nobody before
            self._row = made("Row", [column[0] for column in description], rename=True)._make
        return self._row


def _for_driver(connection: Connection, statement: Executable, values: Values) -> _Made | None:
    engine = connection.engine
    if engine.dialect.name != "sqlite" or engine.dispatch.before_cursor_execute:
        return None
    return _made(statement, engine.dialect, tuple(values))


@lru_cache(256)
def _made(statement: Executable, dialect: Dialect, names: tuple[str, ...]) -> _Made | None:
    """*statement* with values of these *names*; None where its values can't go as they are."""
    compiled = cast("ClauseElement", statement).compile(
        dialect=dialect, column_keys=list(names))
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"{type(compiled).__name__} takes no values")
    places = compiled.positiontup or []
    if any(one.expanding or one.type.dialect_impl(dialect).bind_processor(dialect)
           for one in compiled.binds.values()):
        return None
    fixed = {name: value for name, value in compiled.params.items() if name not in names}
    return _Made(str(compiled), _ordering(places, {n: fixed[n] for n in places if n in fixed}))


def _ordering(places: Sequence[str], fixed: Values) -> Callable[[Values], tuple[Any, ...]]:
    if not places:
        return lambda _: ()
    pick = itemgetter(*places)
    if len(places) == 1:
        return lambda values: (pick({**fixed, **values}),)
    if fixed:
        return lambda values: tuple(pick({**fixed, **values}))
    return pick


def _run(connection: Connection, sql: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
    try:
        return _driver(connection).execute(sql, values)
    except sqlite3.Error as error:
        # Told and wrapped as any other's; it is not run again, since the database may have ended
        # the transaction.
        connection._handle_dbapi_exception(error, sql, values, None, None)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.dbapi_connection
    return cast("sqlite3.Connection", driver)
