"""What was found of a go-between, once no go-between is left in the deal.

Ties and owners are asked for because there is a reseller; when the reseller is dropped, they are
those of nobody.  Which facts these are is told by what the questions wait for (`only_if`).  Who
is surely gone is told by words: "no broker" ends no distributor, and who may be dropped is there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Occasion, Utterance
from bot.dialogue.deal import DOUBTED, Answer, Deal, fits
from bot.dialogue.small_words.cues import FUNCTION_WORDS
from retrieval.guidance import Fact, Guidance, Question, Role, Table
from retrieval.words.mentions import Mention, Strength
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token, tokenise


def departed(before: Deal, after: Deal, guidance: Guidance) -> frozenset[Fact]:
    """Facts of *before* that *after* has no party for any more; they are as if never told.

    A fact that may have been told of somebody else as well, such as a private end-user, stays; and
    so it does where the go-between is only supposed to be gone, or another one has come.
    """
    gone = [q.fact for q in guidance.questions.values()
            if q.role is Role.GO_BETWEEN and before.known(q.fact)
            and (after.settled(q.fact) or not after.answered(q.fact))]
    return frozenset(q.fact for q in guidance.questions.values()
                     if q.fact in before.answers and any(
                         _rested_on(q, fact, before, after) for fact in gone))


def _rested_on(question: Question, party: Fact, before: Deal, after: Deal) -> bool:
    """Whether *question* was asked for *party* alone, and need not be for the party as it is."""
    own = [table for table in question.only_if if party in table]
    others = [table for table in question.only_if if party not in table]
    # Where it was asked back whether nobody is there, the party that was known is known no more.
    was = (True, None) if before.guessed(party) else (True,)
    return (any(fits(table, before) in was for table in own)
            and not any(fits(table, after) is True for table in own)
            and not any(fits(table, deal) is True for table in others for deal in (before, after)))


def told_of_who_left(
    deal: Deal, heard: Mapping[Fact, Answer], guidance: Guidance
) -> tuple[frozenset[Fact], dict[Fact, Answer]]:
    """What of *deal* was found of a go-between that leaves by what is *heard*.

    Returns:
        What goes, as its words name who left, and nobody who is still there: "the reseller had a
        bad record".  And where another one has come, what is doubted, to be asked back of the new
        one: that may be the same firm in other words.
    """
    gone: set[Fact] = set()
    doubted: dict[Fact, Answer] = {}
    for party in guidance.questions.values():
        told = heard.get(party.fact)
        if party.role is not Role.GO_BETWEEN or told is None or not told.values or (
                not told.certain or deal.guessed(party.fact)):
            continue
        before = deal.known(party.fact) - {party.no}
        left, come = before - told.values, told.values - before - {party.no}
        if not left:
            continue
        for fact, answer in deal.answers.items():
            question = guidance.questions.get(fact)
            if question is None or fact in heard or not answer.values or not any(
                    party.fact in table for table in _bearing(question)):
                continue
            named = frozenset(_parties(guidance, party.fact, tokenise(answer.said)))
            tied = any(party.fact in table for table in question.only_if) and not any(
                fits(table, deal) is True for table in question.only_if
                if party.fact not in table)
            if come and (named & left or (tied and left == before and not named)):
                doubted[fact] = replace(answer, sure=False, confidence=DOUBTED)
            elif named and named <= left and not come:
                gone.add(fact)
    return frozenset(gone), doubted


def _bearing(question: Question) -> Iterator[Table]:
    """The tables that say for whom *question* is asked, and of whom which answer is likely."""
    yield from question.only_if
    yield from (case.when for case in question.likely)


def still_there(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims*, where a known go-between is gone only by words that surely say so.

    Else what denies it counts for nothing, and that nobody is between is asked back.
    """
    deal, guidance = at.deal, at.guidance
    kept = list(claims)
    for question in guidance.questions.values():
        if question.role is not Role.GO_BETWEEN or question.fact in at.awaiting:
            continue
        mine = [c for c in claims if c.mention.fact == question.fact]
        here = (deal.known(question.fact) | {c.value for c in mine if c.holds}) - {question.no}
        gone = [c for c in mine if here and (
            c.value == question.no if c.holds else c.value in here)]
        said = _Leaving(at, here)
        if any(said.is_outright(c) for c in gone):
            kept = [replace(c, sure=True, confidence=1.0) if c in gone and c.holds else c
                    for c in kept]
        elif not any(said.is_sure(c) for c in gone):
            kept = [replace(c, sure=False, confidence=DOUBTED) if c in gone and c.sure else c
                    for c in kept if c.holds or c not in gone]
    return kept


class _Leaving:
    """Whether the words of a message end what is between: those who are *here*."""

    def __init__(self, at: Utterance, here: Collection[str]) -> None:
        self._reading, self._clauses, self._here = at.reading, at.clauses, here
        self._guidance, self._cues = at.guidance, at.cues

    def is_sure(self, claim: Claim) -> bool:
        """Whether *claim*, that nobody is there or one of them is not, is told as a fact."""
        return claim.sure and self._is_told(claim)

    def is_outright(self, claim: Claim) -> bool:
        """Whether *claim* is told so of all who are here by name: "no distributor any more".

        A model doubts the words behind the name, which say the same again.
        """
        return (claim.holds and claim.mention.strength is Strength.TERM
                and frozenset(self._named(claim.mention)) >= frozenset(self._here)
                and not self._clauses.hearsay(claim.mention) and self._is_told(claim))

    def _is_told(self, claim: Claim) -> bool:
        mention, tokens = claim.mention, self._reading.tokens
        clause = self._clauses.positions((mention.first, mention.last))
        words, behind = tokens[clause.start : clause.stop], tokens[mention.last : clause.stop]
        if self._clauses.hedged(mention) or self._finds(
                "only_planned", words) or self._finds(
                "one_more", tokens[clause.start : mention.last]):
            return False
        if not claim.holds:
            return not self._cues.starts("of_a_go_between", behind)
        named = frozenset(self._named(mention))
        if named or self._finds("any_go_between", tokens[mention.first : mention.last]):
            return (named >= frozenset(self._here) or not named) and self._ends(behind)
        return not self._finds("handed_over", words)

    def _named(self, mention: Mention) -> Iterator[str]:
        """Values of those between that words of *mention* name: a reseller in "no reseller"."""
        words = self._reading.tokens[mention.first : mention.last]
        if not self._finds("any_go_between", words):
            yield from _parties(self._guidance, mention.fact, words)

    def _ends(self, behind: Sequence[Token]) -> bool:
        """Whether *behind* a name no thing of theirs is named: not "no reseller discount"."""
        return not behind or not behind[0].is_word or any(
            self._cues.starts(name, behind)
            for name in (FUNCTION_WORDS, "times", "no_longer_there"))

    def _finds(self, name: str, words: Sequence[Token]) -> bool:
        return bool(self._cues.find(name, words))


def _parties(guidance: Guidance, fact: Fact, words: Sequence[Token]) -> Iterator[str]:
    """The values of *fact* that *words* name."""
    for value, names in _names(guidance, fact):
        if names.find(words):
            yield value


def _names(guidance: Guidance, fact: Fact) -> tuple[tuple[str, Phrases], ...]:
    """What the parties of *fact* are called, by value; compiled once."""
    known = guidance.worked_out.of(_names)
    made = known.get(fact)
    if made is None:
        made = known[fact] = tuple(
            (term.value, Phrases((*term.terms, *term.weak, *term.asked)))
            for term in guidance.vocabulary.terms
            if term.fact == fact and term.value != guidance.questions[fact].no)
    return made
