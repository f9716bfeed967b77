"""Names that more than one value of a fact bears: "Congo", "Korea", "the Bundespolizei".

Such a name is one of them at a guess, which is asked back; it gives way to another that the message
names, as in "the Austrian Bundespolizei", and to the one that is known.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.deal import DOUBTED
from bot.dialogue.occasion import Occasion
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading, Strength
from retrieval.words.phrases import ARTICLES
from retrieval.words.tokens import forms_of

_Name = tuple[str, ...]


class Namesakes:
    """Tells apart the values that share a name in one release."""

    def __init__(self, guidance: Guidance) -> None:
        """Take the names that terms of *guidance* share."""
        bearers: dict[tuple[Fact, _Name], set[str]] = defaultdict(set)
        for term in guidance.vocabulary.terms:
            for name in term.shared:
                bearers[term.fact, _plain([norm for norm, _ in forms_of(name)])].add(term.value)
        self._bearers = {key: frozenset(values) for key, values in bearers.items()}

    def told_apart(self, claims: Sequence[Claim], at: Occasion) -> list[Claim]:
        """*claims*, where a shared name is a guess, or none where another bearer is meant."""
        reading, deal = at.reading, at.deal
        told: list[Claim] = []
        for claim in claims:
            fact = claim.mention.fact
            bearers = self._of(claim, reading)
            others = {c.value for c in claims if c.mention.fact == fact and c.holds
                      and not self._of(c, reading)}
            if not claim.holds or not bearers:
                told.append(claim)
            elif not bearers & (others | deal.known(fact)):
                told.append(replace(claim, sure=False,
                                    confidence=min(claim.confidence, DOUBTED)))
        return told

    def _of(self, claim: Claim, reading: Reading) -> frozenset[str]:
        """The values that bear the name of *claim*; none where it is a name of its own."""
        mention = claim.mention
        if mention.strength is Strength.TOLD or not self._bearers:
            return frozenset()
        words = [t.norm for t in reading.tokens[mention.first : mention.last] if t.is_word]
        return self._bearers.get((mention.fact, _plain(words)), frozenset())


def _plain(words: Sequence[str]) -> _Name:
    return tuple(word for word in words if word not in ARTICLES)
