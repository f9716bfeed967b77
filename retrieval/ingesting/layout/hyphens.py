"""Joins a word that the end of a line has parted, and keeps a hyphen that is the word's own."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")

_FIRST_PART = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*\Z")

_NEXT_PART = re.compile(r"[^\W\d_]+")

_UNSPACED = ("THAI", "LAO", "KHMER", "MYANMAR")
"""How Unicode calls letters of scripts without blanks, beside those of China and Japan."""

_SUSPENDING = frozenset({"and", "or", "nor", "to", "und", "oder", "bzw"})
"""What follows a hyphen that stands for a later word's end: "pre- and post-sale"."""

SOFT_HYPHEN = "\xad"

HYPHENS = ("-", "\u2010")


def without_blank(before: str, after: str) -> bool:
    """Whether a line that begins with *after* follows *before* without a blank.

    So it is in scripts that put none between words, where a line ends anywhere.
    """
    return bool(before and after) and _is_unspaced(before[-1]) and _is_unspaced(after[0])


def _is_unspaced(sign: str) -> bool:
    name = unicodedata.name(sign, "")
    wide = unicodedata.east_asian_width(sign) in {"W", "F"} and not name.startswith("HANGUL")
    return wide or name.startswith(_UNSPACED)


class Joins:
    """How a document writes its words, which decides where it doesn't say."""

    def __init__(self, words: Iterable[str]) -> None:
        self._seen: Counter[str] = Counter()
        for word in words:
            for found in _WORD.findall(word):
                self._seen[found.casefold().replace("\u2010", "-").replace("\u2011", "-")] += 1

    def joined(self, before: str, after: str, *, typed: bool = False) -> str:
        """What *before*, which ends in a hyphen, and *after*, which begins the next line, say.

        Args:
            before: The word as far as it stands in its line.
            after: What follows in the next.
            typed: Whether the lines were typed, in whatever language: a hyphen that nothing speaks
                for is then taken for the line's, unless it parts two English words.
        """
        if before.endswith(SOFT_HYPHEN):
            return before.rstrip(SOFT_HYPHEN) + after
        stem = before[:-1]
        one, two = _FIRST_PART.search(stem), _NEXT_PART.match(after)
        if not one or not two:
            # "2019-" and "2020", or a dash after a blank.
            return f"{before}{after}" if stem and stem[-1].isalnum() else f"{before} {after}"
        whole, parted = (one[0] + two[0]).casefold(), f"{one[0]}-{two[0]}".casefold()
        if self._seen[parted] > self._seen[whole]:
            return before + after
        if self._seen[whole]:
            return stem + after
        last = one[0].rpartition("-")[2]
        if two[0][0].islower() and (last + two[0]).casefold() in _ordinary():
            return stem + after
        if two[0] in _SUSPENDING:
            return f"{before} {after}"
        if typed and not {last.casefold(), two[0].casefold()} <= _ordinary():
            return stem + after
        return before + after


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    """English words, of the list that the spelling correction has too."""
    # It is looked up and not imported, which would start more threads than the walls allow.
    spec = find_spec("symspellpy")
    if spec is None or spec.origin is None:
        return frozenset()
    listed = Path(spec.origin).with_name("frequency_dictionary_en_82_765.txt")
    text = listed.read_text(encoding="utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in text.splitlines())
