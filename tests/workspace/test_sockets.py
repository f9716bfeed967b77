"""Socket Mode on the wire."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.workspace.running import (
    APP_TOKEN,
    BOT,
    DEALS,
    PATIENCE_SECONDS,
    SAM,
    Workspace,
    eventually,
    running,
)


@pytest.fixture
def workspace(request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """One of one's own; a parameter says how long it waits for an acknowledgement."""
    seconds = getattr(request, "param", PATIENCE_SECONDS)
    with running(ack_seconds=seconds, retry_delays=(0.0, 0.0)) as own:
        yield own


def ticket(workspace: Workspace) -> str:
    client = WebClient(APP_TOKEN, base_url=workspace.base + "api/")
    url: str = client.apps_connections_open(app_token=APP_TOKEN)["url"]
    return url


@contextmanager
def opened(workspace: Workspace) -> Iterator[ClientConnection]:
    with connect(ticket(workspace), proxy=None) as socket:
        assert read(socket)["type"] == "hello"
        yield socket


def read(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE_SECONDS))
    return message


def acknowledge(socket: ClientConnection, envelope: dict[str, Any], **payload: Any) -> None:
    answer = {"envelope_id": envelope["envelope_id"]}
    socket.send(json.dumps(answer | ({"payload": payload} if payload else {})))


def test_a_socket_is_greeted_and_told_events_in_envelopes(workspace):
    with connect(ticket(workspace), proxy=None) as socket:
        hello = read(socket)
        workspace.say("Hello")
        envelope = read(socket)
        acknowledge(socket, envelope)

        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"] == {"app_id": "A0ADVISOR1"}
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("events_api", False)
        assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
        assert envelope["payload"]["event"]["text"] == "Hello"
        assert [e["ok"] for e in workspace.log("ack")] == [True]


def test_a_ticket_is_good_for_one_connection(workspace):
    url = ticket(workspace)
    with connect(url, proxy=None), pytest.raises((InvalidStatus, ConnectionClosed)):
        read(connect(url, proxy=None))


@pytest.mark.parametrize("workspace", [2.0], indirect=True)  # in which the second is acknowledged
def test_an_envelope_that_is_not_acknowledged_comes_again(workspace):
    with opened(workspace) as socket:
        workspace.say("Hello")
        first, second = read(socket), read(socket)
        acknowledge(socket, second)
        workspace.order("settle")

        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.2)


def test_each_envelope_goes_to_one_socket(workspace):
    with opened(workspace) as one, opened(workspace) as two:
        for text in ("a", "b"):
            workspace.say(text)
        got = []
        for socket in (one, two):
            envelope = read(socket)
            got.append(envelope["payload"]["event"]["text"])
            acknowledge(socket, envelope)

        assert sorted(got) == ["a", "b"]


def test_a_command_is_answered_in_its_acknowledgement(workspace):
    with opened(workspace) as socket:
        answers: list[dict[str, Any]] = []
        asking = threading.Thread(target=lambda: answers.append(workspace.do(
            "command", channel=DEALS, command="/advisor", text="x")))
        asking.start()
        envelope = read(socket)
        acknowledge(socket, envelope, text="Here")
        asking.join(PATIENCE_SECONDS)

        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert envelope["payload"]["command"] == "/advisor"
        assert answers == [{"ok": True}]
        assert (workspace.messages()[-1]["text"], workspace.messages()[-1]["user"]) == (
            "Here", BOT)


@pytest.mark.parametrize("workspace", [0.3], indirect=True)
def test_a_command_that_nobody_acknowledges_says_so(workspace):
    with opened(workspace):
        workspace.do("command", channel=DEALS, command="/advisor", text="x")

        assert workspace.messages()[-1]["text"] == (
            "/advisor failed because the app did not respond.")


def test_at_most_ten_sockets_are_open(workspace):
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(opened(workspace))
        with connect(ticket(workspace), proxy=None) as eleventh:
            assert read(eleventh)["reason"] == "too_many_websockets"
            with pytest.raises(ConnectionClosed):
                read(eleventh)


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
def test_a_socket_is_told_to_go_and_closed(workspace, reason):
    with opened(workspace) as socket:
        workspace.order("sockets", disconnect=reason)

        message = read(socket)
        assert (message["type"], message["reason"]) == ("disconnect", reason)
        with pytest.raises(ConnectionClosed):
            read(socket)


def test_a_warning_leaves_the_socket_open(workspace):
    with opened(workspace) as socket:
        workspace.order("sockets", disconnect="warning")
        workspace.say("Hello")

        assert [read(socket)["type"], read(socket)["type"]] == ["disconnect", "events_api"]


def test_a_connection_can_break_without_a_word(workspace):
    with opened(workspace) as socket:
        workspace.order("sockets", abrupt=True)

        with pytest.raises(ConnectionClosed) as broken:
            read(socket)
        assert broken.value.rcvd is None


def test_a_ping_is_answered(workspace):
    with opened(workspace) as socket:
        assert socket.ping("hello").wait(PATIENCE_SECONDS)


def test_nonsense_on_a_socket_does_no_harm(workspace):
    with opened(workspace) as socket:
        for text in ("{", "[]", '{"envelope_id": 7}'):
            socket.send(text)
        workspace.say("Hello")

        assert read(socket)["type"] == "events_api"


def test_without_a_socket_and_without_an_address_nothing_is_lost_silently(workspace):
    workspace.say("Hello")

    assert {e["problem"] for e in workspace.log("ack")} == {"connection_failed"}
    assert eventually(lambda: len(workspace.log("delivery")) == 3)
    assert workspace.do("press", SAM, channel=DEALS, ts="1.1")["ok"] is False
