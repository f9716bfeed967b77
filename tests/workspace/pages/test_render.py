"""Blocks become HTML with what the script needs to act on them, and nothing else."""

import json
from html.parser import HTMLParser

import pytest

from bot.workspace.markup import Names
from bot.workspace.render import Scene, render_blocks

NAMES = Names(users={"U1": "Sam Ortiz", "U2": "Kim Adler"}, channels={"C1": "deals"})
EVIL = "<img src=x onerror=alert(1)> \"' <!channel>"


def text(words):
    return {"type": "plain_text", "text": words}


def option(words, **more):
    return {"text": text(words), "value": words.lower(), **more}


def field(element, **more):
    return {"type": "input", "block_id": "b", "label": text("Label"),
            "element": {"action_id": "a", **element}, **more}


class Elements(HTMLParser):
    """Start tags with their attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(str(html))

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag, **wanted):
        return [a for t, a in self.found
                if t == tag and all(a.get(k.replace("_", "-")) == v for k, v in wanted.items())]


def drawn(*blocks, **scene):
    return Elements(render_blocks(blocks, Scene("m", NAMES, **scene)))


def test_a_button_carries_its_block_action_and_value():
    page = drawn({"type": "actions", "block_id": "b", "elements": [
        {"type": "button", "action_id": "go", "value": '{"c":"1"}', "text": text("Go"),
         "style": "primary"}]})

    (button,) = page.all("button")

    assert button["data-kit"] == "button"
    assert (button["data-block"], button["data-action"]) == ("b", "go")
    assert button["data-value"] == '{"c":"1"}'
    assert button["class"] == "btn btn-primary"


@pytest.mark.parametrize(("url", "tag"), [
    ("https://a.example", "a"), ("javascript:alert(1)", "button"),
])
def test_a_button_becomes_a_link_only_for_the_web(url, tag):
    page = drawn({"type": "actions", "block_id": "b", "elements": [
        {"type": "button", "action_id": "go", "url": url, "text": text("Go")}]})
    assert len(page.all(tag, data_kit="button")) == 1


def test_feedback_is_two_pressable_buttons_with_names():
    page = drawn({"type": "context_actions", "block_id": "b", "elements": [
        {"type": "feedback_buttons", "action_id": "f",
         "positive_button": {"text": text("Good"), "value": "good"},
         "negative_button": {"text": text("Bad"), "value": "bad",
                             "accessibility_label": "This was bad"}}]})
    assert [(b["data-value"], b["aria-label"], b["aria-pressed"]) for b in page.all("button")] == [
        ("good", "Good", "false"), ("bad", "This was bad", "false")]


def test_a_menu_in_a_message_is_a_combobox_so_that_arrows_do_not_answer():
    page = drawn({"type": "section", "block_id": "b", "text": text("Who?"), "accessory": {
        "type": "static_select", "action_id": "a", "options": [option("Police"), option("Army")]}})

    (box,) = page.all("input", role="combobox")

    assert box["aria-controls"] == page.all("ul", role="listbox")[0]["id"]
    assert [json.loads(o["data-option"]) for o in page.all("li", role="option")] == [
        option("Police"), option("Army")]


def test_menus_with_one_placeholder_are_told_apart_by_the_text_beside_them():
    menu = {"type": "static_select", "action_id": "a", "options": [option("Yes")],
            "placeholder": text("Choose one")}
    page = drawn(*({"type": "section", "block_id": name, "text": text(name), "accessory": menu}
                   for name in ("Conflict?", "Laws?")))

    boxes = page.all("input", role="combobox")

    assert [b["aria-label"] for b in boxes] == ["Choose one"] * 2
    named_by = [b["aria-labelledby"].split(" ") for b in boxes]
    assert [first for first, _ in named_by] == [b["id"] for b in boxes]
    assert all(page.all("div", id=second) for _, second in named_by)
    assert named_by[0][1] != named_by[1][1]


def test_a_short_menu_in_a_form_is_the_browsers_own():
    page = drawn(field({"type": "static_select", "options": [option("Police"), option("Army")],
                        "initial_option": option("Army")}))
    assert [("selected" in o, o.get("data-option")) for o in page.all("option")] == [
        (False, None), (False, json.dumps(option("Police"))), (True, json.dumps(option("Army")))]


def test_several_choices_start_as_chips():
    page = drawn(field({"type": "multi_external_select", "min_query_length": 1,
                        "initial_options": [option("Kenya")]}))

    (combo,) = page.all("div", data_kit="multi_external_select")

    assert combo["data-min-query"] == "1"
    assert page.all("button", aria_label="Remove Kenya")
    assert page.all("ul", role="listbox")[0]["aria-multiselectable"] == "true"


def test_people_and_channels_can_be_chosen_by_name():
    page = drawn(field({"type": "users_select", "initial_user": "U2"}),
                 field({"type": "conversations_select"}))
    assert [json.loads(o["data-option"])["value"] for o in page.all("li", role="option")] == [
        "U1", "U2", "C1"]
    assert page.all("input", role="combobox")[0]["value"] == "Kim Adler"


@pytest.mark.parametrize(("element", "tag", "wanted"), [
    ({"type": "plain_text_input", "initial_value": "x", "max_length": 9}, "input",
     {"type": "text", "value": "x", "maxlength": "9"}),
    ({"type": "plain_text_input", "multiline": True}, "textarea", {"rows": "4"}),
    ({"type": "datepicker", "initial_date": "2026-11-30"}, "input",
     {"type": "date", "value": "2026-11-30"}),
    ({"type": "email_text_input"}, "input", {"type": "email"}),
    ({"type": "radio_buttons", "options": [option("A")], "initial_option": option("A")}, "input",
     {"type": "radio", "checked": None}),
    ({"type": "checkboxes", "options": [option("A")]}, "input", {"type": "checkbox"}),
])
def test_inputs_of_a_form(element, tag, wanted):
    (found,) = drawn(field(element)).all(tag)
    assert wanted.items() <= found.items()


def test_an_error_stands_beside_its_field_and_is_announced():
    html = render_blocks([field({"type": "plain_text_input"})],
                         Scene("v", errors={"b": "Say what is sold."}))
    assert '<p class="error" id="v-b1-e1-error" role="alert">Say what is sold.</p>' in html
    assert 'aria-describedby="v-b1-e1-hint v-b1-e1-error"' in html


def test_what_was_entered_is_shown_instead_of_what_it_began_with():
    page = drawn(
        field({"type": "plain_text_input", "initial_value": "old"}),
        values={"b": {"a": {"type": "plain_text_input", "value": "new"}}},
    )
    assert page.all("input")[0]["value"] == "new"


def test_what_was_emptied_stays_empty():
    page = drawn(
        field({"type": "multi_static_select", "options": [option("A")],
               "initial_options": [option("A")]}),
        values={"b": {"a": {"type": "multi_static_select", "selected_options": []}}},
    )
    assert page.all("span", **{"class": "chip"}) == []


def test_ids_differ_between_two_places_of_one_page():
    block = field({"type": "plain_text_input"})
    ids = [a["id"] for prefix in ("m", "t")
           for _, a in Elements(render_blocks([block], Scene(prefix))).found if "id" in a]
    assert len(ids) == len(set(ids))


def test_an_unknown_block_says_so():
    assert "can't draw (hologram)" in render_blocks([{"type": "hologram"}], Scene("m"))


def test_a_table_a_plan_and_rich_text():
    html = render_blocks([
        {"type": "table", "column_settings": [{"align": "right"}], "rows": [
            [{"type": "raw_text", "text": "Source"}], [{"type": "raw_text", "text": "UNGP 13"}]]},
        {"type": "plan", "title": "Looking", "tasks": [
            {"type": "task_card", "task_id": "1", "title": "Read", "status": "complete",
             "sources": [{"type": "url", "url": "https://a.example", "text": "A"}]}]},
        {"type": "rich_text", "elements": [
            {"type": "rich_text_list", "style": "ordered", "elements": [
                {"type": "rich_text_section", "elements": [
                    {"type": "text", "text": "one", "style": {"bold": True}},
                    {"type": "user", "user_id": "U1"}]}]}]},
    ], Scene("m", NAMES))
    assert '<th class="align-right">Source</th>' in html
    assert '<td class="align-right">UNGP 13</td>' in html
    assert '<span class="sr">Done: </span>' in html
    assert '<li><b>one</b><span class="pill">@Sam Ortiz</span></li>' in html


EVERYWHERE = [
    {"type": "header", "text": text(EVIL)},
    {"type": "section", "block_id": EVIL, "text": text(EVIL), "fields": [text(EVIL)],
     "accessory": {"type": "button", "action_id": EVIL, "value": EVIL, "text": text(EVIL),
                   "confirm": {"title": text(EVIL), "text": text(EVIL)}}},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": EVIL},
                                     {"type": "image", "image_url": EVIL, "alt_text": EVIL}]},
    {"type": "markdown", "text": EVIL},
    {"type": "image", "image_url": EVIL, "alt_text": EVIL, "title": text(EVIL)},
    {"type": "alert", "text": text(EVIL), "level": EVIL},
    {"type": "card", "title": text(EVIL), "body": text(EVIL)},
    {"type": "table", "rows": [[{"type": "raw_text", "text": EVIL}]]},
    {"type": "plan", "title": EVIL, "tasks": [{"title": EVIL, "status": EVIL, "details": EVIL}]},
    {"type": EVIL},
    field({"type": "plain_text_input", "initial_value": EVIL, "placeholder": text(EVIL)},
          hint=text(EVIL)),
    field({"type": "plain_text_input", "multiline": True, "initial_value": "</textarea>" + EVIL}),
    field({"type": "multi_static_select", "options": [option(EVIL, description=text(EVIL))],
           "initial_options": [option(EVIL)]}),
    field({"type": EVIL}),
]


@pytest.mark.parametrize("block", EVERYWHERE, ids=range(len(EVERYWHERE)))
def test_html_anywhere_in_a_block_stays_text(block):
    page = drawn(block, errors={"b": EVIL})
    assert page.all("img") == []
    assert not [name for _, attributes in page.found for name in attributes
                if name.startswith("on") or name == "style"]
