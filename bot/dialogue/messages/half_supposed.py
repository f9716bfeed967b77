"""What a model half hears supposed, where nothing else hears it: "what if they came clean".

Nothing is noted of what is tried out, and the reply says back what that was: so less will do than
for what is told.  What would be no more than a guess is offered, to be picked or to be named.
"""

from collections.abc import Collection, Iterator, Sequence

from bot.dialogue.claim import CONTEST, SURE, Claim
from bot.dialogue.conversation import Possible
from bot.dialogue.deal import ASKED_BACK, Deal
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.tells import Told

OFFERED = 0.3
"""Chance from which a value is offered; the two best of each of 64 what-ifs held what was meant
wherever any did."""
MOST_OFFERED = 2


def likeliest(
    claims: Sequence[Claim], deal: Deal, *, but: Collection[Fact], which_deal: Collection[Fact]
) -> Sequence[Claim]:
    """Those of *claims* that are most likely supposed, where they are of one fact; else none.

    Args:
        claims: What a model hears.
        deal: What is known.
        but: Facts that something may be asked about in the same words.
        which_deal: Facts that say which deal it is: another of these takes the place of what the
            advice is on.
    """
    able = [c for c in claims if c.holds and c.value not in deal.known(c.mention.fact)]
    clear = [c for c in able if c.mention.fact not in but and c.confidence >= (
        ASKED_BACK if c.mention.fact in which_deal else SURE)]
    # What is known is supposed to be otherwise more often than what nobody has spoken of.
    turned = [c for c in able if c.mention.fact not in which_deal and c.confidence >= CONTEST
              and deal.known(c.mention.fact)]
    return next((some for some in (clear, turned) if len({c.mention.fact for c in some}) == 1), [])


def nearest(told: Sequence[Told], deal: Deal, guidance: Guidance) -> tuple[Possible, ...]:
    """What may be supposed, the likeliest first; at most `MOST_OFFERED`.

    *told* is what a model hears, of which what *deal* holds already is left out.
    """
    chances: dict[Possible, float] = {}
    for one in _choices(told, guidance):
        if one.chance >= OFFERED and one.value not in deal.known(one.fact):
            meant = Possible(one.fact, one.value)
            chances[meant] = max(one.chance, chances.get(meant, 0.0))
    return tuple(sorted(chances, key=lambda one: -chances[one])[:MOST_OFFERED])


def _choices(told: Sequence[Told], guidance: Guidance) -> Iterator[Told]:
    for one in told:
        question = guidance.questions.get(one.fact)
        if question is not None and question.kind is QuestionKind.CHOICE and any(
                choice.value == one.value for choice in question.choices):
            yield one
