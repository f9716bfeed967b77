"""Servers that are no Chroma server, or none for now: told in a sentence, in time."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from retrieval.errors import IndexServerAway
from retrieval.guidance import ReleaseId
from retrieval.index import open_index, tidy
from retrieval.indexes import stored

from . import small
from .conftest import WordEmbeddings

HEARTBEAT = "/api/v2/heartbeat"
OF_CHROMA = {
    HEARTBEAT: {"nanosecond heartbeat": 1},
    "/api/v2/version": "1.0.0",
    "/api/v2/auth/identity": {"user_id": "", "tenant": "default_tenant", "databases": []},
    "/api/v2/tenants/default_tenant": {"name": "default_tenant"},
    "/api/v2/tenants/default_tenant/databases/default_database":
        {"id": "00000000-0000-0000-0000-000000000000", "name": "default_database",
         "tenant": "default_tenant"},
}


@contextmanager
def serving(answers: dict[str, tuple[int, bytes] | None]) -> Iterator[str]:
    """A server of *answers* by path, `""` for all others; at None it hangs.  Its address."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = answers.get(self.path.partition("?")[0], answers[""])
            if answer is None:
                over.wait(60)
                return
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def chroma_but(other: tuple[int, bytes] | None) -> dict[str, tuple[int, bytes] | None]:
    """What a Chroma server says of itself, and *other* to all that it is asked."""
    return {"": other, **{at: (200, json.dumps(said).encode()) for at, said in OF_CHROMA.items()}}


@pytest.mark.parametrize(("answer", "why"), [
    ((500, b'{"error":"InternalError","message":"boom"}'), "HTTP 500 Internal Server Error"),
    ((503, b"<html>\n<body>Service\nUnavailable</body></html>"), "HTTP 503 Service Unavailable"),
    ((401, b"{}"), "HTTP 401 Unauthorized"),
    ((200, b"\0\xff<<<"), "what answers there is no Chroma server"),
    ((200, b'{"hello": [1, 2]}'), "what answers there is no Chroma server"),
    ((200, b"7"), "what answers there is no Chroma server"),
    (None, "it takes too long"),
])
def test_what_is_no_chroma_server_is_told_in_a_sentence_and_in_time(answer, why, tmp_path,
                                                                    monkeypatch):
    """One that took a connection and said nothing kept every command, and a start, for ever."""
    monkeypatch.setattr(stored, "_HEARTBEAT_SECONDS", 0.3)
    with serving({"": answer}) as address, pytest.raises(IndexServerAway) as told:
        tidy([], tmp_path, server=address)
    assert str(told.value) == (f"The Chroma server at {address} does not answer ({why}). Start "
                               "it, or correct ADVISOR_CHROMA_URL.")


@pytest.mark.parametrize(("answer", "why"), [
    ((502, b"bad gateway"), "HTTP 502 Bad Gateway"),
    ((503, b"<html>\n<body>away</body></html>"), "HTTP 503 Service Unavailable"),
    ((504, b""), "HTTP 504 Gateway Timeout"),
    (None, "it takes too long"),
])
def test_a_server_that_is_away_for_now_has_nothing_embedded_anew(answer, why, tmp_path: Path,
                                                                 monkeypatch):
    """Its index was taken for damaged, and all texts were embedded for another that had no place
    to go."""
    monkeypatch.setattr(stored, "_ANSWER_SECONDS", 0.3)
    words = WordEmbeddings()
    with serving(chroma_but(answer)) as address, pytest.raises(IndexServerAway) as told:
        open_index(small.ordinary(), ReleaseId("0123456789ab"), words, tmp_path, server=address)
    assert f"The Chroma server at {address} does not answer ({why})." in str(told.value)
    assert words.embedded == []


NOTHING = (404, b'{"detail":"Not Found"}')


@pytest.mark.parametrize(("at", "version"), [
    ({HEARTBEAT: (200, b'{"nanosecond heartbeat":1}'), "/api/v2/version": (200, b'"0.6.3"')},
     "0.6.3"),
    ({"/api/v1/version": (200, b'"0.4.24"')}, "0.4.24"),
])
def test_a_server_of_another_generation_is_told_by_its_version(at, version, tmp_path: Path):
    """`KeyError('_type')` was told, and a server that started ended, with nobody to take in what
    people said."""
    with serving({"": NOTHING, **at}) as address, pytest.raises(IndexServerAway) as told:
        tidy([], tmp_path, server=address)
    assert str(told.value) == (
        f"The Chroma server at {address} is of version {version}, and one of 1.0 or newer is "
        "needed. Start such a one there, or correct ADVISOR_CHROMA_URL.")


def test_where_nothing_is_known_of_chroma_the_first_answer_is_told(tmp_path: Path):
    with serving({"": NOTHING}) as address, pytest.raises(IndexServerAway, match="HTTP 404 Not"):
        tidy([], tmp_path, server=address)
