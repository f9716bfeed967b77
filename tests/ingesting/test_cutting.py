"""What a document is cut into: would an admin take the proposal as it is?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.guidance import Page
from retrieval.ingesting.cutting import MOST_PIECES, cut
from retrieval.ingesting.parting import MOST_CHARACTERS
from retrieval.ingesting.pieces import Naming, words_of
from tests.ingesting.drafting import NAMING, covers, document, kept

REPORT = """
# Report on surveillance
## Contents
I. Introduction ..... 3
II. The trade ..... 4
III. Conclusions ..... 9
=== 3 1
## I. Introduction
1. The report is submitted under resolution 34/18.
2. Submissions raised three concerns:
* (a) Tools are sold without inquiry;
* (b) Records are not kept.
3. 1998 was the year of the first tool. In the view of the mandate holder:
* 1. The first matter is law.
* 2. The second is practice.
~ A/HRC/41/35
=== 4 2
## II. The trade
### A. Sellers
4. Sellers come in all sizes.
| Year | Sellers
| 2017 | 12
^ 1 See the annex.
It is a growing trade.
5. 5 million people are watched.
## III. Conclusions
6. States should impose a moratorium.
"""


def test_a_report_falls_into_its_numbered_paragraphs() -> None:
    read = document(REPORT)
    assert [(p.cited, words_of(p, read), p.heading, p.page.printed) for p in kept(read)] == [
        ("Doc, para. 1", "1. The report is submitted under resolution 34/18.",
         "I. Introduction", "1"),
        ("Doc, para. 2", "2. Submissions raised three concerns:\n\n(a) Tools are sold without "
         "inquiry;\n\n(b) Records are not kept.", "I. Introduction", "1"),
        ("Doc, para. 3", "3. 1998 was the year of the first tool. In the view of the mandate "
         "holder:\n\n1. The first matter is law.\n\n2. The second is practice.",
         "I. Introduction", "1"),
        ("Doc, para. 4", "4. Sellers come in all sizes.\n\nYear | Sellers\n\n2017 | 12\n\n"
         "It is a growing trade.", "A. Sellers", "2"),
        ("Doc, para. 5", "5. 5 million people are watched.", "A. Sellers", "2"),
        ("Doc, para. 6", "6. States should impose a moratorium.", "III. Conclusions", "2"),
    ]
    assert {p.pinpoint for p in cut(read, NAMING) if p.left_out} >= {
        "Doc, Contents", "Doc, table of contents", "Doc, running header or footer, p. 1"}
    assert all(p.why for p in cut(read, NAMING) if p.left_out)
    assert covers(cut(read, NAMING), read)


def test_principles_stand_apart_from_their_commentaries() -> None:
    read = document("""
        # Guiding principles
        These principles were endorsed in 2011.
        ## I. The State duty
        ### Principle 1
        States must protect against abuse.
        #### Commentary
        The law obliges States.
        It is a standard of conduct, see
        * (a) principle 2.
        ### Principle 2
        #### Expectation
        States should set out the expectation.
        ### COMMENTARY
        At present they needn't.""")
    assert [(p.cited, p.kind, p.number, p.heading) for p in kept(read)] == [
        ("Doc, before Principle 1", "section", "", "Guiding principles"),
        ("Doc, Principle 1", "principle", "1", "Principle 1"),
        ("Doc, Principle 1, Commentary", "commentary", "1", "Principle 1"),
        ("Doc, Principle 2", "principle", "2", "Expectation"),
        ("Doc, Principle 2, Commentary", "commentary", "2", "Expectation"),
    ]
    assert words_of(kept(read)[2], read) == (
        "The law obliges States.\n\nIt is a standard of conduct, see\n\n(a) principle 2.")


def test_a_regulation_in_paragraphs_alone() -> None:
    read = document("""
        Whereas:
        (1) Items should be subject to control.
        (2) A system is necessary.
        (3) Responsibility lies with the authorities.
        HAVE ADOPTED THIS REGULATION:
        CHAPTER I
        SUBJECT
        Article 1
        Subject matter
        This Regulation establishes a regime.
        Article 2
        Definitions
        For its purposes:
        * (1) ‘items’ means goods;
        CHAPTER II
        Article 3
        1. An authorisation shall be required.
        2. Pursuant to Article 4 it may be required.
        Article 4 of the Charter is respected.""")
    assert [(p.cited, p.heading, words_of(p, read)) for p in kept(read)] == [
        ("Doc, Recital 1", "", "(1) Items should be subject to control."),
        ("Doc, Recital 2", "", "(2) A system is necessary."),
        ("Doc, Recital 3", "", "(3) Responsibility lies with the authorities."),
        ("Doc, Article 1", "Subject matter", "This Regulation establishes a regime."),
        ("Doc, Article 2", "Definitions", "For its purposes:\n\n(1) ‘items’ means goods;"),
        ("Doc, Article 3", "Article 3", "1. An authorisation shall be required.\n\n2. Pursuant to "
         "Article 4 it may be required.\n\nArticle 4 of the Charter is respected."),
    ]


def test_numbers_that_begin_again_are_told_with_what_holds_them() -> None:
    read = document("""
        # Code
        ## Part I
        ### Section 1
        Whoever kills is punished.
        ### Section 2
        Whoever steals is punished.
        ## Part II
        ### Section 1
        Fines are paid at once.
        ### Section 2
        Prisons are kept clean.""")
    assert [p.cited for p in kept(read)] == [
        "Doc, Part I, Section 1", "Doc, Part I, Section 2",
        "Doc, Part II, Section 1", "Doc, Part II, Section 2"]


def test_numbered_paragraphs_within_an_article_stay_in_it() -> None:
    read = document("""
        ## Article 5
        5.1 The seller asks.
        5.2 The seller writes it down.
        ## Article 6
        6.1 The buyer answers.
        6.2 The buyer signs.""")
    assert [p.cited for p in kept(read)] == ["Doc, Article 5", "Doc, Article 6"]


def test_dotted_paragraphs_under_chapters_are_the_units() -> None:
    read = document("""
        ## Chapter 1
        1.1 The seller asks.
        1.2 The seller writes it down.
        ## Chapter 2
        2.1 The buyer answers.
        * (a) in writing.""")
    assert [p.cited for p in kept(read)] == ["Doc, para. 1.1", "Doc, para. 1.2", "Doc, para. 2.1"]
    assert words_of(kept(read)[2], read) == "2.1 The buyer answers.\n\n(a) in writing."


def test_without_numbers_headings_and_pages_say_where() -> None:
    read = document("""
        === 1
        # Guidance
        === 2 i
        It is voluntary.
        ## Considerations
        === 8 6
        ### Review the end-user
        Ask who it is.
        * Ask twice.
        ### Commentary
        One.
        ## Law
        ### Commentary
        Two.""")
    assert [(p.cited, p.kind, p.number, p.page) for p in kept(read)] == [
        ("Doc, Guidance, p. i", "section", "", Page(2, "i")),
        ("Doc, Review the end-user, p. 6", "section", "", Page(8, "6")),
        ("Doc, Considerations, Commentary, p. 6", "section", "", Page(8, "6")),
        ("Doc, Law, Commentary, p. 6", "section", "", Page(8, "6"))]


def test_lists_under_headings_are_no_units_of_the_document() -> None:
    read = document("""
        ## Ask
        1. Who is it?
        2. What for?
        ## Write
        1. A name.
        2. A date.
        3. A place.""")
    assert [p.cited for p in kept(read)] == ["Doc, Ask", "Doc, Write"]


def test_bare_paragraphs_are_told_by_how_they_begin() -> None:
    read = document("Look at the buyer first, and ask.\nThen look at the law.\n* Of the place.")
    assert [p.cited for p in kept(read)] == [
        "Doc, paragraph beginning “Look at the buyer first, and”",
        "Doc, paragraph beginning “Then look at the law”"]


def test_a_source_says_how_its_units_are_cited() -> None:
    read = document("## Rule 1\nAsk.\n## Rule 2\nTell.")
    assert [p.cited for p in kept(read, Naming("s", "Rules", "{short} {n}"))] == [
        "Rules 1", "Rules 2"]


def test_an_unknown_word_that_counts_is_the_unit() -> None:
    read = document("# T\n## Zibu 1.\nUm.\n## Zibu 2\nDois.\n## Zibu 3:\nTrês.")
    assert [(p.number, p.heading) for p in kept(read)] == [
        ("1", "Zibu 1"), ("2", "Zibu 2"), ("3", "Zibu 3")]


def test_what_is_too_long_is_parted_at_entries_and_told_as_parts() -> None:
    entries = "\n".join(f"* ({letter}) {letter * 700}." for letter in "abcde")
    read = document(f"## Article 1\nIt covers:\n{entries}\n## Article 2\nEnd.")
    parts = kept(read)
    assert [p.cited for p in parts] == [
        "Doc, Article 1 (first part)", "Doc, Article 1 (second part)", "Doc, Article 2"]
    assert words_of(parts[1], read).startswith("(c) ccc")
    assert all(len(words_of(p, read)) <= MOST_CHARACTERS for p in parts)
    assert covers(cut(read, NAMING), read)


@pytest.mark.parametrize("line", ["1." * 100_000, "a" * 200_000, "# " + "a" * 200_000,
                                  "Article 1 " + "a" * 200_000])
def test_one_endless_word_is_not_repeated_in_what_each_piece_is_called(line: str) -> None:
    """A file of 800 kB made a page of 40 MB, since 320 pieces were each cited by all of it."""
    read = document(f"{line}\nThe seller asks.")
    pieces = cut(read, NAMING)

    assert len(pieces) > 50
    assert max(len(p.cited) + len(p.heading) + len(p.number) for p in pieces) < 1_200
    assert len(read.title) <= 1_000
    assert covers(pieces, read)


def test_what_falls_into_too_many_pieces_is_cut_by_length() -> None:
    read = document("Ask it.\n" * (MOST_PIECES + 1))
    pieces = cut(read, NAMING)

    assert 50 < len(pieces) < 500
    assert {p.cited for p in pieces} == {"Doc"}
    assert all(len(words_of(p, read)) <= MOST_CHARACTERS for p in pieces)
    assert covers(pieces, read)


def test_a_long_paragraph_is_parted_after_a_sentence() -> None:
    sentence = "The seller asks who the buyer is and what for. "
    read = document(f"# Guide\n## Aims\n{sentence * 120}")
    parts = kept(read)
    assert len(parts) == 3
    assert all(words_of(p, read).startswith("The seller") for p in parts)
    assert " ".join(words_of(p, read) for p in parts) == (sentence * 120).strip()
    assert {p.cited for p in parts} == {"Doc, Aims"}


BLOCKS = st.lists(st.sampled_from([
    "# Title", "## Part I", "## Article {n}", "### Commentary", "## Aims", "{n}. Paragraph {n}.",
    "Words that say something.", "* (a) entry;", "* {n}. entry", "| a | b", "^ {n} note",
    "~ margin", "=== {n}", "=== {n} {n}", "Article {n}", "CHAPTER II", "x" * 3000,
    "1.{n} Dotted."]),
    max_size=30).map(lambda rows: "\n".join(
        row.replace("{n}", str(n)) for n, row in enumerate(rows, 1)))


@given(BLOCKS)
def test_nothing_of_a_document_is_lost_or_said_twice(text: str) -> None:
    read = document(text)
    pieces = cut(read, NAMING)
    assert covers(pieces, read)
    assert pieces == cut(read, NAMING)
    for piece in pieces:
        assert piece.pinpoint.startswith("Doc")
        assert bool(piece.why) == piece.left_out
        assert piece.left_out or words_of(piece, read)
        assert piece.number in read.text
