"""The rows of a database in a form that either kind of database takes, and back.

Tables are found in the database and not in the code, so that one of an older schema is copied as
it is.  What differs between the two kinds is the index of words, which each has in a form of its
own; here it is the words of each conversation, with a space between.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, column, inspect, select, table, text
from sqlalchemy import types as sql

from bot.backing_up.archive import Column
from bot.casebook.words import fitting

LEFT_OUT = ("alembic_version", "claims", "review_locks", "sessions", "slack_oauth_states")
"""Of the process, of a moment, or a way in: sign-ins to the console end with a restore."""
WORDS = "case_words_index"
WORDS_SINCE = "0009"
"""The schema from which on the index of words has its form; one of before is made anew."""
_WORD_COLUMNS = (Column("id", "integer"), Column("tokens", "text"))
_AT_ONCE = 200
_SELECT_WORDS = {
    "sqlite": f"SELECT rowid, tokens FROM {WORDS}",  # noqa: S608  a name of ours
    "postgresql": "SELECT id, array_to_string(tsvector_to_array(tokens), ' ') "  # noqa: S608  a name of ours
                  f"FROM {WORDS}",
}
_INSERT_WORDS = {
    "sqlite": f"INSERT INTO {WORDS} (rowid, tokens) VALUES (?, ?)",  # noqa: S608  a name of ours
    "postgresql": f"INSERT INTO {WORDS} (id, tokens) "  # noqa: S608  a name of ours
                  "VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))",
}
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (sql.Boolean, "boolean"), (sql.DateTime, "moment"), (sql.LargeBinary, "bytes"),
    (sql.Integer, "integer"), (sql.String, "text"))


def tables(connection: Connection, schema: str) -> dict[str, tuple[Column, ...]]:
    """The tables to copy with their columns, each after those that it refers to."""
    seen = inspect(connection)
    names = [name for name, _ in seen.get_sorted_table_and_fkc_names() if name is not None]
    found = {
        name: tuple(Column(one["name"], _kind(one["type"])) for one in seen.get_columns(name))
        for name in names if name not in LEFT_OUT and not name.startswith(WORDS)}
    return found | ({WORDS: _WORD_COLUMNS} if schema >= WORDS_SINCE else {})


def _kind(of: Any) -> str:
    return next(kind for types, kind in _KINDS if isinstance(of, types))


def rows(
    connection: Connection, name: str, columns: Sequence[Column]
) -> Iterator[Sequence[Any]]:
    """The rows of the table *name* as JSON types, as a stream."""
    if name == WORDS:
        query: Any = text(_SELECT_WORDS[connection.dialect.name])
    else:
        query = select(*(column(one.name) for one in columns)).select_from(table(name))
    special = [n for n, one in enumerate(columns) if one.kind not in {"text", "integer"}]
    heavy = any(one.kind == "bytes" for one in columns)
    stream = connection.execute(
        query, execution_options={"yield_per": 1 if heavy else _AT_ONCE})
    for row in stream:
        if not special:
            yield row
            continue
        values = list(row)
        for n in special:
            values[n] = _plain(values[n])
        yield values


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    return value


def fill(
    connection: Connection, name: str, columns: Sequence[Column], given: Iterable[list[Any]]
) -> None:
    """Put the rows *given*, as `rows` gives them, into the empty table *name*."""
    packed = [n for n, one in enumerate(columns) if one.kind == "bytes"]
    made = (_unpacked(row, packed) for row in given) if packed else given
    driver: Any = connection.connection.driver_connection
    quote = connection.dialect.identifier_preparer.quote
    named = ", ".join(quote(one.name) for one in columns)
    with closing(driver.cursor()) as cursor:
        if name == WORDS:
            if connection.dialect.name == "postgresql":
                # SQLite's index takes as many words as a conversation has.
                made = ([number, " ".join(fitting(tokens.split()))] for number, tokens in made)
            cursor.executemany(_INSERT_WORDS[connection.dialect.name], made)
        elif connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {quote(name)} ({named}) FROM STDIN") as copy:
                for row in made:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            cursor.executemany(
                f"INSERT INTO {quote(name)} ({named}) VALUES ({marks})", made)  # noqa: S608  quoted


def _unpacked(row: list[Any], packed: Sequence[int]) -> list[Any]:
    for n in packed:
        if row[n] is not None:
            row[n] = base64.b64decode(row[n])
    return row
