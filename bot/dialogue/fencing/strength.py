"""How strongly a sentence binds: as strongly as the evidence, neither more nor less."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.dialogue.fencing.rules import FenceRules, Strength
from bot.dialogue.fencing.words import Text, Word

_ENDS = frozenset(".,;:()–—!?")
VERB_WINDOW = 3
"""Content words after a modal that it is held to bind."""
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
        bound = [other for other in there if _same_verb(one, other)]
        # What is said outright counts before what a command takes with it.
        rests_on = [other.strength for other in bound if not other.imperative] or [
            other.strength for other in bound]
        if not rests_on and one.said in {other.said for other in there}:
            continue
        if not rests_on:
            return f"{one.said!r}, where the evidence only states"
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
    """Whether *other* binds the deed of *one*."""
    bound = other.words[:VERB_WINDOW]
    return bool(one.words) and any(one.words[0].means(found) for found in bound)


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
            # "Let the host …" tells the host what to do; "Ask the host …" only tells you to ask.
            others = words[n].norm in rules.causatives
            bound = tuple(_following(words, n + 1)) if others else words[n : n + 1]
            yield Bound(Strength.SHOULD, words[n].norm, bound, True)
        n += 1


def _opens(words: Sequence[Word], n: int, rules: FenceRules) -> bool:
    """Whether a clause begins at *n*: "and keep", but neither "must also keep" nor "to keep"."""
    if n == 0 or set(words[n].marks) & _ENDS:
        return True
    before = words[n - 1]
    if before.content or before.norm not in rules.joints:
        return False
    return n == 1 or words[n - 2].content or _opens(words, n - 1, rules)


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
