"""Charges that only sound along: in "a law that closes NGOs" a limit on rights is half heard.

A model that hears one charge clearly often hears its neighbours a little in the same words.  As a
guess each would raise a flag before anybody has spoken of it; it is asked for in its turn.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.claim import HINT, Claim
from bot.dialogue.claims.correcting import Placed, placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.poles import graver, has_poles, settles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Span
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Strength
from retrieval.words.tells import Told


def less_echoes(claims: Sequence[Claim], told: Sequence[Told], at: Utterance) -> Iterator[Claim]:
    """*claims* without guesses at a charge in words that are clearly heard as another.

    That is one of a fact that is found of the same thing, such as the country: what an agency did
    is news of it, and of such products as well.  Of a complaint that clearly charges nobody with
    anything ("a complaint came in") both would be guessed.

    Nor is a "no" of one matter a guess at another's: that nobody reported this police force says
    nothing of what others did with such a product.

    Args:
        claims: What a message claims.
        told: What a model hears in it.
        at: The message, and the release that it is read with.
    """
    guidance = at.guidance
    clear = [(one, sentence) for one in told if one.chance >= ASKED_BACK
             and one.fact in guidance.questions and one.value in graver(guidance, one.fact)
             and (place := placed(one, at.reading)) is not None
             for sentence in _shared(place, at.clauses)]
    for claim in claims:
        if not (_is_guessed_charge(claim, guidance) and _sounds_along(claim, clear, guidance)) and (
                not _is_another_no(claim, claims, guidance)):
            yield claim


def _is_another_no(claim: Claim, claims: Sequence[Claim], guidance: Guidance) -> bool:
    """Whether *claim* would settle its fact in words that are clearly heard to settle another.

    A model hardly hears this one there.
    """
    mine = claim.mention
    return claim.holds and claim.confidence < HINT and settles(
        guidance, mine.fact, claim.value) and any(
            one.mention.fact != mine.fact and one.holds and one.confidence >= ASKED_BACK
            and settles(guidance, one.mention.fact, one.value)
            and one.mention.first < mine.last and mine.first < one.mention.last for one in claims)


def _shared(place: Placed, clauses: Clauses) -> Iterator[Span]:
    """The words of *place* that stand in the sentence of its middle: a model reaches further."""
    first, last = place.span
    for begin, end in clauses.sentences():
        if begin <= place.middle < end:
            yield max(first, begin), min(last, end)


def _is_guessed_charge(claim: Claim, guidance: Guidance) -> bool:
    mention = claim.mention
    return (claim.holds and mention.strength is Strength.TOLD and claim.confidence < ASKED_BACK
            and has_poles(guidance.questions[mention.fact])
            and claim.value in graver(guidance, mention.fact))


def _sounds_along(
    claim: Claim, clear: Sequence[tuple[Told, Span]], guidance: Guidance
) -> bool:
    middle = (claim.mention.first + claim.mention.last) // 2
    here = {one.fact for one, (first, last) in clear
            if one.fact != claim.mention.fact and first <= middle < last}
    charges = {fact for fact in here if has_poles(guidance.questions[fact])}
    complaint = guidance.stage_fact in here and not charges
    return complaint or any(_of_the_same(fact, claim.mention.fact, guidance) for fact in charges)


def _of_the_same(one: Fact, other: Fact, guidance: Guidance) -> bool:
    return guidance.questions[one].after == guidance.questions[other].after
