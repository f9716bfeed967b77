"""A real Bolt app against the workspace, over HTTP and over Socket Mode."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.workspace.running import (
    APP_TOKEN,
    BOT_TOKEN,
    DEALS,
    SAM,
    SAMS_DM,
    SECRET,
    Workspace,
    button,
    eventually,
    field,
    modal,
    running,
    section,
    serving,
)

FRUIT = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()}
         for name in ("Apple", "Apricot", "Pear")]
EXTERNAL = {"type": "external_select", "action_id": "fruit", "min_query_length": 1}
FEEDBACK = {"type": "feedback_buttons", "action_id": "feedback",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"}}


def echo(base: str) -> tuple[App, dict[str, Any]]:
    """An app that answers to everything the workspace can send, and what it was sent last."""
    seen: dict[str, Any] = {}
    app = App(client=WebClient(BOT_TOKEN, base_url=base + "api/"), signing_secret=SECRET)

    @app.event("app_mention")
    def mention(event, say):
        say(text="You said " + event["text"], thread_ts=event["ts"], blocks=[
            {"type": "actions", "block_id": "acts", "elements": [
                button("open", value="42"), EXTERNAL]},
            {"type": "context_actions", "block_id": "fb", "elements": [FEEDBACK]}])

    @app.event("message")
    def message(event, say_stream, set_status):
        if event["channel_type"] == "im" and "bot_id" not in event and "subtype" not in event:
            set_status(status="is thinking")
            stream = say_stream(buffer_size=1)
            stream.append(markdown_text="Streamed ")
            stream.append(markdown_text="answer")
            stream.stop(blocks=[section("Done")])

    @app.action("open")
    def opened(ack, body, client):
        ack()
        seen["action"] = body
        client.views_open(trigger_id=body["trigger_id"], view=modal(
            [field()], callback_id="form", private_metadata=body["message"]["ts"]))

    @app.action("fruit")
    def chose(ack, body, respond):
        ack()
        respond("You chose " + body["actions"][0]["selected_option"]["value"])

    @app.action("feedback")
    def rated(ack, body, respond):
        ack()
        respond(text="Thanks for " + body["actions"][0]["value"], replace_original=True)

    @app.options("fruit")
    def options(ack, payload):
        ack(options=[o for o in FRUIT if o["value"].startswith(payload["value"].lower())])

    @app.view("form")
    def submitted(ack, view, client, body):
        name = view["state"]["values"]["name"]["typed"]["value"]
        if name == "nobody":
            ack(response_action="errors", errors={"name": "Who is that?"})
            return
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text="Hello " + name)

    @app.command("/advisor")
    def command(ack, command, respond):
        ack("You asked " + command["text"])
        respond("And here is more")

    @app.shortcut("check")
    def check(ack, body, client):
        ack()
        client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"],
                                  text="Checked: " + body["message"]["text"])

    @app.shortcut("describe")
    def describe(ack, body, client):
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal([field()]))

    return app, seen


@contextmanager
def over_http() -> Iterator[tuple[Workspace, dict[str, Any]]]:
    handler: list[SlackRequestHandler] = []

    async def events(request: Request) -> Response:
        return await handler[0].handle(request)

    with ExitStack() as stack:
        url = stack.enter_context(serving(Starlette(
            routes=[Route("/slack/events", events, methods=["POST"])])))
        workspace = stack.enter_context(running(bot_url=url + "slack/events"))
        app, seen = echo(workspace.base)
        handler.append(SlackRequestHandler(app))
        yield workspace, seen


@contextmanager
def over_sockets() -> Iterator[tuple[Workspace, dict[str, Any]]]:
    with running() as workspace:
        app, seen = echo(workspace.base)
        handler = SocketModeHandler(app, APP_TOKEN, ping_interval=1, web_client=WebClient(
            APP_TOKEN, base_url=workspace.base + "api/"))
        handler.connect()
        try:
            yield workspace, seen
        finally:
            handler.close()


@pytest.fixture(scope="module", params=[over_http, over_sockets], ids=["http", "sockets"])
def pair(request) -> Iterator[tuple[Workspace, dict[str, Any]]]:
    with request.param() as pair:
        yield pair


def last(workspace: Workspace, text: str, channel: str = DEALS) -> dict[str, Any]:
    """The latest message of *channel* that begins with *text*, once it is there."""
    def look() -> list[dict[str, Any]]:
        return [m for m in workspace.messages(channel) if m["text"].startswith(text)]
    return eventually(look)[-1]


def test_a_mention_is_answered_in_its_thread(pair):
    workspace, _ = pair
    ts = workspace.say("@Advisor hello")

    assert last(workspace, "You said")["thread_ts"] == ts


def test_a_press_opens_a_form_whose_answer_comes_as_a_message(pair):
    workspace, seen = pair
    workspace.say("@Advisor open")
    message = eventually(lambda: [m for m in workspace.messages()
                                  if m["text"].endswith("open") and "bot_id" in m])[-1]

    assert workspace.do("press", channel=DEALS, ts=message["ts"], block_id="acts",
                        action_id="open")["ok"]
    view = eventually(lambda: workspace.state()["views"])[0]
    refused = workspace.do("submit_view", view_id=view["id"],
                           state={"name": {"typed": {"value": "nobody"}}})
    accepted = workspace.do("submit_view", view_id=view["id"],
                            state={"name": {"typed": {"value": "Kim"}}})

    body = seen["action"]
    assert (body["actions"][0]["value"], body["message"]["ts"]) == ("42", message["ts"])
    assert body["container"] == {
        "type": "message", "message_ts": message["ts"], "channel_id": DEALS,
        "is_ephemeral": False, "thread_ts": message["thread_ts"]}
    assert body["state"]["values"] == {
        "acts": {"fruit": {"type": "external_select", "selected_option": None}}}
    assert refused["errors"] == {"name": "Who is that?"}
    assert accepted["ok"]
    assert last(workspace, "Hello Kim", SAMS_DM)["bot_id"] == "B0ADVISOR1"
    assert workspace.state()["views"] == []


def test_options_come_from_the_app_and_one_can_be_chosen(pair):
    workspace, _ = pair
    workspace.say("@Advisor options")
    message = last(workspace, "You said")
    where = {"channel": DEALS, "ts": message["ts"], "block_id": "acts", "action_id": "fruit"}

    found = workspace.do("options", query="ap", **where)["options"]
    too_short = workspace.do("options", query="", **where)["options"]
    chosen = workspace.do("press", **where, selected_option=found[0])

    assert [option["value"] for option in found] == ["apple", "apricot"]
    assert too_short == []
    assert chosen["ok"]
    assert last(workspace, "You chose")["is_ephemeral"] is True


def test_feedback_carries_the_value_of_the_button(pair):
    workspace, _ = pair
    workspace.say("@Advisor feedback")
    message = eventually(lambda: [m for m in workspace.messages()
                                  if m["text"].endswith("feedback") and "bot_id" in m])[-1]

    workspace.do("press", channel=DEALS, ts=message["ts"], block_id="fb", action_id="feedback",
                 value="good")

    assert last(workspace, "Thanks for good")["ts"] == message["ts"]


def test_a_command_is_answered_at_once_and_once_more(pair):
    workspace, _ = pair

    assert workspace.do("command", channel=DEALS, command="/advisor",
                        text="about @Kim Adler")["ok"]

    assert last(workspace, "You asked")["text"] == "You asked about <@U0KIM00001>"
    assert last(workspace, "And here")["is_ephemeral"] is True
    assert workspace.do("command", channel=DEALS, command="/dance", text="")["ok"] is False


def test_shortcuts_reach_the_app(pair):
    workspace, _ = pair
    ts = workspace.say("A deal")

    assert workspace.do("message_shortcut", channel=DEALS, ts=ts, callback_id="check")["ok"]
    assert last(workspace, "Checked: ")["text"] == "Checked: A deal"
    assert workspace.do("shortcut", callback_id="describe")["ok"]
    view = eventually(lambda: workspace.state()["views"])[0]
    assert workspace.do("close_view", view_id=view["id"])["ok"]
    assert workspace.do("shortcut", callback_id="check")["ok"] is False


def test_a_direct_message_is_answered_by_a_stream(pair):
    workspace, _ = pair
    ts = workspace.say("Hello", SAMS_DM)

    found = eventually(lambda: [m for m in workspace.messages(SAMS_DM)
                                if m["text"] == "Streamed answer" and not m["streaming"]])
    assert found[0]["thread_ts"] == ts
    assert [b["type"] for b in found[0]["blocks"]] == ["markdown", "section"]
    assert workspace.state()["status"] == []


def test_a_press_that_nobody_handles_is_told_to_the_presser():
    with over_http() as (workspace, _):
        workspace.slack.chat_postMessage(channel=DEALS, text="x", blocks=[
            {"type": "actions", "block_id": "a", "elements": [button("unknown")]}])
        ts = workspace.messages()[-1]["ts"]

        answer = workspace.do("press", channel=DEALS, ts=ts, block_id="a", action_id="unknown")

        assert answer == {"ok": False, "error": "The app did not respond. Try again."}


def test_an_address_is_verified_by_a_challenge():
    with over_http() as (workspace, _):
        assert workspace.order("verify")["verified"] is True


@pytest.mark.long
def test_an_app_that_is_told_to_reconnect_does_and_hears_what_comes_then():
    with over_sockets() as (workspace, _):
        def opened() -> int:
            return sum(e["what"] == "opened" for e in workspace.log("socket"))

        workspace.order("sockets", disconnect="refresh_requested")
        assert eventually(lambda: opened() == 2)
        workspace.say("@Advisor are you back?")

        assert last(workspace, "You said")["text"].endswith("are you back?")


def test_nobody_else_sees_a_direct_message(pair):
    workspace, _ = pair

    assert SAMS_DM not in workspace.state("U0NOOR0001")["messages"]
    assert SAM in {user["id"] for user in workspace.state("U0NOOR0001")["users"]}

