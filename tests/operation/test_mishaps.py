"""What ends a command: a mishap in a line, a fault of ours in a line with its place in the log."""

import errno
import io
import logging
import re

import pytest

from bot.commands import launching
from bot.telemetry.log_lines import begin_logging


@pytest.fixture
def log():
    lines = io.StringIO()
    before, level = logging.root.handlers[:], logging.root.level
    begin_logging(lines, "WARNING", as_json=False)
    yield lines
    logging.root.handlers[:] = before
    logging.root.setLevel(level)


def ended(command, capsys) -> str:
    with pytest.raises(SystemExit) as how:
        launching.ending(command)
    assert how.value.code == 1
    return capsys.readouterr().err


def test_a_file_that_cannot_be_used_is_named_with_what_to_do(log, capsys):
    def command():
        raise PermissionError(errno.EACCES, "Permission denied", "/srv/out.jsonl")

    assert ended(command, capsys) == (
        "This can't go on: /srv/out.jsonl: Permission denied. Let the account that runs this use "
        "it, or name another place.\n")
    assert log.getvalue() == ""


def test_a_file_that_is_missing_is_named(log, capsys):
    def command():
        open("/nowhere/at/all")  # noqa: PTH123, SIM115

    assert ended(command, capsys) == (
        "This can't go on: /nowhere/at/all: No such file or directory. Put it there, or correct "
        "what names it.\n")


def test_a_fault_of_ours_is_one_line_and_the_log_has_where_it_came_from(log, capsys):
    def command():
        raise KeyError("what somebody said")

    text = ended(command, capsys)
    found = re.fullmatch(
        r"This can't go on, by a fault of the program \(KeyError\)\. Nothing that you gave has to "
        r"be wrong\. Tell whoever looks after it the reference ([0-9a-f]{8}); the log line above "
        r"has it, and where the fault was\.\n", text)
    assert found, text
    assert f"reference={found[1]}" in log.getvalue()
    assert "test_mishaps.py:command:" in log.getvalue()
    assert "what somebody said" not in log.getvalue() + text


def test_a_fault_before_anything_was_logged_is_in_the_log_too(capsys):
    before, level = logging.root.handlers[:], logging.root.level
    logging.root.handlers[:] = []
    try:
        text = ended(lambda: {}["what somebody said"], capsys)
    finally:
        logging.root.handlers[:] = before
        logging.root.setLevel(level)
    assert "test_mishaps.py:<lambda>:" in text
    assert "what somebody said" not in text
