"""Which searches tell that the texts don't answer a message, of all that were made for it.

A question beside a deal is searched by itself, which shows whether the texts speak to it, and with
all that is told, which shows what "do we vet them" is about; see `bot.dialogue.messages.beside`.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from bot.dialogue.conversation import Message
from bot.dialogue.intents import Intent
from retrieval.matches import Query

_SEARCHED = frozenset({Intent.ASK, Intent.OUT_OF_SCOPE})
"""What a question beside a deal is for where what is found answers it."""
OF_A_DEAL = 12
"""For so many passages turns of before record 126 were searched by what was known of a deal, ahead
of all else; no question is."""


class _Searched(Protocol):
    """What a search gave, or a note of it."""

    @property
    def query(self) -> Query:
        """What was searched."""

    @property
    def abstained(self) -> bool:
        """Whether nothing bears on what was searched."""


_S = TypeVar("_S", bound=_Searched)


def of_questions(found: Sequence[_S]) -> Sequence[_S]:
    """Those of *found*, in new turns and old, that were found by a question."""
    return [one for one in found if one.query.limit != OF_A_DEAL]


def decisive(message: Message, found: Sequence[_S]) -> Sequence[_S]:
    """Those of what was *found* for *message* that may tell that the texts don't answer it.

    "They get 10 % off. Can complaints be anonymous?" is answered, though all of it together lies
    beyond the texts; "what is KYC?" is not answered by what is found.
    """
    found = of_questions(found)
    if message.beside is None:
        return found
    if message.beside.intent not in _SEARCHED:
        return ()
    alone, whole = found[:1], found[1:]
    return alone if whole and not alone[0].abstained else found
