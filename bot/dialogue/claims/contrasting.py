"""A message that says different things of one fact, of different places or parties.

"Togo refused the clause, Ghana accepted it": a deal with both has the graver of the two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import cast

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.placing import of_place_of_use
from bot.dialogue.claims.roles import Roles
from bot.dialogue.small_words.cues import Span
from retrieval.guidance import Question, QuestionKind, Role
from retrieval.words.mentions import Mention, Strength


def contrast_in(at: Utterance) -> "Contrast":
    """The contrast of a message, worked out once: what is claimed and what is heard ask for it."""
    found = at.clauses.tokens.found
    of, made = found.get((Contrast, at.cues), (None, None))
    if of is not at.reading:
        made = Contrast(at)
        found[Contrast, at.cues] = at.reading, made
    return cast(Contrast, made)


class Contrast:
    """Whether and where one message tells several places or parties apart.

    "Togo refused the clause, Ghana accepted it" does, and "Togo and Ghana accepted it" does not.
    """

    def __init__(self, at: Utterance) -> None:
        self._reading, self._clauses, self._cues = at.reading, at.clauses, at.cues
        self._guidance = at.guidance
        # "No war, only old tension with Turkey" tells no two places of the deal apart.
        placed = of_place_of_use(at, Roles(at))
        self._parties = [m for m in placed if m.strength.is_firm
                         and is_party(at.guidance.questions[m.fact]) and self._says_more(m)
                         and not self._is_none(m)]

    def __bool__(self) -> bool:
        """Whether two of one kind, in clauses of their own, are told apart."""
        return self._tells_apart

    @cached_property
    def _tells_apart(self) -> bool:
        return not self._clauses.corrections and any(
            self._apart(one, other) for one, other in combinations(self._parties, 2))

    def turned(self, claims: Sequence[Claim]) -> Iterator[Claim]:
        """What a clause says by a mere "some" or "they do" of another party than the one before.

        "No misuse in Ghana, but some in Togo."
        """
        for fact in dict.fromkeys(c.mention.fact for c in claims):
            values = {choice.value for choice in self._guidance.questions[fact].choices}
            mine = [c for c in claims if c.mention.fact == fact and c.holds]
            if not {"yes", "no"} <= values or {c.value for c in mine} != {"no"}:
                continue
            for party in self._parties:
                span = (party.first, party.last)
                clause = self._clauses.positions(span)
                # What "fine" says in another sentence is not what "some" is of.
                said = [c for c in mine if c.mention.first < clause.start
                        and self._clauses.same_sentence(c.mention.first, party.first)]
                if not said or not self._only_does(span):
                    continue
                told = Mention(fact, "yes", None, clause.start, clause.stop, Strength.TOLD,
                               ((clause.start, clause.stop),))
                yield replace(max(said, key=lambda c: c.confidence), mention=told, value="yes")
                break

    def _only_does(self, span: Span) -> bool:
        clause = self._clauses.positions(span)
        tokens = self._reading.tokens[clause.start : clause.stop]
        return bool(self._cues.find("does_so", tokens)) and not any(
            m.strength.is_firm and not is_party(self._guidance.questions[m.fact])
            and clause.start <= m.first < clause.stop for m in self._reading.mentions)

    def _apart(self, one: Mention, other: Mention) -> bool:
        return (one.fact == other.fact and one.value != other.value
                and not self._clauses.same_clause((one.first, one.last), (other.first, other.last)))

    def _is_none(self, party: Mention) -> bool:
        """Whether a "no" right before it says that there is no such party: "no state owns it"."""
        return self._guidance.questions[party.fact].kind is not QuestionKind.COUNTRY and (
            self._clauses.denied_outright(party))

    def _says_more(self, party: Mention) -> bool:
        clause = self._clauses.positions((party.first, party.last))
        beside = self._cues.words("beside_a_party")
        return any(self._reading.tokens[i].is_word
                   and self._reading.tokens[i].norm not in beside
                   for i in clause if not party.first <= i < party.last)

    def finds(self) -> bool:
        """Whether it tells what was found there: "a war in Togo but not in Ghana" denies a war."""
        return bool(self) and any(
            m.strength.is_firm and not self._guidance.questions[m.fact].several
            for m in self._reading.mentions)


def is_party(question: Question) -> bool:
    """Whether *question* asks for a place or a party of the deal."""
    return question.kind is QuestionKind.COUNTRY or question.role in {
        Role.END_USER, Role.GO_BETWEEN}
