"""Servers that send too much, too slowly, packed, broken or nothing at all."""

import gzip
import threading
import tracemalloc
import zlib

import pytest

from retrieval.ingesting.downloading import download
from retrieval.ingesting.hosts import AllowedHost
from tests.ingesting.downloads import PAGE, refused, rules


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
