"""The clock by which upkeep goes, and what it tells of words that are not overwritten yet."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from bot.erasure.overwriting import Remains
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


def test_words_that_are_not_overwritten_yet_are_told_of_once(keep, parts, caplog):
    ahead = [Remains.AHEAD, Remains.AHEAD, Remains.NOTHING, Remains.AHEAD]
    parts.remains = [*ahead]
    told = []
    for _ in ahead:
        keep.look()
        told.append(len(caplog.records))

    assert told == [1, 1, 1, 2]
    assert "still in the write-ahead file" in caplog.text
