"""The pages at the top of every page: those that somebody may open, and which one is open."""

import re

import pytest

from bot.console.navigation import ENTRIES, entries
from bot.console.viewer import Role
from tests.console.talking import viewer


def top(page):
    nav = re.search(r'<nav aria-label="Console">(.*?)</nav>', page.text, re.S)[1]
    return re.findall(r'<li><a href="([^"]*)"([^>]*)>([^<]*)</a>', nav)


def test_each_role_sees_what_it_may_open():
    assert next(entry.name for entry in entries(Role.ASKER)) == "Conversations"
    assert "Overview" not in {entry.name for entry in entries(Role.ASKER)}
    assert {"Overview", "Quality"} <= {entry.name for entry in entries(Role.REVIEWER)}
    assert entries(Role.ADMIN) == ENTRIES


@pytest.mark.parametrize("role", Role)
def test_the_page_that_is_open_is_marked_and_no_other(desk, role):
    found = top(desk.reads("/", viewer("U1", role)))
    assert [name for _, _, name in found] == [entry.name for entry in entries(role)]
    assert [(path, mark) for path, mark, _ in found if mark] == [
        ("/console/", ' aria-current="page"')]


def test_a_page_that_stands_for_no_entry_marks_none(desk):
    assert [mark for _, mark, _ in top(desk.reads("/conversations/none"))] == [""] * len(ENTRIES)
