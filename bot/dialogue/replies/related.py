"""What the texts say on deals like one: the provisions that speak to it and aren't cited yet.

What a provision speaks to is on record with it (`topics`), so nothing is searched for: what fits
the deal is known, and the narrowest of it comes first (docs/decisions/0126).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import prod

from bot.dialogue.deal import Deal, fits
from retrieval.guidance import Guidance, Provision, ProvisionId, Table

MOST_RELATED = 3
"""How many further provisions are named for a deal."""
NARROW = 0.3
"""Up to this share of all deals a provision speaks to a deal in particular: to one product of
thirty, to seven end-users of twenty-five, but not to every country that detains journalists."""
MOST_VALUES = 8
"""A provision that speaks to more values of a fact than this speaks to no deal in particular."""
COUNTRIES = 200
"""How many values a question has whose choices aren't listed: about as many as countries."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """Provisions that speak to the same."""

    topics: Table
    share: float
    provisions: Sequence[Provision]


def related_to(
    guidance: Guidance, deal: Deal, shown: Collection[ProvisionId]
) -> Sequence[Provision]:
    """Up to `MOST_RELATED` provisions on deals like *deal*, the narrowest first, without *shown*.

    Of those that speak to many deals alike, more than can be named, none is: that a law limits
    rights doesn't tell which of seven such laws there is.
    """
    found: list[Provision] = []
    for kind in _kinds(guidance):
        room = MOST_RELATED - len(found)
        if not room:
            break
        if fits(kind.topics, deal) is True:
            found += _some(kind, shown, room)
    return found


def _some(kind: _Kind, shown: Collection[ProvisionId], room: int) -> Sequence[Provision]:
    """What is named of *kind* where there is *room* for so many."""
    most = room if kind.share <= NARROW else MOST_RELATED + 1
    left = list(islice((one for one in kind.provisions if one.id not in shown), most))
    return left[:room] if len(left) <= MOST_RELATED else ()


def _kinds(guidance: Guidance) -> Sequence[_Kind]:
    """All that provisions speak to, the narrowest first; of equals, as the catalogue has them."""
    known = guidance.worked_out.of(_kinds)
    kinds = known.get("")
    if kinds is None:
        kinds = known[""] = sorted(
            (_Kind(some[0].topics, _share(some[0].topics, guidance), some)
             for some in _alike(guidance).values()), key=lambda kind: kind.share)
    return kinds


def _alike(guidance: Guidance) -> Mapping[frozenset[object], list[Provision]]:
    """The provisions that speak to something in particular, by what that is."""
    alike: dict[frozenset[object], list[Provision]] = {}
    for provision in guidance.provisions.values():
        topics = provision.topics
        if topics and all(len(values) <= MOST_VALUES for values in topics.values()):
            alike.setdefault(frozenset(topics.items()), []).append(provision)
    return alike


def _share(topics: Table, guidance: Guidance) -> float:
    """What share of all deals *topics* speak to, were each value as frequent as the next."""
    return prod(_shares(topics, guidance))


def _shares(topics: Table, guidance: Guidance) -> Iterator[float]:
    for fact, values in topics.items():
        question = guidance.questions.get(fact)
        choices = len(question.choices) if question else 0
        yield min(len(values) / (choices or COUNTRIES), 1.0)
