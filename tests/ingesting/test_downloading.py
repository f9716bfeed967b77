"""Downloads against a real server on loopback: what comes, and what it is taken for."""

import gzip
import hashlib
import io
import zipfile

import pytest

from retrieval.ingesting.downloading import Marks, NotModified, download
from tests.ingesting.downloads import PAGE, PDF, START, refused, rules

# --- what comes ------------------------------------------------------------------------------


def test_a_page_comes_as_it_is_with_all_that_tells_it_from_others(server):
    url = server.page("/texts/udhr", PAGE, "text/html; charset=utf-8", ETag='"v1"',
                      Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT")

    got = download(f"{url}#article-12", rules(server))

    assert got.data == PAGE
    assert (got.url, got.final_url) == (f"{url}#article-12", url)
    assert (got.media_type, got.name) == ("text/html", "udhr.html")
    assert got.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert got.at == START
    assert got.marks == Marks(url, '"v1"', "Mon, 01 Jan 2024 00:00:00 GMT")


def test_the_program_says_what_it_is_and_keeps_nothing(server, monkeypatch):
    """A publisher can see who asks, and no cookie or password goes along, not even from .netrc."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.redirect("/a", "/b")
    server.by_path["/a"] = _setting_a_cookie
    server.page("/b", PAGE)

    download(server.url("/a"), rules(server))

    assert [path for path, _ in server.asked] == ["/a", "/b"]
    for _, headers in server.asked:
        assert headers["User-Agent"].startswith("Advisor/1 (")
        assert headers["Host"] == f"127.0.0.1:{server.port}"
        assert not {"Cookie", "Authorization", "Referer"} & headers.keys()


def _setting_a_cookie(handler):
    handler.send_response(302)
    handler.send_header("Set-Cookie", "id=1; Path=/")
    handler.send_header("Location", "/b")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_a_packed_page_is_unpacked(server):
    url = server.page("/p", gzip.compress(PAGE) + gzip.compress(b"<p>more</p>"),
                      Content_Encoding="gzip")
    assert download(url, rules(server)).data == PAGE + b"<p>more</p>"


@pytest.mark.parametrize(("path", "disposition", "name"), [
    ("/x/paper.pdf", "", "paper.pdf"),
    ("/api/access?s=A/HRC/41/35&t=pdf", "", "access.pdf"),
    ("/x", 'attachment; filename="A HRC 41 35.pdf"', "A HRC 41 35.pdf"),
    ("/x", 'attachment; filename="../../etc/cron.d/job"', "job.pdf"),
    ("/x", 'attachment; filename="C:\\\\temp\\\\<script>.pdf"', "script-.pdf"),
    ("/x", "attachment; filename*=UTF-8''R%C3%A9sum%C3%A9.pdf", "Résumé.pdf"),
    ("/x", "attachment; filename*=nonsense''%ff", None),
    ("/%2e%2e%2fetc%2fpasswd", "", "passwd.pdf"),
    ("/", "", "document.pdf"),
    ("/" + "a" * 300, "", "a" * 120 + ".pdf"),
])
def test_a_file_is_named_without_any_folder(server, path, disposition, name):
    url = server.page(path, PDF, "application/octet-stream",
                      **({"Content_Disposition": disposition} if disposition else {}))
    got = download(url, rules(server))
    assert got.media_type == "application/pdf"
    assert name is None or got.name == name
    assert "/" not in got.name and "\\" not in got.name and got.name.endswith(".pdf")


# --- what is known already -------------------------------------------------------------------


def test_who_knows_the_marks_is_told_that_nothing_changed(server):
    url = server.marked("/u", PAGE, '"v1"')
    first = download(url, rules(server))

    again = download(url, rules(server), first.marks)

    assert again == NotModified(url, url, START)


def test_the_marks_of_one_address_are_not_shown_to_another(server):
    """Two servers may both call their first state "v1"."""
    url = server.marked("/other", PAGE, '"v1"')
    got = download(url, rules(server), Marks(server.url("/u"), '"v1"'))
    assert got.data == PAGE


def test_marks_are_shown_where_a_redirect_ends(server):
    url = server.marked("/end", PAGE, '"v1"')
    server.redirect("/start", "/end")
    first = download(server.url("/start"), rules(server))
    assert first.final_url == url

    assert isinstance(download(server.url("/start"), rules(server), first.marks), NotModified)


def test_a_304_that_nobody_asked_for_is_no_document(server):
    url = server.page("/u", b"", status=304)
    assert refused(url, rules(server)) == "its server answers 304 (Not Modified)"


# --- what sort of document -------------------------------------------------------------------


def word_file(inside="word/document.xml"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(inside, "<w:document/>")
    return packed.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(("body", "declared", "path", "media_type"), [
    (PDF, "application/pdf", "/a", "application/pdf"),
    (PDF, "text/html", "/a", "application/pdf"),
    (b"\n\n" + PDF, "application/octet-stream", "/a", "application/pdf"),
    (PAGE, "text/html; charset=utf-8", "/a", "text/html"),
    (PAGE, "", "/a", "text/html"),
    (b'<?xml version="1.0"?><html><body>a</body></html>', "application/xhtml+xml", "/a",
     "text/html"),
    (b'<?xml version="1.0"?><html><body>a</body></html>', "text/xml", "/a", "text/html"),
    (b"Everyone has the right.", "text/plain", "/a", "text/plain"),
    (b"# Everyone", "text/markdown", "/a", "text/markdown"),
    (b"# Everyone", "text/plain", "/a.md", "text/markdown"),
    ("Jeder hat das Recht. Für".encode("latin-1"), "text/plain; charset=latin-1", "/a",
     "text/plain"),
    (b"Everyone has the right.", "application/octet-stream", "/a.txt", "text/plain"),
    (word_file(), DOCX, "/a", DOCX),
    (word_file(), "application/zip", "/a.docx", DOCX),
    (word_file("word/document2.xml"), DOCX, "/a", DOCX),
])
def test_what_can_be_read_is_taken_for_what_it_is(server, body, declared, path, media_type):
    assert download(server.page(path, body, declared), rules(server)).media_type == media_type


@pytest.mark.parametrize(("body", "declared", "what"), [
    (b'{"title": "15 CFR"}', "application/json", "JSON"),
    (b'{"title": "15 CFR"}', "", "JSON"),
    (b'{"title": "15 CFR"}', "application/ld+json", "application/ld+json"),
    (b'<?xml version="1.0"?><DIV5 N="742"/>', "application/xml", "XML"),
    (b'<?xml version="1.0"?><DIV5 N="742"/>', "", "XML"),
    (b"<rss/>", "application/rss+xml", "application/rss+xml"),
    (b"<p>Sign in</p>", "application/pdf", "called a PDF and isn't one"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", "the old Word format (.doc)"),
    (word_file("xl/workbook.xml"), "", "an Excel workbook (.xlsx)"),
    (b"PK\x03\x04 and no document PK\x05\x06", "", "an archive and not a Word document"),
    (b"PK\x03\x04 cut off", "", "an archive or a Word document of which the end is missing"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "a picture"),
    (b"\x00\x01\x02", "", "of a sort that nobody here knows"),
    (b"", "text/html", "empty"), (b" \n", "text/html", "empty"),
])
def test_what_can_not_be_read_is_named(server, body, declared, what):
    assert refused(server.page("/a", body, declared), rules(server)) == (
        f"what came is {what}, and only a PDF, a Word document (.docx), a web page or plain text "
        "can be read")
