"""The numbers of the overview, each with the filter of the queue that shows what was counted.

They come from `bot.casebook.day_counts`, so they take as long for a million turns as for a
thousand.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from bot.casebook.day_counts import ALL, DAY, DOWN, ERASED, UP, WAITING
from bot.casebook.lines import FACT, FAINT, FLAG, GAP, OPEN, REASON
from bot.console.lines.filters import Feedback, Filter
from bot.console.overview.periods import Period
from bot.console.viewer import Viewer
from bot.schema import day_counts

AGES = ((1, "Today and yesterday"), (7, "2 to 7 days"), (30, "8 to 30 days"),
        (90, "31 to 90 days"), (None, "More than 90 days"))
"""Groups of days since a conversation was opened, each with its last."""
KEPT = Filter(erased=False)
"""What counts: not what was erased as a whole."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How many there are, and the filter that shows them."""

    number: int
    wanted: Filter | None
    """None where the queue has none that does."""

    @property
    def query(self) -> str | None:
        """The query string of the filter."""
        return None if self.wanted is None else self.wanted.query()


@dataclass(frozen=True, slots=True)
class Series:
    """A value over time."""

    value: str
    whole: Figure
    pieces: tuple[Figure, ...]
    """One for each piece of the period."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """How many in each piece."""
        return tuple(figure.number for figure in self.pieces)


@dataclass(frozen=True, slots=True)
class Age:
    """What has waited for so long."""

    name: str
    whole: Figure
    by_reason: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the overview shows."""

    period: Period
    opened: Series
    erased: Figure
    """Those of the period that count no more."""
    up: Series
    down: Series
    flags: tuple[Series, ...]
    countries: tuple[Series, ...]
    gaps: tuple[Series, ...]
    faint: tuple[Series, ...]
    missing: tuple[Series, ...]
    """Facts that have to be found out."""
    waiting: Figure
    """At any time, not only in the period."""
    ages: tuple[Age, ...]
    reasons: tuple[str, ...]
    """All those that `ages` tell apart, by their codes."""


def earliest(connection: Connection, viewer: Viewer) -> date | None:
    """The day of the first conversation that counts; None without any."""
    day = connection.scalar(select(func.min(day_counts.c.day)).where(
        day_counts.c.workspace == viewer.workspace, day_counts.c.kind.in_((ALL, ERASED))))
    return None if day is None else date.fromisoformat(day)


def figures(
    connection: Connection, viewer: Viewer, period: Period, today: date, country: str
) -> Figures:
    """The numbers that *viewer* sees.

    Args:
        connection: A transaction that reads.
        viewer: Whose workspace it is about.
        period: The time it is about.
        today: What ages are counted from.
        country: The kind of tags that name countries; empty where the release asks for none.
    """
    kinds = [ALL, ERASED, UP, DOWN, FLAG, GAP, FAINT, OPEN, *filter(None, [country])]
    found = _over_time(connection, viewer, period, kinds)

    def one(kind: str, wanted: Filter) -> Series:
        return _series(period, "", found[kind].get("", {}), wanted)

    def each(kind: str) -> tuple[Series, ...]:
        made = [_series(period, value, counts, _of(kind, value))
                for value, counts in found[kind].items()]
        return tuple(sorted(made, key=lambda s: (-s.whole.number, s.value)))

    erased = one(ERASED, Filter(erased=True))
    ages = _ages(connection, viewer, today)
    return Figures(
        period=period,
        opened=one(ALL, KEPT),
        erased=erased.whole,
        up=one(UP, replace(KEPT, feedback=Feedback.UP)),
        down=one(DOWN, replace(KEPT, feedback=Feedback.DOWN)),
        flags=each(FLAG),
        countries=each(country) if country else (),
        gaps=each(GAP),
        faint=each(FAINT),
        missing=each(OPEN),
        waiting=Figure(sum(age.whole.number for age in ages), replace(KEPT, waiting=True)),
        ages=ages,
        reasons=tuple(sorted({code for age in ages for code in age.by_reason})),
    )


def _of(kind: str, value: str) -> Filter:
    """The filter that shows the conversations which are counted under *kind* and *value*."""
    if kind.startswith(FACT):
        return replace(KEPT, facts={kind.removeprefix(FACT): value})
    return {FLAG: replace(KEPT, flag=value), GAP: replace(KEPT, gap=value),
            FAINT: replace(KEPT, faint=value), OPEN: replace(KEPT, open=value)}[kind]


def _within(wanted: Filter, first: date | None, last: date | None) -> Filter:
    return replace(wanted, opened=first, until=last)


def _series(
    period: Period, value: str, counts: Mapping[int, int], wanted: Filter
) -> Series:
    numbers = [counts.get(place, 0) for place in range(len(period.pieces))]
    return Series(
        value,
        Figure(sum(numbers), _within(wanted, period.first, None)),
        tuple(Figure(number, _within(wanted, piece.first, piece.last))
              for number, piece in zip(numbers, period.pieces, strict=True)))


def _over_time(
    connection: Connection, viewer: Viewer, period: Period, kinds: Sequence[str]
) -> Mapping[str, Mapping[str, Mapping[int, int]]]:
    """Numbers by kind, by value, by the place of a piece in the period."""
    # Whole months and years are added up by the database.
    width = {"year": len("2026"), "month": len("2026-11")}.get(period.unit, DAY)
    piece: ColumnElement[Any] = func.substr(day_counts.c.day, 1, width)
    here = [day_counts.c.workspace == viewer.workspace, day_counts.c.kind.in_(kinds)]
    if period.first is not None:
        here.append(day_counts.c.day >= period.first.isoformat())
    rows = connection.execute(
        select(day_counts.c.kind, day_counts.c.value, piece.label("piece"),
               func.sum(day_counts.c.number).label("number"))
        .where(*here).group_by(day_counts.c.kind, day_counts.c.value, piece))
    places: dict[str, int] = {}
    found: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for kind, value, name, number in rows:
        if name not in places:
            day = date.fromisoformat(name + "-01-01"[len(name) - len("2026"):])
            places[name] = period.place(max(day, period.first or day))
        counts = found[kind][value]
        counts[places[name]] = counts.get(places[name], 0) + int(number)
    return found


def _ages(connection: Connection, viewer: Viewer, today: date) -> tuple[Age, ...]:
    rows = connection.execute(
        select(day_counts.c.kind, day_counts.c.value, day_counts.c.day, day_counts.c.number)
        .where(day_counts.c.workspace == viewer.workspace,
               day_counts.c.kind.in_((WAITING, REASON)))).all()
    found, youngest = [], -1
    for oldest, name in AGES:
        last = None if youngest < 0 else today - timedelta(days=youngest + 1)
        first = None if oldest is None else today - timedelta(days=oldest)
        days = (first.isoformat() if first else "", last.isoformat() if last else "9999-12-31")
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for kind, value, day, number in rows:
            if days[0] <= day <= days[1]:
                counts[kind, value] += number
        wanted = _within(replace(KEPT, waiting=True), first, last)
        found.append(Age(
            name, Figure(counts[WAITING, ""], wanted),
            {value: Figure(number, replace(wanted, reason=value))
             for (kind, value), number in counts.items() if kind == REASON}))
        youngest = oldest if oldest is not None else youngest
    return tuple(found)
