"""What is only tried out is no mere idea: "it's only a pilot", which may have run since May.

A model hears the smallness of it, and takes it for the first stage of all.  How far it is nobody
said, so that it is asked.
"""

from collections.abc import Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Occasion
from retrieval.guidance import Role
from retrieval.words.mentions import Strength


def less_tried_out(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without first stages that a model alone hears in words for a pilot.

    "We are thinking of a pilot" has words for the idea as well.
    """
    tried = at.cues.find("tried_out", at.reading.tokens)
    return [c for c in claims if not (tried and _is_first(c, at) and any(
        first < c.mention.last and c.mention.first < last for first, last in tried))]


def _is_first(claim: Claim, at: Occasion) -> bool:
    """Whether only a model hears *claim*, which is the first choice of the stage."""
    mention, question = claim.mention, at.guidance.questions[claim.mention.fact]
    return (question.role is Role.STAGE and mention.strength is Strength.TOLD
            and claim.value == question.choices[0].value and not any(
                other.fact == mention.fact and other.value == claim.value
                and other.first < mention.last and mention.first < other.last
                for other in at.reading.mentions))
