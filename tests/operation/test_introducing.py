"""Until Slack has said whose token it is, nothing is answered: that is told once, and then over."""

import logging
import threading
import urllib.error

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.serving import introducing
from bot.serving.introducing import Introducing
from bot.serving.listening import CannotServe


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(introducing, "AGAIN_SECONDS", 0)


def answered(reason, status=200):
    response = SlackResponse(
        client=None, http_verb="POST", api_url="auth.test", req_args={},
        data={"ok": False, "error": reason}, headers={}, status_code=status)
    return SlackApiError(reason, response)


def asking(*ends):
    """What asks Slack, and is answered in turn as *ends* say."""
    coming, told = list(ends), []

    def learn():
        end = coming.pop(0)
        if end is not None:
            raise end

    return Introducing(learn, told.append), coming, told


AWAY = urllib.error.URLError("no route")


def test_it_is_asked_until_slack_says_and_told_once(caplog):
    """Each try wrote a line, 1,800 an hour."""
    asked, coming, told = asking(AWAY, AWAY, answered("internal_error"), answered("", 502), None)

    with caplog.at_level(logging.WARNING, "advisor.serve"):
        asked.at_last(threading.Event())

    assert (coming, asked.waiting_for) == ([], None)
    assert len(told) == 1 and "slack.com:443" in told[0]
    assert [one.getMessage() for one in caplog.records] == [
        "Slack can't be reached yet; it is asked every two seconds"]


def test_while_it_waits_it_can_be_asked_why():
    waits = []
    asked, _, _ = asking(AWAY, None)
    learn = asked._learn
    asked._learn = lambda: (waits.append(asked.waiting_for), learn())

    asked.at_last(threading.Event())

    assert waits[0] is None and "Slack does not say" in waits[1]


@pytest.mark.parametrize("reason", ["invalid_auth", "not_allowed_token_type", "token_revoked"])
def test_a_token_that_slack_refuses_ends_it_at_once(reason):
    asked, coming, told = asking(answered(reason), None)

    with pytest.raises(CannotServe, match=rf"Slack refuses SLACK_BOT_TOKEN \({reason}\)"):
        asked.at_last(threading.Event())

    assert (coming, told) == ([None], [])


@pytest.mark.parametrize("reason", ["ratelimited", "internal_error", "fatal_error",
                                    "service_unavailable", "request_timeout"])
def test_what_slack_says_of_itself_is_no_word_about_the_token(reason):
    """A server that started while Slack had a fault ended, and blamed the token."""
    asked, coming, _ = asking(answered(reason), None)

    asked.at_last(threading.Event())

    assert coming == []


def test_told_to_end_it_asks_no_more():
    ended = threading.Event()
    ended.set()
    asked, coming, _ = asking(None)

    asked.at_last(ended)

    assert coming == [None]
