"""When what was asked about was done is no stage of the deal: "done in June"."""

from collections.abc import Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Occasion
from retrieval.guidance import Role
from retrieval.words.mentions import Strength


def merely_done(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without stages that only a model hears in words that answer another question.

    It doesn't know that it was the review that was asked about, and hears a delivery.
    """
    answers = [c.mention for c in claims if c.mention.strength is Strength.ASKED
               and at.guidance.questions[c.mention.fact].role is not Role.STAGE]
    return [c for c in claims if c.mention.strength is not Strength.TOLD
            or at.guidance.questions[c.mention.fact].role is not Role.STAGE
            or not any(c.mention.first < one.last and one.first < c.mention.last
                       for one in answers)]
