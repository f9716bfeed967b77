"""What was found of a go-between, once no go-between is left in the deal.

Ties and owners are asked for because there is a reseller; when the reseller is dropped, they are
those of nobody.  Which facts these are is told by what the questions wait for (`only_if`).
"""

from bot.dialogue.deal import Deal, fits
from retrieval.guidance import Fact, Guidance, Question, Role


def departed(before: Deal, after: Deal, guidance: Guidance) -> frozenset[Fact]:
    """Facts of *before* that *after* has no party for any more; they are as if never told.

    A fact that may have been told of somebody else as well, such as a private end-user, stays; and
    so it does where the go-between is only supposed to be gone, or another one has come.
    """
    gone = [q.fact for q in guidance.questions.values()
            if q.role is Role.GO_BETWEEN and before.known(q.fact)
            and (after.settled(q.fact) or not after.answered(q.fact))]
    return frozenset(q.fact for q in guidance.questions.values()
                     if q.fact in before.answers and any(
                         _rested_on(q, fact, before, after) for fact in gone))


def _rested_on(question: Question, party: Fact, before: Deal, after: Deal) -> bool:
    """Whether *question* was asked for *party* alone, and need not be for the party as it is."""
    own = [table for table in question.only_if if party in table]
    others = [table for table in question.only_if if party not in table]
    return (any(fits(table, before) is True for table in own)
            and not any(fits(table, after) is True for table in own)
            and not any(fits(table, deal) is True for table in others for deal in (before, after)))

