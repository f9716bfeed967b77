"""A real HTTP server on loopback that answers as a test tells it to, well or badly."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext


@dataclass
class Answers:
    """What a server says for each path, and what it was asked."""

    port: int = 0
    scheme: str = "http"
    by_path: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def page(self, path: str, body: bytes, media_type: str = "text/html",
             status: int = 200, **headers: str) -> str:
        """Let *path* answer with *body*."""
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", media_type)
            handler.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.by_path[path] = answer
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Let *path* lead to *to*."""
        return self.page(path, b"", status=status, Location=to) and self.url(path)

    def marked(self, path: str, body: bytes, etag: str) -> str:
        """Let *path* answer with *body*, or with 304 to whoever knows *etag*."""
        def answer(handler: BaseHTTPRequestHandler) -> None:
            if handler.headers["If-None-Match"] == etag:
                handler.send_response(304)
                handler.end_headers()
                return
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("ETag", etag)
            handler.end_headers()
            handler.wfile.write(body)

        self.by_path[path] = answer
        return self.url(path)


@contextmanager
def answering(tls: SSLContext | None = None) -> Iterator[Answers]:
    """A server while it is needed."""
    answers = Answers(scheme="https" if tls else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.asked.append((self.path, dict(self.headers)))
            answer = answers.by_path.get(self.path)
            if answer is None:
                self.send_error(404)
                return
            with suppress(BrokenPipeError, ConnectionResetError):  # the client has had enough
                answer(self)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            pass  # a client that refuses a certificate is what a test wants

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    answers.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
