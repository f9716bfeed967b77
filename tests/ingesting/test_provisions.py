"""Provisions made of pieces: ids, numbers, addresses."""

from hypothesis import given

from retrieval.guidance import Checked, Page, Source, SourceId, SourceKind
from retrieval.ingesting.correcting import split
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.provisions import ids_of, provisions_of, slug
from retrieval.words.pinpoints import recogniser
from tests.ingesting.drafting import NAMING, document, kept
from tests.ingesting.test_cutting import BLOCKS

SOURCE = Source(
    SourceId("src"), "Document", "Doc", "Issuer", SourceKind.GUIDANCE, "none",
    "https://example.org/doc.pdf#top", "first", "free", cited_as=("Doc {n}",))
SHA = "a1b2c3d4e5f6" + "0" * 52

READ = document("""
    === 3 1
    # Rules
    Ask before you sell.
    ## Rule 1
    Ask.
    ### Commentary
    Why.
    === 4 2
    ## Rule 2
    Tell.
    ## Rule 3
    Keep it. Keep it well.""")


def test_a_provision_says_where_it_stands_and_what_it_rests_on() -> None:
    made = provisions_of(cut(READ, NAMING), READ, SOURCE, SHA, is_pdf=True)
    assert [(p.id, p.pinpoint, p.number, p.kind, p.url, p.page) for p in made] == [
        ("src-rules", "Doc, Rules, p. 1", None, "section", "https://example.org/doc.pdf#page=3",
         Page(3, "1")),
        ("src-1", "Doc, Rule 1", "1", "rule", "https://example.org/doc.pdf#page=3", Page(3, "1")),
        ("src-1-commentary", "Doc, Rule 1, Commentary", None, "commentary",
         "https://example.org/doc.pdf#page=3", Page(3, "1")),
        ("src-2", "Doc, Rule 2", "2", "rule", "https://example.org/doc.pdf#page=4", Page(4, "2")),
        ("src-3", "Doc, Rule 3", "3", "rule", "https://example.org/doc.pdf#page=4", Page(4, "2")),
    ]
    assert {(p.checked, p.basis, p.source, dict(p.topics) == {}) for p in made} == {
        (Checked.OFFICIAL, "document a1b2c3d4e5f6", "src", True)}
    assert {p.url for p in provisions_of(cut(READ, NAMING), READ, SOURCE, SHA)} == {""}


def test_people_who_cite_it_find_it() -> None:
    made = provisions_of(cut(READ, NAMING), READ, SOURCE, SHA)
    assert recogniser([SOURCE], made)("see Doc 1 and 3") == ("src-1", "src-3")


def test_a_second_part_has_an_id_and_no_number() -> None:
    pieces = cut(READ, NAMING)
    place = next(n for n, p in enumerate(pieces) if p.number == "3")
    made = provisions_of(
        split(pieces, place, READ.text.index("Keep it well"), READ), READ, SOURCE, SHA)
    assert [(p.id, p.pinpoint, p.number, p.text) for p in made[-2:]] == [
        ("src-3", "Doc, Rule 3 (first part)", "3", "Keep it."),
        ("src-3-part-2", "Doc, Rule 3 (second part)", None, "Keep it well.")]


def test_the_same_number_in_two_parts_of_a_code_leads_to_neither_by_mistake() -> None:
    read = document("# C\n## Part I\n### Rule 1\nA.\n### Rule 2\nB.\n"
                    "## Part II\n### Rule 1\nC.\n### Rule 2\nD.")
    made = provisions_of(cut(read, NAMING), read, SOURCE, SHA)
    assert [(p.id, p.number) for p in made] == [
        ("src-part-i-1", None), ("src-part-i-2", None),
        ("src-part-ii-1", None), ("src-part-ii-2", None)]


def test_what_has_no_number_is_named_by_its_heading_and_counted() -> None:
    read = document("# G\n## Purposes & aims\n" + "word " * 700 + "\n## المقدمة\nنص.\n## Aims\nA.")
    assert ids_of(kept(read), "src") == (
        "src-purposes-aims", "src-purposes-aims-2", "src-text", "src-aims")


def test_slugs_are_plain() -> None:
    assert [slug(w) for w in ("Préambule", "1.2(a)", "II", "المادة", "A" * 60)] == [
        "preambule", "1-2-a", "ii", "", "a" * 40]


@given(BLOCKS)
def test_every_provision_has_an_id_of_its_own(text: str) -> None:
    read = document(text)
    made = provisions_of(cut(read, NAMING), read, SOURCE, SHA)
    assert len({p.id for p in made}) == len(made)
    assert all(p.text.strip() and p.pinpoint.strip() for p in made)
    numbers = [p.number for p in made if p.number]
    assert len(set(numbers)) == len(numbers)
