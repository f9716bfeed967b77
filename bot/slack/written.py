"""What is written in a message: the person's words, what they forward, and the blocks of apps.

Slack gives the words of a message that a person types as its `text`.  What they forward stands
beside it, in an attachment with `is_share`; a link's preview looks alike and has none.  Apps show
blocks and attachments, and give in `text` what stands in a notification.  All of it is given in
Slack's markup here, as `text` has it, and read on from there.

Pictures stand there by name (`:cop:`), which would be heard as the words that it is made of; in
rich text Slack says which of them are pictures, and what they look like.

Whatever is not as it should be is passed over: of most of it Slack's documentation says nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.slack.escaping import escape
from bot.slack.pictures import FLAG

Part = Mapping[str, Any]
"""A message, a block, or an attachment, as JSON has it."""
Ours = Callable[[Part], bool]
"""Whether what is forwarded may be a post of ours, which nobody has told us."""

MOST_WRITTEN = 1_000_000
"""Characters that are read of one message; Advisor answers less than a hundredth of it."""
_DEEP = 3
"""How often what is forwarded may itself have been."""
_CELLS, _LINES, _PARTS = " | ", "\n", "\n\n"
_CODE = re.compile(r"(?:10|[0-9a-f])?[0-9a-f]{2,4}(?:-(?:10|[0-9a-f])?[0-9a-f]{2,4}){0,15}")
"""Of a picture: its characters in hexadecimal."""
_UNFIT = re.compile("[\0-\"&<>\ud800-\udfff]")
"""What no picture begins with, no database takes, or Slack gives a meaning."""
_RANGES = frozenset({"here", "channel", "everyone"})


def told(message: Part, ours: Ours) -> str:
    """What the person who sent *message* tells: their own words, and what they forward."""
    own = _drawn(message, message.get("blocks")) or in_blocks(message.get("blocks"))
    return _joined([own, *_forwarded(message, ours, _DEEP)])


def shown(message: Part) -> str:
    """What the post of an app shows: its blocks, or its text where it has none; attachments."""
    return _joined([in_blocks(message.get("blocks")) or _text(message),
                    *map(_attached, _rows(message.get("attachments")))])


def carries_files(message: Part) -> bool:
    """Whether files came with *message*, or with what it forwards: none of them is opened."""
    return any(one.get("files") for one in (message, *_shares(message)))


def passes_on_ours(message: Part, ours: Ours) -> bool:
    """Whether *message* forwards a post of ours."""
    return any(map(ours, _shares(message)))


def whose(us: str, app: object) -> Ours:
    """Tells posts of ours from others, by our user id and the id of our app.

    A post of an app may be ours where it says neither, or who we are isn't known: what Advisor
    asks and warns of would be taken for facts of a deal.
    """
    def ours(share: Part) -> bool:
        author, by = share.get("author_id"), share.get("app_id")
        return (bool(us) and author == us) or (bool(app) and by == app) or (
            bool(share.get("bot_id")) and not ((us and author) or by))

    return ours


def in_blocks(blocks: object) -> str:
    """The words of *blocks*, a line for each that has any."""
    return _LINES.join(filter(None, map(_block, _rows(blocks))))


# --- what is forwarded or attached ------------------------------------------------------------

def _shares(message: Part) -> list[Part]:
    return [one for one in _rows(message.get("attachments")) if one.get("is_share") is True]


def _forwarded(message: Part, ours: Ours, deep: int) -> Iterator[str]:
    for share in _shares(message) if deep else ():
        if ours(share):
            continue
        held = [block for one in _rows(share.get("message_blocks"))
                if isinstance(one.get("message"), Mapping)
                for block in _rows(one["message"].get("blocks"))] or share.get("blocks")
        text, blocks = _drawn(share, held), in_blocks(held)
        # As in a message itself: of people the text, of apps what they show.
        by_app = share.get("bot_id") or share.get("app_id")
        yield (blocks or text) if by_app else (text or blocks)
        yield from _forwarded(share, ours, deep - 1)


def _attached(attachment: Part) -> str:
    """What an app's attachment shows, in the form of before there were blocks or with them."""
    fields = (_LINES.join(filter(None, (_text(one, "title"), _text(one, "value"))))
              for one in _rows(attachment.get("fields")))
    lines = (_text(attachment, "pretext"), _text(attachment, "title"), _text(attachment),
             *fields, in_blocks(attachment.get("blocks")))
    return _LINES.join(filter(None, lines)) or _text(attachment, "fallback")


# --- pictures ---------------------------------------------------------------------------------

def _drawn(message: Part, blocks: object) -> str:
    """The text of *message*, each name of a picture in *blocks* as the picture."""
    text = _text(message).strip()
    if ":" not in text:
        return text
    known = {_name(run): picture for run in _runs(blocks) if (picture := _picture(run))}
    if not known:
        return text
    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.sub(f":({names})(?:::skin-tone-[2-6])?:", lambda m: known[m[1]], text)


def _runs(blocks: object) -> Iterator[Part]:
    """The runs of all rich text in *blocks*, of lists too."""
    for block in _rows(blocks):
        for paragraph in _rows(block.get("elements")):
            for run in _rows(paragraph.get("elements")):
                yield run
                yield from _rows(run.get("elements"))


def _name(run: Part) -> str:
    return _text(run, "name").partition("::")[0]


def _picture(run: Part) -> str:
    """The characters of a picture; "" of no picture, of a workspace's own, and of a flag."""
    code = _text(run, "unicode")
    if run.get("type") != "emoji" or not _CODE.fullmatch(code):
        return ""
    picture = "".join(chr(int(one, 16)) for one in code.split("-"))
    flag = FLAG.fullmatch(picture) or _name(run).startswith("flag-")
    return "" if flag or _UNFIT.search(picture) else picture


# --- blocks -----------------------------------------------------------------------------------

def _block(block: Part) -> str:
    kind = block.get("type")
    if kind == "rich_text":
        return _LINES.join(filter(None, map(_paragraph, _rows(block.get("elements")))))
    if kind == "table":
        return _LINES.join(filter(None, map(_row, block.get("rows") or ()))) if isinstance(
            block.get("rows"), list) else ""
    if kind == "markdown":
        return escape(_text(block))
    if kind == "context":
        return " ".join(filter(None, map(_object, _rows(block.get("elements")))))
    fields = map(_object, _rows(block.get("fields")))
    return _LINES.join(filter(None, (_object(block.get("text")), *fields)))


def _row(cells: object) -> str:
    return _CELLS.join(filter(None, (
        _block(cell) if cell.get("type") == "rich_text" else escape(_text(cell))
        for cell in _rows(cells))))


def _object(text: object) -> str:
    """A text object; what is plain has no markup, so what looks like it is made none."""
    if not isinstance(text, Mapping):
        return ""
    words = _text(text)
    return words if text.get("type") == "mrkdwn" else escape(words)


def _paragraph(element: Part) -> str:
    inner = _rows(element.get("elements"))
    if element.get("type") == "rich_text_list":
        return _LINES.join(filter(None, map(_paragraph, inner)))
    return "".join(map(_run, inner))


def _run(run: Part) -> str:
    """A run of rich text, as the `text` of a message has it; nothing of what is struck through."""
    style = run.get("style")
    if isinstance(style, Mapping) and style.get("strike"):
        return ""
    words = escape(_text(run))
    match run.get("type"):
        case "text":
            return words
        case "link":
            return words or _text(run, "url")
        case "user":
            return f"<@{escape(_text(run, 'user_id'))}>"
        case "channel":
            return f"<#{escape(_text(run, 'channel_id'))}>"
        case "emoji":
            return _picture(run) or f":{escape(_text(run, 'name'))}:"
        case "broadcast":
            return f"@{_text(run, 'range')}" if _text(run, "range") in _RANGES else ""
        case "date":
            return escape(_text(run, "fallback"))
    return ""


# --- whatever it is ---------------------------------------------------------------------------

def _rows(value: object) -> list[Part]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(part: Part, name: str = "text") -> str:
    found = part.get(name)
    return found[:MOST_WRITTEN] if isinstance(found, str) else ""


def _joined(parts: list[str]) -> str:
    return _PARTS.join(filter(None, (part.strip() for part in parts)))[:MOST_WRITTEN]
