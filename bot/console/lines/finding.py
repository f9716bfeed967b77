"""How the lines that a filter lets pass are found, so that a page takes as long in a long log.

A page is the first lines, in its order, that fit.  Where something asked for is rare, all that
have it are looked up and put in order; else the lines are gone through in order until the page is
full.  Both come to the same lines: what differs is which index of the database is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, literal_column, select

from bot.casebook.cites import numbers_citing
from bot.casebook.tags import numbers_tagged
from bot.casebook.words import holding
from bot.schema import case_lines

FEW = 1_000
"""So many are looked up by themselves; of more, some soon come up in order."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What lines of a workspace are looked for by, that many or few of them may have.

    Attributes:
        workspace: Whose lines.
        tags: Kinds and values; a line has all of them.
        words: Beginnings of words, all of which occur.
        askers: Who asked, one of them; empty for anybody.
        equal: Columns of a line, each with an index, and their values.
        cites: A provision that answers cite; empty for any.
    """

    workspace: str
    tags: Sequence[tuple[str, str]] = ()
    words: Sequence[str] = ()
    askers: Sequence[str] = ()
    equal: Sequence[tuple[Column[Any], str]] = ()
    cites: str = ""


def narrowed(connection: Connection, query: Select[Any], sought: Sought) -> Select[Any]:
    """*query* of lines, narrowed to those of the workspace that have what is *sought*."""
    lines = case_lines.c
    sets: list[Select[Any]] = [
        numbers_tagged(connection, sought.workspace, kind, value) for kind, value in sought.tags]
    if sought.cites:
        sets.append(numbers_citing(sought.workspace, sought.cites))
    if sought.words:
        sets.append(holding(connection, sought.words))
    if sought.askers:
        sets.append(select(lines.number).where(
            lines.workspace == sought.workspace, lines.asker.in_(sought.askers)))
        query = query.where(compared(connection, lines.asker).in_(sought.askers))
    for column, value in sought.equal:
        sets.append(select(lines.number).where(
            lines.workspace == sought.workspace, column == value))
        query = query.where(compared(connection, column) == value)
    sizes = [len(connection.scalars(one.limit(FEW + 1)).all()) for one in sets]
    here: ColumnElement[Any] = lines.workspace
    if min(sizes, default=FEW + 1) <= FEW:
        query = query.where(lines.number.in_(sets.pop(sizes.index(min(sizes)))))
        here = compared(connection, lines.workspace)
    return query.where(here == sought.workspace,
                       *(compared(connection, lines.number).in_(one) for one in sets))


def compared(connection: Connection, of: Column[Any]) -> ColumnElement[Any]:
    """A column to be compared and not to look rows up by.

    SQLite knows no sizes, and takes the first index that fits.
    """
    sign = "+" if connection.dialect.name == "sqlite" else ""
    return literal_column(f"{sign}{of.table.name}.{of.name}", of.type)
