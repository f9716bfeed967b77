"""What people wrote, as a terminal may show it: nothing in it steers the terminal."""

import unicodedata

_STEERS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_WRITES = frozenset("\n\t\u200c\u200d")
"""Ends of lines, and what joins letters and emoji or keeps them apart."""


def legible(text: str) -> str:
    """*text* with ⟨U+001B⟩ in the place of each character that steers or turns others round.

    Else whoever wrote a message could clear the screen of whoever reads it in the record, or have
    it show another text than the one that stands there.
    """
    return text if text.isascii() and text.isprintable() else "".join(
        f"⟨U+{ord(c):04X}⟩" if c not in _WRITES and unicodedata.category(c) in _STEERS else c
        for c in text.replace("\r\n", "\n"))
