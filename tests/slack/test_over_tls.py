"""A turn over TLS, as docs/slack-setup.md has it: a proxy with a certificate before the bot.

The proxy sets the headers that `docker/nginx.conf` sets; the certificate is the one that
`docker/make-secrets.sh` makes.  `tests.docker.test_balancer` tries nginx itself where it is.
"""

import hashlib
import hmac
import json
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from bot.web.app import Site, build_web
from tests.conftest import PROJECT
from tests.slack.joined import OFFICE
from tests.slack.mentions import event
from tests.slack.playing import DEAL, Bot
from tests.workspace.running import SECRET, serving

TOKEN = "t" * 32


@pytest.fixture(scope="session")
def transport() -> str:
    """Through a socket the bot calls Slack, and needs no certificate."""
    return "http"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which `make-secrets.sh` has put a certificate of localhost and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed here")
    folder = tmp_path_factory.mktemp("tls")
    shutil.copyfile(PROJECT / "docker" / "make-secrets.sh", folder / "make-secrets.sh")
    subprocess.run(["sh", folder / "make-secrets.sh", "localhost"], check=True)
    return folder / "secrets"


@contextmanager
def before(server: str, secrets: Path) -> Iterator[str]:
    """A proxy that ends TLS before *server*; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            passed = {name: value for name, value in self.headers.items()
                      if not name.lower().startswith(("x-forwarded-", "connection"))}
            answer = httpx.post(f"{server}{self.path.removeprefix('/')}", content=body, headers={
                **passed, "X-Forwarded-For": self.client_address[0],
                "X-Forwarded-Proto": "https"}, trust_env=False, timeout=60)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(secrets / "tls_certificate", secrets / "tls_key")
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{proxy.server_address[1]}/"
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join(5)


@pytest.fixture
def trusting(certificate: Path) -> Iterator[httpx.Client]:
    """Somebody who knows the certificate and no other."""
    known = ssl.create_default_context(cafile=str(certificate / "tls_certificate"))
    with httpx.Client(verify=known, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def address(bot: Bot, certificate: Path) -> Iterator[str]:
    """Where the bot is reached over TLS; turns of the machine protocol ask for a token."""
    site = Site(slack=bot.joined.app, install=None, advisor=lambda: bot.joined.parts.advisor,
                faults=dict, api_token=TOKEN)
    with serving(build_web(site)) as server, before(server, certificate) as made:
        yield made


def signed(ts: str) -> dict[str, object]:
    """A mention with a deal, signed as Slack does."""
    body, at = json.dumps(event(ts)).encode(), str(int(time.time()))
    known = hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
    return {"content": body, "headers": {
        "Content-Type": "application/json", "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={known.hexdigest()}"}}


def test_what_slack_sends_over_tls_is_answered_once(
    bot: Bot, address: str, trusting: httpx.Client
) -> None:
    ts = bot.say("Morning")

    first, again = (trusting.post(f"{address}slack/events", **signed(ts)) for _ in range(2))  # type: ignore[arg-type]
    bot.settle()

    assert (first.status_code, again.status_code) == (200, 200)
    assert len(bot.replies(OFFICE, ts)) == 1
    assert [turn.message.text for turn in bot.turns(OFFICE, ts)] == [DEAL]


def test_nobody_else_can_be_taken_for_it(bot: Bot, address: str) -> None:
    ts = bot.say("Morning")

    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.post(f"{address}slack/events", trust_env=False, **signed(ts))  # type: ignore[arg-type]
    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{address.replace('https', 'http')}slack/events", trust_env=False,
                   **signed(ts))  # type: ignore[arg-type]
    bot.settle()

    assert bot.replies(OFFICE, ts) == []


def test_a_proxy_on_this_machine_makes_nobody_a_neighbour(
    address: str, trusting: httpx.Client
) -> None:
    """What comes through it comes from anywhere, and takes a turn with the token alone."""
    said = {"conversation": "over-tls", "text": DEAL}

    stranger = trusting.post(f"{address}api/turns", json=said)
    known = trusting.post(f"{address}api/turns", json=said,
                          headers={"Authorization": f"Bearer {TOKEN}"})

    assert (stranger.status_code, known.status_code) == (401, 200)
    assert known.json()["citations"]
