"""Whether what adds to a deal tells of another one: "also, the army of Chad wants drones".

One conversation holds one deal.  What sounds like a second one is added all the same, since nobody
but whoever tells of it can know; but it is said, so that two deals are not mixed unnoticed.
"""

from collections.abc import Mapping, Sequence

from bot.dialogue.deal import TELLING_FACTS, Deal
from bot.dialogue.naming import naming_questions
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tokens import Token

ANNOUNCING_WORDS = 8
"""Most words before what is announced as several: "need your help with two quick ones: …"."""

_NUMBERS = (("1", frozenset(").:")), ("2", frozenset(").:"))), (
    ("a", frozenset(")")), ("b", frozenset(")")))
"""How the first two of a list are numbered, with the marks that may stand behind."""


def lists_deals(reading: Reading, guidance: Guidance) -> bool:
    """Whether a message lists two deals: "1) cctv for Warsaw 2) drones for the police in Kenya".

    Both name a country, another one each, and what is sold or to whom; and nothing of that is told
    before the list, as it is in "drones for 1) Kenya 2) Uganda".
    """
    begins = _list_begins(reading.tokens)
    if begins is None:
        return False
    first, second = begins
    named = [m for m in reading.mentions if m.strength is not Strength.ASKED
             and guidance.questions[m.fact].several]
    if any(m.first < first for m in named):
        return False
    one, other = ([m for m in named if start <= m.first < end] for start, end in (
        (first, second), (second, len(reading.tokens))))
    here, there = _countries(one, guidance), _countries(other, guidance)
    return bool(here and there and here.isdisjoint(there)) and all(
        any(guidance.questions[m.fact].kind is QuestionKind.CHOICE for m in part)
        for part in (one, other))


def tells_several(reading: Reading, intents: Cues, guidance: Guidance) -> bool:
    """Whether a message announces several things, and tells two deals: "2 things: … and …".

    Each of two parts says two or more of what names a deal, and something else by each choice that
    both of them name: "drones for Peru's navy and face recognition for a mall in Lima".  "Drones
    and cameras for the police" are one deal, however many things it has.
    """
    naming = {q.fact: q.kind for q in naming_questions(guidance)}
    named = sorted((m for m in reading.mentions if m.strength.is_firm and m.fact in naming),
                   key=lambda m: m.first)
    if not named or not announces_several(reading.tokens[: named[0].first + 1], intents):
        return False
    begin = next((n for n, m in enumerate(named) if _begins_anew(m, named[:n])), None)
    return begin is not None and _are_two(named[:begin], named[begin:], naming)


def _begins_anew(one: Mention, before: Sequence[Mention]) -> bool:
    """Whether *one* tells again what is told *before* it, beside something else."""
    facts = {m.fact for m in before}
    return one.fact in facts and len(facts) >= TELLING_FACTS


def announces_several(tokens: Sequence[Token], intents: Cues) -> bool:
    """Whether *tokens* begin with few words that count several things, and a mark."""
    counted = min((last for _, last in intents.find("several_announced", tokens)), default=None)
    if counted is None:
        return False
    end = next((i for i in range(counted, len(tokens)) if not tokens[i].is_word), None)
    return end is not None and sum(t.is_word for t in tokens[:end]) <= ANNOUNCING_WORDS


def _are_two(
    one: Sequence[Mention], other: Sequence[Mention], naming: Mapping[Fact, QuestionKind]
) -> bool:
    """Whether what *one* and *other* name are two deals; *naming* are the facts that name one."""
    facts = [{m.fact for m in part} for part in (one, other)]
    both = {fact for fact in facts[0] & facts[1] if naming[fact] is QuestionKind.CHOICE}
    return bool(both) and all(len(part) >= TELLING_FACTS for part in facts) and all(
        {m.value for m in one if m.fact == fact}.isdisjoint(
            m.value for m in other if m.fact == fact) for fact in both)


def is_numbered(tokens: Sequence[Token]) -> bool:
    """Whether *tokens* hold a numbered list, of whatever."""
    return _list_begins(tokens) is not None


def _list_begins(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Where the first two of a numbered list stand; None where there is no list."""
    for numbers in _NUMBERS:
        places: list[int] = []
        for number, marks in numbers:
            after = places[-1] + 1 if places else 0
            place = next((i for i in range(after, len(tokens) - 1) if tokens[i].norm == number
                          and tokens[i + 1].norm in marks), None)
            if place is None:
                break
            places.append(place)
        if len(places) == len(numbers):
            return places[0], places[1]
    return None


def _countries(mentions: Sequence[Mention], guidance: Guidance) -> frozenset[str]:
    return frozenset(m.value for m in mentions
                     if guidance.questions[m.fact].kind is QuestionKind.COUNTRY)


def sounds_like_another(before: Deal, after: Deal, guidance: Guidance) -> bool:
    """Whether a country of use was added to those of *before*, and a product or end-user too."""
    added = {fact for fact, question in guidance.questions.items()
             if question.several and _only_added(fact, before, after)}
    countries = {fact for fact in added
                 if guidance.questions[fact].kind is QuestionKind.COUNTRY}
    return bool(countries) and added != countries


def _only_added(fact: Fact, before: Deal, after: Deal) -> bool:
    """Whether *fact* had values, has kept them all and got more."""
    return bool(before.known(fact)) and before.known(fact) < after.known(fact)
