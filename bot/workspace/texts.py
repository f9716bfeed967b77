"""How Slack's client writes down what a person types: escaped, with mentions and links marked."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.workspace.emoji import EMOJI, SHORT_NAME
from bot.workspace.markup import unescaped
from bot.workspace.world import Channel, User

Json = dict[str, Any]

_MARKED = re.compile(r"(<[@#!][^<>\s]*>|<https?://[^<>\s|]+(?:\|[^<>]*)?>)")
_LOOSE = re.compile(r"&(?!(?:amp|lt|gt);)")
_URL = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\]'\"]")
_STYLED = re.compile(r"(?<!\w)([*_~`])(?=\S)([^\n]*?\S)\1(?!\w)")
_STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
_TOKEN = re.compile(r"<([@#!]|https?://)([^<>|]*)(?:\|([^<>]*))?>")


def typed(text: str, users: Iterable[User], channels: Iterable[Channel]) -> str:
    """*text* as a message holds it: `@name` and `#name` become ids, the rest is escaped.

    What is marked (`<@U…>`) or escaped (`&lt;`) already stays.
    """
    parts = _MARKED.split(text)
    people = sorted(((name, user.id) for user in users
                     for name in {user.real_name, user.name}), key=lambda p: -len(p[0]))
    rooms = [(channel.name, channel.id) for channel in channels if channel.name]
    for index in range(0, len(parts), 2):
        plain = _LOOSE.sub("&amp;", parts[index]).replace("<", "&lt;").replace(">", "&gt;")
        plain = _URL.sub(lambda m: f"<{m.group()}>", plain)
        for name, user_id in people:
            plain = re.sub(rf"(?<![\w/])@{re.escape(name)}(?!\w)", f"<@{user_id}>", plain,
                           flags=re.IGNORECASE)
        for name, channel_id in rooms:
            plain = re.sub(rf"(?<![\w/&])#{re.escape(name)}(?![\w-])", f"<#{channel_id}|{name}>",
                           plain)
        parts[index] = plain
    return "".join(parts)


def mentioned(text: str) -> set[str]:
    """Ids of the people that *text* mentions."""
    return set(re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", text))


def rich_text(text: str) -> list[Json]:
    """The rich_text block that Slack's client sends along with a typed message."""
    elements: list[Json] = []
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            elements += _styled(text[at:match.start()])
        at = match.end()
        sign, name, label = match.groups()
        if sign == "@":
            elements.append({"type": "user", "user_id": name})
        elif sign == "#":
            elements.append({"type": "channel", "channel_id": name})
        elif sign == "!":
            elements.append({"type": "broadcast", "range": name})
        else:
            link: Json = {"type": "link", "url": unescaped(sign + name)}
            elements.append({**link, "text": unescaped(label)} if label else link)
    if at < len(text):
        elements += _styled(text[at:])
    if not elements:
        return []
    return [{"type": "rich_text", "block_id": "typed",
             "elements": [{"type": "rich_text_section", "elements": elements}]}]


def _styled(text: str) -> Iterator[Json]:
    """Words between marked ones, each run in its style; what one style holds has no other."""
    at = 0
    for match in _STYLED.finditer(text):
        yield from _drawn(text[at:match.start()])
        yield {"type": "text", "text": unescaped(match[2]), "style": {_STYLES[match[1]]: True}}
        at = match.end()
    yield from _drawn(text[at:])


def _drawn(text: str) -> Iterator[Json]:
    """Words without style, and the emoji between them."""
    at = 0
    for match in SHORT_NAME.finditer(text):
        picture = EMOJI.get(match[1])
        if picture is None:
            continue
        if match.start() > at:
            yield {"type": "text", "text": unescaped(text[at:match.start()])}
        yield {"type": "emoji", "name": match[1],
               "unicode": "-".join(f"{ord(c):x}" for c in picture)}
        at = match.end()
    if at < len(text):
        yield {"type": "text", "text": unescaped(text[at:])}
