"""What an error means, whichever vendor's client raised it."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import httpx
import pytest

from bot.chat.calls import Ended
from bot.chat.faults import fault_of


class OfAVendor(Exception):
    """As vendors raise it: a status, a response, or a cause."""

    def __init__(self, status=None, body="", headers=None, message="words of the deal"):
        super().__init__(message)
        self.response = SimpleNamespace(status_code=status, text=body, headers=headers or {})


def caused_by(cause):
    error = OfAVendor()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(("error", "ended", "passing", "unwell", "left"), [
    (OfAVendor(400), Ended.FAILED, False, False, True),
    (OfAVendor(401), Ended.FAILED, False, True, True),
    (OfAVendor(422), Ended.FAILED, False, False, True),
    (OfAVendor(429), Ended.FAILED, True, True, True),
    (OfAVendor(529), Ended.FAILED, True, True, True),
    (OfAVendor(200), Ended.MALFORMED, False, True, True),
    (TimeoutError(), Ended.TIMED_OUT, False, True, True),
    (caused_by(httpx.ReadTimeout("")), Ended.TIMED_OUT, False, True, True),
    (caused_by(httpx.ConnectError("")), Ended.FAILED, True, True, False),
    (caused_by(ConnectionRefusedError()), Ended.FAILED, True, True, False),
    (caused_by(socket.gaierror()), Ended.FAILED, True, True, False),
    (caused_by(ConnectionResetError()), Ended.FAILED, True, True, True),
    (caused_by(httpx.RemoteProtocolError("")), Ended.FAILED, True, True, True),
    (RecursionError(), Ended.FAILED, False, True, True),
])
def test_an_error_is_told_by_its_status_or_by_what_caused_it(error, ended, passing, unwell, left):
    fault = fault_of(error)
    assert (fault.ended, fault.passing, fault.unwell, fault.left) == (ended, passing, unwell, left)
    assert "deal" not in fault.why


@pytest.mark.parametrize(("told", "seconds"), [
    ("3", 3.0), ("0.5", 0.5), ("-4", 0.0), ("nan", None), ("inf", None), ("soon", None),
])
def test_how_long_a_server_asks_to_wait(told, seconds):
    assert fault_of(OfAVendor(429, headers={"retry-after": told})).wait_seconds == seconds


def test_a_server_may_name_the_hour():
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=3600), usegmt=True)
    waits = fault_of(OfAVendor(503, headers={"retry-after": then})).wait_seconds
    assert waits is not None
    assert 3000 < waits <= 3600


@pytest.mark.parametrize(("body", "why"), [
    ('{"error": {"code": "insufficient_quota", "type": "x"}}', "HTTP 429, insufficient_quota"),
    ('{"error": {"code": "Our deal with Acme", "type": null}}', "HTTP 429"),
    ('{"error": "text"}', "HTTP 429"),
    ("[1]", "HTTP 429"),
    ("<html>", "HTTP 429"),
    ("[" * 100_000, "HTTP 429"),
])
def test_only_a_short_name_of_the_error_is_told(body, why):
    fault = fault_of(OfAVendor(429, body))
    assert (fault.why, fault.received) == (why, body)


def test_a_circle_of_causes_ends():
    first, second = OfAVendor(500), OfAVendor()
    first.__cause__, second.__cause__ = second, first
    assert fault_of(second).why == "HTTP 500"
