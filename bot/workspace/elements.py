"""What may stand inside a block: buttons, menus, fields and texts, each with Slack's limits.

Every check yields its faults as lines that Slack would write; see `bot.workspace.limits`.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
Faults = Iterator[str]

OPTIONS = 100
"""Options of a menu."""

_SELECTS = frozenset({"static_select", "external_select", "users_select", "conversations_select",
                      "channels_select"})
_MENUS = _SELECTS | {f"multi_{name}" for name in _SELECTS}
_CHOICES = frozenset({"checkboxes", "radio_buttons"})
_PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input",
                    "rich_text_input"})
IN_ACTIONS = _MENUS | _CHOICES | _PICKERS | {
    "button", "overflow", "workflow_button"}
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = _MENUS | _CHOICES | _PICKERS | _TYPED | {"file_input"}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})


def must_be_shorter(limit: int, at: str) -> str:
    """The line for a text longer than *limit* characters."""
    return f"[ERROR] must be less than {limit + 1} characters [json-pointer:{at}]"


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
        faults += check_text(option.get("text"), 75, f"{here}/text")
        faults += check_string(option.get("value"), 150, f"{here}/value", required=True)
        if option.get("description") is not None:
            faults += check_text(option["description"], 75, f"{here}/description")
        value = option.get("value")
        if isinstance(value, str):
            if value in values:
                faults.append(f"[ERROR] option values must be unique [json-pointer:{here}/value]")
            values.add(value)
    return faults


def check_element(element: object, allowed: frozenset[str], at: str) -> Faults:
    """What is wrong with *element*, which must be of a type that is *allowed* there."""
    if not isinstance(element, dict):
        yield f"[ERROR] must be an object [json-pointer:{at}]"
        return
    kind = element.get("type")
    if not isinstance(kind, str) or kind not in allowed:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"
        return
    if kind == "image":
        yield from check_image(element, at)
        return
    yield from check_string(element.get("action_id"), 255, f"{at}/action_id",
                       required=kind == "feedback_buttons")
    if element.get("placeholder") is not None:
        yield from check_text(element["placeholder"], 150, f"{at}/placeholder", plain=True)
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
    yield from check_text(button.get("text"), 75, f"{at}/text", plain=True)
    yield from check_string(button.get("value"), 2000, f"{at}/value")
    yield from check_string(button.get("url"), 3000, f"{at}/url")
    yield from check_string(button.get("accessibility_label"), 75, f"{at}/accessibility_label")
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
    yield from check_count(groups, 100, f"{at}/option_groups")
    for index, group in enumerate(groups):
        here = f"{at}/option_groups/{index}"
        if not isinstance(group, dict):
            yield f"[ERROR] must be an object [json-pointer:{here}]"
            continue
        yield from check_text(group.get("label"), 75, f"{here}/label", plain=True)
        yield from check_options(group.get("options"), f"{here}/options")


def _typed(element: Json, at: str) -> Faults:
    longest = element.get("max_length")
    if longest is not None and not (isinstance(longest, int) and 1 <= longest <= 3000):
        yield f"[ERROR] must be between 1 and 3000 [json-pointer:{at}/max_length]"
    yield from check_string(element.get("initial_value"), 3000, f"{at}/initial_value")


def _confirm(confirm: object, at: str) -> Faults:
    if not isinstance(confirm, dict):
        yield f"[ERROR] must be an object [json-pointer:{at}]"
        return
    for part, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if confirm.get(part) is not None:
            yield from check_text(confirm[part], limit, f"{at}/{part}")


def check_text(text: object, limit: int, at: str, plain: bool = False) -> Faults:
    """What is wrong with a text object of at most *limit* characters; *plain*: without markup."""
    if not isinstance(text, dict):
        yield f"[ERROR] must provide an object [json-pointer:{at}]"
        return
    allowed = ["plain_text"] if plain else ["plain_text", "mrkdwn"]
    if text.get("type") not in allowed:
        yield f"[ERROR] must be a valid enum value [json-pointer:{at}/type]"
    yield from check_string(text.get("text"), limit, f"{at}/text", required=True)


def check_string(value: object, limit: int, at: str, required: bool = False) -> Faults:
    """What is wrong with a string of at most *limit* characters."""
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


def listed(value: object) -> list[Any]:
    """*value* if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def check_count(items: object, most: int, at: str) -> Faults:
    """What is wrong with an array of at most *most* items."""
    if not isinstance(items, list):
        yield f"[ERROR] must be an array [json-pointer:{at}]"
    elif len(items) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{at}]"


def check_image(block: Json, at: str) -> Faults:
    """What is wrong with an image, a block or an element."""
    if block.get("slack_file") is None:
        yield from check_string(block.get("image_url"), 3000, f"{at}/image_url", required=True)
    yield from check_string(block.get("alt_text"), 2000, f"{at}/alt_text", required=True)
    if block.get("title") is not None:
        yield from check_text(block["title"], 2000, f"{at}/title", plain=True)
