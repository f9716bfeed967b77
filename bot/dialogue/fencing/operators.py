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
HOST_SHARE = 0.4
"""Of what an operator holds for: from here on it counts as kept."""
SCOPE_SHARE = 0.7
"""Of a sentence that lies under an operator of the evidence: from here on it rests on that."""

_ENDS = frozenset(".,;:()–—!?")
_BE = frozenset({"is", "are", "be", "been", "being", "was", "were"})


@dataclass(frozen=True, slots=True)
class Turned:
    """An operator where it stands, and what it turns."""

    operator: Operator
    word: Word
    sentence: int
    """Which sentence it stands in; each of its operators is served by another one."""
    anchors: tuple[Word, ...]
    """The nearest content words that it turns."""
    reach: tuple[Word, ...]
    """All among which an anchor may have moved."""
    scope: tuple[Word, ...]
    """All content words that it turns: lists go on after a comma."""
    host: tuple[Word, ...]
    """The content words that hold only under it: those of the clause that it is joined to."""


def turned(text: Text, rules: FenceRules) -> tuple[Turned, ...]:
    """Each operator of *text*."""
    found = [
        _turned(text, n, operator, rules) for operator in rules.operators
        for n in range(len(text.words)) if _is(text.words, n, operator)
    ]
    # Words in quotation marks are only mentioned, as after "whether".
    question = next(one for one in rules.operators if one.turn is Turn.QUESTION)
    found += [
        _turned(text, n - 1, question, rules) for n, word in enumerate(text.words)
        if n and text.text[word.start - 1] in "\"“‘"
    ]
    return tuple(found)


def dropped(text: Text, here: Sequence[Turned], there: Sequence[Turned]) -> Turned | None:
    """The first operator of the evidence whose anchors *text* keeps without it.

    Args:
        text: A sentence.
        here: Its operators.
        there: Those of the evidence that it rests on.
    """
    taken: set[tuple[int, int]] = set()
    for one in there:
        if not one.operator.kept or not _keeps(text, one):
            continue
        served = next((n for n, other in enumerate(here)
                       if (one.sentence, n) not in taken and _serves(other, one)), None)
        if served is None:
            return one
        taken.add((one.sentence, served))
    return None


def added(here: Sequence[Turned], there: Sequence[Turned]) -> Turned | None:
    """The first operator of a sentence that its evidence does not have over the same words."""
    taken: set[int] = set()
    # A verb such as "forbid" is a word like others, and that it is the evidence's is seen elsewhere;
    # but what bears it out can't bear out a "not" as well.
    for one in sorted(here, key=lambda one: one.word.stem not in one.operator.stems):
        if not one.operator.bound:
            continue
        borne_out = [n for n, other in enumerate(there)
                     if n not in taken and _same(one, other) and _bears_out(other, one)]
        if not borne_out and one.word.stem not in one.operator.stems:
            return one
        # Two sentences may say "not" of the same thing, and the draft still says it once.
        spent: set[int] = set()
        for n in sorted(borne_out, key=lambda n: there[n].word.stem != one.word.stem):
            if there[n].sentence not in spent:
                spent.add(there[n].sentence)
                taken.add(n)
    return None


def _same(one: Turned, other: Turned) -> bool:
    return one.operator.turn is other.operator.turn and (
        not one.operator.exact or one.word.means(other.word))


def _is(words: Sequence[Word], n: int, operator: Operator) -> bool:
    word = words[n]
    if operator.after and not (
        1 < n < len(words) - 1 and words[n - 1].content and words[n - 2].norm in operator.after
        # "a system that is known" is the same as "a system known".
        and words[n + 1].norm not in _BE
    ):
        return False
    opens = n == 0 or bool(set(word.marks) & _ENDS)
    return (
        word.norm in operator.words
        or word.stem in operator.stems
        or (opens and word.norm in operator.opening)
        or any(word.norm.endswith(ending) for ending in operator.endings)
    )


def _turned(text: Text, n: int, operator: Operator, rules: FenceRules) -> Turned:
    words = text.words
    following = tuple(_following(text, n))
    preceding = tuple(_preceding(text, n))
    passive = n > 0 and any(w.norm in _BE for w in words[max(n - 2, 0) : n])
    anchors, near = following[:ANCHORS] or preceding[:1], following[:REACH] or preceding[:REACH]
    if n + 1 == len(words) or set(words[n + 1].marks) & _ENDS:
        # "for one year at most, and": it looks back.
        anchors = (*preceding[:1], *following[:1])
        near = (*following[:REACH], *preceding[:REACH])
    elif passive:
        near = (*following[:REACH], *preceding[:REACH])
    return Turned(
        operator, words[n], id(text), anchors, near,
        tuple(_scope(text, n, rules)) or preceding,
        tuple(_host(text, n)) if words[n].norm in operator.hosts else (),
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


def _scope(text: Text, n: int, rules: FenceRules) -> Iterator[Word]:
    """Content words after the word at *n*; a comma ends them only before another command."""
    words = text.words
    for m in range(n + 1, len(words)):
        if set(words[m].marks) & _ENDS and m > n + 1:
            first = words[m]
            if first.norm in rules.joints and m + 1 < len(words):
                first = words[m + 1]
            if set(words[m].marks) != {","} or first.norm in rules.imperatives:
                return
        if words[m].content:
            yield words[m]


def _preceding(text: Text, n: int) -> Iterator[Word]:
    for m in range(n - 1, -1, -1):
        if set(text.words[m + 1].marks) & _ENDS:
            return
        if text.words[m].content:
            yield text.words[m]


def _host(text: Text, n: int) -> Iterator[Word]:
    """What holds only under the condition at *n*: its own clause before it, or the one beside it.
    """
    clauses = _clauses(text)
    at = next(k for k, (start, end) in enumerate(clauses) if start <= n < end)
    start, end = clauses[at][0], n
    if not any(text.words[m].content for m in range(start, end)):
        start, end = clauses[at - 1] if at else clauses[min(1, len(clauses) - 1)]
        if start <= n < end:
            return
    for m in range(start, end):
        if text.words[m].content:
            yield text.words[m]


def _clauses(text: Text) -> list[tuple[int, int]]:
    """Start and end of each clause, by words."""
    starts = [0, *(n for n, word in enumerate(text.words) if n and set(word.marks) & _ENDS)]
    return list(zip(starts, [*starts[1:], len(text.words)], strict=True))


def _keeps(text: Text, one: Turned) -> bool:
    """Whether *text* keeps what *one* turns, or what *one* makes conditional."""
    if one.anchors and text.has(one.anchors[0]):
        return True
    content = [text.words[n] for n in text.content]
    under = sum(_any_means([word], one.scope) for word in content)
    if content and under >= SCOPE_SHARE * len(content):
        return True
    held = sum(text.has(word) for word in one.host)
    return held >= min(ANCHORS, len(one.host)) > 0 and held >= HOST_SHARE * len(one.host)


def _serves(here: Turned, there: Turned) -> bool:
    served = _same(here, there) or here.operator.turn in there.operator.served_by
    return served and _meet(here, there)


def _meet(one: Turned, other: Turned) -> bool:
    """Whether an anchor of either is within reach of the other."""
    if not one.anchors and not other.anchors:
        return one.word.norm == other.word.norm
    return _any_means(one.anchors, other.reach) or _any_means(other.anchors, one.reach)


def _bears_out(there: Turned, here: Turned) -> bool:
    """Whether the evidence turns what a sentence turns; closer than it takes to be served."""
    if not there.anchors and not here.anchors:
        return there.word.norm == here.word.norm
    return _any_means(here.anchors[:1], there.anchors) or _any_means(
        there.anchors[:1], here.anchors)


def _any_means(some: Sequence[Word], others: Sequence[Word]) -> bool:
    return any(word.means(other) for word in some for other in others)
