"""A vendor of embeddings on loopback, which answers, refuses, hangs or is away.

What asks it stands where a vendor's LangChain package does; around it is what is around those.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from langchain_core.embeddings import Embeddings

from retrieval.embedding import UnitEmbeddings, _VendorEmbeddings
from tests.retrieval.conftest import WordEmbeddings

TIMEOUT_SECONDS = 2.0
"""After which whoever asks gives up."""
WAYS = ("away", "hangs", "fails", "refuses", "babbles")


class RemoteWords(Embeddings):
    """Asks the vendor at *url*, as its package would."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=TIMEOUT_SECONDS)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text."""
        answer = self._http.post("/embeddings", json=texts)
        answer.raise_for_status()
        rows: list[list[float]] = answer.json()["data"]
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question."""
        return self.embed_documents([text])[0]


def remote_words(url: str) -> UnitEmbeddings:
    """The embeddings of the vendor at *url*, as the bot opens any vendor's."""
    return _VendorEmbeddings(RemoteWords(url), "loopback:words")


class Vendor:
    """The server; `way` says how it answers, one of `WAYS` or "" for well."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.way = ""
        self.asked = 0
        self._words = WordEmbeddings()
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                vendor.answer(self)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request in the way of the moment."""
        texts = json.loads(request.rfile.read(int(request.headers["content-length"])))
        self.asked += 1
        way = self.way
        if way == "away":
            request.connection.close()
            return
        if way == "hangs":
            time.sleep(3 * TIMEOUT_SECONDS)
            return
        status = {"fails": 503, "refuses": 401}.get(way, 200)
        data = {"data": self._words.embed_documents(texts)}
        said = b"<html>" if way == "babbles" else json.dumps(data).encode()
        request.send_response(status)
        request.send_header("content-length", str(len(said)))
        request.end_headers()
        request.wfile.write(said)

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def vendor_at(port: int) -> Iterator[Vendor]:
    """A vendor that answers well, at *port*."""
    vendor = Vendor(port)
    try:
        yield vendor
    finally:
        vendor.close()
