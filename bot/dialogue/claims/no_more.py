"""What holds no more by a clause behind it: "only named users see it, not any more".

The words before it are heard as surely as if they were all that was said.  What takes their place
is not told, and a record stays one: so it is asked back, whichever way it points.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Span
from retrieval.words.mentions import Strength


def no_more(claims: Sequence[Claim], at: Utterance) -> list[Claim]:
    """*claims*, less sure where a "not any more" stands in a clause of its own behind them.

    Args:
        claims: What a message claims.
        at: The message, and the release that it is read with.
    """
    kept = list(claims)
    for span in at.cues.find("no_more", at.reading.tokens):
        clause = at.clauses.positions(span)
        if not at.cues.only(at.reading.tokens[clause.start : clause.stop],
                            "no_more", "times", FUNCTION_WORDS):
            continue
        behind = [c for c in kept if c.holds and has_poles(at.guidance.questions[c.mention.fact])
                  and _is_right_before((c.mention.first, c.mention.last), clause, at.clauses)]
        # Where it is said of those it answers nothing else that was asked.
        kept = [replace(c, sure=False, confidence=min(c.confidence, DOUBTED)) if c in behind else c
                for c in kept if not behind or c.mention.strength is not Strength.ASKED
                or c.mention.first not in clause]
    return kept


def _is_right_before(mine: Span, clause: range, clauses: Clauses) -> bool:
    """Whether what stands at *mine* ends in the clause before *clause*, in the same sentence."""
    before = clause.start - 1
    while before > mine[1] and not clauses.tokens[before - 1].is_word:
        before -= 1
    return mine[1] <= before and clauses.same_clause(mine, (before - 1, before)) and any(
        first <= mine[0] and clause.start < last for first, last in clauses.sentences())
