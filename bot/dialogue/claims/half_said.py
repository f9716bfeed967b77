"""What is heard as more than was said: it is asked back, however sure it sounds.

"Judge order needed" speaks of approval and not of review, a shell company need not hide a
government, who has heard of no arrests but has to look has found none yet, "they need no warrant,
right?" asks, and who is called "a client in Africa" was not refused a name.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from bot.dialogue.claim import GUESS, Claim
from bot.dialogue.claims.half_heard import heard_at
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.cues import Span
from bot.dialogue.small_words.verdicts import rests_on_a_look
from retrieval.guidance import Fact, QuestionKind
from retrieval.words.mentions import Strength
from retrieval.words.tells import Told

HALF, OTHER_HALF = "half_said_{fact}_{value}", "other_half_{fact}_{value}"
"""Names of the cue lists of words that say one half of a value, and of those that say the other."""
ELSE, ITSELF = "said_else_{fact}_{value}", "said_itself_{fact}_{value}"
"""Of words whose clause speaks of something else than a value, and of those that say it after all:
who signed a non-disclosure agreement has signed no deal, unless the contract is named as well."""
BESIDE = "said_beside_{fact}_{value}"
"""Of words that do so anywhere in its sentence: beside packets, traffic is none on roads."""


FEW_WORDS = 3
"""A message of so many words says little, whatever a model hears in them."""


class HalfSaid:
    """Which claims of one message say more than its words."""

    def __init__(self, at: Utterance) -> None:
        reading, cues = at.reading, at.cues
        self._reading, self._clauses = reading, at.clauses
        self._guidance, self._cues = at.guidance, cues
        self._quoting = cues.find("boilerplate", reading.tokens)
        self._learned = cues.find("learned_of_our_offer", reading.tokens)

    def less_halves(
        self, claims: Iterable[Claim], pending: Collection[Fact], *, supposed: bool
    ) -> list[Claim]:
        """*claims* as far as their words go: what is half said is a guess at most.

        Args:
            claims: Those of the message.
            pending: The facts asked for last.
            supposed: Whether it is a "what if".
        """
        return [replace(c, sure=False, confidence=min(c.confidence, GUESS))
                if c.holds and self._says_less(c, pending, supposed) else c
                for c in claims if not self.is_of_something_else(c)]

    def _says_less(self, claim: Claim, pending: Collection[Fact], supposed: bool) -> bool:
        """Whether the words of *claim*, which holds, say less than its value.

        In answer to its own question, one of the facts *pending*, it is meant as that asks, but no
        search was made where the answer says so; and what is only *supposed* is put as a question
        anyway.
        """
        mention = claim.mention
        question = self._guidance.questions[mention.fact]
        span = (mention.first, mention.last)
        if self._is_quoted(span) or self._clauses.in_doubt(mention):
            return True
        if supposed:
            return False
        if rests_on_a_look(question, claim.value) and self._is_yet_to_look(span):
            return True
        if mention.fact in pending:
            return False
        if has_poles(question) and self._clauses.asked(span):
            return True
        if claim.value in question.alone and mention.strength is Strength.TOLD:
            clause = self._clauses.positions(span)
            return not self._clauses.denies_in(span) and not any(
                first < clause.stop and clause.start < last
                for first, last in self._clauses.unknowns)
        return self._says(claim, HALF, OTHER_HALF) or (
            mention.strength is Strength.TOLD and has_poles(question)
            and self._says_too_little(mention.fact))

    def _says_too_little(self, fact: Fact) -> bool:
        """Whether the message is of a few words, and none hints at *fact*: "same customer type"."""
        return len(self._reading.tokens.words) <= FEW_WORDS and not any(
            m.fact == fact and m.strength is not Strength.ASKED for m in self._reading.mentions)

    def _is_yet_to_look(self, span: Span) -> bool:
        """Whether its sentence says that nobody has looked: "heard of none, but have to look"."""
        return any(self._clauses.same_sentence(span[0], look[0])
                   for look in self._cues.find("yet_to_look", self._reading.tokens))

    def is_of_something_else(self, claim: Claim) -> bool:
        """Whether *claim* is read out of words on something else, or out of any contract's.

        "Governing law: England" names no country of use, and courts of London judge no agency; but
        what raises a flag is only doubted there.
        """
        if claim.holds and (self._says(claim, ELSE, ITSELF)
                            or self._says(claim, BESIDE, ITSELF, anywhere=True)):
            return True
        mention = claim.mention
        question = self._guidance.questions[mention.fact]
        if mention.strength is Strength.TOLD and claim.value in graver(
                self._guidance, mention.fact) and any(
                    first < mention.last and mention.first < last for first, last in self._learned):
            # "They found out we have face recognition too" charges nobody with anything.
            return True
        tells = question.kind is QuestionKind.COUNTRY or (
            has_poles(question) and claim.value not in graver(self._guidance, mention.fact))
        return tells and self._is_quoted((mention.first, mention.last))

    def hears_something_else(self, one: Told) -> bool:
        """Whether *one* is heard in words on something else, as that we are to "host nothing".

        Where it is heard in two clauses, and named in one of them, it is of that one: "they host
        nothing, it's our cloud".
        """
        mention = heard_at(one, self._reading) if one.fact in self._guidance.questions else None
        if mention is None:
            return False
        heard = (mention.first, mention.last)
        named = [m for m in self._reading.mentions
                 if m.fact == one.fact and m.value == one.value and m.strength.is_firm
                 and mention.first <= m.first and m.last <= mention.last]
        parted = not self._clauses.same_clause(
            (heard[0], heard[0] + 1), (heard[1] - 1, heard[1]))
        return all(self.is_of_something_else(Claim(m, one.value, True, True, False, one.chance))
                   for m in (named if parted and named else [mention]))

    def _is_quoted(self, span: Span) -> bool:
        return any(self._clauses.same_sentence(span[0], quoting[0]) for quoting in self._quoting)

    def _says(self, claim: Claim, some: str, more: str, *, anywhere: bool = False) -> bool:
        """Whether the clause of *claim* has words of the list *some*, and none of the list *more*.

        Those may stand anywhere in the sentence, but not within these: "stop police abuse" names
        no police.  So may these, with *anywhere*.
        """
        names = {"fact": claim.mention.fact, "value": claim.value}
        tokens = self._reading.tokens
        if not self._cues.find(some.format(**names), tokens):
            return False  # nor any clause, as with most
        span = (claim.mention.first, claim.mention.last)
        clause = self._clauses.positions(span)
        if anywhere:
            clause = next((range(*one) for one in self._clauses.sentences()
                           if one[0] <= span[0] < one[1]), clause)
        found = [(first + clause.start, last + clause.start) for first, last in self._cues.find(
            some.format(**names), tokens[clause.start : clause.stop])]
        return bool(found) and not any(
            self._clauses.same_sentence(span[0], first)
            and not any(begin <= first and last <= end for begin, end in found)
            for first, last in self._cues.find(more.format(**names), tokens))
