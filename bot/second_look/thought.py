"""A second look while it is under way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.calls import Call, Ended, Use
from bot.dialogue.fencing.refusal import Refusal
from bot.dialogue.second_reading import Proposed, Why
from bot.record.model_calls import MadeOf
from bot.second_look.looked import refused_in
from bot.turns.turn import Drafted, Turn


@dataclass(slots=True)
class Thought:
    """What a look looks at, and what was asked and came of it so far."""

    first: Turn
    workspace: str
    started: float
    """When, as `time.perf_counter` counts."""
    ends: datetime
    """When the answer has stood for too long to be changed, by the clock that replicas share."""
    go_on: Callable[[], bool]
    """False where nothing may be asked any more."""
    erased: int
    """Messages of the conversation whose words were gone when it began."""
    calls: list[Call] = field(default_factory=list)
    dropped: tuple[tuple[Proposed, Why], ...] = ()
    """What was proposed of the deal and not taken."""
    refusal: Refusal | None = None
    drafted: Drafted | None = None

    @property
    def refused(self) -> str | None:
        """Why nothing is worded, in one word; None where nothing was to be."""
        return refused_in(self.calls, self.refusal)

    def made(self, call: Call) -> None:
        """Note *call*, unless nobody was asked since there was nothing to ask."""
        if call.left or call.ended is not Ended.ANSWERED:
            self.calls.append(call)

    def tokens(self) -> int:
        """Tokens of all calls so far, sent and received."""
        return sum(call.tokens_in + call.tokens_out for call in self.calls)

    def made_of(self, call: Call) -> MadeOf:
        """What came of the say of *call*."""
        return MadeOf(self.refusal if call.use is Use.WORDING else None,
                      self.dropped if call.use is Use.READING else ())
