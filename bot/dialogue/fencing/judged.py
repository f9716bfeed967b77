"""A sentence of a draft beside everything that it may rest on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.dialogue.drafting import Draft, Point, PointKind
from bot.dialogue.fencing.operators import Turned, turned
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.strength import Bound, bounds
from bot.dialogue.fencing.words import Text, read, sentences_of

REMEMBERED = 512
"""Points whose evidence stays read: the same flags and safeguards come up again and again."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of what a point rests on."""

    point: str
    text: Text
    turned: tuple[Turned, ...]
    bounds: tuple[Bound, ...]
    heads: bool
    """Whether it is its point's title."""
    title: frozenset[str | int]
    """Senses of its point's title."""
    named: frozenset[str | int]
    """Senses of whatever a pronoun here may stand for: of this sentence, the one before, the title.
    """


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence, and the evidence of the points that it names."""

    text: Text
    turned: tuple[Turned, ...]
    bounds: tuple[Bound, ...]
    points: tuple[Point, ...]
    evidence: tuple[Evidence, ...]


def judged(draft: Draft, points: Sequence[Point], rules: FenceRules) -> tuple[Judged, ...]:
    """Each sentence of *draft*, beside its evidence.

    Raises:
        KeyError: A sentence names a point that is not among *points*.
    """
    by_id = {point.id: point for point in points}
    named = {one for sentence in draft.sentences for one in sentence.points}
    evidence = {one: _evidence(by_id[one], rules) for one in named}
    texts = [read(sentence.text, rules) for sentence in draft.sentences]
    return tuple(
        Judged(
            text, turned(text, rules), bounds(text, rules),
            tuple(by_id[name] for name in dict.fromkeys(sentence.points)),
            tuple(one for name in dict.fromkeys(sentence.points) for one in evidence[name]),
        )
        for text, sentence in zip(texts, draft.sentences, strict=True)
    )


@lru_cache(REMEMBERED)
def _evidence(point: Point, rules: FenceRules) -> tuple[Evidence, ...]:
    title = _named(read(point.title, rules), rules)
    found: dict[str, Evidence] = {}
    for text in point.evidence:
        heads = text == point.title
        if heads and point.kind is PointKind.PASSAGE:
            # A heading names what the text says: words may come from it, no statement.
            continue
        before: frozenset[str | int] = frozenset()
        for sentence in sentences_of(text, rules):
            words = read(sentence, rules)
            own = _named(words, rules)
            found.setdefault(sentence, Evidence(
                point.id, words, turned(words, rules), bounds(words, rules), heads, title,
                title | before | own))
            before = own
    return tuple(found.values())


def _named(text: Text, rules: FenceRules) -> frozenset[str | int]:
    """Senses of what *text* speaks of; what it begins by telling somebody to do is no thing."""
    return frozenset(
        sense for n in text.content for sense in text.words[n].senses
        if n or text.words[n].norm not in rules.imperatives
    )
