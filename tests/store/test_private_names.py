"""The private names of others that we use are there, and take what we give them."""

from inspect import signature

from slack_sdk import WebClient
from slack_sdk.http_retry import RetryHandler
from sqlalchemy import Connection

from bot.slack.calling import Caller


def test_sqlalchemy_takes_an_error_of_the_driver_with_its_statement():
    named = list(signature(Connection._handle_dbapi_exception).parameters)
    assert named[:6] == ["self", "e", "statement", "parameters", "cursor", "context"]


def test_the_slack_sdk_makes_every_call_by_what_we_put_in_its_place():
    for name in ("_perform_urllib_http_request_internal", "_upload_file"):
        assert getattr(Caller, name) is not getattr(WebClient, name)
    named = list(signature(WebClient._perform_urllib_http_request_internal).parameters)
    assert named == ["self", "url", "req"]
    assert {"url", "data"} <= set(signature(WebClient._upload_file).parameters)


def test_the_slack_sdk_asks_a_handler_of_ours_whether_to_try_again():
    assert list(signature(RetryHandler._can_retry).parameters) == [
        "self", "state", "request", "response", "error"]
