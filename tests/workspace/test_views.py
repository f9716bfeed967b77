"""Modals and Home: triggers, the stack, submission and everything an answer can do."""


import pytest

from tests.workspace.receiving import Receiver
from tests.workspace.running import (
    KIM,
    SAM,
    SAMS_DM,
    Workspace,
    button,
    field,
    modal,
    section,
)


@pytest.fixture
def trigger(told, app) -> str:
    """A trigger id that has just been made."""
    return fresh(told, app)


def fresh(told: Workspace, app: Receiver) -> str:
    assert told.do("shortcut", callback_id="describe")["ok"]
    trigger_id: str = app.asked[-1].payload["trigger_id"]
    return trigger_id


@pytest.fixture
def opened(told, trigger) -> str:
    """The id of an open form with one field."""
    view_id: str = told.slack.views_open(trigger_id=trigger, view=modal([field()]))["view"]["id"]
    return view_id


def views(told: Workspace) -> list[dict]:
    return told.state()["views"]


def test_a_trigger_opens_one_view_within_three_seconds(told, app, clock):
    first, second = fresh(told, app), fresh(told, app)
    assert told.call("views.open", trigger_id=first, view=modal([section("x")]))["ok"]
    again = told.call("views.open", trigger_id=first, view=modal([section("x")]))
    clock.now += 3.1
    late = told.call("views.open", trigger_id=second, view=modal([section("x")]))
    unknown = told.call("views.open", trigger_id="1.2.3", view=modal([section("x")]))

    assert [a["error"] for a in (again, late, unknown)] == [
        "exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


def test_a_view_that_is_wrong_leaves_the_trigger_for_another_try(told, trigger):
    wrong = told.call("views.open", trigger_id=trigger, view=modal([field()], title={
        "type": "plain_text", "text": "x" * 25}))

    assert wrong["error"] == "invalid_arguments"
    assert wrong["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]
    assert told.call("views.open", trigger_id=trigger, view=modal([field()]))["ok"]


def test_views_stack_three_high(told, app, opened):
    for expected in (None, None, "push_limit_reached"):
        answer = told.call("views.push", trigger_id=fresh(told, app), view=modal([section("x")]))
        assert answer.get("error") == expected

    stack = views(told)
    assert len(stack) == 3
    assert {view["root_view_id"] for view in stack} == {opened}
    assert [view["previous_view_id"] for view in stack] == [None, opened, stack[1]["id"]]


def test_an_update_with_an_old_hash_is_refused(told, opened):
    old = views(told)[0]["hash"]
    told.slack.views_update(view_id=opened, view=modal([section("one")]))

    stale = told.call("views.update", view_id=opened, hash=old, view=modal([section("two")]))
    unknown = told.call("views.update", view_id="V0NOWHERE", view=modal([section("two")]))

    assert (stale["error"], unknown["error"]) == ("hash_conflict", "not_found")
    assert views(told)[0]["blocks"][0]["text"]["text"] == "one"


def test_a_view_is_found_by_the_apps_own_id_which_is_used_once(told, app, trigger):
    told.slack.views_open(trigger_id=trigger, view=modal([field()], external_id="mine"))
    twice = told.call("views.push", trigger_id=fresh(told, app),
                      view=modal([field()], external_id="mine"))
    updated = told.call("views.update", external_id="mine", view=modal([section("x")]))

    assert twice["error"] == "duplicate_external_id"
    assert updated["ok"]


def test_home_is_published_for_one_person(told):
    told.slack.views_publish(user_id=SAM, view={"type": "home", "blocks": [section("Hello")]})

    assert told.state(SAM)["home"]["blocks"][0]["text"]["text"] == "Hello"
    assert told.state(KIM)["home"] is None
    assert told.call("views.publish", user_id=SAM, view=modal([section("x")]))[
        "error"] == "invalid_arguments"


def test_a_submission_carries_the_whole_state_and_closes_the_form(told, app, trigger):
    choices = [{"text": {"type": "plain_text", "text": label}, "value": label.lower()}
               for label in ("Yes", "No")]
    view = modal([field(), {"type": "input", "block_id": "choice", "optional": True,
                            "label": {"type": "plain_text", "text": "Choose"},
                            "element": {"type": "static_select", "action_id": "picked",
                                        "options": choices, "initial_option": choices[1]}}],
                 private_metadata="C-1")
    view_id = told.slack.views_open(trigger_id=trigger, view=view)["view"]["id"]

    answer = told.do("submit_view", view_id=view_id, state={"name": {"typed": {"value": "Kenya"}}})

    sent = app.asked[-1].payload
    assert answer["ok"]
    assert (sent["type"], sent["user"]["id"], sent["view"]["private_metadata"]) == (
        "view_submission", SAM, "C-1")
    assert sent["view"]["state"]["values"] == {
        "name": {"typed": {"type": "plain_text_input", "value": "Kenya"}},
        "choice": {"picked": {"type": "static_select", "selected_option": choices[1]}}}
    assert views(told) == []


def test_what_slack_itself_refuses_the_app_never_hears_of(told, app, opened):
    before = len(app.asked)

    answer = told.do("submit_view", view_id=opened, state={})

    assert answer["errors"] == {"name": "Please complete this required field."}
    assert len(app.asked) == before
    assert views(told)[0]["errors"] == answer["errors"]


@pytest.mark.parametrize(("element", "value", "fine"), [
    ({"min_length": 3}, "ab", False), ({"min_length": 3}, "abc", True),
    ({"max_length": 3}, "abcd", False), ({"max_length": 3}, "abc", True),
    ({"type": "email_text_input"}, "sam", False),
    ({"type": "email_text_input"}, "sam@example.com", True),
    ({"type": "url_text_input"}, "example.com", False),
    ({"type": "url_text_input"}, "https://example.com", True),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5", False),
    ({"type": "number_input", "is_decimal_allowed": True}, "1.5", True),
])
def test_fields_are_checked_before_they_are_sent(told, trigger, element, value, fine):
    view_id = told.slack.views_open(
        trigger_id=trigger, view=modal([field(**element)]))["view"]["id"]

    answer = told.do("submit_view", view_id=view_id, state={"name": {"typed": {"value": value}}})

    assert answer["ok"] is fine


@pytest.mark.parametrize(("response", "ok", "titles"), [
    ({"response_action": "errors", "errors": {"name": "Not that one."}}, False, ["Form"]),
    ({"response_action": "errors", "errors": {"elsewhere": "x"}}, False, ["Form"]),
    ({"response_action": "update", "view": modal([section("x")], title={
        "type": "plain_text", "text": "New"})}, True, ["New"]),
    ({"response_action": "push", "view": modal([section("x")], title={
        "type": "plain_text", "text": "New"})}, True, ["Form", "New"]),
    ({"response_action": "push", "view": {"type": "modal"}}, False, ["Form"]),
    ({"response_action": "clear"}, True, []),
    ({"response_action": "vanish"}, False, ["Form"]),
    ({}, True, []),
    (500, False, ["Form"]),
])
def test_an_answer_to_a_submission_does_what_it_says(told, app, opened, response, ok, titles):
    app.answers = [response]

    answer = told.do("submit_view", view_id=opened, state={"name": {"typed": {"value": "x"}}})

    assert answer["ok"] is ok
    assert [view["title"]["text"] for view in views(told)] == titles


@pytest.mark.parametrize("told", [0.3], indirect=True)
def test_a_form_that_the_app_says_nothing_to_stays_open(told, app, opened):
    app.answers = ["hang"]

    answer = told.do("submit_view", view_id=opened, state={"name": {"typed": {"value": "x"}}})

    assert answer["ok"] is False
    assert [view["title"]["text"] for view in views(told)] == ["Form"]


def test_errors_of_the_app_are_shown_at_their_fields(told, app, opened):
    app.answers = [{"response_action": "errors", "errors": {"name": "Not that one."}}]

    answer = told.do("submit_view", view_id=opened, state={"name": {"typed": {"value": "x"}}})

    assert answer["errors"] == views(told)[0]["errors"] == {"name": "Not that one."}


def test_what_was_typed_survives_an_update_of_the_form(told, app, trigger):
    view = modal([field(), {"type": "actions", "block_id": "more", "elements": [button("add")]}])
    view_id = told.slack.views_open(trigger_id=trigger, view=view)["view"]["id"]
    told.do("press_view", view_id=view_id, block_id="more", action_id="add",
            state={"name": {"typed": {"value": "Kenya"}}})
    pressed = app.asked[-1].payload

    told.slack.views_update(view_id=view_id, view=modal([field(), section("More")]))

    assert (pressed["type"], pressed["container"]) == (
        "block_actions", {"type": "view", "view_id": view_id})
    assert pressed["view"]["state"]["values"]["name"]["typed"]["value"] == "Kenya"
    assert "response_url" not in pressed
    assert views(told)[0]["state"]["values"]["name"]["typed"]["value"] == "Kenya"


def test_closing_is_told_only_where_it_was_asked_for(told, app, trigger):
    view_id = told.slack.views_open(
        trigger_id=trigger, view=modal([field()], notify_on_close=True))["view"]["id"]
    told.do("close_view", view_id=view_id)
    told_of = app.asked[-1].payload
    second = told.slack.views_open(trigger_id=fresh(told, app), view=modal([field()]))
    count = len(app.asked)
    told.do("close_view", view_id=second["view"]["id"])

    assert (told_of["type"], told_of["is_cleared"]) == ("view_closed", False)
    assert len(app.asked) == count
    assert told.do("close_view", view_id=view_id)["ok"] is False


def test_a_press_on_home_names_its_view_and_no_channel(told, app):
    told.slack.views_publish(user_id=SAM, view={"type": "home", "blocks": [
        {"type": "actions", "block_id": "do", "elements": [button("start", value="1")]}]})

    assert told.do("press_home", block_id="do", action_id="start")["ok"]

    payload = app.asked[-1].payload
    assert payload["container"]["type"] == "view"
    assert (payload["view"]["type"], payload["actions"][0]["value"]) == ("home", "1")
    assert "channel" not in payload
    assert told.do("press_home", KIM, block_id="do", action_id="start")["ok"] is False


def test_a_form_opened_from_a_message_is_the_pressers_alone(told, app):
    told.slack.chat_postMessage(channel=SAMS_DM, text="x", blocks=[
        {"type": "actions", "block_id": "a", "elements": [button("b")]}])
    ts = told.messages(SAMS_DM)[-1]["ts"]
    told.do("press", channel=SAMS_DM, ts=ts, block_id="a", action_id="b")
    told.slack.views_open(trigger_id=app.asked[-1].payload["trigger_id"], view=modal([field()]))

    assert (len(told.state(SAM)["views"]), told.state(KIM)["views"]) == (1, [])
