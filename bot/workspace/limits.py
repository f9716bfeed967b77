"""Slack's limits on what an app may show, checked as Slack checks them.

Each fault is a line as Slack writes it into `response_metadata.messages`: what must hold, and a
JSON pointer to where it does not.  Numbers come from Slack's Block Kit reference; three that
Slack does not publish were measured by others and are marked so.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from bot.workspace.elements import (
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    Faults,
    check_count,
    check_element,
    check_image,
    check_string,
    check_text,
    listed,
    must_be_shorter,
)

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
        faults += check_text(view.get("title"), 24, "/view/title", plain=True)
        for part in ("submit", "close"):
            if view.get(part) is not None:
                faults += check_text(view[part], 24, f"/view/{part}", plain=True)
        inputs = any(isinstance(b, dict) and b.get("type") == "input"
                     for b in listed(view.get("blocks")))
        if inputs and view.get("submit") is None:
            faults.append("[ERROR] missing required field: submit [json-pointer:/view]")
    for key, limit in (("private_metadata", PRIVATE_METADATA), ("callback_id", 255),
                       ("external_id", 255)):
        faults += check_string(view.get(key), limit, f"/view/{key}")
    faults += check_blocks(view.get("blocks"), kind, "/view/blocks")
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
    yield from check_string(block.get("block_id"), 255, f"{at}/block_id")
    check = _BLOCKS.get(kind)
    if check is not None:
        yield from check(block, at)


def _section(block: Json, at: str) -> Faults:
    if block.get("text") is None and not block.get("fields"):
        yield f"[ERROR] missing required field: text or fields [json-pointer:{at}]"
    if block.get("text") is not None:
        yield from check_text(block["text"], 3000, f"{at}/text")
    fields = block.get("fields") or []
    yield from check_count(fields, 10, f"{at}/fields")
    for index, text in enumerate(listed(fields)):
        yield from check_text(text, 2000, f"{at}/fields/{index}")
    if block.get("accessory") is not None:
        yield from check_element(block["accessory"], IN_SECTION, f"{at}/accessory")


def _header(block: Json, at: str) -> Faults:
    yield from check_text(block.get("text"), 150, f"{at}/text", plain=True)


def _markdown(block: Json, at: str) -> Faults:
    yield from check_string(block.get("text"), MARKDOWN, f"{at}/text", required=True)


def _elements(allowed: frozenset[str], most: int) -> Callable[[Json, str], Faults]:
    def check(block: Json, at: str) -> Faults:
        elements = block.get("elements")
        if not isinstance(elements, list) or not elements:
            yield f"[ERROR] must be a non-empty array [json-pointer:{at}/elements]"
            return
        yield from check_count(elements, most, f"{at}/elements")
        seen: set[str] = set()
        for index, element in enumerate(elements):
            here = f"{at}/elements/{index}"
            yield from check_element(element, allowed, here)
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
    yield from check_count(elements, 10, f"{at}/elements")
    for index, element in enumerate(elements):
        here = f"{at}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from check_image(element, here)
        else:
            yield from check_text(element, 3000, here)


def _input(block: Json, at: str) -> Faults:
    yield from check_text(block.get("label"), 2000, f"{at}/label", plain=True)
    if block.get("hint") is not None:
        yield from check_text(block["hint"], 2000, f"{at}/hint", plain=True)
    yield from check_element(block.get("element"), IN_INPUT, f"{at}/element")


def _table(block: Json, at: str) -> Faults:
    rows = block.get("rows")
    if not isinstance(rows, list) or not rows:
        yield f"[ERROR] must be a non-empty array [json-pointer:{at}/rows]"
        return
    yield from check_count(rows, 100, f"{at}/rows")
    for index, row in enumerate(rows):
        yield from check_count(row, 20, f"{at}/rows/{index}")


def _plan(block: Json, at: str) -> Faults:
    yield from check_string(block.get("title"), 3000, f"{at}/title", required=True)
    yield from check_count(block.get("tasks") or [], 50, f"{at}/tasks")


def _card(block: Json, at: str) -> Faults:
    for part, limit in (("title", 150), ("subtitle", 150), ("body", 200)):
        if block.get(part) is not None:
            yield from check_text(block[part], limit, f"{at}/{part}")
    for index, action in enumerate(listed(block.get("actions"))):
        yield from check_element(action, frozenset({"button"}), f"{at}/actions/{index}")


def _alert(block: Json, at: str) -> Faults:
    yield from check_text(block.get("text"), 3000, f"{at}/text")


_BLOCKS: dict[str, Callable[[Json, str], Faults]] = {
    "section": _section, "header": _header, "markdown": _markdown,
    "actions": _elements(IN_ACTIONS, 25), "context_actions": _elements(IN_CONTEXT_ACTIONS, 5),
    "context": _context, "image": check_image, "input": _input, "table": _table, "plan": _plan,
    "card": _card, "alert": _alert,
}
