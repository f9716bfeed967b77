"""What a number counts: marks that are drawn as digits count too, and none ends a reading."""

import pytest

from retrieval.ingesting.layout import footnotes, margins, numbering, reading
from retrieval.ingesting.numerals import whole_value

TOO_LONG = "1" * 5000


@pytest.mark.parametrize(("written", "value"), [
    ("12", 12), ("²", 2), ("¹²", 12), ("①", 1), ("٣", 3), ("", None), ("½", None), ("2a", None),
    (TOO_LONG, None), ("1" * 15, 111_111_111_111_111), ("1" * 16, None),
])
def test_a_number_is_counted_whatever_its_digits_are_drawn_as(written, value):
    assert whole_value(written) == value


@pytest.mark.parametrize(("number", "value"), [
    ("(²)", 2), ("3)", 3), ("a)", None), (TOO_LONG, None),
])
def test_what_a_mark_of_an_item_counts(number, value):
    assert numbering.value_of(number) == value


@pytest.mark.parametrize(("before", "mark", "follows"), [
    ("1", "2", True), ("¹", "²", True), ("1", "²", True), ("²", "²", False), ("", "²", True),
    ("*", "2", False), ("1", "*", True), (TOO_LONG, "2", False),
])
def test_a_raised_mark_of_a_footnote_follows_the_one_before(before, mark, follows):
    assert reading._follows(before, mark) is follows


def test_the_notes_after_a_raised_mark_are_looked_for(monkeypatch):
    monkeypatch.setattr(footnotes, "mark_of", lambda line: line)
    assert footnotes._counts_on("²", ["x", "³"])
    assert footnotes._counts_on("²", ["3"])
    assert not footnotes._counts_on("²", ["²"])


def test_a_number_of_thousands_of_digits_in_a_margin_counts_nothing():
    assert margins._numbers(f"page 7 of {TOO_LONG} iv") == (("7", 7), ("iv", 4))
