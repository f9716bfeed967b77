"""Connections that send no request, or a byte of one now and then, are ended; others are not."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.serving import dawdling
from bot.serving.dawdling import HEAD_BYTES, HeadInTime

HEAD_SECONDS = 0.8
STEP_SECONDS = 0.1
ASKED = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


async def at_once(_: object) -> PlainTextResponse:
    return PlainTextResponse("an answer")


async def later(_: object) -> PlainTextResponse:
    await asyncio.sleep(2 * HEAD_SECONDS)
    return PlainTextResponse("an answer")


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where a server listens that waits for a request for less than a second."""
    monkeypatch.setattr(dawdling, "HEAD_SECONDS", HEAD_SECONDS)
    app = Starlette(routes=[Route("/", at_once), Route("/later", later)])
    server = uvicorn.Server(uvicorn.Config(
        app, http=HeadInTime, log_level="critical", lifespan="off", timeout_keep_alive=60))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(20)


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
        yield one


def is_ended(one: socket.socket, sending: bytes = b"") -> bool:
    """Whether the server ends it within some seconds, while a byte of *sending* comes each step."""
    one.settimeout(STEP_SECONDS)
    for n in range(round(5 * HEAD_SECONDS / STEP_SECONDS)):
        try:
            one.sendall(sending[n % len(sending):][:1] if sending else b"")
            if not one.recv(4096):
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def answer(one: socket.socket) -> bytes:
    """The next answer, whole."""
    one.settimeout(20)
    got = b""
    while not got.endswith(b"an answer"):
        part = one.recv(4096)
        assert part, f"ended behind {got!r}"
        got += part
    return got


def test_a_connection_that_asks_nothing_is_ended(port: int) -> None:
    with connected(port) as one:
        assert is_ended(one)


def test_headers_that_drip_in_are_not_waited_for(port: int) -> None:
    """Some hundred such connections held the process's files, and nobody else got in."""
    with connected(port) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n")
        assert is_ended(one, b"x-dripping: ")


def test_nor_are_those_of_a_second_request(port: int) -> None:
    with connected(port) as one:
        one.sendall(ASKED)
        answer(one)
        one.sendall(b"GET / HTTP/1.1\r\nx-dripping: ")
        assert is_ended(one, b"x")


def test_a_body_that_drips_in_behind_its_answer_ends_the_connection(port: int) -> None:
    """What is refused is answered before its body has come, and then nobody waited for that."""
    with connected(port) as one:
        one.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n")
        one.settimeout(20)
        assert one.recv(4096).startswith(b"HTTP/1.1 405 ")
        assert is_ended(one, b"x")


def test_headers_without_end_are_refused_before_they_fill_the_memory(port: int) -> None:
    with connected(port) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nx-endless: ")
        with suppress(OSError):  # the server has ended it by then
            for _ in range(100):
                one.sendall(bytes(HEAD_BYTES).replace(b"\0", b"x"))
        with suppress(ConnectionResetError):
            assert one.recv(4096).startswith(b"HTTP/1.1 400 ")
        assert is_ended(one)


def test_a_head_may_be_of_some_length(port: int) -> None:
    with connected(port) as one:
        half = b"x" * (HEAD_BYTES // 3)
        one.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nx-long: " + half)
        time.sleep(STEP_SECONDS)
        one.sendall(half + b"\r\n\r\n")
        assert answer(one).startswith(b"HTTP/1.1 200 ")


def test_an_answer_may_take_its_time(port: int) -> None:
    with connected(port) as one:
        one.sendall(ASKED.replace(b"/ ", b"/later "))
        assert answer(one).startswith(b"HTTP/1.1 200 ")


def test_requests_behind_one_another_are_answered_for_as_long_as_they_come(port: int) -> None:
    with connected(port) as one:
        until = time.monotonic() + 2 * HEAD_SECONDS
        while time.monotonic() < until:
            one.sendall(ASKED)
            assert answer(one).startswith(b"HTTP/1.1 200 ")
            time.sleep(STEP_SECONDS)
        one.sendall(ASKED + ASKED.replace(b"/ ", b"/later "))
        assert answer(one).startswith(b"HTTP/1.1 200 ")
        assert answer(one).startswith(b"HTTP/1.1 200 ")
