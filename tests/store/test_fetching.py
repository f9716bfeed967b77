"""Documents fetched from a real server on loopback, read, compared and cut, on both databases."""

from dataclasses import replace

import pytest
from fpdf import FPDF
from sqlalchemy import update

from bot.assembly import Assembly
from bot.documents.fetched import Outcome
from bot.documents.values import CutState, ReadableCut, UnknownCut, UnreadableCut
from bot.errors import BadInput
from bot.schema import document_cuts
from bot.settings import Settings
from retrieval.guidance import SourceId
from retrieval.ingesting.apart import read_document
from retrieval.ingesting.changes import ChangeKind
from retrieval.ingesting.hosts import AllowedHost
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.media import Form
from tests.store.declared import ARTICLES, FIRST, REWORDED, official, page, sha256
from tests.store.emptied import migrated, store  # noqa: F401

# --- fetching --------------------------------------------------------------------------------


def test_a_document_is_fetched_read_apart_kept_and_cut(made, server):
    """The whole way, the reader in a process of its own."""
    url = server.page("/decl", FIRST, ETag='"1"')
    fetching = made(official(url), read=read_document)

    (got,) = fetching.fetch("U1")

    assert (got.outcome, got.before, got.changes, got.touched, got.why) == (
        Outcome.FIRST, None, (), (), ())
    assert (got.document.sha256, got.document.name, got.document.media_type, got.document.title,
            got.document.by) == (sha256(FIRST), "decl.html", "text/html", "Declaration", "U1")
    assert fetching.documents.original(got.document.sha256) == FIRST
    assert fetching.documents.extracted(got.document.sha256).of(
        fetching.documents.extracted(got.document.sha256).blocks[2]) == ARTICLES[0]
    (noted,) = got.tries
    assert (noted.url, noted.final_url, noted.sha256, noted.document, noted.error, noted.etag,
            noted.by, noted.official) == (
        url, url, sha256(FIRST), sha256(FIRST), None, '"1"', "U1", "decl")
    assert got.cut.source == official(url).source(SourceId("decl"), url)
    assert [p.pinpoint for p in got.cut.pieces if not p.left_out] == [
        "Decl, Article 1", "Decl, Article 2", "Decl, Article 3"]
    assert got.cut.state is CutState.OPEN
    assert fetching.history("decl") == [noted]


def test_the_same_bytes_are_unchanged(made, server):
    fetching = made(official(server.page("/decl", FIRST)))
    first = fetching.fetch("U1")[0]

    (again,) = fetching.fetch("U2")

    assert (again.outcome, again.document, again.before, again.cut) == (
        Outcome.UNCHANGED, first.document, first.document, first.cut)
    assert [one.by for one in fetching.history("decl")] == ["U2", "U1"]
    assert fetching.documents.kept() == [first.document]


def test_a_server_that_says_so_sends_nothing(made, server):
    fetching = made(official(server.marked("/decl", FIRST, '"v1"')))
    first = fetching.fetch("U1")[0]

    (again,) = fetching.fetch("U1")

    assert (again.outcome, again.document) == (Outcome.UNCHANGED, first.document)
    assert server.asked[1][1]["If-None-Match"] == '"v1"'
    assert (again.tries[0].sha256, again.tries[0].document, again.tries[0].etag) == (
        sha256(FIRST), sha256(FIRST), '"v1"')
    assert fetching.fetch("U1")[0].outcome is Outcome.UNCHANGED


def test_a_page_that_is_only_put_together_anew_is_unchanged_and_not_kept_again(made, server):
    fetching = made(official(server.page("/decl", FIRST)))
    first = fetching.fetch("U1")[0]
    other = page(*ARTICLES, stamp="made for you at noon")
    server.page("/decl", other)

    (again,) = fetching.fetch("U1")

    assert (again.outcome, again.document) == (Outcome.UNCHANGED, first.document)
    assert (again.tries[0].sha256, again.tries[0].document) == (sha256(other), sha256(FIRST))
    assert fetching.documents.kept() == [first.document]


def test_a_change_is_told_by_paragraph_and_by_piece(made, server):
    fetching = made(official(server.page("/decl", FIRST)))
    first = fetching.fetch("U1")[0]
    server.page("/decl", REWORDED)

    (again,) = fetching.fetch("U1")

    assert again.outcome is Outcome.CHANGED
    assert again.before == first.document
    assert again.document.sha256 == sha256(REWORDED)
    assert [(c.kind, c.was, c.now) for c in again.changes] == [
        (ChangeKind.CHANGED, ARTICLES[2], "No one shall be watched without a published law.")]
    assert [(t.cut, [p.pinpoint for p in t.pieces]) for t in again.touched] == [
        (first.cut, ["Decl, Article 3"])]
    assert again.cut.document == sha256(REWORDED)
    assert again.cut.source.id == first.cut.source.id == "decl"
    assert {k.sha256 for k in fetching.documents.kept()} == {sha256(FIRST), sha256(REWORDED)}


def test_going_back_to_an_earlier_state_is_a_change_too(made, server):
    fetching = made(official(server.page("/decl", FIRST)))
    first = fetching.fetch("U1")[0]
    server.page("/decl", REWORDED)
    fetching.fetch("U1")
    server.page("/decl", FIRST)

    (back,) = fetching.fetch("U1")

    assert (back.outcome, back.document, back.before.sha256, back.cut) == (
        Outcome.CHANGED, first.document, sha256(REWORDED), first.cut)


def test_addresses_are_tried_in_order_and_each_failure_is_kept(made, server):
    gone, moved = server.url("/gone"), server.redirect("/moved", "http://10.0.0.5/decl")
    wrong, data = server.page("/wrong", b"%PDF-1.7", "application/pdf"), server.page(
        "/data", b'{"a": 1}', "application/json")
    good = server.page("/decl", FIRST)
    fetching = made(official(gone, moved, wrong, data, good, server.url("/never")))

    (got,) = fetching.fetch("U1")

    assert got.outcome is Outcome.FIRST
    assert got.why == (
        f"{gone}: its server answers 404 (Not Found).",
        f"{moved}: the address leads to a private network (10.0.0.5).",
        f"{wrong}: the address answers with a PDF where a web page was expected.",
        f"{data}: what came is JSON, and only a PDF, a Word document (.docx), a web page or plain "
        "text can be read.")
    assert [one.document for one in got.tries] == [None] * 4 + [sha256(FIRST)]
    assert got.tries[2].sha256 == sha256(b"%PDF-1.7")
    assert fetching.history("decl") == list(reversed(got.tries))
    assert [path for path, _ in server.asked] == ["/gone", "/moved", "/wrong", "/data", "/decl"]


def test_a_document_that_can_not_be_had_is_told_and_what_is_kept_stays(made, server):
    fetching = made(official(server.page("/decl", FIRST)))
    first = fetching.fetch("U1")[0]
    server.by_path.clear()

    (got,) = fetching.fetch("U1")

    assert (got.outcome, got.document, got.cut) == (Outcome.FAILED, first.document, None)
    assert got.why == (f"{server.url('/decl')}: its server answers 404 (Not Found).",)
    server.page("/decl", FIRST)
    assert fetching.fetch("U1")[0].outcome is Outcome.UNCHANGED


def test_a_document_that_can_not_be_read_is_not_kept(made, server):
    broken = server.page("/broken", b"%PDF-1.7\nbroken", "application/pdf")
    fetching = made(official(broken, form=Form.PDF))

    (got,) = fetching.fetch("U1")

    assert got.outcome is Outcome.FAILED
    assert got.tries[0].sha256 == sha256(b"%PDF-1.7\nbroken")
    assert got.why[0].startswith(f"{broken}: ") and not got.why[0].endswith("..")
    assert fetching.documents.kept() == []


def test_a_page_that_asks_for_a_person_is_told_and_the_next_address_is_tried(made, server):
    asks = server.page("/asks", b"<html><body><p>Verify you are human.</p></body></html>")
    fetching = made(official(asks, server.page("/decl", FIRST)))

    (got,) = fetching.fetch("U1")

    assert (got.outcome, got.why) == (Outcome.FIRST, (
        f"{asks}: This web page asks whether a person is looking, and isn't the document; open "
        "its address in a browser, save what comes there, and add that.",))
    assert [one.sha256 for one in fetching.documents.kept()] == [sha256(FIRST)]


def test_one_that_fails_stops_no_other_and_only_those_asked_for_are_fetched(made, server):
    fetching = made(official(server.url("/gone"), id_="a"),
                    official(server.page("/b", FIRST), id_="b"),
                    official(server.page("/c", REWORDED), id_="c"))

    assert [g.outcome for g in fetching.fetch("U1")] == [
        Outcome.FAILED, Outcome.FIRST, Outcome.FIRST]
    server.asked.clear()
    told = []
    assert [g.official.id for g in fetching.fetch("U1", ["c", "b"], told.append)] == ["c", "b"]
    assert [g.official.id for g in told] == ["c", "b"]
    assert [path for path, _ in server.asked] == ["/c", "/b"]


def test_an_id_that_is_not_listed_is_told_before_anything_is_fetched(made, server):
    fetching = made(official(server.page("/decl", FIRST)))

    with pytest.raises(BadInput) as error:
        fetching.fetch("U1", ["decl", "dacl"])

    assert str(error.value) == ("There is no official document 'dacl' in publishers.yaml. The "
                                "nearest is 'decl'.")
    assert server.asked == []


def pdf(*paragraphs):
    paper = FPDF()
    paper.set_font("Helvetica", size=12)
    for n, words in enumerate(paragraphs, 1):
        paper.add_page()
        paper.multi_cell(0, 8, f"{n}. {words}")
    return bytes(paper.output())


def test_a_pdf_is_compared_by_what_it_says_with_its_pages(made, server):
    """A PDF that is printed anew has other bytes each time, were it only for the date within."""
    words = [f"{text} {text}" for text in (*ARTICLES, "No one shall be arrested at will.")]
    fetching = made(official(server.page("/p", pdf(*words), "application/pdf"), form=Form.PDF),
                    read=read_document)
    first = fetching.fetch("U1")[0]
    server.page("/p", pdf(*words) + b"\n% printed anew\n", "application/pdf")
    again = fetching.fetch("U1")[0]
    server.page("/p", pdf(words[0], "No one shall be held in servitude, ever.", *words[2:]),
                "application/pdf")
    changed = fetching.fetch("U1")[0]

    assert (first.outcome, again.outcome, changed.outcome) == (
        Outcome.FIRST, Outcome.UNCHANGED, Outcome.CHANGED)
    assert (first.document.name, first.document.media_type) == ("decl.pdf", "application/pdf")
    assert again.document == first.document
    assert {change.page.pdf for change in changed.changes} == {2}
    assert [p.page.pdf for t in changed.touched for p in t.pieces] == [2]


def test_a_cut_that_was_dropped_tells_nothing_of_a_change(made, server):
    fetching = made(official(server.page("/decl", FIRST)))
    opened = fetching.fetch("U1")[0].cut
    fetching.documents.save_cut(
        replace(opened, state=CutState.DROPPED), 1, "U1")
    server.page("/decl", REWORDED)

    assert fetching.fetch("U1")[0].touched == ()


# --- joined ----------------------------------------------------------------------------------


def test_the_settings_say_from_where_and_how_much(tmp_path, server):
    server.page("/decl", FIRST)
    parts = Assembly(Settings(
        data_dir=tmp_path, fetch_from=f"127.0.0.1:{server.port}, mirror.example",
        fetch_seconds=7, document_megabytes=2, document_pages=30, document_characters=4_000_000,
        document_seconds=40, document_memory_megabytes=700))

    fetching = parts.fetching

    assert (fetching.rules.most_bytes, fetching.rules.most_seconds, fetching.rules.allowed,
            fetching.limits.file_bytes) == (
        2 * 2**20, 7, (AllowedHost("127.0.0.1", server.port), AllowedHost("mirror.example")),
        2 * 2**20)
    assert fetching.limits == Limits(
        file_bytes=2 * 2**20, expanded_bytes=10 * 2**20, pages=30, characters=4_000_000,
        cpu_seconds=40, wall_seconds=80, memory_bytes=700 * 2**20, answer_bytes=32_000_000)
    assert next(iter(fetching.listed)) == "sg-pdf"
    assert fetching.add(server.url("/decl"), "U1").cut.source.id == "declaration"
    assert parts.documents.kept()[0].sha256 == sha256(FIRST)
    assert "guidance" not in vars(parts) and "embeddings" not in vars(parts)
    parts.database.close()


# --- cuts of another version -----------------------------------------------------------------


def written_otherwise(store, cut):  # noqa: F811
    with store.writing() as connection:
        connection.execute(update(document_cuts).where(document_cuts.c.id == cut.id).values(
            pieces='[{"start": "x"}]'))


def test_a_cut_of_another_version_keeps_no_other_document_from_being_fetched(
        made, server, store):  # noqa: F811
    """The whole run broke off, though the file had only come again."""
    fetching = made(official(server.page("/decl", FIRST)),
                    official(server.page("/code", page("Nobody is above the law.")), id_="code"))
    (first,) = fetching.fetch("U1", ["decl"])
    written_otherwise(store, first.cut)

    again, other = fetching.fetch("U1")
    server.page("/decl", REWORDED)
    (changed,) = fetching.fetch("U1", ["decl"])
    server.page("/decl", FIRST)
    (back,) = fetching.fetch("U1", ["decl"])

    assert (again.outcome, again.cut, other.outcome) == (Outcome.UNCHANGED, None, Outcome.FIRST)
    assert (changed.outcome, changed.touched) == (Outcome.CHANGED, ())
    assert (back.outcome, back.document, back.cut) == (Outcome.CHANGED, first.document, None)


def test_a_cut_of_another_version_is_cut_anew_when_somebody_says_so(
        made, server, store, tmp_path):  # noqa: F811
    fetching, file = made(), tmp_path / "code.html"
    file.write_bytes(FIRST)
    cut_ = fetching.add(str(file), "U1").cut
    written_otherwise(store, cut_)
    with pytest.raises(UnreadableCut, match=f"'advisor corpus cut {cut_.id} --anew'"):
        fetching.add(str(file), "U1")

    anew = fetching.cut_anew(cut_.id, "U2")

    assert (anew.id, anew.pieces, anew.source, anew.version, anew.by) == (
        cut_.id, cut_.pieces, cut_.source, 2, "U2")
    assert fetching.add(str(file), "U1").cut == anew
    with pytest.raises(ReadableCut):
        fetching.cut_anew(cut_.id, "U2")
    with pytest.raises(UnknownCut):
        fetching.cut_anew(99, "U2")
