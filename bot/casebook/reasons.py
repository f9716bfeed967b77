"""Why a conversation is worth a review."""

from dataclasses import dataclass

from bot.casebook.memory import Memory
from bot.dialogue.intents import Intent

LOW_SIMILARITY = 400
"""Thousandths: a passage relied on that was found no nearer than this is worth a look."""
LAPSED, SENT = 2000, 1000
"""The points of what a person has asked for: a review that holds no more, and one at all."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a conversation is worth a review."""

    code: str
    count: int
    points: int


def reasons(memory: Memory) -> tuple[Reason, ...]:
    """Why a conversation is worth a review, the weightiest first.

    Once it was reviewed there is none but what was told since that changes neither deal nor advice.

    The points are a judgement of ours on what to look at first, and decide nothing else.  They are
    added up, so each of the first two has more than all that stand below it can come to.
    """
    if memory.reviewed:
        since = len(memory.told_since)
        return (Reason("since", since, 70 + 5 * min(since, 3)),) if since else ()
    downs = sum(not good for good in memory.votes.values())
    early = set(memory.corrected) - set(memory.late)
    near = memory.similarity
    grave, late, raised = len(memory.grave), len(memory.late), len(memory.flags)
    beside = len(memory.beside)
    found = [
        Reason("lapsed", 1, LAPSED) if memory.review.lapsed else None,
        # Whoever has sent it has asked for a review in so many words.
        Reason("sent", 1, SENT) if memory.handed_over else None,
        Reason("round", 1, 75) if memory.evasive or Intent.EVASION in memory.gaps else None,
        Reason("down", downs, 65 + 5 * min(downs, 3)) if downs else None,
        Reason("grave", grave, 55 + 5 * min(grave, 3)) if grave else None,
        # The guidance is silent on it, and whoever told it was sent to compliance.
        Reason("beside", beside, 50 + 5 * min(beside, 3)) if beside else None,
        Reason("late", late, 40 + 5 * min(late, 3)) if late else None,
        # All of them, while those that are grave have their points already.
        Reason("raised", raised, 36 + 4 * min(raised - grave, 3) if raised > grave else 0)
        if raised else None,
        Reason("corrected", len(early), 20 + 5 * min(len(early), 3)) if early else None,
        Reason("far", near, 20) if near is not None and near < LOW_SIMILARITY else None,
        Reason("skipped", len(memory.skipped), 8 + 2 * min(len(memory.skipped), 5))
        if memory.skipped else None,
        Reason("unchecked", len(memory.unchecked), min(len(memory.unchecked), 10))
        if memory.unchecked else None,
    ]
    return tuple(sorted(filter(None, found), key=lambda reason: -reason.points))
