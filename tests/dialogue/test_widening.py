"""Rewordings bring passages in behind what the question found; they never take its place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.replies.widening import KEPT_PLACES, widened
from retrieval.guidance import ProvisionId
from retrieval.matches import Found, Match, Query, Why
from retrieval.passages import Passage


def match(id_: str, why: Why = Why.SIMILAR) -> Match:
    return Match(Passage(ProvisionId(id_), 0, 1, "x"), 0.5, why)


def found(ids: str, *, pinned: str = "", limit: int = 5) -> Found:
    matches = (*(match(i, Why.PINNED) for i in pinned), *(match(i) for i in ids))
    return Found(Query("q", limit=limit), matches, abstained=not matches)


def nothing(gap: str | None = None) -> Found:
    return Found(Query("asked", limit=5), (), abstained=True, nearest=ProvisionId("n"), gap=gap)


def ids(one: Found) -> str:
    return "".join(match.provision for match in one.matches)


@pytest.mark.parametrize(("question", "rewordings", "gives"), [
    ("abcde", [], "abcde"),
    ("abcde", ["vwxyz", "vwxyz"], "abcde"),
    ("abcde", ["ed"], "abdec"),
    ("ab", ["xyz"], "abxyz"),
    ("abcdefgh", ["z"], "abcdefgh"),
    ("abc", ["cxa", "cy"], "abcxy"),
])
def test_the_first_keep_their_places_and_the_rest_is_ranked_anew(question, rewordings, gives):
    assert ids(widened(found(question), [found(one) for one in rewordings])) == gives


def test_what_was_pinned_stays_first():
    assert ids(widened(found("ab", pinned="p"), [found("xpa"), found("", pinned="o")])) == "pabx"


def test_a_question_with_a_tail_is_no_rewording_of_one_that_found_nothing():
    asked = replace(nothing(), query=Query("which test do recruiters use", limit=5))
    tails = [replace(found("abc"), query=Query(f"{asked.query.text} {tail}", limit=5))
             for tail in ("police", "spyware")]
    others = [replace(found("abc"), query=Query(text, limit=5)) for text in ("a test", "tests")]

    assert widened(asked, tails) == asked
    assert ids(widened(asked, others)) == "abc"


@pytest.mark.parametrize("rewordings", [[found("abc"), found("abc")], [nothing()], []])
def test_a_question_that_fell_into_a_gap_stays_there(rewordings):
    assert widened(nothing("tax"), rewordings) == nothing("tax")


@pytest.mark.parametrize(("rewordings", "gives"), [
    ([found("abc")], ""),
    ([found("abc"), found("xyz")], ""),
    ([found("abc"), nothing()], ""),
    ([found("xyza"), found("uvwa")], ""),
    ([found("abc"), found("cxy")], "cabxy"),
    ([found("abc"), found("cxy"), nothing()], "cabxy"),
    ([found("abc"), found("cxy"), nothing("tax")], ""),
])
def test_where_the_question_found_nothing_rewordings_answer_only_if_they_agree(rewordings, gives):
    whole = widened(nothing(), rewordings)
    assert ids(whole) == gives
    assert whole == nothing() if not gives else not whole.abstained


some = st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=6).map("".join)


@given(question=some, pinned=st.sampled_from(["", "p", "pq"]),
       rewordings=st.lists(some, max_size=4))
def test_no_rewording_takes_a_first_place_or_a_pin_away(question, pinned, rewordings):
    first = found(question, pinned=pinned)
    whole = widened(first, [found(one) for one in rewordings])
    if first.abstained:
        return
    kept = pinned + question[:KEPT_PLACES]
    assert ids(whole)[: len(kept)] == kept
    assert len(whole.matches) <= max(len(first.matches), first.query.limit)
    assert len(set(ids(whole))) == len(ids(whole))
    assert replace(whole, matches=first.matches) == first
    assert widened(first, [found(one) for one in rewordings[::-1]]).matches[:len(kept)] == (
        first.matches[:len(kept)])
