"""What is over by the words beside it: "the war ended in 2022", "those arrests have stopped".

The vocabulary names the war, and a model hears it as surely as one that goes on.  That it is over
is taken for a guess at the opposite, which is asked back: what ended may begin again.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.clauses import Clauses
from bot.dialogue.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import graver
from bot.dialogue.verdicts import value_said
from bot.dialogue.weighing import Claim
from retrieval.guidance import Guidance
from retrieval.words.mentions import Reading, Strength


def over(
    claims: Sequence[Claim], reading: Reading, clauses: Clauses, guidance: Guidance, cues: Cues
) -> list[Claim]:
    """*claims*, where what is grave and said to have ended is a guess at a no.

    Args:
        claims: What a message claims.
        reading: The message.
        clauses: Its scopes; where anything is denied in the clause, nothing is over: "it never
            ended".
        guidance: The release that it is read with.
        cues: The cue lists of the release.
    """
    ends = [span for span in cues.find("ended", reading.tokens)
            if not clauses.denies_in(span) and _ends_clause(span, reading, clauses, cues)
            and not _is_ahead(span, reading, clauses, cues)]
    return [_turned(claim, ends, clauses, guidance) for claim in claims] if ends else list(claims)


def _turned(claim: Claim, ends: Sequence[Span], clauses: Clauses, guidance: Guidance) -> Claim:
    mention = claim.mention
    no = value_said(guidance.questions[mention.fact], "no")
    mine = (mention.first, mention.last)
    if not claim.holds or no is None or claim.value not in graver(guidance, mention.fact) or (
            no in graver(guidance, mention.fact)) or not any(
            mention.first < first and clauses.same_clause(mine, (first, last))
            for first, last in ends):
        return claim
    return replace(claim, value=no, sure=False, added=False, confidence=DOUBTED,
                   mention=replace(mention, strength=Strength.NEAR))


def _ends_clause(span: Span, reading: Reading, clauses: Clauses, cues: Cues) -> bool:
    """Whether nothing but times follow *span* in its clause: not "the rally ended in riots"."""
    rest = reading.tokens[span[1] : clauses.end_of(span[1])]
    small = {i for name in (FUNCTION_WORDS, "times") for first, last in cues.find(name, rest)
             for i in range(first, last)}
    return all(i in small or not token.is_word or token.norm.isdecimal()
               for i, token in enumerate(rest))


def _is_ahead(span: Span, reading: Reading, clauses: Clauses, cues: Cues) -> bool:
    """Whether it has not ended yet: "once it is over"; a "when" divides clauses itself."""
    begin = max(clauses.positions(span).start - 1, 0)
    return bool(cues.find("not_ended", reading.tokens[begin : span[0]]))
