"""What a serving process does once a minute, beside the messages."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from bot import upkeep
from bot.upkeep import Upkeep

EVENING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


class Parts:
    """What upkeep calls, which only notes what it was asked."""

    def __init__(self):
        self.asked = []
        self.erasing = SimpleNamespace(overdue=lambda: None)

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
    return Upkeep(parts, parts, None, parts, None, [].append, lambda: EVENING)


def test_a_watch_date_comes_by_the_clock_by_which_it_was_set(keep, parts):
    keep.tick()

    assert parts.asked == [(date(2026, 3, 1), EVENING)]


def test_a_minute_passes_between_two_looks(keep, parts, monkeypatch):
    keep.tick()
    keep.tick()
    assert len(parts.asked) == 1

    monkeypatch.setattr(upkeep, "EACH_SECONDS", 0)
    keep.tick()
    assert len(parts.asked) == 2
