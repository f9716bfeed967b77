"""What a message's blocks say, as plain text: its `text`, beside the blocks.

A phone's notification shows nothing else (Slack's changelog of 13 July 2026), a client without
blocks neither, and a screen reader is given it in their place (Slack's page on `chat.postMessage`,
"Accessibility considerations").  So it has to say what the blocks say, and not their first lines
alone.
"""

import re
from collections.abc import Iterator, Sequence

from bot.slack.escaping import cut, escape, units
from bot.slack.splitting import Block

FALLBACK_TEXT = 3_000
"""Characters of a message's `text`; `chat.update` refuses more than 4,000."""
MOST_ASKED = 1_000
"""Of them for what is asked, which a long answer must not push out."""
_LINK = re.compile(r"<[^<>|]+\|([^<>]*)>")
# Words of others have look-alikes in place of these, so what is left formats.
_MARKS = re.compile(r"\*|(?<![^\W_])_|_(?![^\W_])")


def aloud(above: Sequence[Block], asked: Sequence[str], below: Sequence[Block]) -> str:
    """The plain text of a message: escaped, at most `FALLBACK_TEXT` characters, never empty.

    Args:
        above: The blocks down to the question; cut where they are too long.
        asked: The lines of the question, raw; cut only where it is very long by itself.
        below: The small print under the controls; left out where it doesn't fit whole.
    """
    question = _cut("\n".join(filter(None, asked)), MOST_ASKED)
    room = FALLBACK_TEXT - _taken(question) - 1
    text = "\n".join(filter(None, (_cut("\n".join(_lines(above)), room), question)))
    print_ = "\n".join(_lines(below))
    if print_ and _taken(text) + 1 + _taken(print_) <= FALLBACK_TEXT:
        text = f"{text}\n{print_}"
    return escape(text) or "…"


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    """What *blocks* say, unescaped, a line for each of theirs."""
    for block in blocks:
        for drawn in (block.get("text"), *block.get("elements", ())):
            if drawn and drawn["type"] == "mrkdwn":
                yield _unescaped(_MARKS.sub("", _LINK.sub(r"\1", drawn["text"])))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _cut(text: str, most: int) -> str:
    return cut(text, most, _taken)


def _taken(text: str) -> int:
    return units(escape(text))
