"""The clock by which upkeep goes, and what it tells of words that are not overwritten yet."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.erasure.overwriting import Remains
from bot.serving import upkeep
from bot.serving.leaps import Leaps
from bot.serving.upkeep import Upkeep

EVENING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


class Parts:
    """What upkeep calls, which only notes what it was asked."""

    def __init__(self):
        self.asked = []
        self.erasing = SimpleNamespace(
            overdue=lambda _: None, overwrite_owed=lambda: self.remains.pop(0))
        self.remains = [Remains.NOTHING] * 3

    def reminders(self, today, at):
        self.asked.append((today, at))
        return []

    def look(self):
        """Nobody is to be looked up."""


@pytest.fixture
def parts():
    return Parts()


@pytest.fixture
def keep(parts):
    """An upkeep whose clock shows half an hour to midnight."""
    return Upkeep(parts, parts, None, parts, None, tell=[].append, now=lambda: EVENING)


def test_a_watch_date_comes_by_the_clock_by_which_it_was_set(keep, parts):
    keep.look()

    assert parts.asked == [(date(2026, 3, 1), EVENING)]


@pytest.mark.parametrize(("leap", "day"), [
    (timedelta(days=30), date(2026, 3, 1)),
    (timedelta(days=-2), date(2026, 3, 1)),
    (timedelta(hours=1), date(2026, 3, 2)),
])
def test_who_asked_to_be_reminded_is_not_before_the_day_where_a_clock_leaps_ahead(
        parts, monkeypatch, leap, day):
    """They were within a minute, and not again on the day that they had chosen."""
    shows = [EVENING]

    def seconds():
        return shows[0].timestamp()

    monkeypatch.setattr(upkeep, "Leaps", lambda: Leaps(seconds, lambda: 0.0))
    keep = Upkeep(parts, parts, None, parts, None, tell=[].append, now=lambda: shows[0])
    shows[0] += leap

    keep.look()

    ((today, _),) = parts.asked
    assert today == day


def test_words_that_are_not_overwritten_yet_are_told_of_once(keep, parts, caplog):
    ahead = [Remains.AHEAD, Remains.AHEAD, Remains.NOTHING, Remains.AHEAD]
    parts.remains = [*ahead]
    told = []
    for _ in ahead:
        keep.look()
        told.append(len(caplog.records))

    assert told == [1, 1, 1, 2]
    assert "still in the write-ahead file" in caplog.text
