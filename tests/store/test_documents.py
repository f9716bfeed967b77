"""Documents, their cuts and the tries to get them, on both databases."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from bot.documents.kept import Documents
from bot.documents.values import (
    Cut,
    CutState,
    Fetch,
    Kept,
    SourceTaken,
    StaleCut,
    UnknownCut,
    UnknownDocument,
)
from bot.schema import document_cuts
from bot.store import Store
from retrieval.guidance import Page, ReleaseId, Source, SourceId, SourceKind
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.extracted import Block, BlockKind, Extracted
from retrieval.ingesting.pieces import Naming
from tests.store.emptied import migrated, store  # noqa: F401
from tests.store.small import START
from tests.store.test_migrations import differences, first_schema

DATA = b"%PDF-1.7 \x00\xff\x01"
SHA256 = hashlib.sha256(DATA).hexdigest()
TEXT = "Title\n\nEveryone has the right to privacy."
EXTRACTED = Extracted(
    TEXT,
    (Block(BlockKind.HEADING, 0, 5, Page(1, "i"), level=1),
     Block(BlockKind.PARAGRAPH, 7, len(TEXT), Page(2), number="1")),
    title="Title", language="en", pages=2, notes=("One picture was left out.",))
SOURCE = Source(SourceId("udhr-text"), "Declaration", "UDHR", "UN", SourceKind.DECLARATION,
                "international", "https://example.org", "1948", "free", None, ("UDHR {n}",))
PIECES = cut(EXTRACTED, Naming("udhr-text", "UDHR"))


@pytest.fixture
def documents(store, clock):  # noqa: F811
    return Documents(store, clock)


@pytest.fixture
def kept(documents):
    return documents.keep(DATA, "paper.pdf", "application/pdf", EXTRACTED, "U1")


# --- documents -------------------------------------------------------------------------------


def test_a_document_comes_back_to_the_byte_with_all_that_was_read(documents, kept):
    assert kept == Kept(SHA256, "paper.pdf", "application/pdf", len(DATA), "Title", START, "U1")
    assert documents.get(SHA256) == kept
    assert documents.kept() == [kept]
    assert documents.original(SHA256) == DATA
    assert documents.extracted(SHA256) == EXTRACTED


def test_keeping_a_document_again_changes_nothing(documents, kept, clock):
    clock.now += timedelta(days=1)

    again = documents.keep(DATA, "other.pdf", "application/pdf", Extracted("", ()), "U2")

    assert again == kept
    assert documents.extracted(SHA256) == EXTRACTED
    assert documents.kept() == [kept]


def test_keeping_one_document_at_once_keeps_it_once(documents):
    with ThreadPoolExecutor(4) as pool:
        all_ = list(pool.map(lambda n: documents.keep(
            DATA, f"{n}.pdf", "application/pdf", EXTRACTED, "U1"), range(8)))

    assert len(set(all_)) == 1
    assert documents.kept() == all_[:1]


def test_documents_are_listed_the_newest_first(documents, kept, clock):
    clock.now += timedelta(seconds=1)
    later = documents.keep(b"later", "b.txt", "text/plain", EXTRACTED, "U1")

    assert documents.kept() == [later, kept]


def test_a_document_that_is_not_there_is_told(documents):
    for ask in (documents.get, documents.original, documents.extracted):
        with pytest.raises(UnknownDocument, match="There is no document 'abc'"):
            ask("abc")
    assert documents.find("abc") is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture],
          deadline=None)
@given(st.text(st.characters(codec=None), min_size=1), st.binary(max_size=2000))
def test_whatever_stands_in_a_document_is_kept(documents, words, data):
    """NUL, half characters, right-to-left marks: PostgreSQL takes none of the first two as text."""
    extracted = Extracted(words, (Block(BlockKind.PARAGRAPH, 0, len(words)),), title=words)

    kept = documents.keep(data + words.encode("utf-8", "surrogatepass"), "x", "text/plain",
                          extracted, "U1")

    assert documents.extracted(kept.sha256) == extracted


def test_what_a_file_is_called_steers_no_terminal(documents):
    """`advisor corpus documents` shows it, and somebody else may have named it."""
    called = "a\x1b]0;mine\x07\u202e\0 b\ud800.txt"
    kept = documents.keep(DATA, called, "text/plain", EXTRACTED, "U1")
    assert kept.name == "a]0;mine b.txt"


# --- cuts ------------------------------------------------------------------------------------


def test_a_cut_is_opened_once_and_what_people_did_to_it_stays(documents, kept):
    opened = documents.open_cut(SHA256, SOURCE, PIECES, "U1")
    assert opened == Cut(
        opened.id, SHA256, SOURCE, PIECES, 1, START, "U1", CutState.OPEN)
    changed = documents.save_cut(replace(opened, pieces=()), 1, "U2")

    assert documents.open_cut(SHA256, SOURCE, PIECES, "U3") == changed
    assert documents.cut(opened.id) == changed
    assert (changed.pieces, changed.version, changed.by) == ((), 2, "U2")


def test_a_dropped_cut_is_proposed_anew(documents, kept):
    opened = documents.open_cut(SHA256, SOURCE, (), "U1")
    documents.save_cut(replace(opened, state=CutState.DROPPED), 1, "U1")

    again = documents.open_cut(SHA256, SOURCE, PIECES, "U2")

    assert (again.id, again.pieces, again.state, again.version, again.by) == (
        opened.id, PIECES, CutState.OPEN, 3, "U2")


def test_an_added_cut_stays_added(documents, kept):
    opened = documents.open_cut(SHA256, SOURCE, PIECES, "U1")
    added = documents.save_cut(replace(opened, state=CutState.ADDED), 1, "U1")

    assert documents.open_cut(SHA256, SOURCE, (), "U2") == added


def test_who_comes_second_is_told_who_came_first_and_when(documents, kept, clock):
    opened = documents.open_cut(SHA256, SOURCE, PIECES, "U1")
    clock.now += timedelta(hours=2, minutes=5)
    first = documents.save_cut(replace(opened, pieces=()), opened.version, "Ada (U1)")

    with pytest.raises(StaleCut) as error:
        documents.save_cut(replace(opened, state=CutState.ADDED), opened.version, "U2")

    assert error.value.now == first
    assert str(error.value) == (
        "Ada (U1) has changed this cut on 01 March 2026 at 11:05 UTC, after you opened it. "
        "Nothing of yours was saved; look at their state and make your change again.")
    assert documents.cut(opened.id) == first


def test_of_many_who_save_at_once_one_does(documents, kept):
    opened = documents.open_cut(SHA256, SOURCE, PIECES, "U0")

    def save(n):
        try:
            return documents.save_cut(opened, 1, f"U{n}")
        except StaleCut:
            return None

    with ThreadPoolExecutor(4) as pool:
        saved = [one for one in pool.map(save, range(8)) if one]

    assert saved == [documents.cut(opened.id)]
    assert saved[0].version == 2


def test_a_source_can_get_another_id_and_never_that_of_another_cut(documents, kept):
    one = documents.open_cut(SHA256, SOURCE, PIECES, "U1")
    other = documents.open_cut(SHA256, replace(SOURCE, id=SourceId("other")), PIECES, "U1")

    renamed = documents.save_cut(replace(one, source=replace(SOURCE, id=SourceId("new"))), 1, "U1")
    assert documents.cut(one.id).source.id == "new" == renamed.source.id
    with pytest.raises(SourceTaken, match="already cut for a source 'new'"):
        documents.save_cut(replace(other, source=replace(SOURCE, id=SourceId("new"))), 1, "U1")


def test_cuts_are_found_by_document_and_state(documents, kept, clock):
    more = documents.keep(b"more", "m.txt", "text/plain", EXTRACTED, "U1")
    first = documents.open_cut(SHA256, SOURCE, PIECES, "U1")
    clock.now += timedelta(seconds=1)
    second = documents.open_cut(more.sha256, SOURCE, PIECES, "U1")
    added = documents.save_cut(replace(first, state=CutState.ADDED), 1, "U1")

    assert {c.id for c in documents.cuts()} == {first.id, second.id}
    assert documents.cuts(SHA256) == [added]
    assert documents.cuts(state=CutState.OPEN) == [second]
    assert documents.cuts(SHA256, CutState.OPEN) == []


def test_a_list_reads_no_piece_of_any_cut(documents, kept, store):  # noqa: F811
    sly = replace(PIECES[0], heading='"left_out":false', left_out=False)
    pieces = (sly, replace(PIECES[0], left_out=True, why='"left_out":false'), *PIECES[1:])
    made = documents.open_cut(SHA256, SOURCE, pieces, "U1")
    other = documents.open_cut(SHA256, replace(SOURCE, id=SourceId("other")), (), "U1")
    taken = sum(not piece.left_out for piece in pieces)

    assert documents.provisions_in([made.id, other.id]) == {made.id: taken, other.id: 0}
    with store.writing() as connection:
        connection.execute(update(document_cuts).values(pieces="what no version can read"))
    assert {(one.id, one.document, one.source.id, one.version, one.by, one.state)
            for one in documents.listed_cuts()} == {
        (made.id, SHA256, "udhr-text", 1, "U1", CutState.OPEN),
        (other.id, SHA256, "other", 1, "U1", CutState.OPEN)}


def test_documents_are_listed_page_by_page(documents, kept, clock):
    for n in range(3):
        clock.now += timedelta(seconds=1)
        documents.keep(f"more {n}".encode(), f"{n}.txt", "text/plain", EXTRACTED, "U1")

    assert documents.count() == 4
    assert [one.name for one in documents.kept(2)] == ["2.txt", "1.txt"]
    assert [one.name for one in documents.kept(2, 2)] == ["0.txt", "paper.pdf"]
    assert documents.kept() == [*documents.kept(2), *documents.kept(2, 2)]


def test_a_cut_of_nothing_is_told(documents):
    with pytest.raises(UnknownDocument):
        documents.open_cut("abc", SOURCE, PIECES, "U1")
    with pytest.raises(UnknownCut, match="no cut number 7"):
        documents.cut(7)


# --- tries -----------------------------------------------------------------------------------


def test_each_try_is_written_down(documents, kept):
    failed = documents.note(Fetch("https://a.example/", START, "U1", "udhr",
                                  error="its server answers 404 (Not Found)"))
    taken = documents.note(Fetch(
        "https://b.example/", START, "U1", "udhr", "https://c.example/", SHA256, SHA256, None,
        '"v1"', "Mon, 01 Jan 2024 00:00:00 GMT"))
    other = documents.note(Fetch("https://x.example/", START, "U2", sha256="ff", error="no"))

    assert documents.fetches() == [other, taken, failed]
    assert documents.fetches("udhr") == [taken, failed]
    assert documents.fetches("") == [other]
    assert documents.fetches(limit=1) == [other]
    assert documents.last_taken("udhr") == taken
    assert documents.last_taken("udhr", "https://b.example/") == taken
    assert documents.last_taken("udhr", "https://a.example/") is None
    assert documents.last_taken("iccpr") is None


def test_what_a_server_says_does_not_break_the_record(documents):
    noted = documents.note(Fetch(
        "https://a\x00b", START, "U1", error="odd \x00\n\ud800", etag="\x00"))

    (found,) = documents.fetches()
    assert (found.id, found.url, found.error, found.etag) == (noted.id, "https://ab", "odd ", "")


# --- databases of before ---------------------------------------------------------------------


def test_a_filled_database_of_before_goes_on_with_all_that_it_holds(empty_url):
    old = first_schema(empty_url, "0009")
    with old.engine.begin() as connection:
        connection.execute(text("INSERT INTO releases VALUES ('r', '{}', '2026')"))
        connection.execute(text("INSERT INTO active_release VALUES (1, 'r', '2026')"))
        connection.execute(text("INSERT INTO wordings VALUES ('d', 'words')"))
    old.close()

    new = Store(empty_url)
    new.upgrade()

    assert differences(new) == []
    assert new.active_release() == "r"
    assert new.release_content(ReleaseId("r")) == "{}"
    assert new.wording_content("d") == "words"
    documents = Documents(new, lambda: START)
    kept = documents.keep(DATA, "paper.pdf", "application/pdf", EXTRACTED, "U1")
    assert documents.kept() == [kept]
    new.close()
