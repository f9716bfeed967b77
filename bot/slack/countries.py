"""Countries as a person types them into a menu."""

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz

from bot.slack.controls import MOST_OPTIONS, option
from bot.slack.splitting import Block
from retrieval.guidance import Choice, Guidance, QuestionKind
from retrieval.words.tokens import fold as folded

CLOSE = 80.0
"""Least likeness (0 to 100) of what is typed to a name for it to be meant in spite of a slip."""
SHORTEST_SLIP = 4
"""Letters from which a slip can be told from another name."""
BEGINNING = 5.0
"""How much less likeness to the beginning of a name counts than likeness to the whole."""
MOST_QUERY = 60


def country_options(guidance: Guidance, query: str) -> list[Block]:
    """At most 100 options for what was typed, best first.

    The very name comes first, then names that begin with it, then those with a word that does;
    only when there are none, names that are like it.  Other names of a country ("Ivory Coast",
    "Burma", a capital) count as the vocabulary knows them, and so does its two-letter code.  An
    empty query gives the first of all.
    """
    typed = fold(query[:MOST_QUERY]).strip()
    known = list(_countries(guidance))
    if not typed:
        return [option(choice.label, choice.value) for choice, _ in known][:MOST_OPTIONS]
    ranked = [(_rank(typed, choice, others), n) for n, (choice, others) in enumerate(known)]
    found = sorted((rank, n) for rank, n in ranked if rank is not None)
    if not found:
        likeness = [(_likeness(typed, choice, others), n)
                    for n, (choice, others) in enumerate(known)]
        found = [((0, -like), n) for like, n in likeness if like >= CLOSE]
        found.sort()
    return [option(known[n][0].label, known[n][0].value) for _, n in found][:MOST_OPTIONS]


@lru_cache(maxsize=5_000)
def fold(text: str) -> str:
    """*text* in small letters without accents."""
    return folded(text)[0]


def _countries(guidance: Guidance) -> Iterator[tuple[Choice, list[str]]]:
    """Each country, with its other names."""
    for question in guidance.questions.values():
        if question.kind is QuestionKind.COUNTRY:
            others: dict[str, list[str]] = {}
            for term in guidance.vocabulary.terms:
                if term.fact == question.fact:
                    others.setdefault(term.value, []).extend(map(fold, term.terms))
            for choice in question.choices:
                yield choice, others.get(choice.value, [])
            return


def _rank(typed: str, choice: Choice, others: list[str]) -> tuple[int, float] | None:
    """How well *choice* fits as it is typed, lower is better; None when it doesn't."""
    label = fold(choice.label)
    if typed in {label, choice.value.casefold(), *others}:
        return 0, len(label)
    if label.startswith(typed):
        return 1, len(label)
    if any(word.startswith(typed) for word in label.split()):
        return 2, len(label)
    if any(other.startswith(typed) for other in others):
        return 3, len(label)
    return None


def _likeness(typed: str, choice: Choice, others: list[str]) -> float:
    """How like *typed* is to a name of *choice*, or to its beginning, from 0 to 100."""
    if len(typed) < SHORTEST_SLIP:
        return 0.0
    return max(
        max(fuzz.ratio(typed, name), fuzz.ratio(typed, name[: len(typed)]) - BEGINNING)
        for name in (fold(choice.label), *others)
    )
