"""Whether what adds to a deal tells of another one: "also, the army of Chad wants drones".

One conversation holds one deal.  What sounds like a second one is added all the same, since nobody
but whoever tells of it can know; but it is said, so that two deals are not mixed unnoticed.
"""

from collections.abc import Sequence

from bot.dialogue.deal import Deal
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tokens import Token

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
