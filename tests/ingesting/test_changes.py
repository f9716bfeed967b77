"""What differs between two states of a document."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from retrieval.guidance import Page
from retrieval.ingesting.changes import Change, ChangeKind, changes, concerned
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.extracted import Block, BlockKind, Extracted
from retrieval.ingesting.pieces import Naming

ADDED, REMOVED, CHANGED = ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.CHANGED


def text(*paragraphs, margins=()):
    blocks, at = [], 0
    for n, words in enumerate(paragraphs):
        kind = BlockKind.MARGIN if n in margins else BlockKind.PARAGRAPH
        blocks.append(Block(kind, at, at + len(words), Page(n + 1)))
        at += len(words) + 2
    return Extracted("\n\n".join(paragraphs), tuple(blocks))


ONE = "Everyone has the right to privacy."
TWO = "No one shall be watched without a law that says so."
THREE = "Everyone has the right to leave any country."


def test_the_same_words_have_not_changed():
    assert changes(text(ONE, TWO), text(ONE, TWO)) == ()


def test_a_page_that_is_laid_out_anew_says_what_it_said():
    before = text(ONE, "page 1", TWO, margins={1})
    assert changes(before, text(ONE, TWO, "- 1 -", margins={2})) == ()


def test_what_stands_all_over_a_document_has_not_changed_beside_what_has():
    before = [f"Paragraph {n} of the manual." for n in range(210)]
    for n in (20, 60, 61, 120, 180, 200):
        before[n] = "Reserved for later."
    after = list(before)
    after[59] = after[59].replace("the manual", "this manual")
    after[62] = after[62].replace("the manual", "this manual")
    assert [(one.kind, one.now) for one in changes(text(*before), text(*after))] == [
        (CHANGED, after[59]), (CHANGED, after[62])]


def test_what_is_added_removed_and_reworded_is_told_where_it_stands():
    before = text(ONE, TWO, THREE)
    reworded = TWO.replace("a law", "a published law")

    assert changes(before, text(ONE, reworded, THREE)) == (
        Change(CHANGED, TWO, reworded, 36, 36 + len(TWO), Page(2)),)
    assert changes(before, text(ONE, THREE)) == (
        Change(REMOVED, TWO, "", 36, 36 + len(TWO), Page(2)),)
    assert changes(before, text(ONE, TWO, "A new one.", THREE)) == (
        Change(ADDED, "", "A new one.", 36 + len(TWO), 36 + len(TWO), Page(3)),)
    assert changes(before, text("First.", ONE, TWO, THREE)) == (
        Change(ADDED, "", "First.", 0, 0, Page(1)),)


def test_another_paragraph_in_its_place_is_no_rewording():
    assert [c.kind for c in changes(text(ONE, TWO), text(ONE, "Annex: list of parties"))] == [
        REMOVED, ADDED]


def test_a_reworded_paragraph_is_found_among_new_ones():
    reworded = f"{TWO} This holds everywhere."

    found = changes(text(ONE, TWO), text(ONE, "(a)", reworded, "(z)"))
    assert [(c.kind, c.now) for c in found] == [
        (ADDED, "(a)"), (CHANGED, reworded), (ADDED, "(z)")]


PARAGRAPHS = st.lists(
    st.sampled_from([ONE, TWO, THREE, TWO + " Always.", "(a)", "(b)"]), max_size=8)


@given(PARAGRAPHS, PARAGRAPHS)
def test_what_is_told_accounts_for_both_texts(old, new):
    before = text(*old)
    found = changes(before, text(*new))

    gone = {c.start for c in found if c.was}
    assert all(before.text[c.start : c.end] == c.was for c in found)
    left = [before.of(block) for block in before.blocks if block.start not in gone]
    assert Counter(left) + Counter(c.now for c in found if c.now) == Counter(new)
    coming = iter(new)
    assert all(words in coming for words in left), "what stayed stands in its order"
    assert (found == ()) == (old == new)
    assert [c.start for c in found] == sorted(c.start for c in found)


def test_a_book_that_was_rewritten_is_told_in_time():
    found = changes(text(*(f"old {n} " * 5 for n in range(3000))),
                    text(*(f"new {n} " * 5 for n in range(3000))))
    assert len(found) == 6000


# --- pieces ----------------------------------------------------------------------------------


ARTICLES = ["Article 1", ONE, "Article 2", TWO, "Article 3", THREE]


def articles(*paragraphs):
    made = text(*paragraphs)
    return Extracted(made.text, tuple(
        Block(BlockKind.HEADING if made.of(b).startswith("Article") else b.kind, b.start, b.end,
              level=1, number=made.of(b) if made.of(b).startswith("Article") else "")
        for b in made.blocks))


def touched(*now):
    before = articles(*ARTICLES)
    pieces = cut(before, Naming("udhr", "UDHR"))
    return [piece.pinpoint for piece in concerned(pieces, changes(before, articles(*now)))]


def test_only_the_pieces_that_changed_are_concerned():
    assert touched(*ARTICLES) == []
    assert touched("Article 1", ONE, "Article 2", TWO + " Ever.", "Article 3", THREE) == [
        "UDHR, Article 2"]
    assert touched("Article 1", ONE, "Article 2", "Article 3", THREE) == ["UDHR, Article 2"]
    assert touched("Article 1", ONE, "Nobody may be followed.", *ARTICLES[2:]) == [
        "UDHR, Article 1"]
    assert touched(*ARTICLES, "Nobody may be followed.") == ["UDHR, Article 3"]
    assert touched("Preamble", *ARTICLES) == []


def test_what_was_left_out_is_not_concerned():
    before = text(ONE, "12", TWO)
    pieces = cut(before, Naming("udhr", "UDHR"))
    left = tuple(p for p in pieces if p.left_out)

    assert concerned(left, changes(before, text("Other words altogether"))) == ()
