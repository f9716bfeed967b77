"""What people ask of Advisor itself in the middle of a deal, by the names that labels have."""

from collections.abc import Callable
from enum import StrEnum


class Request(StrEnum):
    """What a message asks for that tells nothing of the deal."""

    VERDICT = "verdict"
    """Leave, or a judgement: may we, is it fine, yes or no."""
    GRAVEST = "gravest"
    """What weighs most."""
    FLAGS = "flags"
    """Which red flags there are, and why."""
    REMEDY = "remedy"
    """What would make it better: safeguards, measures, what to change."""
    CLAUSE = "clause"
    """Words for a contract."""
    NEXT = "next"
    """What to do now."""
    OPEN = "open"
    """What is still to be found out or answered."""
    KNOWN = "known"
    """What was noted so far."""
    SHORT = "short"
    """The result in short, for oneself or somebody else."""
    NOW = "now"
    """The result with what is known, and no more questions."""
    SEND = "send"
    """That the deal goes to compliance."""
    SOURCES = "sources"
    """Where it comes from."""
    WHY = "why"
    """Why something is asked."""
    WHO = "who"
    """Who decides, or can be talked to."""
    HELP = "help"
    """What Advisor is and can do."""
    READERS = "readers"
    """Who sees what is written."""
    WRONG = "wrong"
    """That something was taken wrongly, and not what is right."""
    AGAIN = "again"
    """The question once more."""
    HOLD = "hold"
    """Time: an answer will come."""


OTHERWISE = "none"
"""Labels a message that asks for none of it."""

Hears = Callable[[str], Request | None]
"""What a text most likely asks for; None where that is none of it, or not likely enough."""
