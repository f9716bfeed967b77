"""A deal that moves to another country: what was found of the first says nothing of the second."""

from bot.dialogue.conversation import Message
from bot.dialogue.deal import Deal
from retrieval.guidance import Fact, Guidance, QuestionKind


def left_behind(deal: Deal, message: Message, guidance: Guidance) -> frozenset[Fact]:
    """What of *deal* was found of a country that *message* says is another one.

    What the same message tells is of the new one.
    """
    moved = {q.fact for q in guidance.questions.values() if q.kind is QuestionKind.COUNTRY
             and (answer := message.heard.get(q.fact)) is not None and answer.values
             and deal.known(q.fact) and answer.values.isdisjoint(deal.known(q.fact))}
    return frozenset(
        fact for fact in deal.answers if fact not in message.heard and not moved.isdisjoint(
            guidance.questions[fact].after if fact in guidance.questions else ()))
