"""What counts as an exception that nothing caught, in what a process writes."""

import json
import logging

from bot.telemetry.log_lines import Lines
from tests.faults.uncaught import told_of, uncaught

TRACEBACK = ('Traceback (most recent call last):\n  File "x.py", line 1, in <module>\n'
             "KeyError: 'channel'\n")


def line(level: int, *, error: bool) -> str:
    """As the bot writes it."""
    info = None
    if error:
        try:
            raise KeyError("channel")
        except KeyError as raised:
            info = (KeyError, raised, raised.__traceback__)
    record = logging.LogRecord("advisor.slack", level, __file__, 1, "it failed", (), info)
    return Lines(as_json=True).format(record) + "\n"


def test_tracebacks_and_logged_errors_with_their_frames_count() -> None:
    written = line(logging.ERROR, error=True) + TRACEBACK + line(logging.ERROR, error=True)

    assert uncaught(written) == 3
    assert told_of(written).endswith("KeyError in faults/test_uncaught.py:line:18"), written


def test_what_is_told_in_a_sentence_or_as_a_warning_does_not_count() -> None:
    written = line(logging.ERROR, error=False) + line(logging.WARNING, error=True) + "Serving\n"

    assert uncaught(written) == 0
    assert told_of(written) == ""


def test_the_last_line_of_a_process_that_was_killed_does_not_count() -> None:
    whole = line(logging.ERROR, error=True)

    assert uncaught(whole[:-20]) == 0
    assert json.loads(whole)["error"][0]["type"] == "KeyError"
