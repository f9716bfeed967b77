"""What a sentence rests on: some evidence sentences under which nothing in it is wrong.

Which ones a draft restates is nowhere said, so they are looked for: alone, or a few together.  A
sentence passes if it is borne out by any of them; otherwise what is told is what is wrong under
those that come nearest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.dialogue.fencing import acting, operators, seams, strength, support
from bot.dialogue.fencing.judged import Evidence, Judged
from bot.dialogue.fencing.refusal import Reason
from bot.dialogue.fencing.rules import FenceRules, Turn

CANDIDATES = 7
"""Evidence sentences that are tried together; those that share the most words."""
ENOUGH = 6
"""Ways to bear a sentence out after which no other is looked for."""

Fault = tuple[Reason, str]

_REASON = {Turn.NEGATION: Reason.NEGATION, Turn.LIMIT: Reason.NEGATION}
"""Any other operator is one of strength: what is said of fewer, or on a condition, is said less."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a sentence may rest on, best first; or what is wrong with it."""

    found: tuple[tuple[Evidence, ...], ...]
    fault: Fault | None


def grounds(sentence: Judged, rules: FenceRules) -> Grounds:
    """What *sentence* may rest on."""
    met = seams.seam(
        sentence.text, [one.text for one in sentence.evidence if not one.heads], rules)
    if met:
        return Grounds((), (Reason.UNSUPPORTED, f"copied from two places: {met}"))
    found: list[tuple[Evidence, ...]] = []
    nearest: Fault | None = None
    most = -1
    for held, some in _tried(sentence, rules):
        # The first ones hold the most; what holds less than they do leaves a word in the air.
        most = max(most, held)
        if held < most or len(found) == ENOUGH:
            break
        fault = _fault(sentence, some, rules)
        if fault is None:
            found.append(some)
        elif nearest is None:
            nearest = fault
    if found:
        return Grounds(tuple(found), None)
    return Grounds((), nearest or (Reason.UNSUPPORTED, "shares no word with its points"))


def _tried(sentence: Judged, rules: FenceRules) -> list[tuple[int, tuple[Evidence, ...]]]:
    """Evidence sentences, alone and together, with how many words of *sentence* they hold."""
    text = sentence.text
    needed = [n for n in text.content if text.words[n].norm not in rules.plain_words]
    held = [
        (one, frozenset(n for n in needed if one.text.has(text.words[n])))
        for one in sentence.evidence
    ]
    best = sorted((pair for pair in held if pair[1]), key=lambda pair: -len(pair[1]))
    tried = [
        (len(frozenset().union(*(words for _, words in some))), tuple(one for one, _ in some))
        for size in range(1, rules.limits.evidence_sentences + 1)
        for some in combinations(best[:CANDIDATES], size)
        if _each_needed([words for _, words in some])
    ]
    return sorted(tried, key=lambda pair: (-pair[0], len(pair[1])))


def _each_needed(held: Sequence[frozenset[int]]) -> bool:
    """Whether each of some evidence sentences holds a word that no other does."""
    return all(
        words - frozenset().union(*(other for m, other in enumerate(held) if m != n))
        for n, words in enumerate(held)
    )


def _fault(sentence: Judged, some: tuple[Evidence, ...], rules: FenceRules) -> Fault | None:
    """What is wrong with *sentence* if it rests on *some*; the order is that of `Reason`."""
    text, evidence = sentence.text, [one.text for one in some]
    there = [turned for one in some for turned in one.turned]
    turns = [
        (operators.added(sentence.turned, there), "adds"),
        (operators.dropped(text, sentence.turned, there), "drops"),
    ]
    faults = [
        (_REASON.get(one.operator.turn, Reason.STRENGTH), f"{what} {one.word.norm!r}")
        for one, what in turns if one is not None
    ]
    modal = strength.misjudged(
        text, sentence.bounds, [bound for one in some for bound in one.bounds])
    if modal:
        faults.append((Reason.STRENGTH, modal))
    word = support.uncovered(text, evidence, rules)
    if word:
        faults.append((Reason.UNSUPPORTED, f"{word.norm!r} is not in the evidence"))
    anew = (support.torn(text, some, rules), acting.swapped(text, some, rules),
            acting.exchanged(text, some), acting.told(text, some, rules))
    faults += [(Reason.UNSUPPORTED, f"put together anew: {found}") for found in anew if found]
    order = list(Reason)
    return min(faults, key=lambda fault: order.index(fault[0]), default=None)
