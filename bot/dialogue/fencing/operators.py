"""Words that turn a sentence about: "not", "only", "unless", "whether", "may", "all".

An operator turns the content words that follow it, its *anchors*.  One that the evidence has over
words that a sentence keeps has to be kept; one that the evidence lacks may not be added.
"""

from collections.abc import Callable, Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class Turned:
    """An operator where it stands, and what it turns."""

    operator: Operator
    word: Word
    sentence: str
    """The sentence that it stands in; each operator of one is served by another one."""
    anchors: tuple[Word, ...]
    """The nearest content words that it turns."""
    around: tuple[Word, ...]
    """The content words on either side, among which an anchor may have moved."""
    behind: tuple[Word, ...]
    """The content word before it, if its clause has one."""
    scope: tuple[Word, ...]
    """All content words that it turns: lists go on after a comma."""
    host: tuple[Word, ...]
    """The content words that hold only under it: those of the clause that it is joined to."""
    bare: str
    """The word after it, as said, where it turns no content word: "go no further"; else empty."""


def turned(text: Text, rules: FenceRules) -> tuple[Turned, ...]:
    """Each operator of *text*."""
    found = [
        _turned(text, n, operator, rules) for operator in rules.operators
        for n in range(len(text.words)) if _is(text.words, n, operator, rules)
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
    kept = [one for one in there if one.operator.kept and _keeps(text, one)]
    # Two sentences may say "not" of the same thing, and the draft still says it once.
    for sentence in dict.fromkeys(one.sentence for one in kept):
        own = [one for one in kept if one.sentence == sentence]
        rest = [one for one in there if one.sentence == sentence and one not in own]
        taken = [one for one in here if any(_stands_for(one, other) for other in rest)]
        # What stands here for another operator of that sentence does not serve one as well of
        # which all that holds under it was kept: "or by an update".
        held = [one for one in own if _holds_host(text, one)]
        free = [one for one in here if one not in taken]
        alone = _without_partner(own, here, lambda one, other: _serves(other, one)) or (
            _without_partner(held, free, lambda one, other: _serves(other, one)))
        if alone is not None:
            return alone
    return None


def added(here: Sequence[Turned], there: Sequence[Turned]) -> Turned | None:
    """The first operator of a sentence that its evidence does not have over the same words."""
    # A verb such as "forbid" is a word like others, and that the evidence has it is seen elsewhere;
    # but where the sentence has it too, it can't bear out a "not" as well.
    verbs = {one.word.stem for one in here if _is_verb(one)}
    said = [one for one in here if one.operator.bound and not _is_verb(one)]
    free = [one for one in there if not _is_verb(one) or one.word.stem not in verbs]
    for one in said:
        if one.operator.turn is Turn.NEGATION and _times(one, said) > max(
            (_times(one, [other for other in there if other.sentence == sentence])
             for sentence in {other.sentence for other in there}), default=0) > 0:
            return one
    return _without_partner(said, free, lambda one, other: _same(one, other)
                            and _bears_out(other, one))


def _times(one: Turned, among: Sequence[Turned]) -> int:
    """How often the first thing that *one* denies is denied *among* some operators."""
    return sum(
        other.operator.turn is Turn.NEGATION and not _is_verb(other)
        and bool(other.anchors) and _any_means(one.anchors[:1], other.anchors[:1])
        for other in among
    )


def _is_verb(one: Turned) -> bool:
    return one.word.stem in one.operator.stems


def _without_partner(
    some: Sequence[Turned], others: Sequence[Turned], fit: Callable[[Turned, Turned], bool]
) -> Turned | None:
    """The first of *some* for which none of *others* is left, however they are paired."""
    partner: dict[int, int] = {}

    def paired(n: int, tried: set[int]) -> bool:
        for m, other in enumerate(others):
            if m not in tried and fit(some[n], other):
                tried.add(m)
                if m not in partner or paired(partner[m], tried):
                    partner[m] = n
                    return True
        return False

    return next((one for n, one in enumerate(some) if not paired(n, set())), None)


def _same(one: Turned, other: Turned) -> bool:
    return one.operator.turn is other.operator.turn and (
        not one.operator.exact or one.word.means(other.word))


def _is(words: Sequence[Word], n: int, operator: Operator, rules: FenceRules) -> bool:
    word = words[n]
    if operator.after_noun and not _after_noun(words, n, rules):
        return False
    opens = n == 0 or bool(set(word.marks) & _ENDS)
    return (
        word.norm in operator.words
        or (word.stem in operator.stems and (not operator.before or any(
            one.norm in operator.before for one in words[n + 1 : n + 1 + REACH])))
        or (opens and word.norm in operator.opening)
        or any(word.norm.endswith(ending) for ending in operator.endings)
    )


def _after_noun(words: Sequence[Word], n: int, rules: FenceRules) -> bool:
    """Whether a word at *n* tells which one is meant: "systems that", but not "record who"."""
    if not n or not words[n - 1].content or set(words[n].marks) & _ENDS:
        return False
    named = n > 1 and words[n - 2].norm in rules.determiners
    return named or words[n - 1].stem not in rules.verb_stems


def _turned(text: Text, n: int, operator: Operator, rules: FenceRules) -> Turned:
    words = text.words
    following = tuple(_following(text, n))
    preceding = tuple(_preceding(text, n))
    anchors = following[:ANCHORS] or preceding[:1]
    if n + 1 == len(words) or set(words[n + 1].marks) & _ENDS:
        # "for one year at most, and": it looks back.
        anchors = (*preceding[:1], *following[:1])
    return Turned(
        operator, words[n], text.text, anchors, (*following[:REACH], *preceding[:REACH]),
        preceding[:1],
        tuple(_scope(text, n, rules)) or preceding,
        tuple(_host(text, n)) if words[n].norm in operator.hosts else (),
        words[n + 1].norm if not anchors and n + 1 < len(words) else "",
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
    opens = n == 0 or bool(set(words[n].marks) & _ENDS)
    commands = opens or words[0].norm in rules.imperatives
    for m in range(n + 1, len(words)):
        if set(words[m].marks) & _ENDS and m > n + 1:
            first = words[m]
            if first.norm in rules.joints and m + 1 < len(words):
                first = words[m + 1]
            if set(words[m].marks) != {","} or (commands and first.norm in rules.imperatives):
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
    """What holds only under the condition at *n*: its clause before it, or the one beside it."""
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
    if one.bare and any(word.norm == one.bare for word in text.words):
        return True
    anchored = bool(one.anchors) and text.has(one.anchors[0])
    if one.operator.after_noun:
        # "a system that is known for abuse" may be told as "a system known for abuse".
        return not anchored and _holds_host(text, one)
    if anchored:
        return True
    content = [text.words[n] for n in text.content]
    under = sum(_any_means([word], one.scope) for word in content)
    if content and under >= SCOPE_SHARE * len(content):
        return True
    return _holds_host(text, one)


def _holds_host(text: Text, one: Turned) -> bool:
    held = sum(text.has(word) for word in one.host)
    return held >= min(ANCHORS, len(one.host)) > 0 and held >= HOST_SHARE * len(one.host)


def _serves(here: Turned, there: Turned) -> bool:
    """Whether *here* does in a sentence what *there* does in its evidence."""
    served = _same(here, there) or here.operator.turn in there.operator.served_by
    return served and (
        (not here.around and not there.around)
        or (bool(there.bare) and here.word.norm == there.word.norm)
        or _any_means(there.anchors, here.around) or _any_means(here.anchors, there.around)
    )


def _stands_for(here: Turned, there: Turned) -> bool:
    """Whether *here* is the very operator *there*, over the same first thing."""
    return here.word.norm == there.word.norm and here.operator is there.operator and _any_means(
        here.anchors[:1], there.anchors[:1])


def _bears_out(there: Turned, here: Turned) -> bool:
    """Whether the evidence turns what a sentence turns; closer than it takes to be served."""
    if not there.anchors and not here.anchors:
        return there.word.norm == here.word.norm
    if here.operator.turn is Turn.LIMIT and _any_means(here.behind, there.behind):
        # "used only against some" may be told as "used only against some people".
        return True
    return _any_means(here.anchors[:1], there.anchors) or _any_means(
        there.anchors[:1], here.anchors)


def _any_means(some: Sequence[Word], others: Sequence[Word]) -> bool:
    return any(word.means(other) for word in some for other in others)
