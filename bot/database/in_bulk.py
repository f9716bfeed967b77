"""Many rows for one statement, given to the driver as they are.

SQLAlchemy works out the values of each row anew, which for the hundred rows of an advice takes
longer than the database does.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from bot.database import prepared


def run(connection: Connection, statement: UpdateBase, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run *statement* for each of *rows*, all of which give the same values by name.

    Args:
        connection: A transaction.
        statement: One that is made once, since it is compiled once; without types that change
            values on their way to the database.
        rows: What varies.
    """
    if prepared.each(connection, statement, rows):
        return
    if connection.dialect.use_insertmanyvalues_wo_returning and statement.is_insert:
        connection.execute(statement, rows)  # one statement with all rows, where that is to be had
        return
    compiled = _compiled(statement, connection.dialect, tuple(rows[0]))
    fixed = {name: value for name, value in compiled.params.items() if name not in rows[0]}
    whole = [{**fixed, **row} for row in rows] if fixed else rows
    names = compiled.positiontup
    if names is None:
        connection.exec_driver_sql(str(compiled), list(whole))
        return
    pick = itemgetter(*names)
    connection.exec_driver_sql(
        str(compiled), [(pick(row),) if len(names) == 1 else pick(row) for row in whole])


@lru_cache(64)
def _compiled(statement: UpdateBase, dialect: Dialect, names: tuple[str, ...]) -> SQLCompiler:
    made = statement.compile(dialect=dialect, column_keys=list(names))
    if not isinstance(made, SQLCompiler):
        raise TypeError(f"{type(made).__name__} is run without values")
    return made
