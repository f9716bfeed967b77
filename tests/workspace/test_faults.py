"""Faults that a test orders strike when they should and do what they say."""

import http.client
import json
import urllib.error

import httpx
import pytest

from bot.workspace.faults import Faults
from tests.workspace.running import DEALS


def post(workspace, text="Hello"):
    return workspace.http.post("api/chat.postMessage", json={"channel": DEALS, "text": text},
                               headers={"Authorization": "Bearer xoxb-for-tests"})


def test_a_fault_strikes_the_nth_call_of_its_method_and_then_no_more():
    faults = Faults()
    faults.order("chat.update", 3, "latency", 0.5)

    struck = [faults.strike(m) for m in ("chat.update", "chat.delete", "chat.update",
                                         "chat.update", "chat.update")]

    assert struck == [None, None, None, ("latency", 0.5), None]


@pytest.mark.parametrize("given", [("chat.update", 0, "latency"), ("chat.update", 1, "nothing")])
def test_a_fault_that_makes_no_sense_is_refused(given):
    with pytest.raises(ValueError, match=r"nth counts from 1|no fault"):
        Faults().order(*given)


def test_a_call_can_be_refused_with_any_code_of_slacks(workspace):
    ts = workspace.slack.chat_postMessage(channel=DEALS, text="One")["ts"]
    workspace.order("faults", method="chat.delete", nth=1,
                    kind="refused:compliance_exports_prevent_deletion")

    assert workspace.call("chat.delete", channel=DEALS, ts=ts) == {
        "ok": False, "error": "compliance_exports_prevent_deletion"}
    assert workspace.call("chat.delete", channel=DEALS, ts=ts)["ok"]


@pytest.mark.parametrize(("kind", "status"), [
    ("rate_limited", 429), ("http_500", 500), ("http_502", 502), ("html_500", 500)])
def test_a_call_can_fail_before_anything_happens(workspace, kind, status):
    workspace.order("faults", method="chat.postMessage", nth=1, kind=kind, seconds=7)

    response = post(workspace)

    assert response.status_code == status
    assert workspace.messages() == []
    if kind == "rate_limited":
        assert response.headers["retry-after"] == "7"
    if kind == "html_500":
        assert response.text.startswith("<!doctype html>")


@pytest.mark.parametrize(("kind", "posted"), [
    ("reset_before", []), ("reset_after_commit", ["Hello"])])
def test_a_connection_can_be_lost_before_or_after_the_message_stands(workspace, kind, posted):
    workspace.order("faults", method="chat.postMessage", nth=1, kind=kind)

    with pytest.raises(httpx.TransportError):
        post(workspace)

    assert [m["text"] for m in workspace.messages()] == posted


def test_slack_sdk_posts_twice_when_the_connection_is_lost_after_the_message_stands(workspace):
    workspace.order("faults", method="chat.postMessage", nth=1, kind="reset_after_commit")

    try:
        workspace.slack.chat_postMessage(channel=DEALS, text="Hello")
    except (urllib.error.URLError, http.client.HTTPException, OSError) as lost:
        pytest.fail(f"slack_sdk did not try again: {lost!r}")

    assert [m["text"] for m in workspace.messages()] == ["Hello", "Hello"]


def test_an_answer_can_be_cut_off(workspace):
    workspace.order("faults", method="chat.postMessage", nth=1, kind="bad_json")

    with pytest.raises(json.JSONDecodeError):
        post(workspace).json()
    assert [m["text"] for m in workspace.messages()] == ["Hello"]


def test_an_order_that_makes_no_sense_is_refused_with_a_reason(workspace):
    for what, given in (("faults", {"method": "x", "kind": "y"}), ("weather", {}),
                        ("deliveries", {"loudly": True}), ("clock", {})):
        response = workspace.http.post(f"workspace/control/{what}", json=given)
        assert (response.status_code, response.json()["ok"]) == (400, False)


def test_every_call_is_written_down_with_its_outcome(workspace):
    post(workspace)
    workspace.call("chat.postMessage", channel=DEALS)

    calls = [(e["method"], e["ok"], e["error"]) for e in workspace.log("call")]
    assert calls == [("chat.postMessage", True, None), ("chat.postMessage", False, "no_text")]
