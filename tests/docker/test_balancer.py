"""The balancer's configuration in the real nginx, before small servers that tell what they got."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.docker.dockerfile import PROJECT
from tests.workspace.running import eventually

CONF = PROJECT / "docker" / "nginx.conf"


class Replica:
    """Answers every request with what it got; can break off after reading one."""

    def __init__(self, name: str) -> None:
        replica = self
        self.got: list[str] = []
        self.breaking = False

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                self.rfile.read(length)
                replica.got.append(self.path)
                if replica.breaking:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                body = json.dumps({"by": name, "length": length,
                                   "headers": dict(self.headers)}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def gone(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Balanced:
    """Three replicas behind nginx."""

    replicas: list[Replica]
    http: int
    https: int
    told: Path
    """What nginx has written."""
    context: ssl.SSLContext = field(default_factory=ssl._create_unverified_context)

    def ask(
        self, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict]:
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.https}{path}", body,
            {name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=20, context=self.context) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, {}


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@pytest.fixture
def balanced(tmp_path: Path) -> Iterator[Balanced]:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        warnings.warn("nginx is not installed: the balancer was not tried", stacklevel=1)
        pytest.skip("nginx is not installed (apt install nginx-light)")
    script = tmp_path / "make-secrets.sh"
    shutil.copyfile(PROJECT / "docker" / "make-secrets.sh", script)
    subprocess.run(["sh", script, "localhost"], check=True)
    made = Balanced([Replica(str(n)) for n in (1, 2, 3)], _free(), _free(), tmp_path / "told")
    text = CONF.read_text("utf-8")
    for number, replica in enumerate(made.replicas, 1):
        text = text.replace(f"advisor-{number}:8080", f"127.0.0.1:{replica.port}")
    for before, after in (("/tmp/", f"{tmp_path}/"),  # noqa: S108
                          ("/run/secrets", f"{tmp_path}/secrets"),
                          ("listen 8080", f"listen 127.0.0.1:{made.http}"),
                          ("listen 8443", f"listen 127.0.0.1:{made.https}"),
                          ("/dev/stderr", str(made.told)), ("/dev/stdout", str(made.told))):
        text = text.replace(before, after)
    if os.getuid() == 0:
        text = f"user root;\n{text}"  # pytest's folders are this account's alone
    (tmp_path / "nginx.conf").write_text(text)
    subprocess.run([nginx, "-t", "-q", "-c", tmp_path / "nginx.conf"], check=True)
    process = subprocess.Popen([nginx, "-c", tmp_path / "nginx.conf"])
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", made.https), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield made
    finally:
        process.terminate()
        process.wait(10)
        for replica in made.replicas:
            replica.gone()


def test_replicas_take_turns_and_learn_who_asks(balanced):
    answers = [balanced.ask("/slack/events", b"{}", X_Forwarded_For="6.6.6.6",
                            X_Forwarded_Proto="gopher", Forwarded="for=6.6.6.6")[1]
               for _ in range(30)]
    assert {answer["by"] for answer in answers} == {"1", "2", "3"}
    for answer in answers:
        assert answer["headers"]["X-Forwarded-For"] == "127.0.0.1"
        assert answer["headers"]["X-Forwarded-Proto"] == "https"
        assert "Forwarded" not in answer["headers"]


def test_a_replica_that_is_gone_is_passed_over(balanced):
    balanced.replicas[0].gone()
    answers = [balanced.ask(path, b"{}") for path in ("/slack/events", "/api/turns") * 10]
    assert {status for status, _ in answers} == {200}
    assert {answer["by"] for _, answer in answers} == {"2", "3"}


def test_slacks_request_goes_to_another_when_one_dies_over_it(balanced):
    for replica in balanced.replicas[:2]:
        replica.breaking = True
    assert [balanced.ask("/slack/events", b"{}")[1].get("by") for _ in range(4)] == ["3"] * 4


def test_a_turn_is_never_asked_for_twice(balanced):
    for replica in balanced.replicas:
        replica.breaking = True
    assert balanced.ask("/api/turns", b"{}")[0] == 502
    assert sum(len(replica.got) for replica in balanced.replicas) == 1


def test_the_code_of_an_installation_or_a_sign_in_is_in_no_line(balanced):
    """nginx's own errors hold the whole request, of a code that nobody has used yet."""
    for replica in balanced.replicas:
        replica.breaking = True
    paths = ("/slack/oauth_redirect", "/console/callback")
    assert [balanced.ask(f"{path}?code=zyxcanary")[0] for path in paths] == [502, 502]
    # A line is written once the answer has been.
    assert eventually(
        lambda: all(f"GET {path} 502" in balanced.told.read_text() for path in paths))
    assert [line for line in balanced.told.read_text().splitlines() if "canary" in line] == []


def test_what_is_too_large_is_refused_and_a_document_is_not(balanced):
    assert balanced.ask("/slack/events", bytes(1_100_000))[0] == 413
    status, answer = balanced.ask("/console/documents", bytes(21_000_000))
    assert (status, answer["length"]) == (200, 21_000_000)


def test_what_is_for_those_inside_stays_there(balanced):
    for path in ("/healthz", "/readyz", "/metrics", "/"):
        assert balanced.ask(path)[0] == 404
    assert not any(replica.got for replica in balanced.replicas)
    with pytest.raises(urllib.error.HTTPError) as moved:
        urllib.request.build_opener(_Stay).open(f"http://127.0.0.1:{balanced.http}/console?a=1")
    assert (moved.value.code, moved.value.headers["Location"]) == (
        308, "https://127.0.0.1/console?a=1")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""
