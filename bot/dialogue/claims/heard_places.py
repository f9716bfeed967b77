"""Which of the countries named the model takes for the place of use."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, DOUBT, GUESS, HINT, PLACE, Claim
from bot.dialogue.deal import ASKED_BACK
from retrieval.words.mentions import Mention, Reading
from retrieval.words.tells import ANY, Told


def countries(
    claims: Sequence[Claim], told: Sequence[Told], reading: Reading
) -> Iterator[Claim]:
    """Countries as named, less those whose clause names no place of use.

    Where the model hears a place of use and none of those named stands there ("HK police", and
    later "in Hong Kong"), the only country named is it; it is asked back unless the model is sure.
    """
    named = False
    for claim in claims:
        chance = place_of_use(claim.mention, told, reading)
        least = DOUBT if claim.mention.strength.is_firm else HINT
        if chance >= least or not claim.holds:
            named = True
            yield replace(claim, confidence=max(chance, ASKED_BACK) if chance >= HINT else chance)
    if not named and len({claim.value for claim in claims}) == 1:
        chance = max((one.chance for one in told if one.value == ANY), default=0.0)
        if chance >= CONTEST:
            yield replace(claims[0], confidence=chance if chance >= PLACE else
                          min(chance, GUESS))


def place_of_use(mention: Mention, told: Sequence[Told], reading: Reading) -> float:
    """How likely the words of *mention*, a country, name the place of use, in [0, 1]."""
    start = reading.tokens[mention.first].start
    return max((one.chance for one in told if one.value == ANY and one.fact == mention.fact
                and one.start <= start < one.end), default=0.0)
