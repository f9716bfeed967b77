"""Where a piece can be parted."""

import pytest

from retrieval.ingesting.correcting import BadCut, left_out_after, left_out_before
from retrieval.ingesting.sentences import place_of, sentences_of
from tests.ingesting.test_correcting import CODE, FIRST, PIECES, SECOND, said


def test_a_piece_is_told_sentence_by_sentence_without_what_it_passes_over() -> None:
    found = sentences_of(PIECES[FIRST], CODE)
    assert [(s.words, s.opens) for s in found] == [
        ("The seller asks who the buyer is.", True), ("The seller writes it down.", False),
        ("It is kept.", True)]
    assert [CODE.text[s.at:s.at + len(s.words)] for s in found] == [s.words for s in found]


def test_the_first_words_of_a_part_are_found_whatever_blanks_they_are_given_with() -> None:
    assert place_of(" seller\n writes ", PIECES[FIRST], CODE) == CODE.text.index("seller writes")


@pytest.mark.parametrize(("words", "why"), [
    ("", "Choose the sentence"), ("The buyer answers", "do not stand in this piece"),
    ("The seller", "stand in this piece 2 times")])
def test_words_that_name_no_place_are_refused(words: str, why: str) -> None:
    with pytest.raises(BadCut, match=why):
        place_of(words, PIECES[FIRST], CODE)


def test_everything_before_or_after_a_piece_is_left_out_at_once() -> None:
    assert [p for p, _ in said(left_out_before(PIECES, SECOND, "Not of us"))] == [
        "Doc, Article 2", "Doc, Aims, p. 2"]
    after = left_out_after(PIECES, FIRST, "Not of us")
    assert [p for p, _ in said(after)] == ["Doc, Article 1"]
    assert [p.why for p in after[SECOND:]] == ["Not of us", "Not of us"]
    with pytest.raises(BadCut, match="Nothing after it is taken in"):
        left_out_after(after, FIRST, "Not of us")
    with pytest.raises(BadCut, match="Why they are left out is missing"):
        left_out_before(PIECES, SECOND, " ")
