"""What is written in a message: the person's words, what they forward, and the blocks of apps.

Slack gives the words of a message that a person types as its `text`.  What they forward stands
beside it, in an attachment with `is_share`; a link's preview looks alike and has none.  Apps show
blocks and attachments, and give in `text` what stands in a notification.  All of it is given in
Slack's markup here, as `text` has it, and read on from there.

Whatever is not as it should be is passed over: of most of it Slack's documentation says nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.slack.escaping import escape

Part = Mapping[str, Any]
"""A message, a block, or an attachment, as JSON has it."""
Ours = Callable[[Part], bool]
"""Whether what is forwarded may be a post of ours, which nobody has told us."""

MOST_WRITTEN = 1_000_000
"""Characters that are read of one message; Advisor answers less than a hundredth of it."""
_DEEP = 3
"""How often what is forwarded may itself have been."""
_CELLS, _LINES, _PARTS = " | ", "\n", "\n\n"
_RANGES = frozenset({"here", "channel", "everyone"})


def told(message: Part, ours: Ours) -> str:
    """What the person who sent *message* tells: their own words, and what they forward."""
    own = _text(message).strip() or in_blocks(message.get("blocks"))
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

    A post of an app that says neither may be ours, and what Advisor asks and warns of would be
    taken for facts of a deal.
    """
    def ours(share: Part) -> bool:
        author, by = share.get("author_id"), share.get("app_id")
        return (bool(us) and author == us) or (bool(app) and by == app) or (
            bool(share.get("bot_id")) and not (author or by))

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
        blocks = _LINES.join(filter(None, (
            in_blocks(one["message"].get("blocks")) for one in _rows(share.get("message_blocks"))
            if isinstance(one.get("message"), Mapping)))) or in_blocks(share.get("blocks"))
        # As in a message itself: of people the text, of apps what they show.
        by_app = share.get("bot_id") or share.get("app_id")
        yield (blocks or _text(share)) if by_app else (_text(share) or blocks)
        yield from _forwarded(share, ours, deep - 1)


def _attached(attachment: Part) -> str:
    """What an app's attachment shows, in the form of before there were blocks or with them."""
    fields = (_LINES.join(filter(None, (_text(one, "title"), _text(one, "value"))))
              for one in _rows(attachment.get("fields")))
    lines = (_text(attachment, "pretext"), _text(attachment, "title"), _text(attachment),
             *fields, in_blocks(attachment.get("blocks")))
    return _LINES.join(filter(None, lines)) or _text(attachment, "fallback")


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
            return f":{escape(_text(run, 'name'))}:"
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
