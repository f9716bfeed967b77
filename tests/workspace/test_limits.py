"""Every limit at its boundary: the last that fits is taken, one more is refused with its code."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models import blocks as kit
from slack_sdk.models.blocks import basic_components as parts
from slack_sdk.models.blocks import block_elements as elements
from slack_sdk.models.views import View

from bot.workspace.elements import check_options
from bot.workspace.limits import check_blocks, check_view, text_size
from tests.workspace.running import DEALS, Workspace, button, field, modal, section

PLAIN = {"type": "plain_text"}


def text_of(size: int) -> dict[str, Any]:
    return PLAIN | {"text": "x" * size}


def option(value: str, label: str = "Label") -> dict[str, Any]:
    return {"text": PLAIN | {"text": label}, "value": value}


def options(count: int) -> list[dict[str, Any]]:
    return [option(str(n)) for n in range(count)]


def actions(*found: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(found)}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": options(1), **more}


BLOCKS = {
    "section text": (lambda n: section("x" * n), 3000),
    "section fields": (lambda n: {"type": "section", "fields": [text_of(1)] * n}, 10),
    "section field": (lambda n: {"type": "section", "fields": [text_of(n)]}, 2000),
    "header": (lambda n: {"type": "header", "text": text_of(n)}, 150),
    "context elements": (lambda n: {"type": "context", "elements": [text_of(1)] * n}, 10),
    "actions elements": (lambda n: actions(*(button(str(i)) for i in range(n))), 25),
    "button text": (lambda n: actions(button("b", text=text_of(n))), 75),
    "button value": (lambda n: actions(button("b", value="x" * n)), 2000),
    "button url": (lambda n: actions(button("b", url="https://x.example/" + "x" * (n - 18))),
                   3000),
    "action_id": (lambda n: actions(button("x" * n)), 255),
    "block_id": (lambda n: section("x", block_id="x" * n), 255),
    "options": (lambda n: actions(select(options=options(n))), 100),
    "option label": (lambda n: actions(select(options=[option("v", "x" * n)])), 75),
    "option value": (lambda n: actions(select(options=[option("x" * n)])), 150),
    "placeholder": (lambda n: actions(select(placeholder=text_of(n))), 150),
    "overflow options": (lambda n: actions(
        {"type": "overflow", "action_id": "o", "options": options(n)}), 5),
    "checkboxes": (lambda n: actions(
        {"type": "checkboxes", "action_id": "o", "options": options(n)}), 10),
    "radio buttons": (lambda n: actions(
        {"type": "radio_buttons", "action_id": "o", "options": options(n)}), 10),
    "image alt text": (lambda n: {"type": "image", "image_url": "https://x.example/i.png",
                                  "alt_text": "x" * n}, 2000),
    "table rows": (lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n},
                   100),
    "table columns": (lambda n: {"type": "table",
                                 "rows": [[{"type": "raw_text", "text": "x"}] * n]}, 20),
    "markdown": (lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
    "input label": (lambda n: field() | {"label": text_of(n)}, 2000),
    "input hint": (lambda n: field() | {"hint": text_of(n)}, 2000),
    "confirm title": (lambda n: actions(button("b", confirm={
        "title": text_of(n), "text": text_of(1), "confirm": text_of(1), "deny": text_of(1)})),
        100),
    "context actions": (lambda n: {"type": "context_actions", "elements": [
        {"type": "icon_button", "icon": "trash", "text": text_of(1), "action_id": str(i)}
        for i in range(n)]}, 5),
    "plan tasks": (lambda n: {"type": "plan", "title": "Plan", "tasks": [{}] * n}, 50),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_taken_up_to_its_limit_and_refused_beyond(shared: Workspace, name: str):
    make, limit = BLOCKS[name]

    fits = shared.call("chat.postMessage", channel=DEALS, text="x", blocks=[make(limit)])
    beyond = shared.call("chat.postMessage", channel=DEALS, text="x", blocks=[make(limit + 1)])

    assert fits["ok"], fits
    assert beyond["error"] == "invalid_blocks"
    assert beyond["response_metadata"]["messages"]


def test_a_fault_is_told_as_slack_tells_it(shared):
    answer = shared.call("chat.postMessage", channel=DEALS, text="x",
                         blocks=[section("fine"), section("x" * 3001)])

    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"]


@pytest.mark.parametrize(("count", "ok"), [(50, True), (51, False)])
def test_a_message_has_at_most_fifty_blocks(shared, count, ok):
    answer = shared.call("chat.postMessage", channel=DEALS, text="x",
                         blocks=[section("x")] * count)

    assert answer["ok"] is ok
    assert ok or answer["error"] == "invalid_blocks"


@pytest.mark.parametrize(("size", "error"), [(13_200, None), (13_201, "msg_blocks_too_long")])
def test_the_blocks_of_a_message_hold_some_thirteen_thousand_characters(shared, size, error):
    texts = [3000] * 4 + [size - 12_000]

    answer = shared.call("chat.postMessage", channel=DEALS, text="x",
                         blocks=[section("x" * n) for n in texts])

    assert answer.get("error") == error


def test_markdown_blocks_share_their_twelve_thousand_characters(shared):
    def post(*sizes: int) -> dict[str, Any]:
        return shared.call("chat.postMessage", channel=DEALS, text="x", blocks=[
            {"type": "markdown", "text": "x" * size} for size in sizes])

    assert post(6000, 6000)["ok"]
    assert post(6000, 6001)["error"] == "invalid_blocks"


@pytest.mark.parametrize(("size", "error"), [(4000, None), (4001, "msg_too_long")])
def test_an_update_refuses_a_text_that_a_post_would_take(shared, size, error):
    posted = shared.call("chat.postMessage", channel=DEALS, text="x" * size)

    assert posted["ok"]
    answer = shared.call("chat.update", channel=DEALS, ts=posted["ts"], text="x" * size)
    assert answer.get("error") == error


@pytest.mark.parametrize(("size", "warning"), [(40_000, None), (40_001, "message_truncated")])
def test_a_posted_text_is_cut_after_forty_thousand_characters(shared, size, warning):
    answer = shared.call("chat.postMessage", channel=DEALS, text="x" * size)

    assert (len(answer["message"]["text"]), answer.get("warning")) == (40_000, warning)


@pytest.mark.parametrize(("size", "error"), [(12_000, None), (12_001, "msg_too_long")])
def test_markdown_text_holds_twelve_thousand_characters(shared, size, error):
    answer = shared.call("chat.postMessage", channel=DEALS, markdown_text="x" * size)

    assert answer.get("error") == error


def test_metadata_that_is_too_large_is_refused(shared):
    answer = shared.call("chat.postMessage", channel=DEALS, text="x", metadata={
        "event_type": "x", "event_payload": {"x": "x" * 8000}})

    assert answer["error"] == "metadata_too_large"


@pytest.mark.parametrize("block", [
    {"type": "sektion", "text": text_of(1)},
    {"text": text_of(1)},
    "a string",
    {"type": "section"},
    {"type": "section", "text": "a string"},
    {"type": "section", "text": {"type": "markdown", "text": "x"}},
    section(""),
    {"type": "actions", "elements": []},
    actions({"type": "plain_text_input", "action_id": "x"}),
    actions({"type": "butten", "action_id": "x", "text": text_of(1)}),
    actions(button("same"), button("same")),
    actions(button("b", style="blue")),
    actions(button("b", text={"type": "mrkdwn", "text": "x"})),
    actions(select(options=[])),
    actions(select(options=[option("a"), option("a")])),
    {"type": "alert", "text": text_of(1), "level": "info"},
    field() | {"element": button("b")},
    {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    {"type": "image", "image_url": "https://x.example/i.png"},
])
def test_a_block_that_slack_does_not_know_is_refused(block):
    assert check_blocks([block], "message")


def test_a_block_id_is_used_once(shared):
    answer = shared.call("chat.postMessage", channel=DEALS, text="x",
                         blocks=[section("x", block_id="a"), section("x", block_id="a")])

    assert answer["error"] == "invalid_blocks"


@pytest.mark.parametrize(("block", "surfaces"), [
    ({"type": "markdown", "text": "x"}, {"message"}),
    ({"type": "context_actions", "elements": [
        {"type": "feedback_buttons", "action_id": "f",
         "positive_button": {"text": text_of(1), "value": "good"},
         "negative_button": {"text": text_of(1), "value": "bad"}}]}, {"message"}),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}, {"message"}),
    ({"type": "alert", "text": text_of(1)}, {"modal"}),
    (field(), {"message", "modal", "home"}),
    (section("x"), {"message", "modal", "home"}),
])
def test_a_block_is_taken_only_where_slack_shows_it(block, surfaces):
    taken = {where for where in ("message", "modal", "home") if not check_blocks([block], where)}

    assert taken == surfaces


VIEWS = {
    "title": (lambda n: modal([section("x")], title=text_of(n)), 24),
    "submit": (lambda n: modal([section("x")], submit=text_of(n)), 24),
    "close": (lambda n: modal([section("x")], close=text_of(n)), 24),
    "private_metadata": (lambda n: modal([section("x")], private_metadata="x" * n), 3000),
    "callback_id": (lambda n: modal([section("x")], callback_id="x" * n), 255),
    "external_id": (lambda n: modal([section("x")], external_id="x" * n), 255),
    "blocks": (lambda n: modal([section("x")] * n), 100),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_taken_up_to_its_limit_and_refused_beyond(name):
    make, limit = VIEWS[name]

    assert check_view(make(limit)) == []
    assert check_view(make(limit + 1))


def test_a_form_with_fields_needs_a_submit_button():
    view = modal([field()])
    del view["submit"]

    assert check_view(view) == ["[ERROR] missing required field: submit [json-pointer:/view]"]


def test_a_view_of_more_than_250_kilobytes_is_too_large(shared):
    blocks = [section("ä" * 2900) for _ in range(50)]

    answer = shared.call("views.publish", user_id="U0KIM00001",
                         view={"type": "home", "blocks": blocks})

    assert answer["error"] == "view_too_large"


def test_what_slack_sdk_builds_is_taken():
    label, choice = parts.PlainTextObject(text="Label"), parts.Option(text="A", value="a")
    built = [
        kit.HeaderBlock(text="Title"), kit.DividerBlock(),
        kit.SectionBlock(text="*Hello*", accessory=elements.ButtonElement(
            text="Go", action_id="go", style="primary", confirm=parts.ConfirmObject(
                title="Sure?", text="Really"))),
        kit.SectionBlock(fields=["a", "b"]),
        kit.ContextBlock(elements=[parts.MarkdownTextObject(text="x"), elements.ImageElement(
            image_url="https://x.example/i.png", alt_text="i")]),
        kit.ActionsBlock(elements=[
            elements.StaticSelectElement(placeholder="Choose", action_id="s", options=[choice],
                                         initial_option=choice),
            elements.StaticMultiSelectElement(placeholder="Choose", action_id="m", option_groups=[
                parts.OptionGroup(label=label, options=[choice])]),
            elements.ExternalDataSelectElement(placeholder="Find", action_id="e",
                                               min_query_length=1),
            elements.DatePickerElement(action_id="d", initial_date="2026-11-25"),
            elements.CheckboxesElement(action_id="c", options=[choice]),
            elements.RadioButtonsElement(action_id="r", options=[choice]),
            elements.UserSelectElement(action_id="u"),
            elements.OverflowMenuElement(action_id="o", options=[choice, parts.Option(
                text="B", value="b")])]),
        kit.MarkdownBlock(text="**bold**"),
        kit.ContextActionsBlock(elements=[elements.FeedbackButtonsElement(
            action_id="f",
            positive_button=parts.FeedbackButtonObject(text="Good", value="good"),
            negative_button=parts.FeedbackButtonObject(text="Bad", value="bad"))]),
        kit.TableBlock(rows=[[{"type": "raw_text", "text": "x"}]]),
        kit.PlanBlock(title="Plan", tasks=[kit.TaskCardBlock(
            task_id="1", title="Read", status="in_progress")]),
        kit.InputBlock(label="Name", element=elements.PlainTextInputElement(
            action_id="t", multiline=True, max_length=100)),
        kit.CardBlock(title="Card", body="Body", actions=[elements.ButtonElement(
            text="Go", action_id="g")]),
    ]

    assert check_blocks([block.to_dict() for block in built], "message") == []
    view = View(type="modal", title="Form", submit="Send", blocks=[kit.InputBlock(
        label="Name", element=elements.PlainTextInputElement(action_id="t"))])
    assert check_view(view.to_dict()) == []


@pytest.mark.parametrize(("given_options", "faults"), [
    (options(100), 0), (options(101), 1), ([], 1), (None, 1), (["x"], 1),
])
def test_options_of_an_external_menu_have_the_limits_of_any_menu(given_options, faults):
    assert len(check_options(given_options)) == faults


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "text", "elements", "element", "options", "rows", "label",
                         "accessory", "block_id", "fields", "title", "tasks", "alt_text"]),
        inner | st.sampled_from(["section", "actions", "context", "input", "image", "table",
                                 "button", "static_select", "plain_text", "header", "markdown"]),
        max_size=4), max_leaves=12)


@given(JSONISH)
def test_whatever_is_sent_as_blocks_is_judged_and_never_trips_the_judge(sent):
    assert all(isinstance(fault, str) for fault in check_blocks(sent, "message"))
    assert all(isinstance(fault, str) for fault in check_blocks([sent], "modal"))
    assert all(isinstance(fault, str) for fault in check_view(
        {"type": "modal", "title": sent, "blocks": [sent]}))
    assert text_size(sent) >= 0
