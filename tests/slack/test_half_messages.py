"""A Socket Mode connection that breaks in the middle of a message."""

import logging
from queue import Empty

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.socket import _Handler


@pytest.fixture
def handler():
    web = WebClient(token="xoxb-none", base_url="http://127.0.0.1:9/api/")
    made = _Handler(App(client=web, token_verification_enabled=False,
                        request_verification_enabled=False), "xapp-none", web_client=web)
    made.client.message_processor.shutdown()  # so that what is taken up stays in the queue
    yield made
    made.client.close()


@pytest.mark.parametrize("half", ['{"type": "events_api", "payl', "{", '{"a": ' + "[" * 100_000])
def test_half_a_message_is_set_aside_in_a_sentence(handler, half, caplog):
    with caplog.at_level(logging.WARNING, logger="advisor.slack"):
        handler.client.enqueue_message(half)
    assert [one.getMessage() for one in caplog.records] == [
        "half a message of Slack's was set aside; it sends it again"]
    with pytest.raises(Empty):
        handler.client.message_queue.get_nowait()


@pytest.mark.parametrize("whole", ['{"type": "hello"}', "Ping from applink.slack.com"])
def test_a_whole_message_is_taken_up(handler, whole, caplog):
    handler.client.enqueue_message(whole)
    assert handler.client.message_queue.get_nowait() == whole
    assert not caplog.records
