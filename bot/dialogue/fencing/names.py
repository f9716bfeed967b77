"""Names: a capital inside a sentence stands only where the evidence has it."""

import re

from bot.dialogue.fencing.judged import Judged
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import Text, read

_OPENS = frozenset('.:!?(—–"')


def name(sentence: Judged, rules: FenceRules) -> str | None:
    """The first name of *sentence* that the evidence lacks."""
    known = {found for one in sentence.evidence for found in _names(one.text)}
    for point in sentence.points:
        for citation in point.citations:
            for text in (citation.pinpoint, citation.source_title):
                known.update(_capitalised(read(text, rules)))
    return next((found for found in _names(sentence.text) if found not in known), None)


def _names(text: Text) -> tuple[str, ...]:
    """Words with a capital that no sentence's start explains."""
    found: list[str] = []
    for n, word in enumerate(text.words):
        written = text.text[word.start : word.end]
        opens = n == 0 or bool(set(word.marks) & _OPENS) or text.text[word.start - 1] in "\"“‘'("
        acronym = len(re.findall(r"[A-Z]", written)) > 1
        if acronym or (written[:1].isupper() and not opens):
            found.append(_folded(written))
    return tuple(found)


def _capitalised(text: Text) -> tuple[str, ...]:
    written = (text.text[word.start : word.end] for word in text.words)
    return tuple(_folded(word) for word in written if any(c.isupper() for c in word))


def _folded(written: str) -> str:
    """As it is compared: without a possessive, capitals kept."""
    return re.sub(r"['’]s$", "", written).rstrip(".")
