"""What a message seems to tell of a fact without a word of what the fact is about.

"Compliance is fine with it" sounds like an export review, and names none.
"""

from collections.abc import Collection, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.small_words.clauses import Clauses
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading, Strength
from retrieval.words.phrases import Phrases


class Unnamed:
    """Finds such claims by the words that the questions of one release are told by."""

    def __init__(self, guidance: Guidance) -> None:
        """Compile the words of *guidance*."""
        self._told_by = {fact: Phrases(question.told_by)
                         for fact, question in guidance.questions.items() if question.told_by}

    def among(
        self,
        claims: Sequence[Claim],
        reading: Reading,
        clauses: Clauses,
        asked: Collection[Fact],
    ) -> list[Claim]:
        """Those of *claims* whose sentence lacks the words of their fact, unless it was *asked*."""
        return [claim for claim in claims if claim.mention.fact not in asked
                and not self._is_named(claim, reading, clauses)]

    def _is_named(self, claim: Claim, reading: Reading, clauses: Clauses) -> bool:
        phrases = self._told_by.get(claim.mention.fact)
        first, last = claim.mention.first, claim.mention.last
        return phrases is None or any(
            phrases.find(reading.tokens[begin:end])
            for begin, end in clauses.sentences() if begin < last and first < end)


def named(
    claims: Sequence[Claim], unnamed: Sequence[Claim], clauses: Clauses
) -> list[Claim]:
    """*claims* without the *unnamed*, and without words of answer in the clauses of those."""
    spans = [clauses.positions((c.mention.first, c.mention.last)) for c in unnamed]
    return [c for c in claims if c not in unnamed and not (
        c.mention.strength is Strength.ASKED and any(
            c.mention.first < span.stop and span.start < c.mention.last for span in spans))]
