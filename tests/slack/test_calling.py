"""A call to Slack ends in time and raises what its callers know, whatever comes back."""

import random
import ssl
import time
from collections.abc import Iterator
from http.client import HTTPSConnection

import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.slack import calling
from bot.slack.calling import Caller
from bot.slack.clients import MOST_SECONDS, UNSAID_SECONDS, Clients, Pair, reason_of, wait_of
from tests.faults.slack_proxy import Break, SlackProxy, status
from tests.workspace.running import BOT_TOKEN, DEALS, Workspace, running

TIMEOUT = 1
FOR_EVER = 30.0
"""Seconds that what never ends takes here; far more than the time-out, on a busy machine too."""


@pytest.fixture(scope="module")
def slack() -> Iterator[Workspace]:
    with running() as workspace:
        yield workspace


@pytest.fixture
def proxy() -> Iterator[SlackProxy]:
    made = SlackProxy("http://127.0.0.1:9/", random.Random(1), share=1.0,
                      methods=frozenset({"auth.test", "chat.postMessage"}))
    made.start()
    yield made
    made.close()


def raw(body: bytes, head: str = "Content-Type: application/json") -> Break:
    """An answer of exactly these bytes."""
    whole = (f"HTTP/1.1 200 OK\r\n{head}\r\nContent-Length: {len(body)}\r\n"
             "Connection: close\r\n\r\n").encode() + body
    return Break("raw", answer=lambda _: whole)


@pytest.mark.parametrize(("how", "raised"), [
    (Break("drip", answer=lambda _: b"HTTP/1.1 200 OK\r\n" * 9, per_byte=0.2), OSError),
    (Break("hang", seconds=FOR_EVER), OSError),
    (Break("cut", answer=lambda _: b"HTTP/1.1 200 OK\r\nContent-Le"), SlackApiError),
    (Break("half", answer=lambda _: b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"ok": t'),
     OSError),
    (Break("reset", reset=True), OSError),
    (Break("nonsense", answer=lambda _: b"\x00\x01\x02\r\n\r\n"), OSError),
    (raw(b'{"ok": tr'), OSError),
    (raw(b"[]"), SlackRequestError),
    (raw(b"7"), SlackRequestError),
    (raw(b'{"a":' * 5_000), OSError),
    (raw(b'{"ok": true, "\xff": 1}'), SlackRequestError),
    (raw(b"{}", "Content-Type: text/x; charset=no-such"), SlackRequestError),
    (raw(b"<html>", "Content-Type: text/html"), SlackApiError),
    (raw(b""), SlackApiError),
    (status(500, "<html>", "text/html; charset=no-such"), SlackApiError),
    (status(503), SlackApiError),
    (status(502, '["away"]', "application/json"), SlackApiError),
    (status(429, "7", "application/json"), SlackApiError),
    (status(500, '{"a":' * 5_000, "application/json"), SlackApiError),
    (Break("half 500", answer=lambda _: b"HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\nab"),
     SlackApiError),
], ids=lambda one: one.name if isinstance(one, Break) else "")
def test_what_cannot_be_read_is_said_in_words_that_callers_know(
    proxy: SlackProxy, how: Break, raised: type[Exception]
) -> None:
    proxy.breaks = (how,)
    caller = Caller(BOT_TOKEN, base_url=proxy.url, timeout=TIMEOUT, retry_handlers=[])
    began = time.monotonic()

    with pytest.raises(raised) as told:
        caller.auth_test()

    assert reason_of(told.value) is not None
    # The time-out of the whole call is a second; the drip alone would take thirty.
    assert time.monotonic() - began < FOR_EVER / 2


def test_a_call_that_nothing_hinders_is_as_the_sdks(slack: Workspace) -> None:
    caller = Caller(BOT_TOKEN, base_url=slack.base + "api/", timeout=5)

    sent = caller.chat_postMessage(channel=DEALS, text="Hello")

    assert sent["ok"]
    assert slack.messages(DEALS)[-1]["ts"] == sent["ts"]
    with pytest.raises(SlackApiError) as refused:
        caller.chat_postMessage(channel="C0NONE", text="Hello")
    assert refused.value.response["error"] == "channel_not_found"


def test_a_file_is_put_where_slack_says(slack: Workspace) -> None:
    caller = Caller(BOT_TOKEN, base_url=slack.base + "api/", timeout=5)

    caller.files_upload_v2(channel=DEALS, filename="a.txt", content="words")

    assert slack.messages(DEALS)[-1]["files"][0]["name"] == "a.txt"


@pytest.mark.parametrize(("header", "seconds"), [
    ("7", 7.0), ("0", 1.0), ("2.5", 2.5), ("999999999999", MOST_SECONDS), ("-3", UNSAID_SECONDS),
    ("soon", UNSAID_SECONDS), ("", UNSAID_SECONDS), ("nan", UNSAID_SECONDS),
    ("inf", UNSAID_SECONDS), ("1e400", UNSAID_SECONDS), ("٣", UNSAID_SECONDS),
    ("Wed, 21 Oct 2026 07:28:00 GMT", UNSAID_SECONDS),
])
def test_what_slack_asks_to_wait_is_a_sensible_time_whatever_it_says(
    header: str, seconds: float
) -> None:
    assert wait_of({"Retry-After": header}) == seconds
    assert wait_of({"retry-after": [header]}) == seconds


def test_without_the_header_half_a_minute_is_waited() -> None:
    assert wait_of({}) == UNSAID_SECONDS


def test_a_read_does_not_sleep_for_as_long_as_it_is_told(proxy: SlackProxy) -> None:
    proxy.breaks = (status(429, Retry_After="3600"),)
    pair: Pair = Clients(lambda _: BOT_TOKEN, proxy.url).of("T1")
    began = time.monotonic()

    with pytest.raises(SlackApiError):
        pair.reads.auth_test()

    assert time.monotonic() - began < 60
    assert proxy.calls["auth.test"] == 1


def test_what_is_trusted_is_read_once_and_is_what_python_trusts(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def reading() -> ssl.SSLContext:
        read.append(ssl.create_default_context())
        return read[-1]

    monkeypatch.setattr(calling, "create_default_context", reading)
    calling.trusting.cache_clear()
    for _ in range(2):
        client = Caller(token=BOT_TOKEN, base_url="https://127.0.0.1:9/api/", timeout=TIMEOUT)
        for _ in range(2):
            with pytest.raises(OSError):
                client.auth_test()
    calling.trusting.cache_clear()
    theirs = HTTPSConnection("127.0.0.1")._context  # type: ignore[attr-defined]

    (ours,) = read
    assert [(one.verify_mode, one.check_hostname, one.post_handshake_auth, one.options,
             one.minimum_version, one.cert_store_stats()) for one in (ours, theirs)] == [
        (ssl.CERT_REQUIRED, True, True, theirs.options, theirs.minimum_version,
         theirs.cert_store_stats())] * 2


def test_each_call_has_its_own_time_and_its_own_connection(proxy: SlackProxy) -> None:
    proxy.breaks = (Break("hang", seconds=FOR_EVER),)
    client = Caller(token=BOT_TOKEN, base_url=proxy.url, timeout=TIMEOUT)

    for _ in range(2):
        began = time.monotonic()
        with pytest.raises(OSError):
            client.auth_test()
        assert TIMEOUT * 0.9 < time.monotonic() - began < FOR_EVER / 2
    assert proxy.calls["auth.test"] == 2
