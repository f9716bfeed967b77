"""Why a conversation is worth a review."""

from dataclasses import dataclass

from bot.casebook.memory import Memory

LOW_SIMILARITY = 400
"""Thousandths: a passage relied on that was found no nearer than this is worth a look."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a conversation is worth a review."""

    code: str
    count: int
    points: int


def reasons(memory: Memory) -> tuple[Reason, ...]:
    """Why a conversation is worth a review, the weightiest first; none once it was reviewed.

    The points are a judgement of ours on what to look at first, and decide nothing else.
    """
    if memory.reviewed:
        return ()
    downs = sum(not good for good in memory.votes.values())
    early = set(memory.corrected) - set(memory.late)
    near = memory.similarity
    grave, late = len(memory.grave), len(memory.late)
    found = [
        Reason("lapsed", 1, 90) if memory.review.lapsed else None,
        # Whoever has sent it has asked for a review in so many words.
        Reason("sent", 1, 85) if memory.handed_over else None,
        Reason("down", downs, 65 + 5 * min(downs, 3)) if downs else None,
        Reason("grave", grave, 55 + 5 * min(grave, 3)) if grave else None,
        Reason("late", late, 40 + 5 * min(late, 3)) if late else None,
        Reason("corrected", len(early), 20 + 5 * min(len(early), 3)) if early else None,
        Reason("far", near, 20) if near is not None and near < LOW_SIMILARITY else None,
        Reason("skipped", len(memory.skipped), 8 + 2 * min(len(memory.skipped), 5))
        if memory.skipped else None,
        Reason("unchecked", len(memory.unchecked), min(len(memory.unchecked), 10))
        if memory.unchecked else None,
    ]
    return tuple(sorted(filter(None, found), key=lambda reason: -reason.points))
