"""Slack's rules for blocks, as its documentation and its SDK give them."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from bot.workspace import limits as stand_in

KIM = "<@U0KIM00001>"
"""The one mention that our own sentences make in these tests."""
TOKEN = re.compile(r"<(?:https?://[^\s<>|]+\|[^<>|]+|!date\^\d+\^[^<>|]+\|[^<>|]+|@U0KIM00001)>")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in *value*, outermost first."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from objects(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from objects(member)


def mrkdwn(blocks: Sequence[dict[str, Any]]) -> str:
    """All mrkdwn of *blocks*."""
    return "\n".join(o["text"] for o in objects(list(blocks)) if o.get("type") == "mrkdwn")


def check_blocks(blocks: Sequence[dict[str, Any]], most: int = 50) -> None:
    """Fail unless Slack would take *blocks*."""
    assert 1 <= len(blocks) <= most
    parsed = SdkBlock.parse_all(list(blocks))
    assert [block.to_dict()["type"] for block in parsed] == [b["type"] for b in blocks]
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    assert len(ids) == len(set(ids))
    for block in blocks:
        actions = [o["action_id"] for o in objects(block) if "action_id" in o]
        assert len(actions) == len(set(actions))
    for o in objects(list(blocks)):
        _check_object(o)


def _check_object(o: dict[str, Any]) -> None:
    kind = o.get("type")
    if kind == "mrkdwn":
        assert 1 <= units(o["text"]) <= 3000
        bare = TOKEN.sub("", o["text"])
        assert "<" not in bare and ">" not in bare
        assert o["text"].count("*") % 2 == 0
        assert "`" not in o["text"] and "~" not in o["text"]
    elif kind == "plain_text":
        assert 1 <= units(o["text"]) <= 3000
    elif kind == "button":
        assert units(o["text"]["text"]) <= 75 and len(o["value"]) <= 2000
    elif kind == "actions":
        assert 1 <= len(o["elements"]) <= 25
    elif kind == "context":
        assert 1 <= len(o["elements"]) <= 10
    elif kind == "header":
        assert units(o["text"]["text"]) <= 150
    elif kind is not None and "select" in kind:
        if "external" not in kind:
            assert 1 <= len(o["options"]) <= 100
        _check_options(o.get("options", ()))
        assert units(o["placeholder"]["text"]) <= 150
    elif kind == "checkboxes":
        assert 1 <= len(o["options"]) <= 10
        _check_options(o["options"])


def _check_options(options: Sequence[dict[str, Any]]) -> None:
    for one in options:
        assert units(one["text"]["text"]) <= 75 and 1 <= len(one["value"]) <= 150
    assert len({one["value"] for one in options}) == len(options)


def check_message(text: str, blocks: Sequence[dict[str, Any]]) -> None:
    """Fail unless Slack would take the message."""
    assert 1 <= units(text) <= 3000
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", text)
    check_blocks(blocks)
    assert stand_in.check_blocks(list(blocks), "message") == []
    assert units(json.dumps(list(blocks), ensure_ascii=False)) <= 12_000


def check_view(view: dict[str, Any]) -> None:
    """Fail unless Slack would open *view*."""
    assert View(**view).to_dict()["type"] == view["type"]
    check_blocks(view["blocks"], most=100)
    assert stand_in.check_view(view) == []
    assert len(json.dumps(view).encode()) <= 250_000
    for part in ("title", "submit", "close"):
        if part in view:
            assert units(view[part]["text"]) <= 24
    assert len(view.get("private_metadata", "")) <= 3000
