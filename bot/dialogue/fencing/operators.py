"""Words that turn a sentence about: "not", "only", "unless", "whether", "may", "all".

An operator turns the content words that follow it, its *anchors*.  One that the evidence has over
words that a sentence keeps has to be kept; one that the evidence lacks may not be added.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.dialogue.fencing.rules import FenceRules, Operator, Turn
from bot.dialogue.fencing.words import Text, Word

ANCHORS = 2
"""Content words that an operator is held to turn."""
REACH = 4
"""Content words among which the same operator's anchors are looked for in another wording."""
HOST_SHARE = 0.6
"""Of a sentence without its condition: from here on the sentence counts as kept."""

_ENDS = frozenset(".,;:()–—!?")
_BE = frozenset({"is", "are", "be", "been", "being", "was", "were"})


@dataclass(frozen=True, slots=True)
class Turned:
    """An operator where it stands, and what it turns."""

    operator: Operator
    word: Word
    anchors: tuple[Word, ...]
    """The nearest content words that it turns."""
    reach: tuple[Word, ...]
    """All among which an anchor may have moved."""
    host: tuple[Word, ...]
    """The content words of its sentence that it does not turn."""


def turned(text: Text, rules: FenceRules) -> tuple[Turned, ...]:
    """Each operator of *text*."""
    return tuple(
        _turned(text, n, operator) for operator in rules.operators
        for n, word in enumerate(text.words) if _is(word, n, operator)
    )


def dropped(text: Text, here: Sequence[Turned], there: Sequence[Turned]) -> Turned | None:
    """The first operator of the evidence whose anchors *text* keeps without it.

    Args:
        text: A sentence.
        here: Its operators.
        there: Those of the evidence that it rests on.
    """
    free = list(here)
    for one in there:
        if not one.operator.kept or not _keeps(text, one):
            continue
        served = next((other for other in free if _serves(other, one)), None)
        if served is None:
            return one
        if served.operator.turn is Turn.NEGATION:
            free.remove(served)
    return None


def added(here: Sequence[Turned], there: Sequence[Turned]) -> Turned | None:
    """The first operator of a sentence that its evidence does not have over the same words."""
    for one in here:
        if one.operator.bound and not any(
            other.operator.turn is one.operator.turn and _meet(one, other) for other in there
        ):
            return one
    return None


def _is(word: Word, n: int, operator: Operator) -> bool:
    opens = n == 0 or bool(set(word.marks) & _ENDS)
    return (
        word.norm in operator.words
        or word.stem in operator.stems
        or (opens and word.norm in operator.opening)
        or any(word.norm.endswith(ending) for ending in operator.endings)
    )


def _turned(text: Text, n: int, operator: Operator) -> Turned:
    following = tuple(_following(text, n))
    preceding = tuple(_preceding(text, n))
    passive = n > 0 and any(w.norm in _BE for w in text.words[max(n - 2, 0) : n])
    near = following[:REACH]
    if passive or not following:
        near = (*following[:REACH], *preceding[:REACH])
    return Turned(
        operator, text.words[n],
        following[:ANCHORS] or preceding[:1], near,
        tuple(text.words[m] for m in text.content if text.words[m] not in following),
    )


def _following(text: Text, n: int) -> Iterator[Word]:
    """Content words after the word at *n*, up to the end of the clause in which there is one."""
    found = False
    for word in text.words[n + 1 :]:
        if found and set(word.marks) & _ENDS:
            return
        if word.content:
            found = True
            yield word


def _preceding(text: Text, n: int) -> Iterator[Word]:
    for m in range(n - 1, -1, -1):
        if set(text.words[m + 1].marks) & _ENDS:
            return
        if text.words[m].content:
            yield text.words[m]


def _keeps(text: Text, one: Turned) -> bool:
    """Whether *text* keeps what *one* turns, or the sentence that *one* makes conditional."""
    if one.anchors and text.has(one.anchors[0]):
        return True
    if not one.operator.hosts:
        return False
    held = sum(text.has(word) for word in one.host)
    return held >= ANCHORS and held >= HOST_SHARE * len(one.host)


def _serves(here: Turned, there: Turned) -> bool:
    same = here.operator.turn is there.operator.turn
    if not same and here.operator.turn not in there.operator.served_by:
        return False
    return _meet(here, there)


def _meet(one: Turned, other: Turned) -> bool:
    """Whether an anchor of either is within reach of the other."""
    if not one.anchors and not other.anchors:
        return one.word.norm == other.word.norm
    return _any_means(one.anchors, other.reach) or _any_means(other.anchors, one.reach)


def _any_means(some: Sequence[Word], others: Sequence[Word]) -> bool:
    return any(word.means(other) for word in some for other in others)
