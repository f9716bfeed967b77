"""Data as it stands in a prompt: marked line by line, so that it can't pass for anything else.

Whatever comes from a person or a document is data.  Every line of it begins with a mark that no
line can do without, since all that breaks lines is known; so nothing in it can end it.  Signs that
can't be seen are left out, and the control words of a model's own template are broken up: a server
of one's own may take "<|im_end|>" in a message for the end of the message.
"""

import re
import unicodedata

MARK = "> "
"""What every line of data begins with."""

NONE = "(none)"
"""What stands where there is nothing."""

_JOINERS = {"\u200c", "\u200d"}
"""Can't be seen either, but belong to how Persian, Hindi and others are written."""
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_CONTROL_WORD = re.compile(r"([<\[])(?=[^\s<>\[\]]{1,60}[>\]])")
_END = re.compile(r"(?<=[.!?。؟…])\s|\n")


def data(text: str) -> str:
    """*text* as lines of data."""
    lines = [_CONTROL_WORD.sub(r"\1 ", _seen(line)).rstrip() for line in text.splitlines()]
    if not any(lines):
        lines = [NONE]
    return "\n".join(f"{MARK}{line}".rstrip() for line in lines)


def cut(text: str, most: int) -> str:
    """*text*, or as many of its whole sentences or lines as *most* characters hold.

    A first sentence that is longer itself is cut where *most* ends.
    """
    if len(text) <= most:
        return text
    ends = [found.start() for found in _END.finditer(text, 0, most + 1)]
    return text[:ends[-1]] if ends and ends[-1] else text[:most]


def _seen(line: str) -> str:
    return "".join(
        " " if sign == "\t" else sign for sign in line
        if sign in _JOINERS or sign == "\t" or not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    # Plane 14 holds tags and selectors, which carry whole messages past a reader.
    return unicodedata.category(sign) in _UNSEEN or 0xE0000 <= ord(sign) <= 0xEFFFF
