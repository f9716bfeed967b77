"""What was settled stands while anything less sure is said of it: no flag goes on a guess.

"The war is over" may be so, and the war raised a flag; "they might add a university" makes nobody
less of a user who is one for sure.  What is only a guess is asked back; until then both count.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.deal import DOUBTED, Answer, Deal
from bot.dialogue.poles import gravity
from retrieval.guidance import Fact, Guidance


def beside_what_stands(
    heard: Mapping[Fact, Answer], deal: Deal, guidance: Guidance
) -> dict[Fact, Answer]:
    """*heard*, where what would take away or blur what is settled stands beside it.

    So does what would take a flag away that a likelier guess raises: "they accepted the rest"
    behind terms that seem to be refused.

    Args:
        heard: What a message tells.
        deal: What is known before it.
        guidance: The release that it is read with.
    """
    return {fact: _beside(deal.answers[fact], answer) if _stands(
        fact, answer, deal, guidance) else answer for fact, answer in heard.items()}


def _stands(fact: Fact, answer: Answer, deal: Deal, guidance: Guidance) -> bool:
    """Whether what is known of *fact* stands beside *answer*, which blurs it or takes a flag."""
    if answer.values is None or answer.sure or fact not in guidance.questions:
        return False
    known = deal.known(fact)
    loses = gravity(guidance, guidance.questions[fact], known - answer.values) > 0
    if deal.settled(fact):
        return loses or known < answer.values
    return loses and deal.guessed(fact) and (
        answer.guessed and answer.confidence < deal.answers[fact].confidence)


def _beside(stood: Answer, later: Answer) -> Answer:
    """*stood*, and *later* instead of it, if that is so: asked back, however it was read.

    It rests on the words of what stood, which no flag quotes that only fits the other.
    """
    known, instead = stood.values or frozenset(), later.values or frozenset()
    confidence = min(later.confidence, DOUBTED)
    if stood.instead == instead and not stood.guessed:
        return stood  # it was asked back before
    if known < instead:
        # Of those who may come on top one takes no other's place.
        perhaps = stood.instead if known < stood.instead else frozenset()
        instead |= perhaps
    return replace(stood, confidence=confidence, instead=instead)


def doubted(stood: Answer, denied: frozenset[str]) -> Answer:
    """*stood*, of which *denied* may not be so: the rest instead, else it is itself asked back."""
    left = (stood.values or frozenset()) - denied
    return replace(stood, sure=bool(left), confidence=DOUBTED, instead=left)
