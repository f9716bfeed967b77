"""The fence as it is in force in this process, with what a recorded draft is held against later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Fence:
    """Judges drafts.

    Attributes:
        inspect: Says why a draft of these points may not be shown; None where it may.
        rules: Digest of the rules that it goes by.
    """

    inspect: Callable[[Draft, Sequence[Point]], Refusal | None]
    rules: str
