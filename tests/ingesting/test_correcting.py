"""An admin's corrections: words stay, nothing is lost, and what can't be done is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.ingesting.correcting import (
    BadCut,
    Pieces,
    called,
    left_out,
    merged,
    moved,
    split,
    taken_in,
)
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.kept_cuts import read, written
from retrieval.ingesting.pieces import words_of
from tests.ingesting.drafting import NAMING, covers, document
from tests.ingesting.test_cutting import BLOCKS

CODE = document("""
    # Code
    === 1 1
    ## Article 1
    The seller asks who the buyer is. The seller writes it down.
    ~ Code of 2020
    === 2 2
    It is kept.
    ## Article 2
    The buyer answers.
    ## Aims
    To help. To guard.""")
PIECES = cut(CODE, NAMING)
FIRST, SECOND, AIMS = 1, 2, 3


def said(pieces: Pieces, extracted: Extracted = CODE) -> list[tuple[str, str]]:
    return [(p.cited, words_of(p, extracted)) for p in pieces if not p.left_out]


def test_the_cut_that_is_corrected() -> None:
    assert said(PIECES) == [
        ("Doc, Article 1", "The seller asks who the buyer is. The seller writes it down.\n\n"
                           "It is kept."),
        ("Doc, Article 2", "The buyer answers."),
        ("Doc, Aims, p. 2", "To help. To guard.")]


def test_a_split_falls_on_a_word_and_makes_parts_of_a_unit() -> None:
    at = CODE.text.index("seller writes") + 3
    two = split(PIECES, FIRST, at, CODE)
    assert said(two)[:2] == [
        ("Doc, Article 1 (first part)", "The seller asks who the buyer is. The"),
        ("Doc, Article 1 (second part)", "seller writes it down.\n\nIt is kept.")]
    three = split(two, FIRST + 1, CODE.text.index("It is kept"), CODE)
    assert [p.cited for p in three[1:4]] == [
        f"Doc, Article 1 ({n} part)" for n in ("first", "second", "third")]
    assert three[3].page.printed == "2"
    assert covers(three, CODE)
    assert said(merged(merged(three, FIRST), FIRST)) == said(PIECES)


def test_a_split_of_what_has_no_number_invents_none() -> None:
    two = split(PIECES, AIMS, CODE.text.index("To guard"), CODE)
    assert said(two)[2:] == [("Doc, Aims, p. 2", "To help."), ("Doc, Aims, p. 2", "To guard.")]


def test_merged_units_are_cited_as_both_and_the_second_heading_is_said() -> None:
    one = merged(PIECES, FIRST)
    assert said(one)[0] == (
        "Doc, Article 1; Doc, Article 2",
        "The seller asks who the buyer is. The seller writes it down.\n\nIt is kept.\n\n"
        "Article 2\n\nThe buyer answers.")
    assert one[FIRST].number == ""


def test_a_principle_with_its_commentary_is_the_principle() -> None:
    read_ = document("## Principle 1\nAsk.\n### Commentary\nWhy.\n## Principle 2\nTell.")
    one = merged(cut(read_, NAMING), 0)
    assert said(one, read_)[0] == ("Doc, Principle 1", "Ask.\n\nCommentary\n\nWhy.")
    assert one[0].number == "1"


def test_a_boundary_moves_both_ways() -> None:
    there = moved(PIECES, FIRST, CODE.text.index("It is kept"), CODE)
    assert said(there)[:2] == [
        ("Doc, Article 1", "The seller asks who the buyer is. The seller writes it down."),
        ("Doc, Article 2", "It is kept.\n\nArticle 2\n\nThe buyer answers.")]
    back = moved(there, FIRST, CODE.text.index("Article 2"), CODE)
    assert said(back)[0] == said(PIECES)[0]
    assert covers(back, CODE)


def test_leaving_out_and_taking_in() -> None:
    without = left_out(PIECES, SECOND, "  Repealed \n in 2021. ")
    assert (without[SECOND].left_out, without[SECOND].why) == (True, "Repealed in 2021.")
    assert taken_in(without, SECOND, CODE) == PIECES
    title = taken_in(PIECES, 0, CODE)
    assert said(title)[0] == ("Doc, Code", "Code")


def test_names_are_corrected_and_the_text_never() -> None:
    made = called(PIECES, SECOND, number="2bis", pinpoint=" Doc,  Article 2 bis", heading="Answers",
                  kind="Rule")
    piece = made[SECOND]
    assert (piece.number, piece.cited, piece.heading, piece.kind) == (
        "2bis", "Doc, Article 2 bis", "Answers", "rule")
    assert words_of(piece, CODE) == words_of(PIECES[SECOND], CODE)
    assert called(made, SECOND, number="")[SECOND].number == ""


@pytest.mark.parametrize(("correct", "sentence"), [
    (lambda: merged(PIECES, 3), "Nothing follows that it could be merged with."),
    (lambda: merged(PIECES, 0), "It is left out; take it in first."),
    (lambda: merged(PIECES, 9), "There is no piece 10: the document has 4."),
    (lambda: split(PIECES, SECOND, 0, CODE),
     "That place is not within the text that is to be parted."),
    (lambda: split(PIECES, 0, 2, CODE), "No word begins near that place; choose another."),
    (lambda: split(PIECES, SECOND, 10**9, CODE),
     "That place is not within the text that is to be parted."),
    (lambda: left_out(PIECES, 0, "why"), "It is left out; take it in first."),
    (lambda: left_out(PIECES, 1, "  "), "Why it is left out is missing."),
    (lambda: taken_in(PIECES, 1, CODE), "It isn't left out."),
    (lambda: called(PIECES, 1, pinpoint=" "), "The pinpoint is missing."),
    (lambda: called(PIECES, 1, heading="x" * 301), "The heading is longer than 300 characters."),
    (lambda: moved(PIECES, 3, 5, CODE), "It is the last piece, so its end can't be moved."),
])
def test_what_cannot_be_done_is_said(correct: object, sentence: str) -> None:
    assert callable(correct)
    with pytest.raises(BadCut) as raised:
        correct()
    assert str(raised.value) == sentence


def test_writing_without_blanks_is_cut_where_asked() -> None:
    words = "何人も自己の私事家族家庭もしくは通信に対してほしいままに干渉され" * 4
    read_ = document(f"# T\n## 第1条\n{words}\n## 第2条\n終わり。")
    place = next(n for n, p in enumerate(cut(read_, NAMING)) if p.number == "1")
    at = read_.text.index(words) + 70
    two = split(cut(read_, NAMING), place, at, read_)
    assert words_of(two[place], read_) == words[:70]
    assert words_of(two[place + 1], read_) == words[70:]


CORRECTIONS = st.lists(st.tuples(
    st.sampled_from(["merge", "split", "move", "out", "in", "call"]),
    st.integers(0, 40), st.integers(0, 6000)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(BLOCKS, CORRECTIONS)
def test_whatever_is_corrected_nothing_is_lost_or_said_twice(
    text: str, corrections: list[tuple[str, int, int]]
) -> None:
    extracted = document(text)
    pieces = cut(extracted, NAMING)
    for what, where, at in corrections:
        place = where % max(len(pieces), 1)
        before = pieces
        try:
            match what:
                case "merge":
                    pieces = merged(pieces, place)
                case "split":
                    pieces = split(pieces, place, at % (len(extracted.text) + 1), extracted)
                case "move":
                    pieces = moved(pieces, place, at % (len(extracted.text) + 1), extracted)
                case "out":
                    pieces = left_out(pieces, place, "not needed")
                case "in":
                    pieces = taken_in(pieces, place, extracted)
                case _:
                    pieces = called(pieces, place, number=str(at), heading="H")
        except BadCut as error:
            assert str(error).endswith(".")
            assert pieces == before
        assert covers(pieces, extracted), (what, place, at)
        assert all(p.left_out or words_of(p, extracted) for p in pieces)
    assert read(written(pieces)) == pieces


def test_a_cut_that_cannot_be_read_is_said() -> None:
    with pytest.raises(BadCut, match="cut the document anew"):
        read('[{"start": "x"}]')
