"""An election alone is no turmoil, and may bring it: "elections in january" is asked back."""

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.poles import graver
from bot.dialogue.small_words.doubts import overlaps
from retrieval.words.mentions import Strength

BY_NAME = frozenset({Strength.TERM, Strength.NEAR})
"""How "a contested election" is named."""


def is_merely_expected(claim: Claim, at: Utterance) -> bool:
    """Whether nothing in the clause of *claim* tells of it but that there is an election.

    "Third: elections in spring" says of which question it is the answer.
    """
    mention = claim.mention
    if claim.value not in graver(at.guidance, mention.fact) or mention.strength in BY_NAME:
        return False
    clause = at.clauses.positions((mention.first, mention.last))
    if clause.start and at.reading.tokens[clause.start - 1].norm == ":":
        return False
    votes = [span for span in at.cues.find("an_election", at.reading.tokens)
             if span[0] in clause]
    said = [(m.first, m.last) for m in at.reading.mentions
            if m.fact == mention.fact and m.first in clause]
    return bool(votes) and any(overlaps(span, votes) for span in said) and all(
        overlaps(span, votes) for span in said)
