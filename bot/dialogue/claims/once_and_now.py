"""What was so once and is otherwise now: "first via a broker, now direct".

The vocabulary names both, and a model hears the one as surely as the other.  Of a fact that may
hold several values the first half then says what holds no more; and so does "it used to be hosted
by us" by itself, though no "now" follows.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.dialogue.claim import GUESS, Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Span
from retrieval.guidance import Fact, Guidance, QuestionKind, Role
from retrieval.words.tells import Told


def held_once(claims: Sequence[Claim], told: Sequence[Told] | None, at: Utterance) -> list[Claim]:
    """*claims*, where what was so once is denied in favour of what is so now.

    Args:
        claims: What a message claims.
        told: What a model hears in it, if it is not weighed yet; None without one.
        at: The message, and the release that it is read with: the two stand in clauses of their
            own in one sentence.
    """
    reading, clauses, cues = at.reading, at.clauses, at.cues
    claims = _less_what_was(claims, cues.find("no_longer_so", reading.tokens), clauses, at.guidance)
    now = cues.find("is_now", reading.tokens)
    once = cues.find("was_once", reading.tokens) if now else []
    if not once:
        return claims
    tokens = reading.tokens
    parts = {span for span in now if cues.starts("sets_apart", tokens[span[0] :])}
    later = [(c.mention.fact, c.value, c.mention.last) for c in claims if c.holds and not c.added]
    later += [(one.fact, one.value, place.span[1]) for one in told or () if one.chance >= GUESS
              and (place := placed(one, reading)) is not None
              and not clauses.added_at((place.span[1] - 1, place.span[1]))]
    return [replace(claim, holds=False, sure=True)
            if at.guidance.questions[claim.mention.fact].several
            and _is_over(claim, later, once, now, parts, clauses) else claim for claim in claims]


def _less_what_was(
    claims: Sequence[Claim], gone: Sequence[Span], clauses: Clauses, guidance: Guidance
) -> list[Claim]:
    """*claims*, where what stands behind a "used to be" is denied.

    Of what may have several values another one has to hold, but of who is between: "they used to
    have drones" takes none of ours away, and "we used to go through a reseller" names nobody.  What
    is grave stays, as a record of misuse is of what they used to do.  Where somebody used to be is
    a matter of `placing`.
    """
    was = {id(claim) for claim in claims if gone and claim.holds and _was(claim, gone, clauses)
           and guidance.questions[claim.mention.fact].kind is not QuestionKind.COUNTRY
           and not (has_poles(guidance.questions[claim.mention.fact])
                    and claim.value in graver(guidance, claim.mention.fact))}
    held = {(c.mention.fact, c.value) for c in claims if c.holds and id(c) not in was}
    return [replace(claim, holds=False, sure=True) if id(claim) in was and (
        not guidance.questions[claim.mention.fact].several
        or guidance.questions[claim.mention.fact].role is Role.GO_BETWEEN
        or any(fact == claim.mention.fact and value != claim.value for fact, value in held))
        else claim for claim in claims]


def _was(claim: Claim, gone: Sequence[Span], clauses: Clauses) -> bool:
    """Whether one of *gone* opens the words of *claim*, or stands before them in its clause."""
    mine = (claim.mention.first, claim.mention.last)
    return any(first < mine[1] and first <= sum(mine) // 2 and clauses.same_clause(
        (first, last), mine) for first, last in gone)


def _is_over(
    claim: Claim,
    later: Sequence[tuple[Fact, str, int]],
    once: Sequence[Span],
    now: Sequence[Span],
    parts: Collection[Span],
    clauses: Clauses,
) -> bool:
    """Whether *claim* stands beside a "first", and another value of its fact behind a "now".

    A "now" among *parts* begins with a "but", which needs no clause of its own.
    """
    mine = (claim.mention.first, claim.mention.last)
    begun = [span for span in once
             if span[0] <= mine[0] and clauses.same_clause(span, mine)]
    return claim.holds and bool(begun) and any(
        mine[1] <= first and _in_one_sentence(mine, first, clauses)
        and ((first, last) in parts or not clauses.same_clause(mine, (first, last)))
        and any(fact == claim.mention.fact and value != claim.value and end > first
                for fact, value, end in later)
        for first, last in now)


def _in_one_sentence(span: Span, position: int, clauses: Clauses) -> bool:
    return any(first <= span[0] and position < last for first, last in clauses.sentences())
