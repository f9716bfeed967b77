"""Whether what adds to a deal tells of another one: "also, the army of Chad wants drones".

One conversation holds one deal.  What sounds like a second one is added all the same, since nobody
but whoever tells of it can know; but it is said, so that two deals are not mixed unnoticed.
"""

from bot.dialogue.deal import Deal
from retrieval.guidance import Fact, Guidance, QuestionKind


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
