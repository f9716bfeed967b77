"""What the claims of a message make of what is known already: a correction is no second value."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.dialogue.claim import HINT, Claim
from bot.dialogue.claims.amending import Amending
from bot.dialogue.claims.beside_the_known import (
    comes_on_top,
    is_another_matter,
    is_half_of_a_doubt,
    meant,
    only_doubts,
    together,
    told_apart,
)
from bot.dialogue.claims.contrasting import is_party
from bot.dialogue.claims.hints import strongest
from bot.dialogue.claims.in_passing import InPassing
from bot.dialogue.claims.said_to_be import said_to_be_another
from bot.dialogue.claims.standing import doubted
from bot.dialogue.deal import ASKED_BACK, DOUBTED, Answer, Deal, MessageKey
from bot.dialogue.naming import naming_questions
from bot.dialogue.poles import gravity, has_poles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import cues_of
from bot.dialogue.small_words.quoting import quoted
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role
from retrieval.words.mentions import Reading, Strength


def heard_of(
    reading: Reading,
    claims: Sequence[Claim],
    deal: Deal,
    *,
    clauses: Clauses,
    answered: Collection[Fact],
    key: MessageKey,
    guidance: Guidance,
    contrast: bool = False,
    passing: InPassing | None = None,
) -> tuple[dict[Fact, Answer], dict[Fact, frozenset[str]]]:
    """Answers that *claims* make of what is known, and the values they take away.

    A fact that is left with no value is not known any more, which is no "don't know": it is in
    the second alone.

    Args:
        reading: The message.
        claims: What it claims.
        deal: What is known before it.
        clauses: The scope of its small words.
        answered: The facts asked for last that it answers.
        key: Names it.
        guidance: The release that it is read with.
        contrast: It tells parties of the deal apart: of two values the graver one holds, and
            those it speaks of are no others than those known.
        passing: What of it is only mentioned; None where it supposes, and all counts.
    """
    merge = _Merge(reading, claims, deal, clauses=clauses, answered=answered, key=key,
                   guidance=guidance, contrast=contrast, passing=passing)
    heard: dict[Fact, Answer] = {}
    withdrawn: dict[Fact, frozenset[str]] = {}
    for fact in dict.fromkeys(c.mention.fact for c in claims):
        answer, taken_back = merge.of(guidance.questions[fact])
        if answer is not None:
            heard[fact] = answer
        if taken_back:
            withdrawn[fact] = taken_back
    return heard, withdrawn


class _Merge:
    """What one message makes of facts that may be known; for the arguments see `heard_of`."""

    def __init__(
        self,
        reading: Reading,
        claims: Sequence[Claim],
        deal: Deal,
        *,
        clauses: Clauses,
        answered: Collection[Fact],
        key: MessageKey,
        guidance: Guidance,
        contrast: bool,
        passing: InPassing | None,
    ) -> None:
        self._cues = cues_of(guidance)
        self._reading, self._claims, self._deal = reading, claims, deal
        self._clauses, self._answered, self._key = clauses, answered, key
        self._guidance, self._contrast, self._passing = guidance, contrast, passing
        self._amending = Amending(
            reading, claims, deal, clauses=clauses, passing=passing)
        self._newcomers = [c for c in claims
                           if guidance.questions[c.mention.fact].role is Role.END_USER
                           and c.holds and c.value not in deal.known(c.mention.fact)]
        self._is_of_another = self._names_another()

    def _names_another(self) -> bool:
        """Whether it names another deal whole: all that one is called by, two of it otherwise.

        Who answers what is sold by "phone unlocking kits for the police in Serbia", where a mall
        in Dubai is known, tells of more than was asked.
        """
        otherwise = 0
        for question in naming_questions(self._guidance):
            known = self._deal.known(question.fact)
            mine = [c for c in self._claims if c.mention.fact == question.fact and c.holds
                    and c.mention.strength is not Strength.ASKED]
            if not mine:
                return False
            otherwise += bool(known) and all(
                c.mention.strength in (Strength.TERM, Strength.FUZZY) and c.value not in known
                for c in mine)
        return otherwise > 1

    def of(self, question: Question) -> tuple[Answer | None, frozenset[str]]:
        """What is known of the fact of *question* now, if that is new, and what is taken back."""
        mine = [c for c in self._claims if c.mention.fact == question.fact]
        if not self._contrast or question.several:
            mine = strongest(mine, self._claims, self._clauses if question.several else None,
                              self._passing is not None and self._passing.nothing_else)
        if self._passing is not None:
            mine = self._passing.put_right(mine)
        denied = self._denied(question, mine)
        held = [c for c in mine if c.holds and c.value not in denied]
        if held:
            answer = self._told(question, mine, held, denied)
            gone = denied & self._deal.known(question.fact)
            if answer is not None or not gone or only_doubts(mine, self._deal, question.fact):
                return answer, frozenset()
            # What is only named in passing takes no place, and yet another is denied.
            return self._left(question, mine, gone), gone
        if denied and only_doubts(mine, self._deal, question.fact):
            return doubted(self._deal.answers[question.fact], denied), frozenset()
        return (self._left(question, mine, denied) if denied else None), denied

    def _denied(self, question: Question, mine: Sequence[Claim]) -> frozenset[str]:
        denied = frozenset(c.value for c in mine if not c.holds)
        if question.kind is QuestionKind.COUNTRY:
            # "It's not Saudi intelligence, it's the Saudi customs": the last word counts.
            last = {c.value: c.holds for c in sorted(mine, key=lambda c: c.mention.first)}
            return denied - {value for value, holds in last.items() if holds}
        return denied if self._clauses.corrections else denied - told_apart(
            self._reading, mine, self._clauses)

    def _told(
        self,
        question: Question,
        mine: Sequence[Claim],
        held: list[Claim],
        denied: frozenset[str],
    ) -> Answer | None:
        """What *held* makes of the fact; None where all stays as it is."""
        fact, deal, passing = question.fact, self._deal, self._passing
        known, stood, asked = deal.known(fact), deal.answers.get(fact), fact in self._answered
        unsaid = self._amending.unsays(question, held, known)
        corrected = bool(denied & known) or unsaid or self._amending.corrects(held, known) or (
            has_poles(question) and passing is not None and passing.is_news)
        held = self._that_can_hold(question, held)
        otherwise = said_to_be_another(
            question, held, known, self._reading, self._clauses, self._cues)
        if otherwise:
            return self._called_otherwise(question, held, otherwise)
        if not corrected and self._names_fewer(question, held, known):
            return None
        added = any(c.added for c in held) and not corrected
        if passing is not None and question.several and known and not asked:
            held = meant(question, held, known, passing, self._newcomers, corrected)
        # A model that hears a mere correction hardly hears what is named in it.
        outright = bool(denied & known) and self._amending.names_outright(
            held, known, stood, corrected)
        if outright:
            held = [replace(c, confidence=max(c.confidence, ASKED_BACK)) for c in held]
        if not held or self._names_in_passing(question, held, known, added, corrected):
            return None
        values = frozenset(c.value for c in held)
        if question.role in {None, Role.END_USER} and stood is not None and stood.certain and not (
                asked or corrected) and known.isdisjoint(question.alone) and (
                values <= question.alone - {question.no}):
            # Who won't say what it is for, or for whom, has not taken back what was said of it.
            return replace(stood, confidence=DOUBTED, instead=values)
        if unsaid or self._amending.names_outright(held, known, stood, corrected):
            held = [replace(c, confidence=max(c.confidence, ASKED_BACK)) for c in held]
        # While it is asked back who may come on top, one more takes nobody's place.
        asked_on_top = stood is not None and stood.sure and known < stood.instead
        # "Sorry, not CCTV, thermal cameras" leaves the drones where they were.
        spares = passing is not None and bool(denied & known) and bool(
            known - denied - question.alone) and not self._says_only(held)
        joins = added or spares or (
            passing is not None and not corrected and (not asked or asked_on_top)
            and (self._amending.is_of_one(held)
                 or comes_on_top(question, held, known, passing, self._newcomers)))
        whole = (question.together((known | values) - denied)
                 if joins and question.several else values)
        # What comes on top of a guess, or of a "maybe", makes none of it surer.
        on_top = bool(known) and known < whole and not deal.settled(fact)
        sure = all(c.sure and c.confidence >= ASKED_BACK for c in held) and not on_top and not (
            passing is not None and is_half_of_a_doubt(
                held, [c for c in mine if not c.holds and c.value in known], self._clauses,
                passing))
        if whole == known and (not sure or (deal.settled(fact) and not deal.guessed(fact))):
            return None
        answer = quoted(self._reading, self._clauses, held, whole, sure, self._key)
        if stood is not None and joins and known < stood.instead and sure:
            # Who may come on top may still, when somebody else surely does.
            perhaps = (stood.instead | whole) - denied
            answer = replace(answer, confidence=stood.confidence, instead=(
                perhaps if whole < perhaps else frozenset()))
        return answer if not on_top else replace(answer, confidence=min(
            answer.confidence, deal.answers[fact].confidence))

    def _says_only(self, held: Sequence[Claim]) -> bool:
        """Whether it says that there is nothing but what is *held*: "just body cams, no CCTV"."""
        return any(last <= c.mention.first and self._clauses.same_clause(
            (first, last), (c.mention.first, c.mention.last))
            for first, last in self._cues.find("only_these", self._reading.tokens) for c in held)

    def _called_otherwise(
        self, question: Question, held: Sequence[Claim], gone: frozenset[str]
    ) -> Answer:
        """The answer in which what *held* claims takes the place of *gone*, and of nothing else."""
        stood, right = self._deal.answers[question.fact], [c for c in held if c.value not in gone]
        whole = question.together(
            (self._deal.known(question.fact) | {c.value for c in right}) - gone)
        sure = all(c.sure and c.confidence >= ASKED_BACK for c in right)
        if not sure and stood.certain:
            return replace(stood, confidence=DOUBTED, instead=whole)
        return quoted(self._reading, self._clauses, right, whole, sure, self._key)

    def _that_can_hold(self, question: Question, held: list[Claim]) -> list[Claim]:
        """Those of *held* that can hold together: one where a fact has one value."""
        if not question.several:
            held = [max(held, key=lambda c: (
                gravity(self._guidance, question, frozenset({c.value})) if self._contrast else 0,
                c.sure, c.confidence if self._contrast else 1.0, c.mention.first))]
        return together(question, held)

    def _names_fewer(
        self, question: Question, held: Sequence[Claim], known: frozenset[str]
    ) -> bool:
        """Whether some of what is *known* is named, and none of the rest taken away by it.

        "The face recognition is optional" takes no camera away.
        """
        if not frozenset(c.value for c in held) < known:
            return False
        if self._contrast and is_party(question):
            return True
        passing = self._passing
        return passing is not None and question.several and (
            question.fact not in self._answered
            and not any(passing.is_the_one(c) and not self._amending.is_subject(c)
                        for c in held))

    def _names_in_passing(
        self,
        question: Question,
        held: Sequence[Claim],
        known: frozenset[str],
        added: bool,
        corrected: bool,
    ) -> bool:
        """Whether *held* is named beside what the message is about, and changes nothing."""
        fact, passing = question.fact, self._passing
        values = frozenset(c.value for c in held)
        if corrected and self._amending.announces(held):
            return False
        if known - values and not added and max(c.confidence for c in held) < HINT:
            # "The cams are for the north" names no other product than the body cameras.
            return True
        told = all(c.mention.strength is Strength.TOLD and c.confidence < ASKED_BACK
                   for c in held)
        if known - values and told and fact not in self._answered and not corrected:
            # "The customer is cooperative" half sounds like a company, and names none.
            return True
        elsewhere = bool(self._answered) and fact not in self._answered and not (
            self._is_of_another or self._is_another_place(question, held))
        asked_back = fact in self._answered and self._deal.guessed(fact)
        hinted = not asked_back and not any(c.mention.strength.is_firm or (
            c.confidence >= ASKED_BACK and passing is not None and passing.is_the_one(c))
            for c in held)
        comes_in = question.role is Role.STAGE and (
            gravity(self._guidance, question, values) > gravity(self._guidance, question, known))
        if known and (elsewhere or hinted) and not (corrected or added or comes_in) and not (
                self._says_who(question, held, known)):
            # The message answers another question; that it names the end-user in passing
            # ("no, the police ignore it") does not make the end-user somebody else.
            return True
        # What is only supposed is of nothing else: "what if they accept?".
        return passing is not None and self._deal.settled(fact) and not corrected and (
            fact not in self._answered
            and is_another_matter(held, known, added, question, self._guidance))

    def _is_another_place(self, question: Question, held: Sequence[Claim]) -> bool:
        """Whether *held* tell where what the message names is used: "bodycams, police, Bolivia".

        It answers who gets what, and names another country by itself or beside nothing else.
        """
        passing, questions = self._passing, self._guidance.questions
        return passing is not None and question.kind is QuestionKind.COUNTRY and all(
            questions[fact].several for fact in self._answered) and all(
            c.mention.strength.is_firm and (
                passing.nothing_else or not passing.is_mentioned(c)) for c in held)

    def _says_who(
        self, question: Question, held: Sequence[Claim], known: frozenset[str]
    ) -> bool:
        """Whether *held* are named outright as what nobody would say so far.

        "He now says it's the regulator of Chad" answers where it is used, and who it is too.
        """
        passing = self._passing
        return passing is not None and known <= question.alone - {question.no} and all(
            c.mention.strength.is_firm and c.value not in question.alone
            and passing.is_the_one(c) for c in held)

    def _left(
        self, question: Question, mine: Sequence[Claim], denied: frozenset[str]
    ) -> Answer | None:
        """What a denial leaves of what is known; None where that is nothing, or all of it."""
        before = self._deal.answers.get(question.fact)
        known = self._deal.known(question.fact)
        left = known - denied
        if before is None or not left:
            return None
        if left != known:
            denying = [c for c in mine if not c.holds]
            answer = quoted(
                self._reading, self._clauses, denying, left, before.sure, self._key)
            # Of two guesses the denied one is gone, and the other as uncertain as before.
            return answer if not before.guessed else replace(
                answer, confidence=min(answer.confidence, before.confidence))
        if before.instead.isdisjoint(denied):
            return None
        perhaps = before.instead - denied
        return replace(before, instead=perhaps if perhaps - known else frozenset())
