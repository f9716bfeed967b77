"""Copied halves of two sentences that meet where no clause ends.

Such a sentence has nothing but words of the evidence, in their order, and says what no sentence
of it does.  A rewording leaves something out, or passes on at a joint.
"""

from collections.abc import Sequence

from bot.dialogue.fencing.rules import FenceRules, Phrase
from bot.dialogue.fencing.words import Text

RUN = 4
"""Words on either side of a seam that are copied."""
SHORTEST = 3
"""Where the sentence begins or ends sooner, so many."""
CONTENT = 1
"""Content words among them; fewer are found side by side by chance."""

_ENDS = frozenset(".,;:–—!?")


def seam(text: Text, evidence: Sequence[Text], rules: FenceRules) -> str | None:
    """The first two words of *text* between which one copy ends and another one begins."""
    said = text.norms
    marks = [mark for word in text.words for mark in (word.marks, *([""] * (len(word.said) - 1)))]
    starts = [word.start for word in text.words for _ in word.said]
    for n in range(SHORTEST, len(said) - SHORTEST + 1):
        before, after = said[max(n - RUN, 0) : n], said[n : n + RUN]
        if min(_weight(before, rules), _weight(after, rules)) < CONTENT:
            continue
        if set(marks[n]) & _ENDS or said[n] in rules.joints or said[n - 1] in rules.joints:
            continue
        if set(marks[n - 1]) & _ENDS and said[n - 1] in rules.determiners:
            continue
        lead = [one for one in evidence if _at(one.norms, before, 0) is not None]
        follow = any(_at(one.norms, after, 0) is not None for one in evidence)
        rest = [word for word in text.words if word.content and word.start >= starts[n]][:RUN]
        if lead and follow and not any(
            _in_order(one.norms, before, after) or _in_order(one.norms, before, said[-RUN:])
            or all(one.has(word) for word in rest)
            for one in lead
        ):
            return f"{said[n - 1]} | {said[n]}"
    return None


def _weight(words: Phrase, rules: FenceRules) -> int:
    return sum(word not in rules.function_words for word in words)


def _in_order(words: Phrase, before: Phrase, after: Phrase) -> bool:
    """Whether *words* have the one somewhere before the other, so that only a part is left out."""
    start = _at(words, before, 0)
    return start is not None and _at(words, after, start + len(before)) is not None


def _at(words: Phrase, some: Phrase, start: int) -> int | None:
    return next((n for n in range(start, len(words) - len(some) + 1)
                 if words[n : n + len(some)] == some), None)
