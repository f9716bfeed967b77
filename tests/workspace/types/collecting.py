"""Real payloads: what passes while people use the bot, and while an app uses the whole workspace.

Two worlds are played.  In the first the bot is at work, over all its surfaces.  In the second a
plain app shows every element there is and calls every method, since the bot uses some only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot import wording
from bot.connecting.slack import MANIFEST
from bot.dialogue.reading import PlainReader
from bot.slack import sentences as slack_sentences
from retrieval import corpus
from tests.conftest import PROJECT
from tests.slack.joined import OFFICE, joined
from tests.slack.playing import (
    DEAL,
    Bot,
    actions,
    advised,
    asked,
    asked_together,
    control,
    controls,
)
from tests.workspace.receiving import Receiver, receiving
from tests.workspace.running import (
    ALEX,
    BOT,
    DEALS,
    KIM,
    NOOR,
    OLU,
    PARTNER,
    RANDOM,
    SAM,
    SAMS_DM,
    Workspace,
    button,
    field,
    modal,
    running,
    section,
)

Json = dict[str, Any]

_CHOICES = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()}
            for name in ("Police", "Army", "Bank")]
_CHOSEN: dict[str, Json] = {
    "static_select": {"selected_option": _CHOICES[1]},
    "external_select": {"selected_option": _CHOICES[1]},
    "multi_static_select": {"selected_options": _CHOICES[:2]},
    "multi_external_select": {"selected_options": _CHOICES[:2]},
    "radio_buttons": {"selected_option": _CHOICES[1]},
    "checkboxes": {"selected_options": _CHOICES[:2]},
    "datepicker": {"selected_date": "2027-01-01"},
    "timepicker": {"selected_time": "12:30"},
    "datetimepicker": {"selected_date_time": 1_790_000_000},
    "users_select": {"selected_user": KIM},
    "multi_users_select": {"selected_users": [KIM, NOOR]},
    "conversations_select": {"selected_conversation": DEALS},
    "multi_conversations_select": {"selected_conversations": [DEALS]},
    "channels_select": {"selected_channel": DEALS},
    "multi_channels_select": {"selected_channels": [DEALS]},
}
_WITH_OPTIONS = frozenset({"static_select", "multi_static_select", "radio_buttons", "checkboxes"})


@dataclass(frozen=True, slots=True)
class Payload:
    """Something that was sent, and by which name in shapes.ts."""

    kind: str
    body: Any


def collect(folder: Path) -> list[Payload]:
    """Play both worlds; what passed in them.  *folder* takes the bot's database."""
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return [Payload("manifest", manifest), *_of_the_bot(folder), *_of_the_workspace()]


def payloads(log: list[Json]) -> Iterator[Payload]:
    """What of a workspace's log can be held against a type."""
    asked_for: dict[str, str] = {}
    for entry in log:
        if entry["kind"] == "delivery":
            kind = _kind(entry["payload"])
            asked_for[entry["id"]] = kind
            yield from _apart(kind, entry["payload"])
            if isinstance(entry["payload"].get("message"), dict):
                yield from _apart("message", entry["payload"]["message"])
        elif entry["kind"] == "ack" and isinstance(entry["body"], dict):
            yield Payload(asked_for[entry["id"]].replace("payload_", "ack_"), entry["body"])
        elif entry["kind"] == "call":
            name = entry["method"].replace(".", "_")
            yield Payload(f"call_{name}", entry["args"])
            yield from _apart(f"answer_{name}", entry["answer"])
        elif entry["kind"] == "response_url":
            yield Payload("response_url", entry["body"])


def _apart(kind: str, body: Json) -> Iterator[Payload]:
    """*body* without the blocks in it, then those.

    The types of answers name the blocks that Slack's samples happened to hold, and events let any
    block pass; what a block is, is said once for those that an app sends.
    """
    blocks: list[Any] = []

    def without(part: Any) -> Any:
        if isinstance(part, list):
            return [without(each) for each in part]
        if not isinstance(part, dict):
            return part
        blocks.extend(part.get("blocks") or ())
        return {key: [] if key == "blocks" else without(value) for key, value in part.items()}

    yield Payload(kind, without(body))
    yield from (Payload("block", block) for block in blocks)


def _kind(payload: Json) -> str:
    if payload.get("type") == "event_callback":
        return f"event_{payload['event']['type']}"
    return "payload_command" if "command" in payload else f"payload_{payload['type']}"


# --- the bot at work -------------------------------------------------------------------------

def _of_the_bot(folder: Path) -> list[Payload]:
    guidance = corpus.read(PROJECT / "guidance_corpus")
    lead = "your compliance lead"
    with joined("http", folder, guidance, PlainReader(guidance),
                wording.load(PROJECT / "prompts", lead),
                slack_sentences.load(PROJECT / "prompts", lead)) as made:
        bot = Bot(made)
        _in_a_channel(bot)
        _about_advice(bot)
        _directly(bot)
        _in_forms(bot)
        _with_commands(bot)
        _among_outsiders(bot)
        _at_the_end(bot)
        return list(payloads(bot.log()))


def _in_a_channel(bot: Bot) -> None:
    thread = bot.mention(DEAL)
    for _ in range(40):
        question = bot.last(OFFICE, thread)
        offered = actions(question)
        if asked(question) is None:
            break
        if "why" in offered:
            bot.press(question, "why")
        if len(asked_together(question)) > 1:
            _choose_in_each(bot, question)
            continue
        several = [a for a in offered if a in {"answer_several", "answer_country"}]
        single = [a for a in offered if a.startswith(("answer:", "answer_select"))]
        if several:
            _choose_first(bot, question, several[0])
        elif single:
            _, element = control(question, single[0])
            options = element.get("options")
            bot.press(question, single[0],
                      **({"selected_option": options[0]} if options else {}))
        else:
            bot.press(question, "answer_unknown")
    bot.edit(OFFICE, thread, f"<@{BOT}> {DEAL} It is for Peru.")


def _choose_in_each(bot: Bot, question: Json) -> None:
    """What is first in the menu of each question, of several that are asked together."""
    first = {}
    for block, element in controls(question):
        if block["block_id"].startswith("question:"):
            options = element.get("options") or [{"value": "PE"}]
            first[block["block_id"].removeprefix("question:")] = [str(options[0]["value"])]
    bot.choose_each(question, first)
    bot.press(question, "answer_done")


def _choose_first(bot: Bot, question: Json, action: str) -> None:
    block, element = control(question, action)
    options = element.get("options") or bot.options(question, action, "Per")
    bot.pick(question, block["block_id"], action, options[:1])
    bot.press(question, "answer_done")


def _about_advice(bot: Bot) -> None:
    thread = advised(bot, DEAL + " It is to watch crowds at demonstrations.")
    on = date.today() + timedelta(days=30)
    for good in (False, True):
        bot.rate(_holding(bot, thread, "feedback"), good=good)
    for action, view, values in (("comment", "comment", None), ("passages", "passages", None),
                                 ("correct", "correction", {"words": "it is for border control"}),
                                 ("watch", "watch", {"watch_on": "2020-01-01"}),
                                 ("watch", "watch", {"watch_on": on.isoformat()})):
        message = _holding(bot, thread, action)
        if message is None:
            continue
        bot.press(message, action)
        shown = bot.view(view)
        if values is None:
            texts = {block["block_id"]: "Useful" for block in shown["blocks"]
                     if block["type"] == "input"}
            if texts:
                bot.submit(shown, texts)
        else:
            bot.submit(shown, values)
        bot.close_views()
    for action in ("more_safeguards", "go_on", "pause", "resume", "brief", "compliance"):
        message = _holding(bot, thread, action)
        if message is not None:
            bot.press(message, action)
    bot.remind(on)
    if (reminder := _holding(bot, thread, "nothing_changed")) is not None:
        bot.press(reminder, "nothing_changed")


def _holding(bot: Bot, thread: str, action: str) -> Any:
    """The latest reply with *action*, None if there is none."""
    return next((m for m in reversed(bot.replies(OFFICE, thread))
                 if m.get("blocks") and action in actions(m)), None)


def _directly(bot: Bot) -> None:
    user = bot.newcomer()
    bot.open("messages", user=user)
    bot.look_home(user)
    thread = bot.direct("What does the guidance say about resellers?", user=user)
    bot.direct(DEAL, user=user, thread=thread)
    own = bot.direct("Never mind.", user=user)
    bot.do("delete", user, channel=bot.dm(user), ts=own)
    bot.look_home(user)
    bot.press_home("home_show", user=user)
    bot.press_home("home_start", user=user)
    bot.do("close_view", user, view_id=bot.view("intake", user=user)["id"])


def _in_forms(bot: Bot) -> None:
    bot.shortcut("describe_deal")
    bot.submit(bot.view("intake"), {"words": "  "})
    view = bot.view("intake")
    for action in actions(view):
        if "external" in control(view, action)[1]["type"]:
            bot.options(view, action, "Ken")
    bot.submit(view, {"words": DEAL})
    bot.close_views()


def _with_commands(bot: Bot) -> None:
    for text in ("help", "status", "new", "brief", DEAL):
        bot.command(text)
    bot.close_views()
    bot.check(RANDOM, bot.say(DEAL, channel=RANDOM))
    bot.close_views()


def _among_outsiders(bot: Bot) -> None:
    bot.mention(DEAL, channel=PARTNER)
    bot.mention("hello", channel=PARTNER, user=OLU)
    for act, user, given in (
            ("join", bot.newcomer(), {"channel": OFFICE}), ("invite", SAM, {"channel": RANDOM}),
            ("message", SAM, {"channel": OFFICE, "text": f"<@{BOT}> Look",
                              "files": [{"name": "deal.txt", "text": "Ten drones"}]})):
        answer = bot.do(act, user, **given)
        assert answer["ok"], answer


def _at_the_end(bot: Bot) -> None:
    bot.workspace.order("event", type="channel_shared", channel=OFFICE,
                        connected_team_id="T0PARTNER1")
    bot.workspace.order("revoke", uninstall=True)
    bot.workspace.order("settle")


# --- the whole workspace ---------------------------------------------------------------------

def _of_the_workspace() -> list[Payload]:
    with receiving() as app, running(bot_url=app.url, client_id="id",
                                     client_secret="secret") as workspace:
        _elements(workspace, app)
        _views(workspace, app)
        _reading(workspace)
        _messages(workspace)
        _streams(workspace)
        workspace.call("auth.revoke")
        return list(payloads(workspace.log()))


def _element(kind: str) -> Json:
    element: Json = {"type": kind, "action_id": kind}
    if kind in _WITH_OPTIONS:
        element["options"] = _CHOICES
    if kind.endswith("external_select"):
        element["min_query_length"] = 1
    return element


def _elements(workspace: Workspace, app: Receiver) -> None:
    held = [{"type": "actions", "block_id": kind, "elements": [_element(kind)]}
            if not kind.startswith("multi_") else
            section("Choose", block_id=kind, accessory=_element(kind)) for kind in _CHOSEN]
    plain = {"type": "plain_text", "text": "Good"}
    held += [
        {"type": "actions", "block_id": "buttons", "elements": [
            button("plain", value="v", style="primary"),
            button("link", url="https://example.com"),
            {"type": "overflow", "action_id": "overflow", "options": _CHOICES}]},
        {"type": "context_actions", "block_id": "about", "elements": [
            {"type": "feedback_buttons", "action_id": "feedback",
             "positive_button": {"text": plain, "value": "good"},
             "negative_button": {"text": plain, "value": "bad"}},
            {"type": "icon_button", "action_id": "icon", "icon": "trash", "text": plain,
             "value": "v"}]}]
    posted = workspace.call("chat.postMessage", channel=DEALS, text="Choose", blocks=held)
    where = {"channel": DEALS, "ts": posted["ts"]}
    chosen = {(kind, kind): given for kind, given in _CHOSEN.items()}
    chosen |= {("buttons", "plain"): {}, ("buttons", "link"): {},
               ("buttons", "overflow"): {"selected_option": _CHOICES[0]},
               ("about", "feedback"): {"value": "good"}, ("about", "icon"): {}}
    for (block, action), given in chosen.items():
        answer = workspace.do("press", **where, block_id=block, action_id=action, **given)
        assert answer["ok"], (block, answer)
    pressed = app.asked[-1].payload
    workspace.http.post(pressed["response_url"], json={"text": "Only you"})
    workspace.http.post(pressed["response_url"], json={
        "text": "All", "response_type": "in_channel", "blocks": [section("All")]})
    workspace.do("options", **where, block_id="external_select", action_id="external_select",
                 query="po")


def _views(workspace: Workspace, app: Receiver) -> None:
    kinds = [*_CHOSEN, "email_text_input", "url_text_input"]
    fields = [{"type": "input", "block_id": kind, "optional": True, "element": _element(kind),
               "label": {"type": "plain_text", "text": kind[:24]}} for kind in kinds]
    fields += [field("text", multiline=True),
               {"type": "input", "block_id": "number", "optional": True,
                "label": {"type": "plain_text", "text": "Number"},
                "element": {"type": "number_input", "action_id": "number",
                            "is_decimal_allowed": False}},
               {"type": "actions", "block_id": "acts", "elements": [button("go", value="v")]}]
    workspace.do("command", channel=DEALS, command="/advisor", text="new")
    opened = workspace.call("views.open", trigger_id=app.asked[-1].payload["trigger_id"],
                            view=modal(fields, notify_on_close=True, private_metadata="m"))
    assert opened["ok"], opened
    view = opened["view"]["id"]
    answer = workspace.do("press_view", view_id=view, block_id="acts", action_id="go", value="v")
    assert answer["ok"], answer
    workspace.call("views.update", view_id=view, view=modal(fields, notify_on_close=True))
    pushed = workspace.call("views.push", trigger_id=app.asked[-1].payload["trigger_id"],
                            view=modal([field()], notify_on_close=True))
    assert pushed["ok"], pushed
    workspace.do("close_view", view_id=pushed["view"]["id"])
    state: Json = {kind: {kind: {"type": kind, **given}} for kind, given in _CHOSEN.items()}
    state["text"] = {"typed": {"type": "plain_text_input", "value": "Words"}}
    state["number"] = {"number": {"type": "number_input", "value": "7"}}
    answer = workspace.do("submit_view", view_id=view, state=state)
    assert answer["ok"], answer
    workspace.call("views.publish", user_id=SAM, view={
        "type": "home", "blocks": [{"type": "actions", "block_id": "home",
                                    "elements": [button("start", value="v")]}]})
    workspace.do("open_home", tab="home")
    workspace.do("press_home", block_id="home", action_id="start", value="v")


def _reading(workspace: Workspace) -> None:
    workspace.http.post("api/apps.connections.open",
                        headers={"Authorization": "Bearer xapp-for-tests"})
    for method in ("auth.test", "bots.info", "users.list"):
        workspace.call(method)
    for user in (SAM, ALEX, OLU, BOT):
        workspace.call("users.info", user=user)
    for channel in (DEALS, PARTNER, SAMS_DM):
        workspace.call("conversations.info", channel=channel)
    workspace.call("conversations.members", channel=DEALS, limit=2)
    workspace.call("conversations.open", users=SAM, return_im=True)
    workspace.call("conversations.join", channel=RANDOM)
    workspace.call("blocks.validate", blocks=[{"type": "section"}])
    workspace.call("blocks.validate", blocks=[section("Good")])
    code = workspace.order("code")["code"]
    workspace.call("oauth.v2.access", client_id="id", client_secret="secret",
                   code=code)


def _messages(workspace: Workspace) -> None:
    parent = workspace.say("Hello")
    given = {"channel": DEALS, "text": "Answer", "thread_ts": parent,
             "metadata": {"event_type": "turn", "event_payload": {"number": 1}}}
    workspace.call("chat.postMessage", **given, reply_broadcast=True)
    posted = workspace.call("chat.postMessage", **given, unfurl_links=False)
    workspace.call("chat.update", channel=DEALS, ts=posted["ts"], text="Better")
    workspace.call("chat.postEphemeral", channel=DEALS, user=SAM, text="Only you")
    workspace.call("chat.getPermalink", channel=DEALS, message_ts=parent)
    workspace.call("reactions.add", channel=DEALS, timestamp=parent, name="eyes")
    workspace.say("Me too", thread_ts=parent, broadcast=True)
    workspace.slack.files_upload_v2(
        channel=DEALS, thread_ts=parent, initial_comment="A file",
        file_uploads=[{"content": "Text", "filename": "brief.md", "title": "Brief"}])
    workspace.call("conversations.history", channel=DEALS, include_all_metadata=True, limit=5)
    workspace.call("conversations.replies", channel=DEALS, ts=parent, limit=20)
    workspace.call("chat.delete", channel=DEALS, ts=posted["ts"])
    workspace.call("chat.postMessage", channel="C0NOWHERE1", text="Lost")


def _streams(workspace: Workspace) -> None:
    parent = workspace.say("Tell me", channel=SAMS_DM)
    workspace.call("assistant.threads.setStatus", channel_id=SAMS_DM, thread_ts=parent,
                   status="is thinking", loading_messages=["Reading"])
    workspace.call("assistant.threads.setTitle", channel_id=SAMS_DM, thread_ts=parent,
                   title="A deal")
    workspace.call("assistant.threads.setSuggestedPrompts", channel_id=SAMS_DM,
                   thread_ts=parent, prompts=[{"title": "Help", "message": "help"}])
    for stopped in (False, True):
        stream = workspace.call("chat.startStream", channel=SAMS_DM, thread_ts=parent,
                                markdown_text="One ")
        assert stream["ok"], stream
        where = {"channel": SAMS_DM, "ts": stream["ts"]}
        workspace.call("chat.appendStream", **where, chunks=[
            {"type": "markdown_text", "text": "two "},
            {"type": "task_update", "id": "t", "title": "Search", "status": "complete"}])
        if stopped:
            workspace.do("stop_stream", **where)
        else:
            workspace.call("chat.stopStream", **where, blocks=[section("Sources")],
                           metadata={"event_type": "turn", "event_payload": {"number": 1}})
