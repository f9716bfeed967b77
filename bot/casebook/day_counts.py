"""How many conversations there are of each kind, by workspace and by the day they were opened.

What is looked at over months is added up while it happens: `bot.casebook.lines` tells each change
of a conversation in the transaction that writes it, and the numbers move by that.  So a page that
shows a year reads some rows a day, however many conversations there were, and each number is that
of the conversations that a filter of the queue would show.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, bindparam, delete, update
from sqlalchemy.sql.dml import UpdateBase

from bot.database import in_bulk
from bot.database.upserting import inserting
from bot.schema import day_counts

ALL, WAITING, UP, DOWN, ERASED = "all", "waiting", "up", "down", "erased"
"""Kinds without a value; the others are those of tags."""
DAY = len("2026-11-25")

_KEY = ("workspace", "kind", "day", "value")

Place = tuple[str, str, str, str]
"""A row: workspace, kind, day, value."""

Trait = tuple[str, str]
"""A kind and a value, such as a flag that is raised."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one conversation adds to the counts of its day."""

    workspace: str
    opened_at: str
    traits: frozenset[Trait]

    def rows(self) -> set[Place]:
        """The rows that it is counted in: workspace, kind, day, value."""
        day = self.opened_at[:DAY]
        return {(self.workspace, kind, day, value) for kind, value in self.traits}


def move(connection: Connection, before: Counted | None, after: Counted | None) -> None:
    """Count a conversation as *after* instead of as *before*; None where it isn't there."""
    old = set() if before is None else before.rows()
    new = set() if after is None else after.rows()
    _add(connection, new - old)
    _take(connection, old - new)


def clear(connection: Connection) -> None:
    """Forget all counts, before they are made again."""
    connection.execute(delete(day_counts))


def _add(connection: Connection, rows: Iterable[Place]) -> None:
    # In one order, so that two transactions never wait for each other.
    values = [{**_named(row), "number": 1} for row in sorted(rows)]
    in_bulk.run(connection, _counting(connection.dialect.name), values)


@cache
def _counting(dialect: str) -> UpdateBase:
    made = inserting(day_counts, dialect)
    return made.on_conflict_do_update(
        index_elements=list(day_counts.primary_key.columns),
        set_={"number": day_counts.c.number + 1})


def _take(connection: Connection, rows: Iterable[Place]) -> None:
    values = [{f"its_{name}": value for name, value in _named(row).items()}
              for row in sorted(rows)]
    in_bulk.run(connection, _LESS, values)
    in_bulk.run(connection, _NONE_LEFT, values)


_HERE = [day_counts.c[name] == bindparam(f"its_{name}") for name in _KEY]
_LESS = update(day_counts).where(*_HERE).values(number=day_counts.c.number - 1)
_NONE_LEFT = delete(day_counts).where(*_HERE, day_counts.c.number <= 0)


def _named(row: Place) -> dict[str, str]:
    return dict(zip(_KEY, row, strict=True))
