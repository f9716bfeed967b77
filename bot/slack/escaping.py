"""Words that are not ours, made safe to stand inside Slack's markup.

Slack gives `&`, `<` and `>` a meaning in every mrkdwn text: `<!channel>` rings everybody's phone
and `<http://evil|state.gov>` is a link that lies.  Escaping the three kills both.  It leaves
`*bold*`, `_italic_`, `~strike~` and backticks alive, with which a quoted word could swallow our
own formatting, so `inline` also puts look-alikes in their place: a reader sees the same word, and
no invisible character gets into what somebody may copy.  A text object that shows such words also
carries `"verbatim": true`, which keeps Slack from making links of `@here`, `#deals` or addresses.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
# An underscore formats only at the edge of a word: file_name keeps its own.
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# A colon that ":smile:" or "http://" could begin with.
_EMOJI_OR_ADDRESS = re.compile(r":(?=//|[^\s:]+:)")
# Slack takes even an escaped ">" at the beginning of a line for a quotation.
_CALLS = str.maketrans({"@": "＠", "#": "＃", ">": "＞"})
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_PICTURES = frozenset({"So", "Sk", "Me"})
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SHAPE = re.compile("[\u25a0-\u27bf]")
# Control characters that are no white space, halves of characters, and turns of direction.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
DEAREST = 6
"""What one character costs at most, however it is counted: `&amp;`, or an escape of JSON."""


def escape(text: str) -> str:
    """*text* for a mrkdwn field, the three characters of Slack's control sequences escaped."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def tidy(text: str) -> str:
    """*text* on one line, without characters that nobody sees.

    Line breaks could begin a quotation or a list of ours; control characters and those that turn
    the direction of writing could reorder what stands beside them.
    """
    if text.isascii() and text.isprintable():
        # Of white space it can only hold spaces.
        tidied = "  " not in text and text[:1] != " " and text[-1:] != " "
        return text if tidied else " ".join(text.split())
    return " ".join(_UNSEEN.sub("", text).split())


def inline(text: str) -> str:
    """*text* as words within a mrkdwn line: on one line, escaped, and unable to format anything."""
    return escape(disarm(tidy(text)))


def sober(text: str) -> str:
    """*text* of a language model with nothing in it that Slack makes anything of but words.

    What people write may hold pictures and addresses; a model's sentence has no use for them, so
    pictures and invisible characters are left out, and what begins an emoji, a mention, a channel,
    an address or a quotation gets a look-alike in its place.
    """
    words = "".join(c for c in text if c.isspace() or not _is_picture(c))
    return _EMOJI_OR_ADDRESS.sub("∶", words).translate(_CALLS)


def _is_picture(c: str) -> bool:
    kind = unicodedata.category(c)
    # "°" and "©" are signs of Latin text.
    drawn = ord(c) > 0xFF and (kind in _PICTURES or _SHAPE.fullmatch(c) is not None)
    return drawn or kind in _INVISIBLE or _VARIATION.fullmatch(c) is not None


def disarm(text: str) -> str:
    """*text* with look-alikes for the characters that switch formatting on and off."""
    if "*" in text or "~" in text or "`" in text:
        text = text.translate(_LOOKALIKES)
    return _EDGE_UNDERSCORE.sub("ˍ", text) if "_" in text else text


def plain(text: str, most: int) -> str:
    """*text* for a plain_text field of at most *most* characters, cut at a word with "…".

    Nothing in such a field is markup, so nothing is escaped.
    """
    return cut(tidy(text), most)


def units(text: str) -> int:
    """How many UTF-16 units *text* takes: a character outside the basic plane counts twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int, cost: Callable[[str], int] = units) -> str:
    """*text*, or as many of its words as cost at most *most* and "…".

    *cost* is what a text takes, the sum of what its characters take: one at least and `DEAREST`
    at most.  The default counts UTF-16 units, as JavaScript does.
    """
    if len(text) * DEAREST <= most or cost(text) <= most:
        return text
    end = fitting(text, most - cost("…"), cost)
    head = text[:end]
    word = head if text[end].isspace() else head.rpartition(" ")[0]
    # A single long word is cut where the room ends rather than lost.
    return (word if len(word) > end // 2 else head).rstrip() + "…"


def fitting(text: str, room: int, cost: Callable[[str], int]) -> int:
    """How many characters, from the first, cost at most *room*; *cost* is as in `cut`."""
    return bisect_right(range(1, min(len(text), room) + 1), room, key=lambda n: cost(text[:n]))
