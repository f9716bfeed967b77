"""How strongly a sentence binds: as strongly as the evidence, neither more nor less."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.dialogue.fencing.rules import FenceRules, Strength
from bot.dialogue.fencing.words import Text, Word

_ENDS = frozenset(".,;:()–—!?")
_REACH = 4
"""Content words after a modal among which its verb is looked for."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A modal word, and the content words that it binds; the first is mostly the verb."""

    strength: Strength
    said: str
    words: tuple[Word, ...]
    imperative: bool


def misjudged(text: Text, here: Sequence[Bound], there: Sequence[Bound]) -> str | None:
    """The first modal of *text* that is stronger or weaker than the evidence's.

    Args:
        text: A sentence.
        here: Its modals and imperatives.
        there: Those of the evidence that it rests on.
    """
    for one in here:
        if one.imperative:
            continue
        rests_on = [other.strength for other in there if _same_verb(one, other)]
        if not rests_on:
            if one.strength > Strength.MAY:
                return f"{one.said!r}, where the evidence only states"
            continue
        if one.strength > max(rests_on):
            return f"{one.said!r} is too strong"
        if one.strength < min(rests_on):
            return f"{one.said!r} is too weak"
    for other in there:
        if not other.imperative and other.strength > Strength.MAY and not here and (
            other.words and text.has(other.words[0])
        ):
            return f"stated, where the evidence has {other.said!r}"
    return None


def _same_verb(one: Bound, other: Bound) -> bool:
    return any(word.means(found) for word in one.words[:2] for found in other.words)


def bounds(text: Text, rules: FenceRules) -> tuple[Bound, ...]:
    """Each modal of *text*; an imperative binds as "should" does."""
    return tuple(_bounds(text, rules))


def _bounds(text: Text, rules: FenceRules) -> Iterator[Bound]:
    words = text.words
    n = 0
    while n < len(words):
        size = next((s for s in (3, 2, 1) if _phrase(words[n : n + s]) in rules.modals), 0)
        if size:
            said = _phrase(words[n : n + size])
            bound = tuple(_following(words, n + size)) or tuple(_preceding(words, n))
            yield Bound(rules.modals[said], " ".join(said), bound, False)
            n += size
            continue
        if words[n].stem in rules.imperatives and _opens(words, n, rules):
            yield Bound(Strength.SHOULD, words[n].norm, tuple(_following(words, n)), True)
        n += 1


def _opens(words: Sequence[Word], n: int, rules: FenceRules) -> bool:
    """Whether a clause begins at *n*, adverbs and the like left out."""
    return (
        n == 0 or bool(set(words[n].marks) & _ENDS) or words[n - 1].norm in rules.joints
        or (not words[n - 1].content and _opens(words, n - 1, rules))
    )


def _phrase(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(part for word in words for part in word.said)


def _following(words: Sequence[Word], start: int) -> Iterator[Word]:
    found = 0
    for n in range(start, len(words)):
        if found and set(words[n].marks) & _ENDS and n > start:
            return
        if words[n].content:
            found += 1
            yield words[n]
        if found == _REACH:
            return


def _preceding(words: Sequence[Word], end: int) -> Iterator[Word]:
    """What a modal at a clause's end binds: "where no approval is required"."""
    return (word for word in reversed(words[max(end - _REACH, 0) : end]) if word.content)
