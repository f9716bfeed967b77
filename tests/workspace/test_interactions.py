"""Presses in messages, and the addresses that answer them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.workspace.receiving import Receiver
from tests.workspace.running import (
    BOT,
    DEALS,
    KIM,
    SAM,
    Workspace,
    button,
    running,
    section,
)

CHOICES = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()}
           for name in ("Police", "Army", "Bank")]
BLOCKS = [{"type": "actions", "block_id": "who", "elements": [
    {"type": "static_select", "action_id": "one", "options": CHOICES},
    {"type": "multi_static_select", "action_id": "many", "options": CHOICES,
     "initial_options": [CHOICES[2]]},
    {"type": "datepicker", "action_id": "when", "initial_date": "2026-11-25"},
    {"type": "checkboxes", "action_id": "ticks", "options": CHOICES},
    {"type": "overflow", "action_id": "more", "options": CHOICES},
    button("done", value="v", style="primary"), button("link", url="https://example.com")]},
    section("Pick", block_id="side", accessory={
        "type": "radio_buttons", "action_id": "radio", "options": CHOICES})]


@pytest.fixture
def told(app, clock) -> Iterator[Workspace]:
    with running(bot_url=app.url, clock=clock) as workspace:
        workspace.slack.chat_postMessage(channel=DEALS, text="Who?", blocks=BLOCKS)
        workspace.order("settle")
        app.got.clear()
        yield workspace


def press(told: Workspace, action_id: str, user: str = SAM, block_id: str = "who",
          **given: Any) -> dict[str, Any]:
    ts = next(m["ts"] for m in told.messages(user=user) if m["text"] == "Who?")
    return told.do("press", user, channel=DEALS, ts=ts, block_id=block_id, action_id=action_id,
                   **given)


@pytest.mark.parametrize(("action_id", "given", "expected"), [
    ("one", {"selected_option": CHOICES[1]}, {"selected_option": CHOICES[1]}),
    ("one", {"value": "army"}, {"selected_option": CHOICES[1]}),
    ("many", {"selected_options": CHOICES[:2]}, {"selected_options": CHOICES[:2]}),
    ("when", {"selected_date": "2027-01-01"}, {"selected_date": "2027-01-01"}),
    ("ticks", {"selected_options": []}, {"selected_options": []}),
    ("more", {"selected_option": CHOICES[0]}, {"selected_option": CHOICES[0]}),
    ("done", {}, {"value": "v", "style": "primary",
                  "text": {"type": "plain_text", "text": "Press"}}),
    ("link", {}, {"url": "https://example.com", "text": {"type": "plain_text", "text": "Press"}}),
])
def test_a_press_says_what_was_chosen_as_slack_says_it(told, app, action_id, given, expected):
    assert press(told, action_id, **given)["ok"]

    payload = app.asked[-1].payload
    action = payload["actions"][0]
    assert {k: v for k, v in action.items()
            if k not in {"type", "action_id", "block_id", "action_ts"}} == expected
    assert (payload["type"], payload["user"]["id"], payload["channel"]) == (
        "block_actions", SAM, {"id": DEALS, "name": "deals"})
    assert payload["message"]["user"] == BOT
    assert app.asked[-1].signed


@pytest.mark.parametrize(("action_id", "given"), [
    ("one", {"selected_option": {"value": "navy"}}), ("nowhere", {}),
])
def test_what_is_not_offered_cannot_be_chosen(told, app, action_id, given):
    assert press(told, action_id, **given)["ok"] is False
    assert app.asked == []


def test_what_was_chosen_before_is_still_there_when_a_button_is_pressed(told, app):
    press(told, "one", selected_option=CHOICES[0])
    press(told, "radio", block_id="side", selected_option=CHOICES[1])
    press(told, "one", KIM, selected_option=CHOICES[2])
    press(told, "done", state={"who": {"ticks": {"selected_options": [CHOICES[2]]}}})

    assert app.asked[-1].payload["state"]["values"] == {
        "who": {"one": {"type": "static_select", "selected_option": CHOICES[0]},
                "many": {"type": "multi_static_select", "selected_options": [CHOICES[2]]},
                "when": {"type": "datepicker", "selected_date": "2026-11-25"},
                "ticks": {"type": "checkboxes", "selected_options": [CHOICES[2]]}},
        "side": {"radio": {"type": "radio_buttons", "selected_option": CHOICES[1]}}}


def answer(told: Workspace, app: Receiver, **body: Any) -> tuple[int, dict[str, Any]]:
    pressed = app.asked[-1].payload
    response = told.http.post(pressed["response_url"], json=body)
    return response.status_code, response.json()


def test_a_response_is_for_the_presser_unless_it_says_otherwise(told, app):
    press(told, "done")
    answer(told, app, text="Only you")
    answer(told, app, text="All of you", response_type="in_channel")

    assert [m["text"] for m in told.messages(user=SAM)] == ["Who?", "Only you", "All of you"]
    assert [m["text"] for m in told.messages(user=KIM)] == ["Who?", "All of you"]


def test_a_response_replaces_or_deletes_what_was_pressed(told, app):
    press(told, "done")
    answer(told, app, text="Answered", replace_original=True)
    replaced = told.messages()
    answer(told, app, delete_original=True)

    assert [(m["text"], "blocks" in m) for m in replaced] == [("Answered", False)]
    assert told.messages() == []


def test_a_response_url_is_good_for_five_uses(told, app):
    press(told, "done")

    statuses = [answer(told, app, text=str(n)) for n in range(6)]

    assert [status for status, _ in statuses] == [200] * 5 + [404]
    assert statuses[5][1]["error"] == "used_url"


@pytest.mark.parametrize(("seconds", "status"), [(1800, 200), (1801, 404)])
def test_a_response_url_is_good_for_half_an_hour(told, app, clock, seconds, status):
    press(told, "done")
    clock.now += seconds

    assert answer(told, app, text="x")[0] == status


@pytest.mark.parametrize(("body", "error"), [
    ({}, "no_text"), ({"text": "x", "blocks": [section("x" * 3001)]}, "invalid_blocks"),
    ({"text": "x", "blocks": [section("x" * 3000)] * 5}, "msg_blocks_too_long"),
])
def test_a_response_has_the_limits_of_any_message(told, app, body, error):
    press(told, "done")

    assert answer(told, app, **body) == (400, {"ok": False, "error": error})


def test_a_command_is_a_form_with_what_slack_sends(told, app):
    app.answers = [{"response_type": "in_channel", "text": "For all"}]
    told.do("command", channel=DEALS, command="/advisor", text=" what about #deals ")

    form = app.asked[-1].form
    assert (form["command"], form["text"], form["channel_name"], form["user_name"]) == (
        "/advisor", "what about <#C0DEALS001|deals>", "deals", "sam")
    assert form["response_url"].startswith(told.base)
    assert app.asked[-1].signed
    assert told.messages(user=KIM)[-1]["text"] == "For all"


def test_a_command_whose_answer_breaks_the_limits_is_told_to_the_asker(told, app):
    app.answers = [{"text": "x", "blocks": [{"type": "nonsense"}]}]

    answered = told.do("command", channel=DEALS, command="/advisor", text="x")

    assert answered == {"ok": False,
                        "error": '/advisor failed with the error "invalid_blocks".'}


def test_options_that_break_the_limits_are_not_shown(told, app):
    told.slack.chat_postMessage(channel=DEALS, text="Find", blocks=[
        {"type": "actions", "block_id": "a", "elements": [
            {"type": "external_select", "action_id": "find", "min_query_length": 1}]}])
    told.order("settle")
    ts = told.messages()[-1]["ts"]
    found = []
    for options in (CHOICES, [], CHOICES * 40, "nonsense"):
        app.answers = [{"options": options}]
        found.append(told.do("options", channel=DEALS, ts=ts, block_id="a", action_id="find",
                             query="x"))

    assert found[:2] == [{"ok": True, "options": CHOICES}, {"ok": True, "options": []}]
    assert [f["ok"] for f in found[2:]] == [False, False]
    payload = app.asked[-1].payload
    assert (payload["type"], payload["value"], payload["container"]["type"]) == (
        "block_suggestion", "x", "message")
