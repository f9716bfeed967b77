"""What is over by the words beside it: "the war ended in 2022", "those arrests have stopped".

The vocabulary names the war, and a model hears it as surely as one that goes on.  That it is over
is taken for a guess at the opposite, which is asked back: what ended may begin again.  And what was
settled may be taken back: "counsel cleared it, and withdrew that yesterday" clears nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import graver, settles
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Span
from bot.dialogue.small_words.verdicts import value_said
from retrieval.words.mentions import Strength


def over(claims: Sequence[Claim], at: Utterance) -> list[Claim]:
    """*claims*, where what is grave and said to have ended is a guess at a no.

    Args:
        claims: What a message claims.
        at: The message, and the release that it is read with; where anything is denied in the
            clause, nothing is over: "it never ended".
    """
    ends = [span for span in at.cues.find("ended", at.reading.tokens)
            if not at.clauses.denies_in(span)
            and _ends_clause(span, at) and not _is_ahead(span, at)]
    if not ends:
        return list(claims)
    ends_here = [span for span in ends if not _goes_on(span, at)]
    return [_doubted(claim) if _is_told_of_another(claim, ends, at)
            else _turned(claim, ends_here, at) for claim in claims]


def taken_back(claims: Sequence[Claim], at: Utterance) -> list[Claim]:
    """*claims*, where what would settle a fact and was withdrawn behind that is asked back.

    The arguments are those of `over`.  What was withdrawn stands in the same sentence: it may have
    been something else, so that this is no denial.
    """
    backs = [span for span in at.cues.find("withdrawn", at.reading.tokens)
             if not at.clauses.denies_in(span) and not _is_ahead(span, at)]
    return [_doubted(claim) if claim.holds and settles(
        at.guidance, claim.mention.fact, claim.value) and any(
            first <= claim.mention.first and claim.mention.first < back[0]
            and claim.mention.last <= back[1] and back[0] < last
            for back in backs for first, last in at.clauses.sentences()) else claim
        for claim in claims]


def _turned(claim: Claim, ends: Sequence[Span], at: Utterance) -> Claim:
    no = value_said(at.guidance.questions[claim.mention.fact], "no")
    if no is None or not _stands_before(claim, ends, at):
        return claim
    return replace(_doubted(claim), value=no, added=False,
                   mention=replace(claim.mention, strength=Strength.NEAR))


def _doubted(claim: Claim) -> Claim:
    return replace(claim, sure=False, confidence=DOUBTED)


def _stands_before(claim: Claim, ends: Sequence[Span], at: Utterance) -> bool:
    """Whether *claim* is grave, could be denied, and stands in a clause before one of *ends*."""
    mention, grave = claim.mention, graver(at.guidance, claim.mention.fact)
    no = value_said(at.guidance.questions[mention.fact], "no")
    mine = (mention.first, mention.last)
    if mention.strength is Strength.TOLD:
        # A model may hear it in what reaches into the next clause: "bad laws, the war ended".
        middle = (mention.first + mention.last) // 2
        mine = (middle, middle + 1)
    return claim.holds and no is not None and claim.value in grave and no not in grave and any(
        mention.first < first and (at.clauses.same_clause(mine, (first, last)) or (
            _is_headed_by(mine, (first, last), at)))
        for first, last in ends)


def _is_headed_by(matter: Span, end: Span, at: Utterance) -> bool:
    """Whether *matter* stands in a question right before *end*: "the war? that's over"."""
    clauses = at.clauses
    clause = clauses.positions(end)
    tokens, before = clauses.tokens, clause.start - 1
    return (before > 0 and tokens[before].norm == "?"
            and tokens[clause.start].norm.split("'")[0] in at.cues.words("pronouns")
            and clauses.same_clause(matter, (before - 1, before)))


def _is_told_of_another(claim: Claim, ends: Sequence[Span], at: Utterance) -> bool:
    """Whether one of several ended, or others say that it did: neither says that it is over."""
    mention = claim.mention
    if not _stands_before(claim, ends, at):
        return False
    begin = at.clauses.positions((mention.first, mention.last)).start
    before = at.reading.tokens[begin : min(first for first, _ in ends if first > mention.first)]
    return at.clauses.hearsay(mention) or any(
        at.cues.find(name, before) for name in ("one_of_several", "others_say"))


def _goes_on(span: Span, at: Utterance) -> bool:
    """Whether what ended at *span* was the peace, or it is said to have begun again."""
    reading, cues = at.reading, at.cues
    begin = at.clauses.positions(span).start
    end = next((last for first, last in at.clauses.sentences() if first <= span[0] < last), span[1])
    return bool(cues.find("keeps_peace", reading.tokens[begin : span[0]])
                or cues.find("resumed", reading.tokens[span[1] :])
                or cues.find("yet_more", reading.tokens[span[1] : end]))


def _ends_clause(span: Span, at: Utterance) -> bool:
    """Whether nothing but times follow *span* in its clause: not "the rally ended in riots"."""
    rest = at.reading.tokens[span[1] : at.clauses.end_of(span[1])]
    small = at.cues.covered(rest, FUNCTION_WORDS, "times")
    return all(i in small or not token.is_word or token.norm.isdecimal()
               for i, token in enumerate(rest))


def _is_ahead(span: Span, at: Utterance) -> bool:
    """Whether it has not ended yet: "once it is over"; a "when" divides clauses itself."""
    begin = max(at.clauses.positions(span).start - 1, 0)
    return bool(at.cues.find("not_ended", at.reading.tokens[begin : span[0]]))
