"""Quoted words: they stand, letter for letter, in one official text of a cited passage."""

import re

from bot.dialogue.fencing.judged import Judged
from bot.dialogue.fencing.rules import FenceRules

_APOSTROPHE = re.compile(r"(?<=[A-Za-z])['’](?=[A-Za-z])|(?<=s)['’](?=\s\w)")
"""Within a word, or after a plural."""
_MARK = re.compile(r"[\"“”„‟«»‹›‘’']")
_CLOSES = {'"': '"', "“": "”", "‘": "’", "'": "'"}


def misquotes(sentence: Judged, _: FenceRules) -> str | None:
    """The first quotation of *sentence* that is none, named for a reviewer."""
    text = sentence.text.text
    apostrophes = {found.start() for found in _APOSTROPHE.finditer(text)}
    marks = [m.start() for m in _MARK.finditer(text) if m.start() not in apostrophes]
    while marks:
        start = marks.pop(0)
        closing = _CLOSES.get(text[start])
        end = next((n for n in marks if text[n] == closing), None)
        if end is None:
            return "a quotation mark that stands alone"
        marks = [n for n in marks if n > end]
        quoted = text[start + 1 : end]
        if not any(_stands(quoted, official)
                   for point in sentence.points for official in point.quotable):
            return f"{quoted[:60]!r} is not in an official text"
    return None


def _stands(quoted: str, official: str) -> bool:
    """Whether *quoted* is in *official* in whole words; a closing mark may be the sentence's."""
    bare = quoted.rstrip(".,")
    if not any(character.isalpha() for character in bare):
        return False
    return re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", official) is not None
