"""What words of answer are worth beside what else a message says.

The "no" of "no, it's no part of that system" may be of what was asked or of something else, and
"fine" answers nothing in "the courts are fine" where conflict was asked about.
"""

from collections.abc import Callable, Sequence
from functools import cache

from bot.dialogue.claim import DOUBT, HINT, SURE, UNWEIGHED, Claim
from bot.dialogue.claims.contrasting import contrast_in
from bot.dialogue.claims.occasion import Occasion, Utterance
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.answer_words import leading
from bot.dialogue.small_words.cues import Span
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Guidance, Question
from retrieval.words.mentions import Mention, Strength


def to_the_point(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without words of answer in clauses that are about something else.

    In "the courts are fine" nothing is said of conflict, though that was asked.
    """
    reading, clauses, subjects = at.reading, at.clauses, at.subjects

    @cache
    def of(clause: Span, fact: Fact) -> int:
        return subjects.of(reading, clause, fact)

    @cache
    def spoken_of(clause: Span) -> frozenset[Fact]:
        """What else than an answer is told in *clause*, in words that are about it."""
        begin, end = clause
        facts = {c.mention.fact for c in claims if c.mention.strength is not Strength.ASKED
                 and c.mention.first < end and begin < c.mention.last}
        return frozenset(fact for fact in facts if of(clause, fact))

    def elsewhere(claim: Claim) -> bool:
        mention = claim.mention
        if claim.confidence < DOUBT and any(
                c.mention.fact != mention.fact and c.mention.strength.is_firm
                and c.confidence >= ASKED_BACK and c.mention.length > mention.length
                and c.mention.first <= mention.first and mention.last <= c.mention.last
                for c in claims):
            return True  # the "abuse" of "no system with a history of abuse" answers nothing else
        stands = clauses.positions((mention.first, mention.last))
        clause = stands.start, stands.stop
        if of(clause, mention.fact):
            return False
        beside = (clause[0], mention.first), (mention.last, clause[1])
        # A model that hears nothing of it, or "they have" before a budget: no answer.
        # "Anyone in government" is about nothing by its words, and clearly heard by a model.
        heard = SURE <= claim.confidence < UNWEIGHED
        weightless = claim.confidence < DOUBT or (not heard and subjects.empty(
            reading, (mention.first, mention.last)))
        if weightless and not all(subjects.empty(reading, span) for span in beside):
            return True
        return bool(spoken_of(clause) - {mention.fact})

    spoken = {c.mention.fact for c in claims if c.mention.strength is not Strength.ASKED}
    kept = [c for c in claims if c.mention.strength is not Strength.ASKED
            or c.mention.fact in spoken or not elsewhere(c)]
    # "Ghana accepted the clause, Togo refused it" says in its second half what it is of by an "it".
    held = {(c.mention.fact, c.value) for c in kept if c.holds and contrast_in(at)}
    return kept if not held else [c for c in claims if c in kept or any(
        fact == c.mention.fact and value != c.value for fact, value in held
        if has_poles(at.guidance.questions[fact]))]


def of_no_weight(
    claims: list[Claim], asked: Sequence[Fact], is_the_one: Callable[[Claim], bool]
) -> list[Claim]:
    """*claims* without words that might answer one of several questions, beside a clear telling.

    In "not any more, named users only now" a model hears who may use the data, and nothing of the
    conflict that was asked for with two other matters.  What the message says outright that
    *is_the_one* need not be named by a word of its own: "not any more, only traffic now".
    """
    clear = {c.mention.strength for c in claims
             if c.holds and c.mention.fact not in asked and c.confidence >= SURE
             and ((c.mention.strength.is_firm and c.mention.strength is not Strength.TOLD)
                  or is_the_one(c))}
    least = DOUBT if any(s.is_firm and s is not Strength.TOLD for s in clear) else HINT
    return claims if len(asked) < 2 or not clear else [
        c for c in claims if c.mention.strength is not Strength.ASKED or c.confidence >= least]


def is_grave_news(claim: Claim, guidance: Guidance) -> bool:
    """Whether it raises a flag, named and clearly heard: what an NGO says is a complaint."""
    return (claim.holds and claim.confidence >= ASKED_BACK and claim.mention.strength.is_firm
            and claim.mention.strength is not Strength.TOLD
            and claim.value in graver(guidance, claim.mention.fact))


def is_the_answer(
    mentions: Sequence[Mention], question: Question, verdicts: Sequence[str]
) -> bool:
    """Whether short words like "sometimes" or "no middleman" outrank a leading yes or no.

    They do where they open the message, and wherever the question is no yes-or-no question.  Of a
    message of nothing but *verdicts*, as `whole` has them, less is needed to say just those: to a
    yes-or-no question "reportedly" is a yes with a doubt although "reported" is a yes, and to any
    other the "never" of "no, never" is no denial of "never".
    """
    plain = {"yes", "no"} <= {choice.value for choice in question.choices}
    opens = any(m.first == 0 for m in mentions)
    if verdicts:
        return opens and not plain
    return bool(mentions) and (opens or not plain)


def of_another(
    asked: Sequence[Question], claims: Sequence[Claim], at: Utterance, subjects: Subjects
) -> bool:
    """Whether a leading no is said of what was not *asked*: "no, it's no part of that system"."""
    reading, guidance = at.reading, at.guidance
    span = (0, len(reading.tokens))
    # "No. No war either", "no, and no bad laws": the first is of what was asked.
    norms = [t.norm for t in reading.tokens]
    if norms[1:2] == ["."] or "either" in norms or [
            n for n in norms[1:3] if n != ","][:1] in (["and"], ["nor"]):
        return False
    if leading(reading.tokens.words, at.cues)[1] != "no" or any(
            subjects.of(reading, span, q.fact) for q in asked):
        return False
    return any(c.holds and c.value == value_said(guidance.questions[c.mention.fact], "no")
               and subjects.speaks_of(reading, c.mention.fact) for c in claims
               if c.mention.fact not in {q.fact for q in asked})
