"""Downloads against a real server on loopback, which behaves as badly as servers do."""

import gzip
import hashlib
import io
import ssl
import threading
import tracemalloc
import zipfile
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.errors import BadSetting
from bot.setting_sources import load
from retrieval.errors import NotDownloaded
from retrieval.ingesting.downloading import DownloadRules, Marks, NotModified, download
from retrieval.ingesting.hosts import AllowedHost, allowed_hosts
from tests.ingesting.serving import answering

PAGE = b"<!doctype html><html><body><p>Everyone has the right to privacy.</p></body></html>"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LOOPBACK = IPv4Address("127.0.0.1")


@pytest.fixture
def server():
    with answering() as answers:
        yield answers


def rules(server, **more):
    return DownloadRules(**{
        "allowed": (AllowedHost("127.0.0.1", server.port),
                    AllowedHost("docs.example", server.port)),
        "resolver": names({"docs.example": [LOOPBACK]}), "now": lambda: START, **more})


def names(table):
    """A resolver that knows *table* and nothing else."""
    def resolver(host, port):
        if host not in table:
            raise OSError(f"{host} is unknown")
        return table[host]
    return resolver


def refused(url, by):
    with pytest.raises(NotDownloaded) as error:
        download(url, by)
    assert str(error.value).endswith(
        "download the file yourself and add it with 'advisor corpus add FILE'.")
    assert "\n" not in str(error.value)
    return error.value.reason


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


# --- redirects -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server, status):
    server.page("/b", PAGE)
    assert download(server.redirect("/a", "/b", status), rules(server)).data == PAGE


def test_five_redirects_are_enough(server):
    for n in range(6):
        server.redirect(f"/{n}", f"/{n + 1}")
    server.page("/6", PAGE)

    assert download(server.url("/1"), rules(server)).final_url == server.url("/6")
    assert refused(server.url("/0"), rules(server)) == "it redirects more than 5 times"


@pytest.mark.parametrize(("to", "reason"), [
    ("http://10.0.0.5/x", "the address leads to a private network (10.0.0.5)"),
    ("http://169.254.169.254/latest/meta-data/",
     "the address leads to the metadata service of a cloud (169.254.169.254)"),
    ("http://[::1]/", "the address leads to this machine (::1)"),
    ("http://127.0.0.1/", "the address leads to this machine (127.0.0.1)"),
    ("http://inside.example/", "the address leads to a private network (192.168.7.7)"),
    ("http://2130706433/", "the host 2130706433 is a number in a form that hides where it leads"),
    ("//10.0.0.5/", "the address leads to a private network (10.0.0.5)"),
    ("file:///etc/passwd", "the address doesn't begin with https:// or http://"),
    ("gopher://10.0.0.5/", "the address doesn't begin with https:// or http://"),
    ("http://user:word@docs.example/",
     "the address holds a user name or password, which is never sent"),
    ("http://docs.example:22/", "the address names port 22, and only 80 and 443 are let through "
     "(ADVISOR_FETCH_FROM lists others)"),
    ("http://nowhere.example/", "there is no host nowhere.example"),
])
def test_each_redirect_is_checked_like_the_address_itself(server, to, reason):
    by = rules(server, resolver=names({"inside.example": [ip_address("192.168.7.7")]}))
    assert refused(server.redirect("/a", to), by) == reason
    assert [path for path, _ in server.asked] == ["/a"]


# --- names -----------------------------------------------------------------------------------


def test_a_name_is_resolved_once_and_the_address_that_was_checked_is_connected_to(server):
    """A name may stand for a public address while it is checked and for a private one a moment
    later: then the second must never be seen."""
    asked = []

    def resolver(host, port):
        asked.append((host, port))
        return [LOOPBACK] if len(asked) == 1 else [ip_address("10.0.0.5")]

    server.page("/u", PAGE)
    download(server.url("/u", "docs.example"), rules(server, resolver=resolver))

    assert asked == [("docs.example", server.port)]
    assert server.asked[0][1]["Host"] == f"docs.example:{server.port}"


@pytest.mark.parametrize("addresses", [
    ["10.0.0.5"], ["8.8.8.8", "10.0.0.5"], ["::ffff:10.0.0.5"], ["64:ff9b::a00:5"],
])
def test_a_name_that_leads_inside_is_refused(server, addresses):
    by = rules(server, resolver=names({"evil.example": [ip_address(a) for a in addresses]}))
    assert refused("https://evil.example/x.pdf", by).startswith(
        "the address leads to a private network (")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST"])
def test_this_machine_is_not_reached_by_its_name(host):
    """With the resolver of the system."""
    assert refused(f"http://{host}/", DownloadRules()).startswith(
        "the address leads to this machine (")


def test_an_allowed_host_is_allowed_by_name_and_port_alone(server):
    server.page("/u", PAGE)
    by = rules(server, allowed=(AllowedHost("docs.example", server.port),))

    assert download(server.url("/u", "DOCS.example"), by).data == PAGE
    dotted = replace(by, resolver=names({"docs.example.": [LOOPBACK]}))
    assert download(server.url("/u", "docs.example."), dotted).data == PAGE
    assert refused(server.url("/u"), by).startswith(f"the address names port {server.port}")
    assert refused("http://docs.example/u", by) == (
        "the address leads to this machine (127.0.0.1)")


def test_the_next_address_is_tried_where_one_is_dead(server):
    """The server of this test has no IPv6."""
    server.page("/u", PAGE)
    by = rules(server, resolver=names({"docs.example": [ip_address("::1"), LOOPBACK]}))
    assert download(server.url("/u", "docs.example"), by).data == PAGE


def test_a_name_that_is_never_resolved_does_not_hold_up_anybody(server):
    waiting = threading.Event()

    def resolver(host, port):
        waiting.wait(30)
        return []

    by = rules(server, resolver=resolver, most_seconds=0.2)
    assert "0.2 seconds" in refused(server.url("/u", "docs.example"), by)
    waiting.set()


# --- addresses that are none -----------------------------------------------------------------


@pytest.mark.parametrize(("url", "reason"), [
    ("ftp://docs.example/x", "the address doesn't begin with https:// or http://"),
    ("file:///etc/passwd", "the address doesn't begin with https:// or http://"),
    ("docs.example/x", "the address doesn't begin with https:// or http://"),
    ("", "the address doesn't begin with https:// or http://"),
    ("https://", "the address names no host"),
    ("https:///x", "the address names no host"),
    ("https://u@docs.example/", "the address holds a user name or password, which is never sent"),
    ("https://:p@docs.example/", "the address holds a user name or password, which is never sent"),
    ("https://docs.example:8443/", "the address names port 8443, and only 80 and 443 are let "
     "through (ADVISOR_FETCH_FROM lists others)"),
    ("https://docs.example/" + "a" * 2000, "the address has more than 2000 characters"),
])
def test_an_address_that_can_not_be_asked_is_told_why(url, reason):
    assert refused(url, DownloadRules(resolver=names({}))) == reason


@pytest.mark.parametrize("url", ["https://[::1", "https://docs.example:x/", "https://①.example/",
                                 "https://a b/", "https://docs.example/\x00", "https://\ud800/",
                                 "https://%31%32%37.0.0.1/", "https://" + "a" * 70 + ".example/"])
def test_an_address_that_can_not_be_read_makes_no_traceback(url):
    refused(url, DownloadRules(resolver=names({})))


@pytest.mark.parametrize("address", [
    "http://user:hu/sh@docs.example/x", "http://user:12/hush@docs.example/x",
    "http://user:hush/@docs.example/x", "http://user:hush@hush@docs.example/x",
    "http://user:hush/x?y#@docs.example/x", "user:hush@docs.example/x",
    "user:hush@http://docs.example/x", f"http://user:{'hush/' * 2000}@docs.example/x",
])
def test_no_part_of_a_password_is_repeated_wherever_its_address_is_cut(address):
    with pytest.raises(NotDownloaded) as error:
        download(address, DownloadRules(resolver=names({})))
    said = str(error.value)
    assert "docs.example/x" in said
    assert not any(part in said for part in ("hu/", "hush", "'hu'", "sh@", "12", "user:"))


def test_a_password_in_an_address_is_not_repeated():
    with pytest.raises(NotDownloaded) as error:
        download("https://ada:Word@docs.example/x", DownloadRules(resolver=names({})))
    assert str(error.value).startswith("Nothing was downloaded from https://docs.example/x, since")
    assert "Word" not in str(error.value)


# --- sizes and times -------------------------------------------------------------------------


def test_a_document_that_says_it_is_too_large_is_not_read(server):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1001")
        handler.end_headers()

    server.by_path["/big"] = answer
    by = rules(server, most_bytes=1000)
    assert refused(server.url("/big"), by) == "the document is larger than 1,000 bytes"


def test_as_large_as_is_let_through_is_let_through(server):
    body = PAGE.ljust(1000)
    assert download(server.page("/u", body), rules(server, most_bytes=1000)).data == body


def test_an_endless_document_is_left(server):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        while True:
            handler.wfile.write(b"<p>more</p>" * 1000)

    server.by_path["/endless"] = answer
    by = rules(server, most_bytes=100_000)
    assert refused(server.url("/endless"), by) == "the document is larger than 100,000 bytes"


def test_a_bomb_does_not_go_off(server):
    """200 KB that unpack to 200 MB are left after the limit, and never lie in memory."""
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(b"\x00" * 2**20) for _ in range(200)) + packer.flush()
    assert len(packed) < 2**18
    url = server.page("/bomb", packed, Content_Encoding="gzip")

    tracemalloc.start()
    assert refused(url, rules(server, most_bytes=2**20)) == "the document is larger than 1 MB"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "compress"])
def test_what_is_packed_otherwise_is_not_unpacked(server, encoding):
    url = server.page("/x", PAGE, Content_Encoding=encoding)
    assert refused(url, rules(server)) == (
        f"it comes packed in a way that was not asked for ({encoding})")


@pytest.mark.parametrize(("media_type", "packing", "reason"), [
    ("text/html", "\x1b]0;mine\x07br",
     "it comes packed in a way that was not asked for (]0;minebr)"),
    ("image/\x1b[2png", "", "what came is image/[2png, and only a PDF, a Word document (.docx), "
                             "a web page or plain text can be read"),
])
def test_what_a_server_says_steers_no_terminal(server, media_type, packing, reason):
    """It is quoted in the sentence that says why nothing was downloaded."""
    url = server.page("/x", b"\x00\x01", media_type, Content_Encoding=packing)
    assert refused(url, rules(server)) == reason


def test_a_packed_page_that_is_broken_is_not_taken(server):
    whole = gzip.compress(PAGE)
    assert refused(server.page("/cut", whole[:-12], Content_Encoding="gzip"), rules(server)) == (
        "the packed document ends in the middle")
    assert refused(server.page("/no", PAGE, Content_Encoding="gzip"), rules(server)).startswith(
        "the transfer broke off (")


@pytest.mark.parametrize("where", ["line", "headers", "body"])
def test_a_server_that_drips_is_left_when_the_time_is_over(server, where):
    """Each byte comes in time, and all of them never do."""
    done = threading.Event()
    first = {"line": b"", "headers": b"HTTP/1.1 200 OK\r\nX-Slow: ",
             "body": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"}[where]

    def answer(handler):
        handler.wfile.write(first)
        while not done.wait(0.02):
            handler.wfile.write(b"H" if where == "line" else b"a")

    server.by_path["/slow"] = answer
    by = rules(server, most_seconds=0.4)
    assert refused(server.url("/slow"), by) == (
        "the document did not arrive within 0.4 seconds")
    done.set()


def test_a_transfer_that_breaks_off_is_no_document(server):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", "10000")
        handler.end_headers()
        handler.wfile.write(PAGE)
        handler.close_connection = True

    server.by_path["/cut"] = answer
    assert refused(server.url("/cut"), rules(server)).startswith("the transfer broke off (")


@pytest.mark.parametrize("answer", [
    b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 300_000,
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: //[::1\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe//\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: \x1b[2J\r\n\r\nabc",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 3, b"HTTP/1.1 999 ?\r\n\r\n",
])
def test_a_server_that_does_not_speak_http_makes_no_traceback(server, answer):
    server.by_path["/odd"] = lambda handler: handler.wfile.write(answer)
    refused(server.url("/odd"), rules(server))


def test_nobody_there(server):
    by = rules(server, allowed=(AllowedHost("127.0.0.1", 9),))
    assert refused("http://127.0.0.1:9/", by) == (
        "no connection came about (127.0.0.1: Connection refused)")


@pytest.mark.parametrize(("status", "words"), [
    (403, "403 (Forbidden)"), (404, "404 (Not Found)"), (429, "429 (Too Many Requests)"),
    (503, "503 (Service Unavailable)"), (206, "206 (Partial Content)"), (204, "204 (No Content)"),
    (300, "300 (Multiple Choices)"), (599, "599"),
])
def test_an_answer_that_is_no_document_is_told(server, status, words):
    url = server.page("/u", b"" if status == 204 else PAGE, status=status)
    assert refused(url, rules(server)) == f"its server answers {words}"


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
    (b"PK\x03\x04 and no archive", "", "an archive and not a Word document"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "a picture"),
    (b"\x00\x01\x02", "", "of a sort that nobody here knows"),
    (b"", "text/html", "empty"), (b" \n", "text/html", "empty"),
])
def test_what_can_not_be_read_is_named(server, body, declared, what):
    assert refused(server.page("/a", body, declared), rules(server)) == (
        f"what came is {what}, and only a PDF, a Word document (.docx), a web page or plain text "
        "can be read")


# --- TLS -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of docs.example that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "docs.example")])
    now = datetime.now(UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("docs.example")]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256()))
    file = tmp_path_factory.mktemp("tls") / "docs.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    return file


@pytest.fixture
def secure(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with answering(context) as answers:
        yield answers


def trusting(certificate):
    return lambda: ssl.create_default_context(cafile=certificate)


def test_the_server_has_to_show_a_certificate_of_the_name_and_not_of_the_address(
        secure, certificate):
    secure.page("/u", PAGE)
    by = rules(secure, certificates=trusting(certificate), resolver=names(
        {"docs.example": [LOOPBACK], "other.example": [LOOPBACK]}),
        allowed=(AllowedHost("docs.example", secure.port),
                 AllowedHost("other.example", secure.port)))

    assert download(secure.url("/u", "docs.example"), by).data == PAGE
    assert "Hostname mismatch" in refused(secure.url("/u", "other.example"), by)


def test_a_certificate_of_nobody_we_know_is_refused(secure):
    secure.page("/u", PAGE)
    assert "certificate verify failed" in refused(
        secure.url("/u", "docs.example"), rules(secure))


def test_nothing_goes_on_in_the_clear_that_began_encrypted(secure, certificate, server):
    server.page("/u", PAGE)
    secure.redirect("/a", server.url("/u"))
    by = rules(secure, certificates=trusting(certificate), allowed=(
        AllowedHost("docs.example", secure.port), AllowedHost("127.0.0.1", server.port)))

    assert refused(secure.url("/a", "docs.example"), by) == (
        "it redirects from https to http, where anybody on the way could change the document "
        f"({server.url('/u')})")
    assert server.asked == []


# --- a proxy ---------------------------------------------------------------------------------


def test_a_proxy_that_is_set_is_gone_through_and_inner_addresses_are_refused_before_it(server):
    server.page("http://docs.example/u", PAGE)
    by = DownloadRules(proxy=f"http://127.0.0.1:{server.port}", resolver=names(
        {"inside.example": [ip_address("10.0.0.5")]}))

    assert download("http://docs.example/u", by).data == PAGE
    assert refused("http://inside.example/u", by) == (
        "the address leads to a private network (10.0.0.5)")
    assert refused("http://[::1]/u", by) == "the address leads to this machine (::1)"
    assert [path for path, _ in server.asked] == ["http://docs.example/u"]


# --- the setting -----------------------------------------------------------------------------


@pytest.mark.parametrize(("setting", "hosts"), [
    ("", ()),
    (" mirror.example , 10.0.0.5:8080,", (AllowedHost("mirror.example"),
                                          AllowedHost("10.0.0.5", 8080))),
    ("Mirror.Example.:443", (AllowedHost("mirror.example", 443),)),
    ("[fd00::1]:8080, [fd00::2], fd00::3", (AllowedHost("fd00::1", 8080), AllowedHost("fd00::2"),
                                            AllowedHost("fd00::3"))),
])
def test_hosts_are_allowed_by_commas(setting, hosts):
    assert allowed_hosts(setting) == hosts


@pytest.mark.parametrize("setting", ["https://mirror.example", "mirror.example/x", "a:b", "a:0",
                                     "a:70000", ":80", "u@h", "a b"])
def test_what_is_no_host_is_named(setting):
    with pytest.raises(ValueError, match="is not a host: write host or host:port"):
        allowed_hosts(setting)


def test_a_wrong_setting_is_told_by_its_name(monkeypatch):
    monkeypatch.setenv("ADVISOR_FETCH_FROM", "mirror.example, https://other.example")
    with pytest.raises(BadSetting, match=r"FETCH_FROM.*'https://other.example' is not a host"):
        load()
