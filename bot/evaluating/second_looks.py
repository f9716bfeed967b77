"""Turns taken with a language model: each answer is looked at again before the person goes on.

That is what somebody sees who waits for the model each time.  What the plain answer was, what came
of the look and how long both took is kept beside it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.advisor import Outcome, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.reply import Reply
from bot.evaluating.rehearsing import TakeTurn
from bot.second_look.looked import Looked

Look = Callable[[ConversationId, int], Looked]
"""Looks at the answer of the numbered turn again."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One answer, and what came of looking at it again."""

    plain: Outcome
    plain_ms: float
    looked: Looked | None = None
    """None where the answer was not worth a look."""
    look_ms: float = 0.0

    @property
    def better(self) -> Outcome:
        """What stands in the end."""
        again = self.looked.outcome if self.looked else None
        return again or self.plain

    @property
    def reply(self) -> Reply:
        """What is shown in the end."""
        return self.better.reply


class Watched:
    """Takes turns with second looks; `glances` has each, in order."""

    def __init__(
        self, take_turn: TakeTurn, look: Look, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._take_turn = take_turn
        self._look = look
        self._clock = clock
        self.glances: list[Glance] = []

    def take_turn(self, said: Said) -> Outcome:
        """Answer *said*, look again, and give back what stands in the end."""
        begun = self._clock()
        plain = self._take_turn(said)
        answered = self._clock()
        glance = Glance(plain, (answered - begun) * 1000)
        if plain.worth_a_look:
            looked = self._look(plain.conversation.id, plain.number)
            glance = Glance(plain, glance.plain_ms, looked, (self._clock() - answered) * 1000)
        self.glances.append(glance)
        return glance.better
