"""How the lines that a filter lets pass are found, so that a page takes as long in a long log.

A page is the first lines, in its order, that fit.  Where something asked for is rare, all that
have it are looked up and put in order; else the lines are gone through in order until the page is
full.  Both come to the same lines: what differs is which index of the database is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal_column, select

from bot.case_words import holding
from bot.schema import case_lines, case_tags

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
    """

    workspace: str
    tags: Sequence[tuple[str, str]] = ()
    words: Sequence[str] = ()
    askers: Sequence[str] = ()


def narrowed(
    connection: Connection, query: Select[Any], sought: Sought, order: str
) -> Select[Any]:
    """*query* of lines, narrowed to what is *sought*.

    Args:
        connection: What the query will be asked on.
        query: Asks for lines of the workspace.
        sought: What to narrow it to.
        order: The index that has lines in the order of the page.
    """
    lines = case_lines.c
    sets = [select(case_tags.c.number).where(
        case_tags.c.workspace == sought.workspace, case_tags.c.kind == kind,
        case_tags.c.value == value) for kind, value in sought.tags]
    if sought.words:
        sets.append(holding(connection, sought.words))
    if sought.askers:
        query = query.where(lines.asker.in_(sought.askers))
        sets.append(select(lines.number).where(
            lines.workspace == sought.workspace, lines.asker.in_(sought.askers)))
    sizes = [len(connection.scalars(one.limit(FEW + 1)).all()) for one in sets]
    if min(sizes, default=FEW + 1) > FEW:
        return _by(query.where(*(lines.number.in_(one) for one in sets)), order)
    rarest = sizes.index(min(sizes))
    others = [one for n, one in enumerate(sets) if n != rarest]
    return _by(query.where(lines.number.in_(sets[rarest]),
                           *(_compared(connection).in_(one) for one in others)),
               "ix_case_lines_number")


def _compared(connection: Connection) -> ColumnElement[Any]:
    """The number of a line, to be compared and not to look lines up by."""
    return literal_column("+case_lines.number" if connection.dialect.name == "sqlite"
                          else "case_lines.number")


def _by(query: Select[Any], index: str) -> Select[Any]:
    """*query* by *index* on SQLite, which knows no sizes and would take the first that fits."""
    return query.with_hint(case_lines, f"INDEXED BY {index}", "sqlite")
