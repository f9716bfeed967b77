"""What is said to be so elsewhere, and not where the product is used: "a war next door, not in Peru".

The "not" is of the war: nobody takes Peru back by it, and nobody puts in its place the land that
has the war.  Whether there is one in Peru is asked back, since it may be that somebody looked, and
that nobody did.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import graver, has_poles, settling
from bot.dialogue.small_words.cues import Span
from retrieval.guidance import QuestionKind
from retrieval.words.mentions import Mention
from retrieval.words.tells import Told


def not_here(
    claims: Sequence[Claim], told: Sequence[Told], at: Utterance, here: Collection[str]
) -> list[Claim]:
    """*claims*, less what would move the deal where a matter is said to be none of its place.

    Args:
        claims: What the message is taken to claim.
        told: What a model hears in it.
        at: The message, and the release that it is read with.
        here: The places of use that are known.
    """
    found = list(claims)
    here = {*here, *(c.value for c in claims if c.holds and _is_place(c.mention, at)
                     and not at.clauses.denied_place(c.mention))}
    for first, last in _elsewhere(told, at, here):
        found = [_less_surely(c, at) if first <= c.mention.first < last else c for c in found
                 if not (first <= c.mention.first < last and _is_place(c.mention, at))]
    return found


def _elsewhere(
    told: Sequence[Told], at: Utterance, here: Collection[str]
) -> Iterator[Span]:
    """Where a matter is told up to the end of "not in Peru", which is where the deal is."""
    clauses = at.clauses
    if clauses.corrections:
        return  # "no wait, they jail people: it's for Chile, not Peru" says where it is
    places = [m for m in at.reading.mentions if _is_place(m, at)]
    matters = list(_matters(told, at))
    for place in places:
        if place.value not in here or not clauses.denied_place(place):
            continue
        begin = next(first for first, last in clauses.sentences() if first <= place.first < last)
        begin = max((m.last for m in places if begin <= m.first < place.first
                     and m.value == place.value), default=begin)
        others = [m.first for m in places if begin <= m.first < place.first
                  and m.value not in here]
        # The clause of the other land tells the matter; without one it is what stands before.
        near = others[-1] if others else clauses.word_before(
            clauses.positions((place.first, place.last)).start)
        clause = None if near is None else clauses.positions((near, near + 1))
        mine = clauses.positions((place.first, place.last))
        if any(begin <= matter < place.first and (matter in mine or (
                clause is not None and matter in clause)) for matter in matters):
            yield begin, place.last


def _matters(told: Sequence[Told], at: Utterance) -> Iterator[int]:
    """The positions at which anything is said that has one answer, better or worse."""
    questions = at.guidance.questions
    yield from (m.first for m in at.reading.mentions if has_poles(questions[m.fact]))
    for one in told:
        place = placed(one, at.reading)
        if place is not None and one.fact in questions and has_poles(questions[one.fact]):
            yield int(place.middle)


def _less_surely(claim: Claim, at: Utterance) -> Claim:
    """*claim* as it may be here, to be asked back; what isn't grave stays as it is."""
    fact = claim.mention.fact
    if not (claim.holds and has_poles(at.guidance.questions[fact])
            and claim.value in graver(at.guidance, fact)):
        return claim
    return replace(claim, value=settling(at.guidance, fact) or claim.value, sure=False,
                   confidence=min(claim.confidence, DOUBTED))


def _is_place(mention: Mention, at: Utterance) -> bool:
    return at.guidance.questions[mention.fact].kind is QuestionKind.COUNTRY
