"""What is barred for want of something: "no warrant, no access", "nobody reads without an order".

The vocabulary names the lack in it, and a model hears it as surely as where things go on without.
That nothing goes without it is taken for a guess at the opposite, which is asked back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import settling
from bot.dialogue.small_words.cues import Span
from bot.dialogue.small_words.denied import NEGATION_REACH
from retrieval.guidance import Guidance
from retrieval.words.mentions import Mention, Strength

MOST_BETWEEN = 4
"""Most tokens between a lack and what it bars: "no warrant in hand means no access"."""


def barred(claims: Sequence[Claim], at: Utterance) -> list[Claim]:
    """*claims*, where a lack that only bars something is a guess at its opposite.

    Args:
        claims: What a message claims.
        at: The message, and the release: how a lack begins, and what is barred by one.
    """
    lacks = [m for m in at.reading.mentions if m.strength.is_firm
             and at.reading.tokens[m.first].norm in at.cues.words("lacks")
             and (_bars_the_next(m, at) or any(_denies(m, at)))]
    return [_turned(claim, lacks, at.guidance) for claim in claims] if lacks else list(claims)


def _bars_the_next(lack: Mention, at: Utterance) -> bool:
    """Whether "no access" or the like follows: not so in "no warrant, no review"."""
    rest = at.reading.tokens[lack.last : lack.last + MOST_BETWEEN]
    return any(at.cues.starts("barred", at.reading.tokens[lack.last + n :]) and all(
        token.norm in at.cues.words("so_much_as") or not (token.is_word or token.ends_sentence)
        for token in rest[:n]) for n in range(len(rest)))


def _denies(lack: Mention, at: Utterance) -> Iterator[Span]:
    """What denies before *lack*, in its clause, that anything is done without it.

    "They have no qualms about it" denies a thing, and "nobody stops them" the stopping.
    """
    reading, clauses, cues = at.reading, at.clauses, at.cues
    if reading.tokens[lack.first].norm not in cues.words("lacks_of_a_deed"):
        return
    mine = (lack.first, lack.last)
    for first, last in clauses.denials:
        span = (first, last)
        if (last <= lack.first and clauses.same_clause(span, mine)
                and clauses.words_between(span, mine) <= NEGATION_REACH
                and cues.starts("denies_a_deed", reading.tokens[first:last]) == last - first
                and not cues.find("undoes_a_denial", reading.tokens[last : lack.first])):
            yield span


def _turned(claim: Claim, lacks: Sequence[Mention], guidance: Guidance) -> Claim:
    """*claim* as a guess at the one value that would settle its fact, if it rests on *lacks*."""
    mention = claim.mention
    best = settling(guidance, mention.fact)
    if best is None or not claim.holds or claim.value == best or not any(
            lack.fact == mention.fact and lack.value == claim.value
            and lack.first < mention.last and mention.first < lack.last for lack in lacks):
        return claim
    return replace(claim, value=best, sure=False, added=False, confidence=DOUBTED,
                   mention=replace(mention, strength=Strength.NEAR))
