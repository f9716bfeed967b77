"""Numbers, dates and places in a text: only those that the evidence has."""

from bot.dialogue.fencing.judged import Judged
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import Text, Word, read

NEAR = 5
"""Words on either side of a number that belong to it."""


def figure(sentence: Judged, rules: FenceRules) -> str | None:
    """The first number or date of *sentence* that the evidence lacks."""
    evidence = [one.text for one in sentence.evidence]
    evidence += [
        read(text, rules) for point in sentence.points for citation in point.citations
        for text in (citation.pinpoint, citation.source_title)
    ]
    words = sentence.text.words
    for n, word in enumerate(words):
        if _counts(word, rules) and not any(
            _has(text, word, _beside(words, n, rules), rules) for text in evidence
        ):
            return f"{word.norm!r}"
    return None


def _counts(word: Word, rules: FenceRules) -> bool:
    return (
        any(c.isdigit() for c in word.norm) or word.norm in rules.numbers
        or word.norm in rules.units
    )


def _beside(words: tuple[Word, ...], n: int, rules: FenceRules) -> tuple[Word, ...]:
    """The words that may say what the number counts or where it stands."""
    if n and words[n - 1].norm in rules.pinpoints:
        return (words[n - 1],)
    before = [word for word in words[:n] if word.content][-1:]
    after = [word for word in words[n + 1 :] if word.content][:1]
    return (*before, *after)


def _has(text: Text, word: Word, beside: tuple[Word, ...], rules: FenceRules) -> bool:
    """Whether *text* has *word*, and near it something of what stands beside it."""
    unit = word.norm in rules.units
    for n, other in enumerate(text.words):
        if other.norm == word.norm or (unit and other.stem == word.stem):
            near = (*text.words[max(n - NEAR, 0) : n], *text.words[n + 1 : n + 1 + NEAR])
            if not beside or any(_alike(one, found) for one in beside for found in near):
                return True
    return False


def _alike(one: Word, other: Word) -> bool:
    return one.norm == other.norm or (one.content and one.means(other))
