"""What a plot of the overview shows: a row for each value, the rest together, and all in a table.

A row has its name, its number and its bars side by side, so nothing has to be told by colour.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.console.overview.figures import Series
from bot.console.overview.periods import Piece

MOST_ROWS = 8
"""Rows that are drawn; what is left is added up in one more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value over time."""

    name: str
    series: Series
    mark: str = ""
    """What stands before the name, such as how grave a flag is."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The values that are not drawn by themselves, added up."""

    values: int
    numbers: tuple[int, ...]
    """A conversation counts once for each of its values."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot with its table."""

    id: str
    title: str
    says: str
    """What is counted, in a sentence."""
    of: str
    """What a row is: "Red flag"."""
    rows: tuple[Row, ...]
    pieces: tuple[Piece, ...]
    none: str
    """What is said where there is no row."""

    @property
    def drawn(self) -> tuple[Row, ...]:
        """The rows that are drawn by themselves; one row is never left for the rest alone."""
        return self.rows if len(self.rows) <= MOST_ROWS + 1 else self.rows[:MOST_ROWS]

    @property
    def rest(self) -> Rest | None:
        """The others; None where all are drawn."""
        left = self.rows[len(self.drawn):]
        if not left:
            return None
        numbers = zip(*(row.series.numbers for row in left), strict=True)
        return Rest(len(left), tuple(map(sum, numbers)))

    @property
    def top(self) -> int:
        """What a bar of full height stands for in all rows but that of the rest."""
        return max((number for row in self.drawn for number in row.series.numbers), default=0)


def rows(
    series: Sequence[Series], name: Callable[[str], str], mark: Callable[[str], str] = lambda _: ""
) -> tuple[Row, ...]:
    """A row for each of *series*, named by its value."""
    return tuple(Row(name(one.value), one, mark(one.value)) for one in series)
