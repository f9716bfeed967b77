"""What it took to load goes back to the system, and where that can't be had nothing fails."""

import ctypes
import platform
import resource
from pathlib import Path

import pytest

from bot.serving.giving_back import give_back

MANY, EACH = 100_000, 1_024


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]
    return int(pages) * resource.getpagesize()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
def test_what_was_freed_below_a_block_in_use_is_given_back():
    blocks = [bytearray(EACH) for _ in range(MANY)]
    last = blocks.pop()
    blocks.clear()
    held = resident_bytes()

    give_back()

    assert len(last) == EACH
    assert held - resident_bytes() > MANY * EACH / 2


@pytest.mark.parametrize("error", [OSError("no such library"), TypeError("a name is needed")])
def test_where_the_library_is_another_nothing_fails(monkeypatch, error):
    def fails(_):
        raise error

    monkeypatch.setattr(ctypes, "CDLL", fails)
    give_back()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    give_back()
