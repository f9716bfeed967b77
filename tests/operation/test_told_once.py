"""An outage is told once while it lasts, and a fault of ours each time, with where it came from."""

import errno
import logging

from bot.outages import in_log
from bot.telemetry.told_once import tell_failure
from tests.operation.written import written

FULL = OSError(errno.ENOSPC, "no space")
LOG = logging.getLogger("advisor.desk")


def _could_not_work(error: Exception, before: str | None = None) -> str | None:
    return tell_failure(LOG, error, failed="the work failed", waits="the work waits",
                        before=before, reference="T-0A1B2C")


def test_an_outage_is_one_line_until_something_else_is_away():
    with written() as lines:
        away = _could_not_work(FULL)
        assert _could_not_work(FULL, before=away) == away == in_log(FULL)
        _could_not_work(OSError(errno.EIO, "fails"), before=away)
    assert [line["event"] for line in lines] == ["the work waits"] * 2
    assert {line["level"] for line in lines} == {"warning"}
    assert [line["outage"] for line in lines] != [away, away]


def test_a_fault_of_ours_is_told_each_time_with_where_it_was_raised():
    with written() as lines:
        for _ in range(2):
            try:
                raise ValueError
            except ValueError as error:
                assert _could_not_work(error) is None
    assert [line["event"] for line in lines] == ["the work failed"] * 2
    assert {line["level"] for line in lines} == {"error"}
    assert all(line["error"][0]["type"] == "ValueError" for line in lines)


def test_a_line_is_of_whoever_could_not_do_it():
    """By its place in the code the line is known to be no words of a person, and is shown."""
    with written() as lines:
        _could_not_work(FULL)
    assert lines[0]["from"].startswith("test_told_once:_could_not_work:")
    assert lines[0]["reference"] == "T-0A1B2C"
