"""The rules of the fence one by one, each at the edge of what it lets pass."""

import pytest

from bot.dialogue.drafting import Point, PointKind
from bot.dialogue.fencing.acting import swapped
from bot.dialogue.fencing.judged import Judged, judged
from bot.dialogue.fencing.seams import seam
from bot.dialogue.fencing.strength import misjudged
from bot.dialogue.fencing.words import read
from tests.dialogue.fencing.points import draft


def beside(rules, text: str, *evidence: str) -> Judged:
    """*text* beside a point that rests on *evidence*."""
    point = Point(id="P1", kind=PointKind.SAFEGUARD, title="Logs", text=evidence[0],
                  evidence=evidence, quotable=(), citations=())
    return judged(draft(text), (point,), rules)[0]


@pytest.mark.parametrize(("evidence", "found"), [
    # Four words on is near enough, five is not.
    ("The supplier carefully, quickly, openly reports misuse.", None),
    ("The supplier carefully, quickly, openly, loudly reports misuse.", "supplier … reports"),
    ("The end-user and the supplier report misuse.", None),
    # Somebody else has come between.
    ("The supplier helps; the end-user reports misuse.", "supplier … reports"),
    # "They" are whoever was named just before, and nobody else.
    ("The supplier keeps logs. They report misuse.", None),
    ("The court keeps logs. They report misuse.", "supplier … reports"),
])
def test_whoever_acts_has_the_deed_shortly_after_them(rules, evidence, found):
    sentence = beside(rules, "The supplier reports misuse.", evidence)

    assert swapped(sentence.text, sentence.evidence, rules) == found


@pytest.mark.parametrize(("text", "evidence", "found"), [
    ("You report misuse.", "Report misuse to the court.", None),
    ("The supplier reports misuse.", "Report misuse to the court.", "supplier … reports"),
])
def test_what_one_is_told_to_do_is_ones_own_deed_and_nobody_elses(rules, text, evidence, found):
    sentence = beside(rules, text, evidence)

    assert swapped(sentence.text, sentence.evidence, rules) == found


@pytest.mark.parametrize(("text", "evidence", "found"), [
    ("The host should delete the data.", ("Let the host delete the data.",), None),
    ("The host may delete the data.", ("Let the host delete the data.",), "'may' is too weak"),
    # What is said outright counts before what a command takes with it.
    ("The host should delete the data.",
     ("Let the host delete the data.", "The host may delete the data."), "'should' is too strong"),
    ("The host may delete the data.",
     ("Let the host delete the data.", "The host may delete the data."), None),
])
def test_a_command_binds_as_should_does_where_nothing_is_said_outright(
    rules, text, evidence, found
):
    sentence = beside(rules, text, *evidence)

    assert misjudged(sentence.text, sentence.bounds,
                     [bound for one in sentence.evidence for bound in one.bounds]) == found


@pytest.mark.parametrize(("text", "found"), [
    ("Keep the data, share it share it.", "it | share"),
    ("Keep the data, share it, share it.", None),
    ("Keep the data data.", "data | data"),
    ("Keep the data and share it.", None),
])
def test_nothing_is_said_twice_in_a_row_without_a_mark_between(rules, text, found):
    assert seam(read(text, rules), [read("Keep the data, and share it.", rules)], rules) == found
