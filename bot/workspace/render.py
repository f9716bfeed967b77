"""Block Kit as HTML: messages, App Home and modals.

The templates draw; this module tells them what a text, an option or a chosen value is.  Blocks
come from the bot as JSON that the Web API has checked, yet nothing here relies on that: a block
or element of a kind we don't know becomes a note saying so, and every text is escaped.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, Undefined
from markupsafe import Markup

from bot.workspace import markup
from bot.workspace.emoji import with_emoji
from bot.workspace.markup import Names

Json = Mapping[str, Any]

_SELECTS = frozenset(
    prefix + kind
    for prefix in ("", "multi_")
    for kind in ("static_select", "external_select", "users_select", "conversations_select",
                 "channels_select")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """Where blocks are drawn and for whom.

    `prefix` starts the id of every element, so that one message drawn twice on a page (in its
    channel and in its thread) has no id twice.  `errors` are sentences by block_id; `values` is
    what has been typed or chosen so far, as Slack's state: block_id → action_id → value.
    """

    prefix: str
    names: Names = field(default_factory=Names)
    errors: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a select: Slack's option object, whether chosen, its group's label if first."""

    object: Json
    chosen: bool
    group: Json | None = None


class _Absent(Undefined):
    """A key that a block doesn't have: empty, and empty again when looked into."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    __getitem__ = __getattr__


def render_blocks(blocks: Sequence[Json], scene: Scene) -> Markup:
    """*blocks* as HTML, in order."""
    template = environment().get_template("blocks.html")
    filled = [_filled(block, scene.values) for block in blocks]
    return Markup(template.module.all(filled, scene))  # type: ignore[attr-defined] # noqa: S704  # the template escapes


@cache
def environment() -> Environment:
    """The templates of the workspace, with the filters that they share."""
    env = Environment(
        loader=PackageLoader("bot.workspace"), autoescape=True, undefined=_Absent,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.filters |= {
        "text": _text,
        "words": _words,
        "plain": markup.plain,
        "markdown": lambda text, scene: markup.markdown(text, scene.names),
        "mrkdwn": lambda text, scene: markup.mrkdwn(text, scene.names),
        "token": lambda text, scene: markup.token(text, scene.names),
        "linkable": markup.is_linkable,
        "options": lambda e, scene=None: list(_options(e, scene)),
        "chosen": _chosen,
        "is_select": _SELECTS.__contains__,
        "tojson_attr": json.dumps,
    }
    return env


_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
}
"""What somebody has entered, by the key of the element that starts with it."""


def _filled(block: Json, values: Mapping[str, Any]) -> Json:
    """*block* with what has been entered in it as its initial values."""
    entered = values.get(block.get("block_id", ""))
    if not entered:
        return block

    def fill(element: Json) -> Json:
        state = entered.get(element.get("action_id")) or {}
        known = {_INITIAL[k]: v for k, v in state.items() if k in _INITIAL}
        kept = {k: v for k, v in element.items()
                if not (state and k in _INITIAL.values())}
        return kept | {k: v for k, v in known.items() if v is not None}

    filled = dict(block)
    if "elements" in block:
        filled["elements"] = [fill(e) for e in block["elements"]]
    for key in ("element", "accessory"):
        if key in block:
            filled[key] = fill(block[key])
    return filled


def _text(text: Any, scene: Scene) -> Markup:
    """A text object, or a bare string where Slack allows one."""
    if not isinstance(text, Mapping):
        return markup.plain(str(text or ""))
    if text.get("type") == "mrkdwn":
        return markup.mrkdwn(str(text.get("text", "")), scene.names)
    return markup.plain(str(text.get("text", "")))


def _words(text: Any) -> str:
    """A text object or string without markup, for labels that screen readers speak."""
    if isinstance(text, Mapping):
        text = text.get("text", "")
    return with_emoji(str(text or ""))


def _options(element: Json, scene: Scene | None) -> Iterator[Choice]:
    """The options that are known beforehand; an external select has none until asked."""
    chosen = _chosen(element, scene)
    for group in element.get("option_groups") or [{"options": element.get("options") or ()}]:
        label = group.get("label")
        for option in group["options"]:
            yield Choice(option, option in chosen, label)
            label = None
    if scene is not None:
        for option in _listed(element["type"], scene.names):
            yield Choice(option, option in chosen)


def _listed(kind: str, names: Names) -> Iterator[Json]:
    if kind.endswith("users_select"):
        yield from (_option(name, id_) for id_, name in names.users.items())
    if kind.endswith(("conversations_select", "channels_select")):
        yield from (_option(f"#{name}", id_) for id_, name in names.channels.items())


def _chosen(element: Json, scene: Scene | None) -> list[Json]:
    """What is chosen when the element is first shown, as option objects."""
    options = element.get("initial_options") or []
    if "initial_option" in element:
        options = [element["initial_option"]]
    ids = [
        *(element.get("initial_users") or element.get("initial_conversations")
          or element.get("initial_channels") or ()),
        *(element[key] for key in ("initial_user", "initial_conversation", "initial_channel")
          if key in element),
    ]  # fmt: skip
    if not ids or scene is None:
        return list(options)
    return [o for o in _listed(element["type"], scene.names) if o["value"] in ids]


def _option(text: str, value: str) -> Json:
    return {"text": {"type": "plain_text", "text": text, "emoji": True}, "value": value}
