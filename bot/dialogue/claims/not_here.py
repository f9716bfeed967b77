"""What is so elsewhere, and not where the product is used: "a war next door, not in Peru".

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
from retrieval.words.mentions import Mention, Strength
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
    # An opening names where it is used before it says what is so elsewhere.
    here = here or {c.value for c in claims if c.holds and _is_place(c.mention, at)} & {
        m.value for m in at.reading.mentions if _is_place(m, at) and at.clauses.denied_place(m)}
    for first, last in _elsewhere(told, at, here):
        found = [_less_surely(c, at) if first <= _position(c.mention) < last else c for c in found
                 if not (first <= c.mention.first < last and _is_place(c.mention, at))]
    return found


def _elsewhere(
    told: Sequence[Told], at: Utterance, here: Collection[str]
) -> Iterator[Span]:
    """Where a matter is told up to the end of "not in Peru", which is where the deal is."""
    if at.clauses.corrections or not here:
        return  # "no wait, they jail people: it's for Chile, not Peru" says where it is
    for first, last in _denied_here(at, here):
        sentence = next(one for one in at.clauses.sentences() if one[0] <= first < one[1])
        other = max((one for one in _others(at, here) if sentence[0] <= one < first), default=None)
        # "They are for Bolivia, not Peru" says where it goes, whatever else is said in its words.
        if other and at.reading.tokens[other - 1].norm in at.cues.words("goes_to"):
            continue
        begin = _told_from(first, other, at)
        matters = _matters(told, at) if other is not None else _named_matters(at)
        if begin is not None and any(begin <= matter < first for matter in matters):
            yield begin, last


def _denied_here(at: Utterance, here: Collection[str]) -> Iterator[Span]:
    """Where it says "not in Peru" or, behind another place, "not here"."""
    ours = [m for m in at.reading.mentions if _is_place(m, at) and m.value in here]
    # Of two places of the deal, what is so in the first is so there.
    yield from ((m.first, m.last) for m in ours if at.clauses.denied_place(m) and not any(
        one.value != m.value and one.first < m.first for one in ours))
    others = list(_others(at, here))
    yield from (span for span in at.cues.find("not_right_here", at.reading.tokens)
                if any(one < span[0] for one in others))


def _others(at: Utterance, here: Collection[str]) -> Iterator[int]:
    """Where another land is named, or one that is near."""
    yield from (m.first for m in at.reading.mentions if _is_place(m, at) and m.value not in here)
    yield from (first for first, _ in at.cues.find("near_by", at.reading.tokens))


def _told_from(denied: int, other: int | None, at: Utterance) -> int | None:
    """Where the clause begins that tells of another land, or the last one before the denial.

    What heads that is of it: "war: across the border, not here".
    """
    clauses, tokens = at.clauses, at.reading.tokens
    start = clauses.positions((denied, denied + 1)).start
    near = other if other is not None else clauses.word_before(start)
    if near is None:
        return start
    begin = clauses.positions((near, near + 1)).start
    if begin > 1 and tokens[begin - 1].norm == ":":
        begin = clauses.positions((begin - 2, begin - 1)).start
    return min(begin, start)


def _named_matters(at: Utterance) -> Iterator[int]:
    """The same of what is named outright; of "remove Gabon" the order may seem a refusal."""
    yield from (m.first for m in at.reading.mentions
                if m.strength.is_firm and has_poles(at.guidance.questions[m.fact]))


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


def _position(mention: Mention) -> int:
    """Where *mention* stands; what a model hears may begin a clause before."""
    return mention.first if mention.strength is not Strength.TOLD else (
        mention.first + mention.last) // 2


def _is_place(mention: Mention, at: Utterance) -> bool:
    return at.guidance.questions[mention.fact].kind is QuestionKind.COUNTRY
