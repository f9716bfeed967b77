"""Signs that nobody sees: what shows them, and a text as it reads without them.

A sign of no width within a word, or one that turns round what stands behind it, shows one thing to
whoever reads and another to whatever looks for a form.  Many come along unnoticed from a page or a
contact that is copied from; a few are put there on purpose.
"""

import re
import unicodedata

JOINERS = frozenset("\u200c\u200d")
"""Can't be seen either, but belong to how Persian, Hindi and others are written, and to emoji."""
_STEERS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_WRITES = frozenset("\n\t") | JOINERS
_APART = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x85")
"""Ends of lines and the tab: they part words and hide nothing."""
_IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]")
"""What Unicode says is to be drawn as nothing: Default_Ignorable_Code_Point, which `unicodedata`
doesn't know (DerivedCoreProperties.txt, Unicode 16)."""

_NEVER_KEPT = re.compile("[\0\ud800-\udfff]")


def can_be_kept(text: str) -> bool:
    """Whether every database takes *text*: it holds no null, and no half of a surrogate pair."""
    return _NEVER_KEPT.search(text) is None


def legible(text: str) -> str:
    """*text* with ⟨U+202E⟩ in the place of each character that steers or turns others round.

    Else whoever wrote a message could clear the screen of whoever reads it in the record, or have
    it show another text than the one that stands there.
    """
    return text if text.isascii() and text.isprintable() else "".join(
        f"⟨U+{ord(c):04X}⟩" if c not in _WRITES and unicodedata.category(c) in _STEERS else c
        for c in text.replace("\r\n", "\n"))


def in_one_line(text: str) -> str:
    """*text* as `legible`, with ⟨U+000A⟩ in the place of each end of a line and tab as well.

    Else what somebody named could stand in a list as an entry of its own.
    """
    return "".join(f"⟨U+{ord(c):04X}⟩" if c in _APART else c for c in legible(text))


class Seen:
    """A text as it reads, and where each of its characters stands in what was written.

    Args:
        written: With whatever it holds.
    """

    def __init__(self, written: str) -> None:
        hidden = frozenset() if written.isascii() and written.isprintable() else frozenset(
            c for c in frozenset(written) if _is_hidden(c))
        self._places = None if not hidden else [
            n for n, c in enumerate(written) if c not in hidden]
        self.text = written if self._places is None else "".join(
            written[n] for n in self._places)

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """Where the characters of `text` from *start* to before *stop*, one at least, stand."""
        if self._places is None:
            return start, stop
        return self._places[start], self._places[stop - 1] + 1


def _is_hidden(c: str) -> bool:
    return c not in _APART and (
        unicodedata.category(c) in _NOT_SHOWN or _IGNORED.fullmatch(c) is not None)
