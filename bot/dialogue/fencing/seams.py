"""Copied halves of two sentences that meet where no clause ends.

Such a sentence has nothing but words of the evidence, in their order, and says what no sentence
of it does.  A rewording leaves something out, or passes on at a joint.  Nor does it say the same
words twice in a row.
"""

from collections.abc import Sequence

from bot.dialogue.fencing.rules import FenceRules, Phrase
from bot.dialogue.fencing.words import Text

RUN = 4
"""Words on either side of a seam that are copied."""
SHORTEST = 3
"""Where the sentence begins or ends sooner, so many."""
HEAD = 2
"""At its beginning so many will do, if each says something: "keep watching"."""

_ENDS = frozenset(".,;:–—!?")


def seam(text: Text, evidence: Sequence[Text], rules: FenceRules) -> str | None:
    """The first two words of *text* between which one copy ends and another one begins.

    A run of nothing but "by" and "and" is found anywhere by chance, so each goes on as far as a
    word that says something.
    """
    said = text.norms
    marks = [mark for word in text.words for mark in (word.marks, *([""] * (len(word.said) - 1)))]
    said_twice = _said_twice(said, marks, evidence)
    if said_twice is not None:
        return said_twice
    starts = [word.start for word in text.words for _ in word.said]
    for n in range(HEAD, len(said) - SHORTEST + 1):
        before, after = _before(said, n, rules), _after(said, n, rules)
        if not before or not after:
            continue
        if n < SHORTEST and _weight(before, rules) < n:
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
            or all(word.stem in _stems(one) for word in rest)
            for one in lead
        ):
            return f"{said[n - 1]} | {said[n]}"
    return None


def _said_twice(said: Phrase, marks: Sequence[str], evidence: Sequence[Text]) -> str | None:
    """The first words that stand twice in a row, with no mark between, and so in no evidence."""
    for n in range(1, len(said)):
        for size in range(1, min(RUN, n, len(said) - n) + 1):
            both = said[n - size : n + size]
            if (both[:size] == both[size:] and not any(marks[n - size + 1 : n + size])
                    and not any(one.says(both) for one in evidence)):
                return f"{said[n - 1]} | {said[n]}"
    return None


def _stems(text: Text) -> frozenset[str]:
    return frozenset(word.stem for word in text.words if word.content)


def _after(words: Phrase, n: int, rules: FenceRules) -> Phrase:
    """The run that begins at *n*, on to its first content word; empty if none comes."""
    first = next((m for m in range(n, len(words)) if words[m] not in rules.function_words), None)
    return () if first is None else words[n : max(first + 1, n + RUN)]


def _before(words: Phrase, n: int, rules: FenceRules) -> Phrase:
    """The run that ends before *n*, back to its last content word; empty if none stands there."""
    return _after(words[:n][::-1], 0, rules)[::-1]


def _weight(words: Phrase, rules: FenceRules) -> int:
    return sum(word not in rules.function_words for word in words)


def _in_order(words: Phrase, before: Phrase, after: Phrase) -> bool:
    """Whether *words* have the one somewhere before the other, so that only a part is left out."""
    start = _at(words, before, 0)
    return start is not None and _at(words, after, start + len(before)) is not None


def _at(words: Phrase, some: Phrase, start: int) -> int | None:
    return next((n for n in range(start, len(words) - len(some) + 1)
                 if words[n : n + len(some)] == some), None)
