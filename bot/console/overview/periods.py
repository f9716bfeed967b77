"""The time that the overview looks at, cut into pieces that a plot can show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MOST_MONTHS = 36
"""With more than so many months behind it, everything is shown by years."""
_WEEK = 7


class Span(StrEnum):
    """How far the overview looks back."""

    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"
    ALL = "all"

    @property
    def words(self) -> str:
        """How it reads."""
        return "All of it" if self is Span.ALL else f"Last {self.value} days"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some days that are counted together."""

    name: str
    first: date
    last: date | None
    """None for the piece that goes on: a clock that was ahead loses nothing."""


@dataclass(frozen=True, slots=True)
class Period:
    """What the overview looks at."""

    span: Span
    first: date | None
    """The first day that counts; None where all do."""
    pieces: tuple[Piece, ...]
    unit: str
    """What a piece is: day, week, month, year."""

    def place(self, day: date) -> int:
        """The place of the piece that *day*, not before the first, falls into."""
        later = (n for n, piece in enumerate(self.pieces) if day < piece.first)
        return max(0, next(later, len(self.pieces)) - 1)


def period(span: Span, today: date, earliest: date) -> Period:
    """The period of *span* that ends *today*.

    Args:
        span: How far it looks back.
        today: The last day of it.
        earliest: The first day of which there is anything.
    """
    if span is Span.ALL:
        earliest = min(earliest, today)
        months = 12 * (today.year - earliest.year) + today.month - earliest.month + 1
        if months > MOST_MONTHS:
            return Period(span, None, _named(
                [date(year, 1, 1) for year in range(earliest.year, today.year + 1)], "%Y"), "year")
        return Period(span, None, _named(_months(earliest.replace(day=1), today), "%b %Y"), "month")
    days = int(span)
    first = today - timedelta(days=days - 1)
    if span is Span.YEAR:
        starts = [first, *_months(first, today)[1:]]
        return Period(span, first, _named(starts, "%b %Y"), "month")
    step = _WEEK if span is Span.QUARTER else 1
    starts = [today - timedelta(days=back) for back in range(step - 1, days, step)][::-1]
    if starts[0] > first:
        starts.insert(0, first)
    return Period(span, first, _named(starts, "%d %b"), "day" if step == 1 else "week")


def _months(first: date, today: date) -> list[date]:
    """The first days of the months from *first* on."""
    found = [first.replace(day=1)]
    while (after := (found[-1] + timedelta(days=31)).replace(day=1)) <= today:
        found.append(after)
    return found


def _named(starts: Sequence[date], shape: str) -> tuple[Piece, ...]:
    lasts = [*(start - timedelta(days=1) for start in starts[1:]), None]
    return tuple(Piece(format(start, shape).lstrip("0"), start, last)
                 for start, last in zip(starts, lasts, strict=True))
