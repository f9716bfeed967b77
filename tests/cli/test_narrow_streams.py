"""A terminal or a pipe whose locale lacks signs: commands go on, and JSON stays JSON."""

import io
import json
import sys

import pytest

from bot.commands.launching import ending, print_json, print_line

SAID = "It’s café, 国 and 🙂"


def narrow(monkeypatch, encoding: str) -> io.BytesIO:
    """What is written from now on to a standard output of *encoding*."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    return written


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_a_sign_that_a_locale_lacks_ends_no_command(encoding, monkeypatch):
    """'advisor log show' ended at the first ’ as by a fault of the program."""
    written = narrow(monkeypatch, encoding)

    ending(lambda: print(SAID))

    shown = written.getvalue().decode(encoding)
    assert shown.startswith(r"It\u2019s caf") and shown.endswith(r"\u56fd and \U0001f642" "\n")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
@pytest.mark.parametrize("show", [print_json, print_line])
def test_json_says_the_same_whatever_the_locale(encoding, show, monkeypatch):
    written = narrow(monkeypatch, encoding)

    ending(lambda: show({"text": SAID}))

    assert json.loads(written.getvalue().decode("ascii")) == {"text": SAID}


def test_where_the_locale_has_all_signs_they_are_written_as_they_are(monkeypatch):
    written = narrow(monkeypatch, "UTF-8")

    ending(lambda: print_line({"text": SAID}))

    assert written.getvalue().decode() == f'{{"text": "{SAID}"}}\n'
