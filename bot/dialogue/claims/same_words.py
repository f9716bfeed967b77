"""Guesses that were heard in the words of a fact which is put right: they go with it.

"The agency was caught with such tools" tells of the agency, and half sounds like a report on the
tools; once the agency turns out to be another one, nobody has told of any report.
"""

from collections.abc import Mapping

from bot.dialogue.deal import SECOND, Answer, Deal
from bot.dialogue.poles import graver, has_poles
from retrieval.guidance import Fact, Guidance


def half_heard_with(
    heard: Mapping[Fact, Answer], deal: Deal, guidance: Guidance
) -> frozenset[Fact]:
    """The facts of *deal* that were guessed in words of what is put right, to be as if never told.

    Only what raises a flag, and nobody has confirmed.

    Args:
        heard: What a message tells.
        deal: What is known before it.
        guidance: The release that it is read with.
    """
    righted = [deal.answers[fact] for fact, answer in heard.items()
               if answer.certain and not answer.guessed and answer.values
               and deal.known(fact) and answer.values.isdisjoint(deal.known(fact))]
    return frozenset(
        fact for fact, answer in deal.answers.items()
        if fact not in heard and deal.guessed(fact) and fact in guidance.questions
        and has_poles(guidance.questions[fact]) and deal.known(fact) <= graver(guidance, fact)
        and any(_share_words(answer, one) for one in righted))


def _share_words(one: Answer, other: Answer) -> bool:
    return (one.message.removesuffix(SECOND) == other.message.removesuffix(SECOND)
            and one.start < other.end and other.start < one.end)
