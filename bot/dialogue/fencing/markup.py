"""Markup, links, and characters that aren't what they look like.

The list is of what is allowed: whatever draws, links, mentions, hides or imitates is simply not
on it, and need not be known.
"""

import re
import unicodedata

from bot.dialogue.fencing.judged import Judged
from bot.dialogue.fencing.rules import FenceRules

_PLAIN = re.compile(r"[A-Za-z0-9 .,;:!?'\"()\-–—’‘“”/%]")
_ADDRESS = re.compile(r"\w[.]\w|//|\\|\bwww\b", re.IGNORECASE)
"""What a program may turn into a link: a point or two slashes inside a word."""
_TOKEN = re.compile(r"[^\s()\"“”,;]+")
_EMOJI = re.compile(r":(?!\s|$|[\"”’')])")
"""A colon is followed by a space, or it may begin a code such as an emoji's."""
_LONGEST_WORD = 40
_WHOLE = re.compile(r"[A-Za-z0-9\"“‘'(].*[.!?][\"”’')]*")


def markup(sentence: Judged, rules: FenceRules) -> str | None:
    """The first thing in *sentence* that is more than plain words, named for a reviewer."""
    text = sentence.text.text
    borne_out = _tokens(sentence)
    for character in text:
        if not _PLAIN.fullmatch(character) and not _spelt_so(character, text, borne_out):
            return f"{unicodedata.name(character, 'a control character')} (U+{ord(character):04X})"
    if "  " in text or not _WHOLE.fullmatch(text):
        return "does not begin and end as a sentence"
    for found in _TOKEN.finditer(text):
        token = found.group()
        inside = token.rstrip(".!?:'’")
        if len(token) > _LONGEST_WORD:
            return "a word too long to be one"
        if (_ADDRESS.search(inside) or "/" in inside or "%" in inside or "--" in inside) and (
            inside not in borne_out and not _abbreviated(inside, rules)
        ):
            return f"{inside!r} could be a link"
    if _EMOJI.search(text):
        return "a colon inside a word"
    if text.count("(") != text.count(")"):
        return "a bracket that stands alone"
    return None


def _tokens(sentence: Judged) -> frozenset[str]:
    """What stands between spaces in the evidence, closing marks left out."""
    texts = [text for point in sentence.points for text in point.evidence]
    texts += [one.pinpoint for point in sentence.points for one in point.citations]
    return frozenset(
        found.group().rstrip(".!?:'’") for text in texts for found in _TOKEN.finditer(text))


def _spelt_so(character: str, text: str, borne_out: frozenset[str]) -> bool:
    """Whether each word with this letter stands in the evidence in just this spelling."""
    if not character.isalpha() or unicodedata.normalize("NFKC", character) != character:
        return False
    words = [found.group().rstrip(".!?:'’") for found in _TOKEN.finditer(text)]
    return all(word in borne_out for word in words if character in word)


def _abbreviated(token: str, rules: FenceRules) -> bool:
    return token.lower() in rules.abbreviations
