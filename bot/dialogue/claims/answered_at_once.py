"""Questions that a message puts and answers itself: "is the export review done? no".

A model hears in both together what the question names, whatever the answer to it.  So what is
denied in the very next sentence is taken for a guess at the opposite, and what nothing else tells
of, for a guess at what the answer says; both are asked back.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.cues import Span
from bot.dialogue.small_words.verdicts import is_marked, value_said, whole
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Mention, Strength


def answered_at_once(
    claims: Sequence[Claim], at: Utterance, pending: Collection[Fact]
) -> list[Claim]:
    """*claims* with what the message asks and answers at once, of facts with two poles.

    Args:
        claims: What it claims.
        at: The message, and the release that it is read with.
        pending: The facts asked for last, whose answers are read elsewhere.
    """
    guidance = at.guidance
    answers = dict(_answers(at))
    if not answers:
        return list(claims)
    taken: list[Claim] = []
    for claim in claims:
        verdict = _verdict_on(claim.mention, answers)
        fact = claim.mention.fact
        stands = verdict is None or not verdict.startswith("no") or (
            claim.value != _asked_for(claim.mention, guidance))
        if stands or fact in pending or not has_poles(guidance.questions[fact]):
            taken.append(claim)
        elif (opposite := _opposite(claim.mention, guidance)) is not None:
            taken.append(replace(_guess(claim), value=opposite))
    told = {*pending, *(claim.mention.fact for claim in claims)}
    for mention in at.reading.mentions:
        fact = mention.fact
        verdict = _verdict_on(mention, answers)
        if verdict is None or fact in told or not mention.strength.is_firm or not has_poles(
                guidance.questions[fact]):
            continue
        value = mention.value if verdict.startswith("yes") else _opposite(mention, guidance)
        if value is not None and not at.clauses.denies_in((mention.first, mention.last)):
            told.add(fact)
            taken.append(_guess(Claim(mention, value, True, False, False)))
    return taken


def _answers(at: Utterance) -> Iterator[tuple[Span, str]]:
    """Where a question stands that the next sentence answers with nothing but a yes or no."""
    tokens = at.reading.tokens
    for asked, said in pairwise(at.clauses.sentences()):
        answer = tokens[said[0] : said[1]]
        if tokens[asked[1] - 1].norm != "?" or is_marked(answer):
            continue
        verdicts = whole(answer, at.cues)
        if len(verdicts) == 1 and verdicts[0].startswith(("yes", "no")):
            yield asked, verdicts[0]


def _verdict_on(mention: Mention, answers: dict[Span, str]) -> str | None:
    return next((verdict for (first, last), verdict in answers.items()
                 if first <= mention.first < last), None)


def _asked_for(mention: Mention, guidance: Guidance) -> str | None:
    """What a yes to the question that *mention* stands in says."""
    if mention.strength is not Strength.TOLD:
        return mention.value
    return value_said(guidance.questions[mention.fact], "yes")


def _opposite(mention: Mention, guidance: Guidance) -> str | None:
    """What a no to it says, if that is known."""
    question = guidance.questions[mention.fact]
    if mention.negated_value is not None:
        return mention.negated_value
    yes, no = value_said(question, "yes"), value_said(question, "no")
    return no if mention.value == yes else yes if mention.value == no else None


def _guess(claim: Claim) -> Claim:
    return replace(claim, sure=False, added=False, confidence=DOUBTED)
