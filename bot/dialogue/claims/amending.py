"""Whether what a message claims puts right what is known, or only speaks of it."""

from collections.abc import Sequence

from bot.dialogue.claim import HINT, SURE, Claim
from bot.dialogue.claims.in_passing import InPassing
from bot.dialogue.deal import ASKED_BACK, Answer, Deal
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.clauses import Clauses
from retrieval.guidance import Question
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tokens import tokenise


class Amending:
    """What of a message puts right what is known."""

    def __init__(
        self,
        reading: Reading,
        claims: Sequence[Claim],
        deal: Deal,
        *,
        clauses: Clauses,
        passing: InPassing | None,
    ) -> None:
        """As for `bot.dialogue.claims.merging.heard_of`."""
        self._reading, self._claims, self._deal = reading, claims, deal
        self._clauses, self._passing = clauses, passing

    def corrects(self, held: Sequence[Claim], known: frozenset[str]) -> bool:
        """Whether it puts something right: "actually, it's the army", and not "they also block".

        "Scratch that, half the cams go where there is war" speaks of the cameras that are known,
        "sorry, no misuse of such drones" of one product among those *known*, and "sorry, the
        drones are for the army" takes the rest away from nobody.
        """
        passing = self._passing
        if passing is not None and all(
                passing.points_back(c) and (c.mention.strength is Strength.WEAK or (
                    c.value in known and passing.is_mentioned(c) and not passing.is_the_one(c))
                    or self.is_subject(c)) for c in held):
            return False
        if self.is_of_one(held):
            return False
        return bool(self._clauses.retractions) or (
            bool(self._clauses.corrections) and not any(c.added for c in held))

    def is_subject(self, claim: Claim) -> bool:
        """Whether something is said of it that is one among several of its fact that are known."""
        fact = claim.mention.fact
        known = self._deal.known(fact)
        return (self._passing is not None and claim.value in known and len(known) > 1
                and self._passing.points_back(claim) and self._passing.is_subject(
                    claim, [c for c in self._claims if c.holds and c.mention.fact != fact]))

    def is_of_one(self, held: Sequence[Claim]) -> bool:
        """Whether *held* are said of one among several that are known, and so not of the rest."""
        passing = self._passing
        return passing is not None and any(
            passing.is_subject(one, held) and self.is_subject(one) for one in self._claims)

    def unsays(
        self, question: Question, held: Sequence[Claim], known: frozenset[str]
    ) -> bool:
        """Whether it puts right what is *known* by denying just that: "no, nobody is jailed".

        It says that it puts something right, or opens with a no, and the words of its denial are
        those of what is known; a model that hears the contrary clearly may know others.
        """
        passing = self._passing
        if passing is None or not has_poles(question) or not (
                self._clauses.corrections or passing.says_no):
            return False
        outright = [m for m in self._reading.mentions if m.fact == question.fact
                    and m.value in known and self._clauses.denied_outright(m)]
        return bool(held) and all(c.sure and any(
            m.negated_value == c.value and (
                m.strength.is_firm or c.confidence >= SURE or self._is_as_told(m))
            for m in outright) for c in held)

    def _is_as_told(self, mention: Mention) -> bool:
        """Whether what is known of its fact was told in the words of *mention*."""
        said = {t.stem for t in tokenise(self._deal.answers[mention.fact].said)}
        return all(t.stem in said for first, last in mention.parts
                   for t in self._reading.tokens[first:last] if t.is_word)

    def names_outright(
        self,
        held: Sequence[Claim],
        known: frozenset[str],
        stood: Answer | None,
        corrected: bool,
    ) -> bool:
        """Whether it does nothing but name *held*, so that a model has little to go by.

        It then puts right what was known, says again what was a guess, or adds to it by name:
        "sorry, police not army", "commercial use", "police and army".
        """
        values = frozenset(c.value for c in held)
        again = stood is not None and stood.guessed and known <= values
        adds = (len(values) > 1 and known < values) or all(c.added for c in held)
        return (self._passing is not None and (
                    self._passing.nothing_else or (corrected and self.announces(held)))
                and (corrected or again or adds) and all(
                    c.mention.strength in (Strength.TERM, Strength.FUZZY)
                    and not self._is_heard_as_another(c) for c in held))

    def announces(self, held: Sequence[Claim]) -> bool:
        """Whether *held* are all that follows a word of correction: "I said gait, I meant face"."""
        return self._passing is not None and not any(
            self._passing.is_mentioned(c) for c in held) and all(
                any(last <= c.mention.first and self._clauses.same_clause(
                    (first, last), (c.mention.first, c.mention.last))
                    for first, last in self._clauses.retractions) for c in held)

    def _is_heard_as_another(self, claim: Claim) -> bool:
        """Whether a model hears in its words another fact, clearly, and hardly this one.

        "It's not owned by the government" says nothing of ties to it.
        """
        mine = claim.mention
        return claim.confidence < HINT and any(
            c.mention.fact != mine.fact and c.confidence >= ASKED_BACK
            and c.mention.strength is Strength.TOLD
            and c.mention.first < mine.last and mine.first < c.mention.last for c in self._claims)
