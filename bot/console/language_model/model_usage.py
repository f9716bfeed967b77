"""What a language model was used for of late, added up for the page: by use, by day, by end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, func, select

from bot.chat.calls import Ended, Use
from bot.console.overview.figures import Figure, Series
from bot.console.overview.periods import Period, Span, period
from bot.console.overview.plots import Plot, Row
from bot.console.turns.model_calls import REFUSED
from bot.console.viewer import Viewer
from bot.console.wording import model_wording
from bot.record.model_calls import PASSED
from bot.schema import chat_usage

SPAN = Span.MONTH
NOT_ASKED = frozenset(map(str, (Ended.RESTING, Ended.BUSY, Ended.SPENT)))
"""Outcomes of what was never sent."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What some calls took."""

    calls: int = 0
    """Those that were sent."""
    tokens_in: int = 0
    tokens_out: int = 0
    micros: int = 0
    took_ms: int = 0

    def and_(self, other: "Spent") -> "Spent":
        """Both together."""
        return Spent(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def each_ms(self) -> int:
        """How long a call took on average."""
        return round(self.took_ms / self.calls) if self.calls else 0


@dataclass(frozen=True, slots=True)
class Usage:
    """The last 30 days."""

    period: Period
    by_use: Mapping[str, Spent]
    by_day: tuple[tuple[date, Mapping[str, Spent]], ...]
    """Days with anything, the last first."""
    ends: tuple[tuple[str, Mapping[str, int]], ...]
    """How many of each use ended how: what passed first, then refusals, then the rest."""
    plot: Plot

    @property
    def whole(self) -> Spent:
        """All of it."""
        return added(self.by_use.values())

    @property
    def refused(self) -> int:
        """How many drafts were refused."""
        return sum(sum(uses.values()) for code, uses in self.ends if code in REFUSED)


def usage(connection: Connection, viewer: Viewer, today: date) -> Usage:
    """What was used in the workspace of *viewer* in the 30 days that end *today* (UTC)."""
    over = period(SPAN, today, today)
    table = chat_usage.c
    rows = connection.execute(
        select(table.day, table.use, table.outcome, *(
            func.sum(table[name]).label(name) for name in Spent.__slots__))
        .where(table.workspace == viewer.workspace,
               table.day >= (over.first or today).isoformat())
        .group_by(table.day, table.use, table.outcome)).all()
    days: dict[date, dict[str, Spent]] = defaultdict(dict)
    ends: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        day = date.fromisoformat(row.day)
        ends[row.outcome][row.use] = ends[row.outcome].get(row.use, 0) + int(row.calls)
        one = Spent(*(int(getattr(row, name)) for name in Spent.__slots__))
        if row.outcome in NOT_ASKED:
            one = replace(one, calls=0)
        days[day][row.use] = days[day].get(row.use, Spent()).and_(one)
    uses = sorted({use for by in days.values() for use in by}, key=_rank)
    return Usage(
        period=over,
        by_use={use: added(by[use] for by in days.values() if use in by) for use in uses},
        by_day=tuple(sorted(days.items(), reverse=True)),
        ends=tuple(sorted(ends.items(), key=lambda pair: _standing(pair[0]))),
        plot=_plot(over, days, uses))


def added(several: Iterable[Spent]) -> Spent:
    """All of *several* together."""
    whole = Spent()
    for one in several:
        whole = whole.and_(one)
    return whole


def _plot(over: Period, days: Mapping[date, Mapping[str, Spent]], uses: Iterable[str]) -> Plot:
    rows = []
    for use in uses:
        numbers = [0] * len(over.pieces)
        for day, by in days.items():
            numbers[over.place(day)] += by.get(use, Spent()).calls
        rows.append(Row(model_wording.use(use), Series(
            use, Figure(sum(numbers), None), tuple(Figure(number, None) for number in numbers))))
    return Plot("calls", "Calls by day", "Calls that were sent to the model, by day (UTC).", "Use",
                tuple(rows), over.pieces, "Nothing was sent in these 30 days.")


def _rank(use: str) -> tuple[int, str]:
    known = list(map(str, Use))
    return (known.index(use) if use in known else len(known), use)


def _standing(outcome: str) -> tuple[int, str]:
    order = (PASSED, str(Ended.ANSWERED))
    if outcome in order:
        return (order.index(outcome), "")
    return (2 if outcome in REFUSED else 3, outcome)
