"""What a message does to a fact of several values that is known: takes its place, or comes on top.

"It's Uganda" says where it is used instead of Kenya, and "I'm flying to Uganda tomorrow" says
nothing of the deal.  "The police use it too" says who else uses it, and takes nobody away.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span, covered
from bot.dialogue.small_words.doubts import overlaps
from retrieval.words.mentions import Reading, Strength

_SMALL = (FUNCTION_WORDS, "filler", "correction", "second_thought", "addition", "place_of_use",
          "offer", "beside_what_replaces")
"""Cue lists of what may stand beside what takes the place of something known."""


BESIDE = 2
"""Most words from a party to the place that it is of: "the army of the Chad"."""


class InPassing:
    """Whether what one message names is the matter of its clause, or only stands in it.

    Args:
        reading: The message.
        claims: All that it claims.
        clauses: The scope of its small words.
        cues: The cue lists of the release.
    """

    def __init__(
        self, reading: Reading, claims: Sequence[Claim], clauses: Clauses, cues: Cues
    ) -> None:
        self._reading, self._claims, self._clauses = reading, claims, clauses
        self._cues = cues
        tokens = reading.tokens
        passing = cues.covered(tokens, "in_passing")
        small = cues.covered(tokens, *_SMALL) - passing
        named = covered(_span(claim) for claim in claims
                        if claim.mention.strength is not Strength.TOLD)
        # Of what a model hears, the words that hint at it: "traffic" in "only traffic now".
        heard = {(claim.mention.fact, claim.value) for claim in claims
                 if claim.mention.strength is Strength.TOLD}
        # What it hears clearly, a word may hint at that answers a question: an "operator".
        clearly = {(claim.mention.fact, claim.value) for claim in claims
                   if claim.mention.strength is Strength.TOLD and claim.confidence >= ASKED_BACK}
        named |= covered((m.first, m.last) for m in reading.mentions if (m.fact, m.value) in (
            clearly if m.strength is Strength.ASKED else heard))
        self._before_said = cues.find("said_before", tokens)
        self._exchanged = {first for first, _ in cues.find("exchanged_for", tokens)}
        # How sure one is tells of nothing else: "I think it's Uganda".
        self._passing, self._said = passing, small | named | covered(
            [*self._before_said, *clauses.hedges])
        # "They use it at protests" has an "it", and no "it's".
        using = cues.covered(tokens, "uses_it")
        self._is = [span for span in cues.find("is_the_one", tokens) if span[0] not in using]
        # "End user: army" fills in a form; "one more user: army" doesn't.
        self._is += [(first, last + 1) for first, last in cues.find("heads_the_one", tokens)
                     if [t.norm for t in tokens[last : last + 1]] == [":"]
                     and _begins_a_line(first, reading)]
        self._what_for = cues.covered(tokens, "says_what_for")
        self._qualities = cues.find("is_a_quality", tokens)
        # "No, the army": nothing else is said.
        starts = cues.starts("begins_what_replaces", tokens)
        rest = {i for i, token in enumerate(tokens) if token.is_word and i >= starts}
        self.says_no = bool(starts and rest) and not tokens[starts].is_word
        """Whether a "no" opens it and what is so instead follows: "no, they aren't"."""
        self.is_news = bool(cues.find("news", tokens))
        """Whether it says that it tells what was not known before: "turns out they do"."""
        self._only_this = bool(starts) and rest <= self._said
        ending = cues.words("only_these")
        self._only = {i for i, token in enumerate(tokens) if token.norm in ending
                      and i + 1 == clauses.end_of(i)}
        """Where an "only" ends its clause."""
        heads = [i for i, token in enumerate(tokens) if token.norm in ending
                 and self._said.issuperset(range(clauses.positions((i, i + 1)).start, i))
                 and not any(first < i and clauses.same_clause((first, last), (i, i + 1))
                             for first, last in cues.find("negation", tokens))]
        self._only_ahead = [i for i in heads if self._all_said(i)]
        """Where one heads its clause, which tells nothing else: "only the army uses it"."""
        self._before_it = cues.covered(tokens, "before_the_one")
        denials = cues.covered(tokens, "negation")
        self.nothing_else = all(i in self._said or i in denials
                                for i, token in enumerate(tokens) if token.is_word)
        """Whether the message only names, and puts right: "sorry, the police, not the army"."""

    def _all_said(self, position: int) -> bool:
        """Whether the clause of the token at *position* says nothing but what is claimed."""
        clause = self._clauses.positions((position, position + 1))
        return all(i in self._said or not self._reading.tokens[i].is_word for i in clause)

    def is_mentioned(self, claim: Claim) -> bool:
        """Whether other words stand in the clause of *claim*, which say why it is named."""
        clause = self._clauses.positions(_span(claim))
        return self._is_of_people(claim) or any(
            self._reading.tokens[i].is_word and i not in self._said for i in clause)

    def _is_of_people(self, claim: Claim) -> bool:
        """Whether it and a place right beside it name people: "Kosovo Albanians"."""
        spans = [_span(one) for one in self._claims if one.mention.fact == claim.mention.fact
                 and one.value != claim.value] + [_span(claim)]
        mine = _span(claim)
        return any(left[1] == right[0] and mine in (left, right)
                   and self._reading.tokens[right[1] - 1].norm.endswith("s")
                   for left in spans for right in spans)

    def is_of(self, claim: Claim, parties: Sequence[Claim]) -> bool:
        """Whether *claim*, a place, is where one of *parties* is: "the ministry of Egypt"."""
        first, last = _span(claim)
        return any(
            begin < last + 1 and first < end + 1 + BESIDE and self._clauses.same_clause(
                (begin, end), (first, last))
            for begin, end in map(_span, parties))

    def is_of_others(self, claim: Claim) -> bool:
        """Whether its clause tells of another time or deal: "as with Norway before"."""
        return not self._passing.isdisjoint(self._clauses.positions(_span(claim)))

    def points_back(self, claim: Claim) -> bool:
        """Whether it speaks of what was named before: "the cams", "half of those cameras"."""
        return self._clauses.points_back(claim.mention)

    def is_subject(self, claim: Claim, others: Sequence[Claim]) -> bool:
        """Whether any of *others* is said of what it names: "the drones are for the army"."""
        last = claim.mention.last
        ends = [end for first, end in self._cues.find("says_of_it", self._reading.tokens)
                if first == last]
        return any(end <= one.mention.first and self._clauses.same_clause(
            _span(claim), _span(one)) for end in ends for one in others)

    def is_asked(self, claim: Claim) -> bool:
        """Whether it stands in a question: "can we sell to India instead?"."""
        first, _ = _span(claim)
        return any(begin <= first < end and self._reading.tokens[end - 1].norm == "?"
                   for begin, end in self._clauses.sentences())

    def is_the_one(self, claim: Claim) -> bool:
        """Whether its clause says that it is the one: "it's the army", "for the army only".

        "It's state-owned" says of somebody how they are.
        """
        first, last = _span(claim)
        if overlaps((first, last), self._qualities):
            return False
        if claim.mention.strength is Strength.TOLD:
            # A model takes in words beside it; "it's for traffic" says what else it is for.
            clause = self._clauses.positions((first, last))
            return any(begin in clause and (self.says_no or end not in self._what_for)
                       for begin, end in self._is) or (
                clause.stop - 1 in self._only
                or any(first <= i < last for i in self._only_ahead))
        ahead = any(self._clauses.same_clause((i, i + 1), (first, last)) and i < first
                    for i in self._only_ahead)
        return self._only_this or ahead or last in self._only or any(
            end <= first and self._before_it.issuperset(range(end, first))
            for _, end in self._is)

    def put_right(self, claims: Sequence[Claim]) -> list[Claim]:
        """*claims* of one fact, where what was only said before gives way to what it is.

        "I said Ghana but it's Togo" and "swap Ghana for Togo" deny Ghana.  Neither clause may tell
        anything else: "I said Ghana, but we met in Togo".
        """
        return [replace(one, holds=False, sure=True) if one.holds and self._is_said_before(one)
                and any(self._replaces(other, one) for other in claims) else one
                for one in claims]

    def _is_said_before(self, claim: Claim) -> bool:
        first, end = _span(claim)
        for begin, last in self._before_said:
            clause = self._clauses.positions((begin, last))
            rest = [i for i in clause if not (begin <= i < last or first <= i < end)]
            if last <= first < clause.stop and self._said.issuperset(
                    i for i in rest if self._reading.tokens[i].is_word):
                return True
        return False

    def _replaces(self, claim: Claim, other: Claim) -> bool:
        between = range(other.mention.last, claim.mention.first)
        apart = not self._clauses.same_clause(_span(other), _span(claim)) or (
            len(between) == 1 and between[0] in self._exchanged)
        return (claim.holds and claim.value != other.value and not claim.added
                and other.mention.last <= claim.mention.first and apart
                and not self.is_mentioned(claim) and self._is_alone(claim))

    def _is_alone(self, claim: Claim) -> bool:
        """Whether nothing else is so much as hinted at in its clause: "Togo borders it"."""
        clause = self._clauses.positions(_span(claim))
        return not any(one.mention.strength is Strength.WEAK and one.mention != claim.mention
                       and one.mention.first in clause for one in self._claims)


def _span(claim: Claim) -> Span:
    return claim.mention.first, claim.mention.last


def _begins_a_line(position: int, reading: Reading) -> bool:
    """Whether no word stands before the token at *position* in its line or clause."""
    if not position:
        return True
    before, token = reading.tokens[position - 1], reading.tokens[position]
    return not before.is_word or "\n" in reading.text[before.end : token.start]
