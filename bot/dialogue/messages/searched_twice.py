"""Which searches tell that the texts don't answer a message, of all that were made for it.

A question beside a deal is searched by itself, which shows whether the texts speak to it, and with
all that is told, which shows what "do we vet them" is about; see `bot.dialogue.messages.beside`.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from bot.dialogue.conversation import Message
from bot.dialogue.intents import Intent

_SEARCHED = frozenset({Intent.ASK, Intent.OUT_OF_SCOPE})
"""What a question beside a deal is for where what is found answers it."""


class _Searched(Protocol):
    """What a search gave, or a note of it."""

    @property
    def abstained(self) -> bool:
        """Whether nothing bears on what was searched."""


_S = TypeVar("_S", bound=_Searched)


def decisive(message: Message, found: Sequence[_S]) -> Sequence[_S]:
    """Those of what was *found* for *message* that may tell that the texts don't answer it.

    "They get 10 % off. Can complaints be anonymous?" is answered, though all of it together lies
    beyond the texts; "what is KYC?" is not answered by what is found.
    """
    if message.beside is None:
        return found
    if message.beside.intent not in _SEARCHED:
        return found[:1]
    alone, whole = found[1:2], found[2:]
    return found[:2] if whole and not alone[0].abstained else found
