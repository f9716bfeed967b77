"""A Socket Mode connection that breaks in the middle of a message."""

import logging
from queue import Queue

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.socket import _Handler


@pytest.fixture
def taken_up():
    """What was taken up, as it was sent."""
    return Queue()


@pytest.fixture
def handler(taken_up):
    web = WebClient(token="xoxb-none", base_url="http://127.0.0.1:9/api/")
    made = _Handler(App(client=web, token_verification_enabled=False,
                        request_verification_enabled=False), "xapp-none", web_client=web)
    made.client.message_listeners.append(lambda _client, _message, raw: taken_up.put(raw))
    yield made
    made.client.close()


@pytest.mark.parametrize("half", ['{"type": "events_api", "payl', "{", '{"a": ' + "[" * 100_000])
def test_half_a_message_is_set_aside_in_a_sentence(handler, taken_up, half, caplog):
    with caplog.at_level(logging.WARNING):
        handler.client.enqueue_message(half)
        handler.client.enqueue_message('{"type": "hello"}')
        assert taken_up.get(timeout=30) == '{"type": "hello"}'
    assert [one.getMessage() for one in caplog.records] == [
        "half a message of Slack's was set aside; it sends it again"]
    assert taken_up.empty()


@pytest.mark.parametrize("whole", ['{"type": "hello"}', "Ping from applink.slack.com"])
def test_a_whole_message_is_taken_up(handler, taken_up, whole, caplog):
    handler.client.enqueue_message(whole)
    assert taken_up.get(timeout=30) == whole
    assert not caplog.records
