"""What a language model is asked for in a second look; `bot.chat` has the functions that ask."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.chat.calls import Call
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.drafting import Draft, Point
from bot.dialogue.second_reading import Proposed
from retrieval.guidance import Guidance
from retrieval.matches import Query


class Read(Protocol):
    """Asks a model what a message says of the deal."""

    def __call__(
        self, message: Message, conversation: Conversation, guidance: Guidance, /, *, spent: int
    ) -> tuple[Call, Sequence[Proposed]]:
        """The call, and what it proposes; nothing unless it was answered."""


class Rewrite(Protocol):
    """Asks a model to put a question as queries."""

    def __call__(
        self, message: Message, conversation: Conversation, guidance: Guidance, /, *, spent: int
    ) -> tuple[Call, Sequence[Query]]:
        """The call, and the queries; none unless it was answered."""


class Word(Protocol):
    """Asks a model to word what was decided."""

    def __call__(
        self, points: Sequence[Point], question: Message | None, guidance: Guidance, /, *,
        spent: int,
    ) -> tuple[Call, Draft | None]:
        """The call, and the draft; None unless it was answered.

        Args:
            points: What may be said.
            question: The message, where it is a question on the guidance; never one on a deal.
            guidance: The release.
            spent: Tokens that the workspace has used today.
        """


@dataclass(frozen=True, slots=True)
class Uses:
    """What a model is asked for; None where it isn't."""

    read: Read | None = None
    rewrite: Rewrite | None = None
    word: Word | None = None
    speaks_to_programs: Callable[[str], bool] = lambda _: False
    """Whether a text speaks to a program rather than to its reader: no model is given it."""
