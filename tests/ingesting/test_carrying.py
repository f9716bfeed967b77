"""The next edition of a document: what became of each piece, and which corrections it keeps."""

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.ingesting.carrying import Fate, carried, compared
from retrieval.ingesting.correcting import BadCut, Pieces, called, left_out, merged, split
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import words_of
from tests.ingesting.drafting import NAMING, covers, document
from tests.ingesting.test_cutting import BLOCKS

FIRST = """
    # Code
    === 1 1
    ## Foreword
    We thank everybody.
    ## Article 1
    The seller asks who the buyer is.
    The seller writes it down.
    === 2 2
    ## Article 2
    The buyer answers.
    ## Article 3
    The seller keeps the answer.
    ## Aims
    To help. To guard."""
NEXT = """
    # Code
    === 1 1
    ## Preface
    A second edition.
    === 3 3
    ## Foreword
    We thank everybody.
    ## Article 1
    The seller asks who the buyer is.
    The seller writes it down.
    ## Article 2
    The buyer answers within a month.
    ## Article 4
    Whoever is harmed can complain to a court.
    ## Aims
    To help. To guard."""
WAS, NOW = document(FIRST), document(NEXT)


def pieces_of(extracted: Extracted) -> Pieces:
    return cut(extracted, NAMING)


def place(pieces: Pieces, pinpoint: str) -> int:
    return next(n for n, piece in enumerate(pieces) if piece.pinpoint == pinpoint)


def test_what_became_of_each_piece() -> None:
    found = compared(pieces_of(WAS), WAS, pieces_of(NOW), NOW)
    assert [(p.fate, (p.now or p.was).pinpoint) for p in found if p.now or p.was] == [
        (Fate.ADDED, "Doc, Preface, p. 1"),
        (Fate.SAME, "Doc, Foreword, p. 3"),
        (Fate.SAME, "Doc, Article 1"),
        (Fate.CHANGED, "Doc, Article 2"),
        (Fate.REMOVED, "Doc, Article 3"),
        (Fate.ADDED, "Doc, Article 4"),
        (Fate.SAME, "Doc, Aims, p. 3")]
    (changed,) = [p for p in found if p.fate is Fate.CHANGED]
    assert (changed.said, changed.says) == (
        "The buyer answers.", "The buyer answers within a month.")


def test_what_stood_first_and_went_is_told_first() -> None:
    less = document("## Article 2\nThe buyer answers.\n## Article 3\nThe seller keeps the answer.")
    found = compared(pieces_of(WAS), WAS, pieces_of(less), less)
    assert [p.fate for p in found] == [
        Fate.REMOVED, Fate.REMOVED, Fate.SAME, Fate.SAME, Fate.REMOVED]


def test_names_and_what_is_left_out_are_carried_with_the_page_of_the_new_edition() -> None:
    former = pieces_of(WAS)
    former = left_out(former, place(former, "Doc, Foreword, p. 1"), "Thanks")
    former = called(former, place(former, "Doc, Article 1"), heading="Asking", kind="rule")
    former = called(former, place(former, "Doc, Aims, p. 2"), heading="What for")
    made, count = carried(former, WAS, pieces_of(NOW), NOW)
    assert count == 3
    assert [(p.pinpoint, p.heading, p.kind, p.why) for p in made if p.start > 5
            and (p.heading in {"Asking", "What for"} or p.why == "Thanks")] == [
        ("Doc, Foreword, p. 3", "Foreword", "section", "Thanks"),
        ("Doc, Article 1", "Asking", "rule", ""),
        ("Doc, Aims, p. 3", "What for", "section", "")]
    assert covers(made, NOW)


def test_what_is_numbered_otherwise_now_is_cited_as_it_is_now() -> None:
    bodies = ["The seller asks.", "The buyer answers.", "The seller keeps the answer."]

    def articles(*bodies: str) -> Extracted:
        return document("\n".join(
            ["# Code", *(f"## Article {n}\n{words}" for n, words in enumerate(bodies, 1))]))

    was, now = articles(*bodies), articles(bodies[0], "Brokers are sellers.", *bodies[1:])
    former = called(pieces_of(was), place(pieces_of(was), "Doc, Article 1"), heading="Asking")
    made, count = carried(former, was, pieces_of(now), now)
    assert count == 1
    assert [(p.pinpoint, p.number, p.heading, words_of(p, now)) for p in made if p.number] == [
        ("Doc, Article 1", "1", "Asking", bodies[0]),
        ("Doc, Article 2", "2", "Article 2", "Brokers are sellers."),
        ("Doc, Article 3", "3", "Article 3", bodies[1]),
        ("Doc, Article 4", "4", "Article 4", bodies[2])]


def test_what_stands_under_another_heading_now_is_cited_by_that() -> None:
    was = document("# Code\n## Aims\nTo help.\n## Aids\nTo guard.")
    now = document("# Code of 2026\n## Aims\nTo help.\n## Means\nTo guard.")
    former = called(pieces_of(was), place(pieces_of(was), "Doc, Aims"), kind="rule")
    made, count = carried(former, was, pieces_of(now), now)
    assert [(p.pinpoint, p.kind, words_of(p, now)) for p in made if not p.left_out] == [
        ("Doc, Aims", "rule", "To help."), ("Doc, Means", "section", "To guard.")]
    assert count == 1


def test_a_split_and_a_merge_are_carried_where_the_words_are_the_same() -> None:
    former = pieces_of(WAS)
    former = split(former, place(former, "Doc, Aims, p. 2"), WAS.text.index("To guard"), WAS)
    former = merged(former, place(former, "Doc, Foreword, p. 1"))
    made, count = carried(former, WAS, pieces_of(NOW), NOW)
    assert count == 3
    said = [(p.pinpoint, words_of(p, NOW)) for p in made if not p.left_out]
    assert said == [
        ("Doc, Preface, p. 1", "A second edition."),
        ("Doc, Foreword, p. 3; Doc, Article 1",
         "We thank everybody.\n\nArticle 1\n\nThe seller asks who the buyer is.\n\n"
         "The seller writes it down."),
        ("Doc, Article 2", "The buyer answers within a month."),
        ("Doc, Article 4", "Whoever is harmed can complain to a court."),
        ("Doc, Aims, p. 3", "To help."), ("Doc, Aims, p. 3", "To guard.")]


def test_what_reads_otherwise_stays_as_it_is_proposed() -> None:
    former = pieces_of(WAS)
    former = called(former, place(former, "Doc, Article 2"), heading="Answering")
    former = merged(former, place(former, "Doc, Article 2"))
    assert carried(former, WAS, pieces_of(NOW), NOW) == (pieces_of(NOW), 0)


def test_an_unchanged_cut_carries_nothing() -> None:
    assert carried(pieces_of(WAS), WAS, pieces_of(WAS), WAS) == (pieces_of(WAS), 0)


@settings(deadline=None, max_examples=60)
@given(st.lists(BLOCKS, min_size=1, max_size=10), st.lists(BLOCKS, max_size=10), st.data())
def test_whatever_is_carried_nothing_is_lost_and_nothing_overlaps(
    blocks: list[str], more: list[str], data: st.DataObject
) -> None:
    was = document("\n".join(blocks))
    keep = data.draw(st.integers(0, len(blocks)))
    now = document("\n".join([*more, *blocks[:keep], *more]))
    former = pieces_of(was)
    for act in data.draw(st.lists(st.sampled_from(["merge", "split", "name", "out"]), max_size=4)):
        at = data.draw(st.integers(0, max(len(former) - 1, 0)))
        try:
            if act == "merge":
                former = merged(former, at)
            elif act == "split":
                former = split(former, at, (former[at].body + former[at].end) // 2, was)
            elif act == "name":
                former = called(former, at, heading="Named")
            else:
                former = left_out(former, at, "so")
        except (BadCut, IndexError):
            continue
    made, count = carried(former, was, pieces_of(now), now)
    assert covers(made, now)
    assert 0 <= count <= len(made)
    again, none = carried(former, was, former, was)
    assert (again, none) == (former, 0)
