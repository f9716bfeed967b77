"""Slack's limits on what an app may show, checked as Slack checks them.

Each fault is a line as Slack writes it into `response_metadata.messages`: what must hold, and a
JSON pointer to where it does not.  Numbers come from Slack's Block Kit reference; three that
Slack does not publish were measured by others and are marked so.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TEXT_KEPT = 40_000
"""Characters of a posted text that are kept; the rest is cut off with a warning."""
UPDATE_TEXT = 4_000
MARKDOWN = 12_000
"""Characters in all markdown blocks of a message together, and in one markdown_text."""
ALL_BLOCKS = 13_200
"""Characters of text in all blocks of a message.  Not published (slackapi/bolt-js#2509)."""
STREAM_BYTES = 10_600
"""UTF-8 bytes that one streamed message holds.  Not published; measured at 10,600 to 11,300."""
METADATA_BYTES = 8_000
PRIVATE_METADATA = 3_000
VIEW_BYTES = 250_000
VIEW_STACK = 3
LOADING_MESSAGES = 10
PROMPTS = 4
OPTIONS = 100

_SELECTS = frozenset({"static_select", "external_select", "users_select", "conversations_select",
                      "channels_select"})
_MENUS = _SELECTS | {f"multi_{name}" for name in _SELECTS}
_CHOICES = frozenset({"checkboxes", "radio_buttons"})
_PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input",
                    "rich_text_input"})
_IN_ACTIONS = _SELECTS | {f"multi_{name}" for name in _SELECTS} | _CHOICES | _PICKERS | {
    "button", "overflow", "workflow_button"}
_IN_SECTION = _IN_ACTIONS | {"image"}
_IN_INPUT = _MENUS | _CHOICES | _PICKERS | _TYPED | {"file_input"}
_IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})

_SURFACES = {
    "section": "message modal home", "divider": "message modal home", "image": "message modal home",
    "actions": "message modal home", "context": "message modal home",
    "input": "message modal home", "header": "message modal home",
    "rich_text": "message modal home", "video": "message modal home", "file": "message",
    "markdown": "message", "context_actions": "message", "table": "message", "plan": "message",
    "task_card": "message", "card": "message", "carousel": "message",
    "container": "message", "data_table": "message", "data_visualization": "message",
    "alert": "modal",
}
_STATEFUL = _IN_INPUT | {"button", "overflow", "feedback_buttons", "icon_button", "workflow_button"}

Faults = Iterator[str]


def must_be_shorter(limit: int, at: str) -> str:
    """The line for a text longer than *limit* characters."""
    return f"[ERROR] must be less than {limit + 1} characters [json-pointer:{at}]"


def check_blocks(blocks: object, surface: str, at: str = "/blocks") -> list[str]:
    """What is wrong with *blocks* on a "message", "modal" or "home"; empty if nothing.

    The total of a message's texts is not among it; see `too_long`.
    """
    if not isinstance(blocks, list):
        return [f"[ERROR] must be an array [json-pointer:{at}]"]
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    faults = []
    if len(blocks) > most:
        faults.append(f"[ERROR] no more than {most} items allowed [json-pointer:{at}]")
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        here = f"{at}/{index}"
        faults += _check_block(block, surface, here)
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str) and block_id:
            if block_id in seen:
                faults.append("[ERROR] block_id must be unique; "
                              f"{block_id} is used twice [json-pointer:{here}/block_id]")
            seen.add(block_id)
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    if kinds.count("table") > 1:
        faults.append(f"[ERROR] only one table is allowed [json-pointer:{at}]")
    markdown = sum(len(str(b.get("text", ""))) for b in blocks
                   if isinstance(b, dict) and b.get("type") == "markdown")
    if markdown > MARKDOWN:
        faults.append(must_be_shorter(MARKDOWN, at))
    return faults


def too_long(blocks: Sequence[Json]) -> bool:
    """Whether the texts in *blocks* together are more than a message may hold."""
    return text_size(blocks) > ALL_BLOCKS


def text_size(part: object) -> int:
    """Characters of everything a reader sees in *part*."""
    if isinstance(part, dict):
        own = 0
        for key, value in part.items():
            if key in {"text", "alt_text", "title", "label", "hint", "body"} and isinstance(
                    value, str):
                own += len(value)
            elif isinstance(value, dict | list):
                own += text_size(value)
        return own
    if isinstance(part, list | tuple):
        return sum(text_size(item) for item in part)
    return 0


def check_view(view: object) -> list[str]:
    """What is wrong with *view*, a modal or a Home tab; empty if nothing."""
    if not isinstance(view, dict):
        return ["[ERROR] must be an object [json-pointer:/view]"]
    kind = view.get("type")
    if not isinstance(kind, str) or kind not in {"modal", "home"}:
        return ["[ERROR] unsupported type [json-pointer:/view/type]"]
    faults: list[str] = []
    if kind == "modal":
        faults += _text(view.get("title"), 24, "/view/title", plain=True)
        for part in ("submit", "close"):
            if view.get(part) is not None:
                faults += _text(view[part], 24, f"/view/{part}", plain=True)
        inputs = any(isinstance(b, dict) and b.get("type") == "input"
                     for b in _listed(view.get("blocks")))
        if inputs and view.get("submit") is None:
            faults.append("[ERROR] missing required field: submit [json-pointer:/view]")
    for key, limit in (("private_metadata", PRIVATE_METADATA), ("callback_id", 255),
                       ("external_id", 255)):
        faults += _string(view.get(key), limit, f"/view/{key}")
    faults += check_blocks(view.get("blocks"), kind, "/view/blocks")
    return faults


def check_options(options: object, at: str = "/options", most: int = OPTIONS) -> list[str]:
    """What is wrong with the options of a menu."""
    if not isinstance(options, list) or not options:
        return [f"[ERROR] must be a non-empty array [json-pointer:{at}]"]
    faults = []
    if len(options) > most:
        faults.append(f"[ERROR] no more than {most} items allowed [json-pointer:{at}]")
    values: set[str] = set()
    for index, option in enumerate(options):
        here = f"{at}/{index}"
        if not isinstance(option, dict):
            faults.append(f"[ERROR] must be an object [json-pointer:{here}]")
            continue
        faults += _text(option.get("text"), 75, f"{here}/text")
        faults += _string(option.get("value"), 150, f"{here}/value", required=True)
        if option.get("description") is not None:
            faults += _text(option["description"], 75, f"{here}/description")
        value = option.get("value")
        if isinstance(value, str):
            if value in values:
                faults.append(f"[ERROR] option values must be unique [json-pointer:{here}/value]")
            values.add(value)
    return faults


def size_in_bytes(part: object) -> int:
    """Bytes of *part* as JSON."""
    return len(json.dumps(part, ensure_ascii=False).encode())


def _check_block(block: object, surface: str, at: str) -> Faults:
    if not isinstance(block, dict):
        yield f"[ERROR] must be an object [json-pointer:{at}]"
        return
    kind = block.get("type")
    if not isinstance(kind, str) or surface not in _SURFACES.get(kind, "").split():
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"
        return
    yield from _string(block.get("block_id"), 255, f"{at}/block_id")
    check = _BLOCKS.get(kind)
    if check is not None:
        yield from check(block, at)


def _section(block: Json, at: str) -> Faults:
    if block.get("text") is None and not block.get("fields"):
        yield f"[ERROR] missing required field: text or fields [json-pointer:{at}]"
    if block.get("text") is not None:
        yield from _text(block["text"], 3000, f"{at}/text")
    fields = block.get("fields") or []
    yield from _count(fields, 10, f"{at}/fields")
    for index, text in enumerate(_listed(fields)):
        yield from _text(text, 2000, f"{at}/fields/{index}")
    if block.get("accessory") is not None:
        yield from _element(block["accessory"], _IN_SECTION, f"{at}/accessory")


def _header(block: Json, at: str) -> Faults:
    yield from _text(block.get("text"), 150, f"{at}/text", plain=True)


def _markdown(block: Json, at: str) -> Faults:
    yield from _string(block.get("text"), MARKDOWN, f"{at}/text", required=True)


def _elements(allowed: frozenset[str], most: int) -> Callable[[Json, str], Faults]:
    def check(block: Json, at: str) -> Faults:
        elements = block.get("elements")
        if not isinstance(elements, list) or not elements:
            yield f"[ERROR] must be a non-empty array [json-pointer:{at}/elements]"
            return
        yield from _count(elements, most, f"{at}/elements")
        seen: set[str] = set()
        for index, element in enumerate(elements):
            here = f"{at}/elements/{index}"
            yield from _element(element, allowed, here)
            action_id = element.get("action_id") if isinstance(element, dict) else None
            if isinstance(action_id, str):
                if action_id in seen:
                    yield ("[ERROR] action_id must be unique in its block "
                           f"[json-pointer:{here}/action_id]")
                seen.add(action_id)
    return check


def _context(block: Json, at: str) -> Faults:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield f"[ERROR] must be a non-empty array [json-pointer:{at}/elements]"
        return
    yield from _count(elements, 10, f"{at}/elements")
    for index, element in enumerate(elements):
        here = f"{at}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from _image(element, here)
        else:
            yield from _text(element, 3000, here)


def _image(block: Json, at: str) -> Faults:
    if block.get("slack_file") is None:
        yield from _string(block.get("image_url"), 3000, f"{at}/image_url", required=True)
    yield from _string(block.get("alt_text"), 2000, f"{at}/alt_text", required=True)
    if block.get("title") is not None:
        yield from _text(block["title"], 2000, f"{at}/title", plain=True)


def _input(block: Json, at: str) -> Faults:
    yield from _text(block.get("label"), 2000, f"{at}/label", plain=True)
    if block.get("hint") is not None:
        yield from _text(block["hint"], 2000, f"{at}/hint", plain=True)
    yield from _element(block.get("element"), _IN_INPUT, f"{at}/element")


def _table(block: Json, at: str) -> Faults:
    rows = block.get("rows")
    if not isinstance(rows, list) or not rows:
        yield f"[ERROR] must be a non-empty array [json-pointer:{at}/rows]"
        return
    yield from _count(rows, 100, f"{at}/rows")
    for index, row in enumerate(rows):
        yield from _count(row, 20, f"{at}/rows/{index}")


def _plan(block: Json, at: str) -> Faults:
    yield from _string(block.get("title"), 3000, f"{at}/title", required=True)
    yield from _count(block.get("tasks") or [], 50, f"{at}/tasks")


def _card(block: Json, at: str) -> Faults:
    for part, limit in (("title", 150), ("subtitle", 150), ("body", 200)):
        if block.get(part) is not None:
            yield from _text(block[part], limit, f"{at}/{part}")
    for index, action in enumerate(_listed(block.get("actions"))):
        yield from _element(action, frozenset({"button"}), f"{at}/actions/{index}")


def _alert(block: Json, at: str) -> Faults:
    yield from _text(block.get("text"), 3000, f"{at}/text")


_BLOCKS: dict[str, Callable[[Json, str], Faults]] = {
    "section": _section, "header": _header, "markdown": _markdown,
    "actions": _elements(_IN_ACTIONS, 25), "context_actions": _elements(_IN_CONTEXT_ACTIONS, 5),
    "context": _context, "image": _image, "input": _input, "table": _table, "plan": _plan,
    "card": _card, "alert": _alert,
}


def _element(element: object, allowed: frozenset[str], at: str) -> Faults:
    if not isinstance(element, dict):
        yield f"[ERROR] must be an object [json-pointer:{at}]"
        return
    kind = element.get("type")
    if not isinstance(kind, str) or kind not in allowed:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"
        return
    if kind == "image":
        yield from _image(element, at)
        return
    yield from _string(element.get("action_id"), 255, f"{at}/action_id",
                       required=kind in _STATEFUL and kind == "feedback_buttons")
    if element.get("placeholder") is not None:
        yield from _text(element["placeholder"], 150, f"{at}/placeholder", plain=True)
    if kind == "button":
        yield from _button(element, at)
    elif kind in {"static_select", "multi_static_select"}:
        yield from _menu(element, at)
    elif kind == "overflow":
        yield from check_options(element.get("options"), f"{at}/options", 5)
    elif kind in _CHOICES:
        yield from check_options(element.get("options"), f"{at}/options", 10)
    elif kind == "feedback_buttons":
        for part in ("positive_button", "negative_button"):
            yield from _button(element.get(part), f"{at}/{part}")
    elif kind == "plain_text_input":
        yield from _typed(element, at)
    if element.get("confirm") is not None:
        yield from _confirm(element["confirm"], f"{at}/confirm")


def _button(button: object, at: str) -> Faults:
    if not isinstance(button, dict):
        yield f"[ERROR] must be an object [json-pointer:{at}]"
        return
    yield from _text(button.get("text"), 75, f"{at}/text", plain=True)
    yield from _string(button.get("value"), 2000, f"{at}/value")
    yield from _string(button.get("url"), 3000, f"{at}/url")
    yield from _string(button.get("accessibility_label"), 75, f"{at}/accessibility_label")
    if button.get("style") not in [None, "primary", "danger"]:
        yield f"[ERROR] must be a valid enum value [json-pointer:{at}/style]"


def _menu(element: Json, at: str) -> Faults:
    groups = element.get("option_groups")
    if groups is None:
        yield from check_options(element.get("options"), f"{at}/options")
        return
    if not isinstance(groups, list) or not groups:
        yield f"[ERROR] must be a non-empty array [json-pointer:{at}/option_groups]"
        return
    yield from _count(groups, 100, f"{at}/option_groups")
    for index, group in enumerate(groups):
        here = f"{at}/option_groups/{index}"
        if not isinstance(group, dict):
            yield f"[ERROR] must be an object [json-pointer:{here}]"
            continue
        yield from _text(group.get("label"), 75, f"{here}/label", plain=True)
        yield from check_options(group.get("options"), f"{here}/options")


def _typed(element: Json, at: str) -> Faults:
    longest = element.get("max_length")
    if longest is not None and not (isinstance(longest, int) and 1 <= longest <= 3000):
        yield f"[ERROR] must be between 1 and 3000 [json-pointer:{at}/max_length]"
    yield from _string(element.get("initial_value"), 3000, f"{at}/initial_value")


def _confirm(confirm: object, at: str) -> Faults:
    if not isinstance(confirm, dict):
        yield f"[ERROR] must be an object [json-pointer:{at}]"
        return
    for part, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if confirm.get(part) is not None:
            yield from _text(confirm[part], limit, f"{at}/{part}")


def _text(text: object, limit: int, at: str, plain: bool = False) -> Faults:
    if not isinstance(text, dict):
        yield f"[ERROR] must provide an object [json-pointer:{at}]"
        return
    allowed = ["plain_text"] if plain else ["plain_text", "mrkdwn"]
    if text.get("type") not in allowed:
        yield f"[ERROR] must be a valid enum value [json-pointer:{at}/type]"
    yield from _string(text.get("text"), limit, f"{at}/text", required=True)


def _string(value: object, limit: int, at: str, required: bool = False) -> Faults:
    if value is None:
        if required:
            yield f"[ERROR] missing required field [json-pointer:{at}]"
        return
    if not isinstance(value, str):
        yield f"[ERROR] must be a string [json-pointer:{at}]"
    elif len(value) > limit:
        yield must_be_shorter(limit, at)
    elif required and not value:
        yield f"[ERROR] must be more than 0 characters [json-pointer:{at}]"


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _count(items: object, most: int, at: str) -> Faults:
    if not isinstance(items, list):
        yield f"[ERROR] must be an array [json-pointer:{at}]"
    elif len(items) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{at}]"
