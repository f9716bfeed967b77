"""Names that more than one value of a fact bears: "Congo", "Korea", "the Bundespolizei".

Such a name is one of them at a guess, which is asked back; it gives way to another that the message
names, as in "the Austrian Bundespolizei", and to the one that is known.  A name that one of them
bears far less often is that one's only right beside another of its names: "Atlanta, Georgia".
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Occasion
from bot.dialogue.deal import DOUBTED
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading, Strength
from retrieval.words.phrases import ARTICLES
from retrieval.words.tokens import forms_of

_Name = tuple[str, ...]
ALSO = "also_called_{fact}_{value}"
"""Name of the cue list of names that a value bears less often than whoever has them as terms."""


class Namesakes:
    """Tells apart the values that share a name in one release."""

    def __init__(self, guidance: Guidance) -> None:
        """Take the names that terms of *guidance* share."""
        bearers: dict[tuple[Fact, _Name], set[str]] = defaultdict(set)
        for term in guidance.vocabulary.terms:
            for name in term.shared:
                bearers[term.fact, _plain([norm for norm, _ in forms_of(name)])].add(term.value)
        self._bearers = {key: frozenset(values) for key, values in bearers.items()}
        cues = guidance.vocabulary.cues
        self._less_often = {
            (term.fact, term.value): frozenset(
                _plain([norm for norm, _ in forms_of(name)]) for name in cues[listed])
            for term in guidance.vocabulary.terms
            if (listed := ALSO.format(fact=term.fact, value=term.value)) in cues}

    def told_apart(self, claims: Sequence[Claim], at: Occasion) -> list[Claim]:
        """*claims*, where a shared name is a guess, or none where another bearer is meant."""
        reading, deal = at.reading, at.deal
        told: list[Claim] = []
        borne = [self._of(claim, reading) for claim in claims]
        others = {(c.mention.fact, c.value) for c, bearers in zip(claims, borne, strict=True)
                  if c.holds and not bearers}
        wholes = [c for c in claims if (c.mention.fact, c.value) in self._less_often]
        for claim, bearers in zip(claims, borne, strict=True):
            fact = claim.mention.fact
            if any(self._is_of(claim, other, reading) for other in wholes):
                continue
            if not claim.holds or not bearers:
                told.append(claim)
            elif not any((fact, one) in others for one in bearers) and (
                    bearers.isdisjoint(deal.known(fact))):
                told.append(replace(claim, sure=False,
                                    confidence=min(claim.confidence, DOUBTED)))
        return told

    def _is_of(self, claim: Claim, other: Claim, reading: Reading) -> bool:
        """Whether the name of *claim* is that of a part of *other*, which stands right beside it.

        So it is of "Atlanta PD, Georgia" and "Georgia, United States".
        """
        one, two = claim.mention, other.mention
        names = self._less_often.get((one.fact, two.value), frozenset())
        if one.fact != two.fact or one.value == two.value or not names or not other.holds or (
                self._name_of(claim, reading) not in names):
            return False
        users = {i for m in reading.mentions if m.fact != one.fact for i in range(m.first, m.last)}
        between = range(min(one.last, two.last), max(one.first, two.first))
        return all(i in users or reading.tokens[i].norm in {",", "in"} for i in between)

    @staticmethod
    def _name_of(claim: Claim, reading: Reading) -> _Name:
        mention = claim.mention
        return _plain([t.norm for t in reading.tokens[mention.first : mention.last] if t.is_word])

    def _of(self, claim: Claim, reading: Reading) -> frozenset[str]:
        """The values that bear the name of *claim*; none where it is a name of its own."""
        mention = claim.mention
        if mention.strength is Strength.TOLD or not self._bearers:
            return frozenset()
        return self._bearers.get((mention.fact, self._name_of(claim, reading)), frozenset())


def _plain(words: Sequence[str]) -> _Name:
    return tuple(word for word in words if word not in ARTICLES)
