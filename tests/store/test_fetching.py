"""Documents fetched from a real server on loopback, read, compared and cut, on both databases."""

import hashlib
import io
import os
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from fpdf import FPDF
from sqlalchemy import update

from bot.assembly import Assembly
from bot.documents.fetched import Outcome
from bot.documents.fetching import Fetching
from bot.documents.kept import Documents
from bot.documents.values import CutState, Fetch, ReadableCut, UnknownCut, UnreadableCut
from bot.errors import BadInput
from bot.schema import document_cuts
from bot.settings import Settings
from retrieval.errors import NotDownloaded, NotIngested
from retrieval.guidance import SourceId, SourceKind
from retrieval.ingesting.apart import read_document
from retrieval.ingesting.changes import ChangeKind
from retrieval.ingesting.child import extract
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.downloading import DownloadRules
from retrieval.ingesting.hosts import AllowedHost
from retrieval.ingesting.limits import LIMITS, Limits
from retrieval.ingesting.media import Form
from retrieval.reading.publishers import Address, OfficialDocument, OfficialId, Standing
from tests.ingesting.serving import answering
from tests.store.emptied import migrated, store  # noqa: F401
from tests.store.small import START


def page(*articles, stamp=""):
    body = "".join(f"<h2>Article {n}</h2><p>{words}</p>" for n, words in enumerate(articles, 1))
    return (f"<!doctype html><html lang=en><head><title>Declaration</title></head><body>"
            f"<!-- {stamp} --><main><h1>Declaration</h1>{body}</main></body></html>").encode()


ARTICLES = ("Everyone has the right to life.", "No one shall be held in slavery.",
            "No one shall be watched without a law that says so.")
FIRST = page(*ARTICLES)
REWORDED = page(ARTICLES[0], ARTICLES[1], "No one shall be watched without a published law.")


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def server():
    with answering() as answers:
        yield answers


def official(*urls, id_="decl", form=Form.HTML):
    return OfficialDocument(
        OfficialId(id_), "The Declaration", "Decl", "UN", SourceKind.DECLARATION, "international",
        "1948", "free", form, "https://example.org/decl",
        tuple(Address(url, Standing.BELIEVED) for url in urls), cited_as=("Decl {n}",))


@pytest.fixture
def made(store, server):  # noqa: F811
    """Makes the use case for some official documents; reads in this process, for speed."""
    def make(*listed, read=extract):
        clock = Clock()
        return Fetching(
            Documents(store, clock), {one.id: one for one in listed},
            DownloadRules(allowed=(AllowedHost("127.0.0.1", server.port),), now=clock),
            LIMITS, read, cut, clock)
    return make


def sha256(data):
    return hashlib.sha256(data).hexdigest()


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


# --- adding ----------------------------------------------------------------------------------


def test_a_file_is_added_under_a_source_that_an_admin_corrects(made, tmp_path):
    fetching = made()
    file = tmp_path / "decl.html"
    file.write_bytes(FIRST)

    got = fetching.add(str(file), "ops@host")

    assert (got.outcome, got.official, got.document.name) == (Outcome.FIRST, None, "decl.html")
    assert (got.cut.source.id, got.cut.source.title, got.cut.source.issuer,
            got.cut.source.licence) == ("declaration", "Declaration", "", "")
    assert [p.pinpoint for p in got.cut.pieces if not p.left_out] == [
        "Declaration, Article 1", "Declaration, Article 2", "Declaration, Article 3"]
    assert (got.tries[0].url, got.tries[0].sha256) == ("file:decl.html", sha256(FIRST))


def test_an_official_document_that_was_downloaded_by_hand_is_compared_like_any_other(
        made, server, tmp_path):
    """Many publishers hand nothing to programs."""
    fetching = made(official(server.page("/decl", b"", status=403)))
    assert fetching.fetch("U1")[0].outcome is Outcome.FAILED
    file = tmp_path / "saved by my browser.htm"
    file.write_bytes(FIRST)

    first = fetching.add(str(file), "U1", official="decl")
    file.write_bytes(REWORDED)
    second = fetching.add(str(file), "U1", official="decl")

    assert (first.outcome, first.cut.source.id, first.cut.source.url) == (
        Outcome.FIRST, "decl", "https://example.org/decl")
    assert second.outcome is Outcome.CHANGED
    assert [p.pinpoint for p in second.touched[0].pieces] == ["Decl, Article 3"]
    server.page("/decl", REWORDED)
    assert fetching.fetch("U1")[0].outcome is Outcome.UNCHANGED


def test_an_address_is_added(made, server):
    fetching = made()
    url = server.page("/paper/decl.html", FIRST)

    got = fetching.add(url, "U1")

    assert (got.document.name, got.cut.source.url, got.tries[0].official) == (
        "decl.html", url, "")
    assert fetching.documents.fetches("") == list(got.tries)


def test_adding_the_same_again_finds_the_cut_as_it_was_corrected(made, server):
    fetching = made()
    url = server.page("/decl", FIRST)
    opened = fetching.add(url, "U1").cut
    corrected = fetching.documents.save_cut(opened, opened.version, "U2")

    assert fetching.add(url, "U3").cut == corrected


def test_an_address_that_is_added_again_is_compared_with_what_it_gave(made, server):
    fetching = made()
    url = server.page("/decl", FIRST)
    first = fetching.add(url, "U1")
    server.page("/decl", REWORDED)

    again = fetching.add(url, "U1")

    assert (again.outcome, again.before) == (Outcome.CHANGED, first.document)
    assert [p.pinpoint for p in again.touched[0].pieces] == ["Declaration, Article 3"]
    assert fetching.add(url, "U1").outcome is Outcome.UNCHANGED


def test_a_file_that_is_kept_under_another_name_is_told_as_known(made):
    fetching = made()
    first = fetching.add_data(FIRST, "a.html", "U1")

    again = fetching.add_data(FIRST, "b.html", "U2")

    assert (again.outcome, again.document, again.cut) == (
        Outcome.UNCHANGED, first.document, first.cut)


def test_who_adds_a_document_gets_a_cut_also_where_one_was_dropped_or_for_another_source(made):
    fetching = made()
    opened = fetching.add_data(FIRST, "a.html", "U1").cut
    fetching.documents.save_cut(replace(opened, state=CutState.DROPPED), 1, "U1")

    again = fetching.add_data(FIRST, "a.html", "U2").cut
    other = fetching.add_data(
        FIRST, "a.html", "U2", source=replace(opened.source, id=SourceId("other"))).cut

    assert (again.id, again.state, again.version) == (opened.id, CutState.OPEN, 3)
    assert (other.source.id, other.document) == ("other", opened.document)
    assert {c.id for c in fetching.documents.cuts()} == {again.id, other.id}


@pytest.mark.parametrize("text", ["http://10.0.0.5/x", "HTTPS://user@example.org/", "ftp://x/y",
                                  "file:///etc/passwd"])
def test_an_address_that_gives_nothing_is_told_and_noted(made, text):
    fetching = made()

    with pytest.raises(NotDownloaded):
        fetching.add(text, "U1")

    (noted,) = fetching.documents.fetches()
    assert (noted.document, noted.sha256) == (None, None)
    assert noted.error
    assert "user" not in noted.url


def test_an_address_with_something_unreadable_is_told_and_noted(made, server):
    fetching = made()
    with pytest.raises(NotIngested) as error:
        fetching.add(server.page("/x.pdf", b"%PDF-1.7 broken", "application/pdf"), "U1")

    (noted,) = fetching.documents.fetches()
    assert noted == Fetch(
        server.url("/x.pdf"), noted.at, "U1", "", server.url("/x.pdf"),
        sha256(b"%PDF-1.7 broken"), None, str(error.value), "", "", noted.id)


def test_files_that_can_not_be_taken_are_told(made, tmp_path, monkeypatch):
    fetching = made()
    (tmp_path / "big.txt").write_bytes(b"a" * (LIMITS.file_bytes + 1))
    (tmp_path / "cell.xlsx").write_bytes(b"PK\x03\x04 xl/workbook.xml PK\x05\x06")
    (tmp_path / "empty.txt").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")

    for name, message in (
        ("nowhere.pdf", "can't be read (No such file or directory); name a file or an address"),
        ("", "is no file; name one document."),
        ("pipe", "is no file; name one document."),
        ("nul\x00", "can't be read (embedded null byte); name a file"),
        ("big.txt", "is larger than 20 MB; raise ADVISOR_DOCUMENT_MEGABYTES"),
        ("cell.xlsx", "is an archive and not a Word document; add a PDF, a Word document"),
        ("empty.txt", "is empty; add a PDF"),
    ):
        with pytest.raises(BadInput) as error:
            fetching.add(f"{tmp_path}/{name}", "U1")
        assert message in str(error.value)
    assert fetching.documents.kept() == []


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("list.xlsx", packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<a/>"}),
         "an Excel workbook (.xlsx); save what it says as PDF."),
        ("talk.pptx", packed({"ppt/presentation.xml": b"<a/>"}),
         "a PowerPoint file (.pptx); save it as PDF."),
        ("rules.odt", packed({"mimetype": b"application/vnd.oasis.opendocument.text"}),
         "an OpenDocument file (.odt, .ods, .odp); save it as .docx or PDF."),
        ("all.zip", packed({"a.txt": b"Rule", "about ppt/": b""}),
         "an archive and not a Word document; add a PDF, a Word document (.docx), a web page or "
         "plain text."),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
         + "EncryptedPackage".encode("utf-16-le"),
         "a document with a password; save it without a password."),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
         "an old Excel workbook (.xls); save what it says as PDF."),
        ("scan.png", b"\x89PNG\r\n\x1a\n\x00\x00",
         "a picture; run text recognition (OCR) over it and save the result as PDF."),
        ("noise.bin", b"\x01\x02\xfe\x00",
         "of a sort that nobody here knows; add a PDF, a Word document (.docx), a web page or "
         "plain text."),
    ],
)
def test_what_can_not_be_read_is_named_with_what_to_do(made, tmp_path, name, data, told):
    """An Excel file was "an archive", whatever has a password "the old Word format (.doc)"."""
    (tmp_path / name).write_bytes(data)

    with pytest.raises(BadInput) as error:
        made().add(f"{tmp_path}/{name}", "U1")
    assert str(error.value) == f"{name!r} is {told}"


def test_a_document_without_a_latin_name_still_gets_an_id(made):
    got = made().add_data("人人有权享有生命。".encode(), "世界.txt", "U1")

    assert got.cut.source.id == f"document-{got.document.sha256[:8]}"
    assert got.cut.source.title == "世界"


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
