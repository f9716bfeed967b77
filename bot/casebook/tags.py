"""Which conversations have a tag, whether it is filed by its value or still fresh.

What a turn adds stands by conversation until it is filed (`bot.casebook.filing`), and is found
either way: the lines tell which conversations have something fresh.
"""

from typing import Any, TypeVar

from sqlalchemy import Connection, Select, and_, func, literal_column, select, union_all

from bot.schema import case_lines, case_tags

_Found = TypeVar("_Found", bound=tuple[Any, ...])

FRESH_LINES: Select[tuple[str]] = select(case_lines.c.conversation).where(
    case_lines.c.fresh == literal_column("1")).with_hint(
        case_lines, "INDEXED BY ix_case_lines_fresh", "sqlite")
"""The conversations that have something fresh; on SQLite alone there are any."""


def numbers_tagged(
    connection: Connection, workspace: str, kind: str, value: str
) -> Select[tuple[int]]:
    """The numbers of the lines of *workspace* that have the tag, as a query."""
    query = select(case_tags.c.number).where(
        case_tags.c.workspace == workspace, case_tags.c.kind == kind, case_tags.c.value == value)
    return of_both(connection, query)


def values_of(connection: Connection, workspace: str, kind: str) -> set[str]:
    """The values of *kind* that any line of *workspace* has."""
    here = and_(case_tags.c.workspace == workspace, case_tags.c.kind == kind)
    sqlite = connection.dialect.name == "sqlite"
    # From each value to the next, since the values are few and the lines that have them many.
    least = select(func.min(case_tags.c.value).label("value")).where(here)
    first = (filed_of(least) if sqlite else least).cte("found", recursive=True)
    after = least.where(case_tags.c.value > first.c.value)
    following = (filed_of(after) if sqlite else after).scalar_subquery()
    found = first.union_all(select(following).where(first.c.value.is_not(None)))
    values = set(connection.scalars(select(found.c.value).where(found.c.value.is_not(None))))
    if sqlite:
        values.update(connection.scalars(fresh_of(select(case_tags.c.value).where(here))))
    return values


def of_both(connection: Connection, query: Select[_Found]) -> Select[_Found]:
    """*query* of one column, whose rows are looked for among the filed and among the others."""
    if connection.dialect.name != "sqlite":
        return query
    found = union_all(filed_of(query), fresh_of(query)).subquery()
    return select(*found.c)


def filed_of(query: Select[_Found]) -> Select[_Found]:
    """*query* for tags that are filed."""
    return query.where(case_tags.c.fresh == literal_column("0"))


def fresh_of(query: Select[_Found]) -> Select[_Found]:
    """*query* for tags that are not filed yet."""
    return query.where(case_tags.c.fresh == literal_column("1"),
                       case_tags.c.conversation.in_(FRESH_LINES))
