"""Standard input, line by line, whatever somebody pipes into it."""

import io
import sys

import pytest

from bot.commands.launching import input_lines


@pytest.mark.parametrize(("given", "lines"), [
    (b"one\ntwo", ["one\n", "two"]),
    (b"one\r\n\r\ntwo\r\n", ["one\r\n", "two\r\n"]),
    # As PowerShell writes it.
    (b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n", ["one\n", "\ufefftwo\n"]),
    # Read by a strict locale, such a line is the end of the stream.
    (b"one\ncaf\xe9\ntwo\n", ["one\n", None, "two\n"]),
    (b"\n \n\xc2\xa0\n", []),
    (b"", []),
])
def test_every_line_is_read_and_one_that_is_no_utf8_alone_is_lost(monkeypatch, given, lines):
    piped = io.TextIOWrapper(io.BytesIO(given), encoding="utf-8", errors="strict")
    monkeypatch.setattr(sys, "stdin", piped)

    assert list(input_lines()) == lines
