"""A reply as it stands in Slack, drawn again for whoever reads the log.

The blocks are those that are posted, and so are the numbers; only buttons and menus press nothing
there, and are told by what stands on them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.dialogue.citation import Citation
from bot.dialogue.phrasing import Wording
from bot.slack.blocks import numbered, to_posts
from bot.slack.shown import Shown
from bot.slack.splitting import Block
from bot.turns.circumstances import Where
from bot.turns.posted import Paragraph, Posted, Run, marked
from bot.turns.turn import Turn
from retrieval.guidance import Guidance

_PARTS = re.compile(
    r"<(?P<link>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>"
    r"|(?<!\w)\*(?P<strong>[^*\n]+)\*(?!\w)"
    r"|(?<!\w)_(?P<em>\S(?:[^\n]*?\S)?)_(?!\w)")
"""What our own mrkdwn is made of; whatever people wrote in it has look-alikes and entities."""


def posted(turn: Turn, guidance: Guidance, say: Wording) -> Posted:
    """The reply of *turn* as it was posted, in *guidance*, the release that it was drawn from."""
    where = None if turn.circumstances is None else turn.circumstances.where
    shown = Shown(turn.conversation, turn.version, listening=_listens(where),
                  retakes=turn.retakes)
    posts = to_posts([(turn.reply, shown)], guidance, say)
    numbers = numbered(turn.reply, guidance, say).cited
    return Posted(tuple(
        tuple(one for block in post.blocks for one in _paragraphs(block, numbers))
        for post in posts), "Slack")


def _listens(where: Where | None) -> bool | None:
    """As it was when the reply was posted: a paused thread gets none."""
    if where is None or where.private or (where.channel or "D").startswith("D"):
        return None
    return True


def _paragraphs(
    block: Block, numbers: Mapping[int, Sequence[Citation]]
) -> Iterator[Paragraph]:
    small = block["type"] == "context"
    texts = [block["text"]] if "text" in block else [
        one for one in block.get("elements", ()) if one["type"] == "mrkdwn"]
    for text in texts:
        yield Paragraph(tuple(_runs(text["text"], numbers)), small)
    controls = [block["accessory"]] if "accessory" in block else [
        one for one in block.get("elements", ()) if one["type"] != "mrkdwn"]
    choices = tuple(label for one in controls for label in _labels(one))
    if choices:
        yield Paragraph((), choices=choices)


def _labels(control: Mapping[str, Any]) -> Iterator[str]:
    """What stands on a button, or in a menu as it can be chosen."""
    if "text" in control:
        yield str(control["text"]["text"])
    elif "options" in control:
        yield from (str(one["text"]["text"]) for one in control["options"])
    elif "placeholder" in control:
        yield str(control["placeholder"]["text"])


def _runs(text: str, numbers: Mapping[int, Sequence[Citation]]) -> Iterator[Run]:
    at = 0
    for part in _PARTS.finditer(text):
        yield from marked(_unescaped(text[at:part.start()]), numbers)
        at = part.end()
        if part["link"] is not None:
            yield from _link(part["link"], part["label"] or "", numbers)
        elif part["strong"] is not None:
            yield from marked(_unescaped(part["strong"]), numbers, "strong")
        else:
            yield from marked(_unescaped(part["em"]), numbers, "em")
    yield from marked(_unescaped(text[at:]), numbers)


def _link(
    target: str, label: str, numbers: Mapping[int, Sequence[Citation]]
) -> Iterator[Run]:
    words = _unescaped(label or target)
    found = marked(words, numbers)
    if len(found) == 1 and found[0].cites:
        yield found[0]
    else:
        yield Run(words, url=_unescaped(target) if target.startswith("http") else "")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
