"""Documents that somebody adds, by a file or an address, on both databases."""

import io
import os
import zipfile
from dataclasses import replace

import pytest

from bot.documents.fetched import Outcome
from bot.documents.values import CutState, Fetch
from bot.errors import BadInput
from retrieval.errors import NotDownloaded, NotIngested
from retrieval.guidance import SourceId
from retrieval.ingesting.limits import LIMITS
from tests.store.declared import FIRST, REWORDED, official, sha256
from tests.store.emptied import migrated, store  # noqa: F401


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


SAYS = "Nikt nie może być poddany torturom ani inwigilacji bez podstawy prawnej. " * 8


@pytest.mark.parametrize(("encoding", "charset", "head"), [
    ("iso-8859-2", "ISO-8859-2", ""), ("cp1250", "windows-1250", ""),
    ("cp1250", "ISO-8859-1", '<meta charset="windows-1250">'), ("utf-8", "ISO-8859-1", "")])
def test_a_page_is_read_in_the_encoding_that_its_server_says_where_it_says_none_itself(
        made, server, encoding, charset, head):
    page = f"<html><head>{head}</head><body><p>{SAYS}</p></body></html>".encode(encoding)
    fetching = made()

    got = fetching.add(server.page("/decl", page, f"text/html; charset={charset}"), "U1")

    read = fetching.documents.extracted(got.document.sha256)
    assert (read.text, read.notes) == (SAYS.strip(), ())
    assert fetching.documents.original(got.document.sha256) == page


@pytest.mark.parametrize("charset", ["none", "hex", "punycode", "utf-16", '"', "cp1252"])
def test_an_encoding_that_does_not_fit_is_guessed_as_before(made, server, charset):
    page = f"<p>{SAYS}</p>".encode("cp1250").replace(b"N", b"\x81")  # which is nothing in cp1252
    fetching = made()

    got = fetching.add(server.page("/decl", page, f"text/html; charset={charset}"), "U1")

    (note,) = fetching.documents.extracted(got.document.sha256).notes
    assert note.startswith("The encoding was guessed as")


LONG_TEXT = f"1. {SAYS}\n\n2. {SAYS}".encode()


@pytest.mark.parametrize(("name", "data", "told"), [
    ("letter.docx", LONG_TEXT, "By its name it is a Word document, and it is plain text."),
    ("Report.PDF", f"<html><p>{SAYS}</p></html>".encode(),
     "By its name it is a PDF, and it is a web page."),
    ("rules.md", LONG_TEXT, ""), ("rules", LONG_TEXT, ""),
    ("rules.txt", f"<html><p>{SAYS}</p></html>".encode(),
     "By its name it is plain text, and it is a web page."),
])
def test_a_file_that_is_not_what_it_is_called_is_told(made, name, data, told):
    """A sign-in that was saved as a PDF was taken in without a word."""
    fetching = made()
    got = fetching.add_data(data, name, "U1")
    assert [note.partition(" See")[0] for note in fetching.documents.extracted(
        got.document.sha256).notes] == [told][:bool(told)]


def test_a_page_that_may_stand_in_the_place_of_a_document_is_told(made, server):
    """Whatever it says, it says little: it went into the draft as official text."""
    fetching = made(official(url := server.page("/decl", b"<p>Un momento, por favor.</p>")))
    for got in (*fetching.fetch("U1"), fetching.add(url, "U1")):
        (note,) = fetching.documents.extracted(got.document.sha256).notes
        assert note.startswith("It has 4 words in all. See whether it is the document, or a page")
    got = fetching.add(server.page("/decl.pdf", f"<p>{SAYS}</p>".encode()), "U1")
    (note,) = fetching.documents.extracted(got.document.sha256).notes
    assert note.startswith("By its name it is a PDF, and it is a web page.")
