"""How an erasure on record tells that it took the words of a row, out of bodies alone."""

import json

import pytest

from bot.record.erasures import Bare, By, Erasures, Taken, runs_in
from bot.record.log import BEFORE_WORKSPACES, FORM
from bot.record.model_calls import MODEL_CALL

HOME, OTHER = "T1", "T2"


def body(*, form=FORM, kind="turn", conversation="c1"):
    told = {"kind": kind, "conversation": conversation}
    return json.dumps(told if form is None else {**told, "log_form": form})


def bare(seq, *, wholly=True, **told):
    return Bare.of(seq, body(**told), wholly=wholly)


def erasure(seq, *, words=(), echoes=(), home=HOME, of="c1"):
    taken = Taken(frozenset(words), frozenset(echoes))
    return home, seq, json.dumps({"conversations": [of], **taken.told()})


def earlier(seq, *, home=HOME, of="c1", **counted):
    """An erasure of a release that named no rows."""
    return home, seq, json.dumps({"conversations": [of], **counted})


def test_an_erasure_names_rows_by_their_runs():
    taken = Taken(frozenset({(HOME, 3), (HOME, 4), (HOME, 5), (HOME, 9), (OTHER, 5), (OTHER, 7)}),
                  frozenset({(HOME, 1)})) | Taken(frozenset({(OTHER, 6)}))
    told = taken.told()
    assert told == {"rows": 7, "took": {
        "words": {HOME: [[3, 5], [9, 9]], OTHER: [[5, 7]]}, "echoes": {HOME: [[1, 1]]}}}
    assert runs_in(told, "words", HOME) == [(3, 5), (9, 9)]
    assert runs_in(told, "echoes", OTHER) == []
    assert runs_in({"took": {"words": [3]}}, "words", HOME) == []


@pytest.mark.parametrize(("seq", "wholly", "by"), [
    (2, True, None), (3, True, By.NAME), (5, True, By.NAME), (6, True, None), (9, True, By.NAME),
    (10, True, None), (1, False, By.NAME), (3, False, None), (1, True, None),
])
def test_a_row_is_taken_by_an_erasure_that_names_it_and_what_it_lacks(seq, wholly, by):
    found = Erasures(HOME, [erasure(
        20, words=[(HOME, 3), (HOME, 4), (HOME, 5), (HOME, 9), (OTHER, 6)], echoes=[(HOME, 1)])])
    assert found.took(bare(seq, wholly=wholly)) is by


def test_an_erasure_took_nothing_that_was_recorded_after_it():
    """In one log; of rows of two logs nobody can tell which came first."""
    at_four = erasure(4, words=[(HOME, 3), (HOME, 4), (HOME, 5)])
    assert [Erasures(HOME, [at_four]).took(bare(seq)) for seq in (3, 4, 5)] == [
        By.NAME, None, None]
    elsewhere = erasure(4, words=[(HOME, 5)], home=OTHER)
    assert Erasures(HOME, [elsewhere]).took(bare(5)) is By.NAME


@pytest.mark.parametrize(("found", "row", "by"), [
    (earlier(8), bare(7), By.CONVERSATION),
    (earlier(8), bare(8), None),
    (earlier(8), bare(7, conversation="c2"), None),
    (earlier(8), bare(7, conversation=None), None),
    (earlier(1, home=OTHER), bare(7), By.ELSEWHERE),
    # What an earlier release was working on, it recorded without the words after the erasure.
    (earlier(8), bare(9, form=None, kind=MODEL_CALL), By.BEFORE),
    (earlier(8), bare(9, form=FORM - 1, wholly=False), By.BEFORE),
    (earlier(8), bare(9, form=None), None),
    (earlier(8), bare(9, kind=MODEL_CALL), None),
    (earlier(8), bare(9, form=None, kind=MODEL_CALL, conversation="c2"), None),
    # An erasure that names its rows took no others of the conversation.
    (erasure(8, words=[(HOME, 6)]), bare(7), None),
    (erasure(8, words=[(HOME, 6)]), bare(9, form=None, wholly=False), By.BEFORE),
])
def test_an_erasure_of_an_earlier_release_names_a_conversation(found, row, by):
    assert Erasures(HOME, [found]).took(row) is by


def test_in_the_log_of_before_workspaces_an_erasure_is_never_elsewhere():
    found = Erasures(BEFORE_WORKSPACES, [earlier(1, home=OTHER)])
    assert found.took(bare(7)) is By.CONVERSATION


def test_a_later_erasure_of_the_same_conversation_counts():
    assert Erasures(HOME, [earlier(8), earlier(4)]).took(bare(7)) is By.CONVERSATION
    assert Erasures(HOME, [earlier(4), earlier(8)]).took(bare(7)) is By.CONVERSATION


@pytest.mark.parametrize(("rows", "fit", "too_many"), [
    ([], 0, 1),
    ([earlier(8, rows=0)], 0, 1),
    ([earlier(8, rows=3)], 3, 4),
    ([earlier(8, rows=3), earlier(9, rows=2, of="c2")], 5, 6),
    # What names its rows is held against those by itself, and another log against its own.
    ([earlier(8, rows=3), erasure(9, words=[(HOME, 1)])], 3, 4),
    ([earlier(8, rows=3), earlier(9, rows=2, home=OTHER)], 3, 4),
])
def test_no_more_rows_lack_words_than_were_counted(rows, fit, too_many):
    found = Erasures(HOME, rows)
    assert (found.took_rows(fit), found.took_rows(too_many)) == (True, False)


def test_where_an_erasure_counted_nothing_any_number_may_lack_words():
    for rows in ([earlier(8)], [earlier(8, rows=3), earlier(9)], [earlier(8), earlier(9, rows=3)]):
        assert Erasures(HOME, rows).took_rows(1_000)
