"""The clock by which upkeep goes, and what it tells of words that are not overwritten yet."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.erasure.overwriting import Remains
from bot.serving import upkeep
from bot.serving.leaps import Leaps
from bot.serving.upkeep import Upkeep
from bot.slack.telling_time import time_at

EVENING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


class Parts:
    """What upkeep calls, which only notes what it was asked."""

    def __init__(self):
        self.asked = []
        self.erasing = SimpleNamespace(
            time=lambda: self.shown, overdue=lambda _: self.erased.append(self.shown),
            overwrite_owed=lambda: self.remains.pop(0))
        self.shown = datetime.now(UTC)
        self.erased = []
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


def started(parts, monkeypatch, shown, slack_time):
    """An upkeep of a process that was started while its clock showed *shown*."""
    parts.shown = shown
    monkeypatch.setattr(upkeep, "Leaps", lambda: Leaps(
        lambda: datetime.timestamp(parts.shown), lambda: 0.0))
    return Upkeep(parts, parts, None, parts, None, tell=[].append, now=lambda: parts.shown,
                  slack_time=slack_time)


@pytest.mark.parametrize("off", [timedelta(days=400), timedelta(days=-2)])
def test_a_process_that_was_started_while_its_clock_was_wrong_erases_once_it_is_right(
        parts, monkeypatch, caplog, off):
    """A year of words was erased for good where the clock was set a year ahead before a start."""
    keep = started(parts, monkeypatch, EVENING + off, lambda: EVENING)

    keep.look()
    keep.look()

    assert parts.erased == []
    assert [today for today, _ in parts.asked] == [EVENING.date()] * 2
    (line,) = caplog.records
    assert "off Slack's" in line.getMessage() and line.seconds == off.total_seconds()
    parts.shown = EVENING
    keep.look()
    assert parts.erased == [EVENING]


def test_until_slack_has_said_what_time_it_is_nothing_goes_by_the_clock(parts, monkeypatch):
    said = [ConnectionError("away"), ConnectionError("away"), EVENING]

    def slack_time():
        answer = said.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    keep = started(parts, monkeypatch, EVENING, slack_time)

    keep.look()
    assert (parts.erased, parts.asked) == ([], [])
    keep.look()
    keep.look()
    assert (parts.erased, said) == ([EVENING] * 2, [])


def test_where_no_answer_says_the_time_the_clock_counts_as_before(parts, monkeypatch):
    keep = started(parts, monkeypatch, EVENING, lambda: None)

    keep.look()

    assert parts.erased == [EVENING]


def answering(headers, *, granted=True):
    """A client to which Slack answers with *headers*."""
    response = SlackResponse(client=None, http_verb="POST", api_url="api.test", req_args={},
                             data={"ok": granted}, headers=headers, status_code=200)

    def api_test():
        if not granted:
            raise SlackApiError("unknown_method", response)
        return response

    return SimpleNamespace(api_test=api_test)


@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.parametrize(("headers", "moment"), [
    ({"Date": "Sun, 01 Mar 2026 23:30:00 GMT"}, EVENING),
    ({"date": "Sun, 01 Mar 2026 23:30:00 -0000"}, EVENING),
    ({"date": "yesterday"}, None),
    ({}, None),
])
def test_the_time_is_what_any_answer_of_slacks_is_dated(headers, moment, granted):
    assert time_at(answering(headers, granted=granted)) == moment


def test_slack_that_cannot_be_asked_says_no_time():
    def away():
        raise SlackRequestError("cut off")

    with pytest.raises(OSError, match="SlackRequestError"):
        time_at(SimpleNamespace(api_test=away))


def test_words_that_are_not_overwritten_yet_are_told_of_once(keep, parts, caplog):
    ahead = [Remains.AHEAD, Remains.AHEAD, Remains.NOTHING, Remains.AHEAD]
    parts.remains = [*ahead]
    told = []
    for _ in ahead:
        keep.look()
        told.append(len(caplog.records))

    assert told == [1, 1, 1, 2]
    assert "still in the write-ahead file" in caplog.text
