"""A reply and the second one that may have taken its place: their keys, and which of them stands.

A press carries the number of the turn that was on the screen.  When the second reply comes just
then, what is done with the message has to be done with what stands there by now.  And what stands
above a "start over" is of another deal than the one that the thread holds by now.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import SECOND, MessageKey
from bot.dialogue.intents import Intent
from bot.store import Store
from bot.turns.turn import Turn


def reply_key(message: str, n: int) -> str:
    """Key of post number *n*, from 0, of the reply to *message*."""
    return f"{message}:reply:{n}"


def removal_key(message: str, n: int) -> str:
    """Key of what takes post number *n*, from 0, of the first reply to *message* away."""
    return f"{message}{SECOND}:remove:{n}"


def removed_by(post: str) -> str | None:
    """Key of what may take *post* away, by the key of the post; None where nothing of ours does."""
    message, reply, n = post.rpartition(reply_key("", 0)[:-1])
    return removal_key(message, int(n)) if reply and n.isdecimal() else None


def answered_by(posts: Iterable[str]) -> MessageKey | None:
    """The message whose reply has *posts*, by their keys; None if none of them is a reply's."""
    ends = reply_key("", 0)
    return next((MessageKey(key.removesuffix(ends)) for key in posts if key.endswith(ends)), None)


class Versions:
    """Looks up which reply stands."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def standing(self, conversation: ConversationId, turn: int) -> Turn | None:
        """The turn whose reply stands where that of *turn* was posted; None if there is none."""
        second = self._store.turn_at(conversation, turn + 1)
        if second is not None and second.retakes == turn and second.posted_ref is not None:
            return second
        return self._store.turn_at(conversation, turn)

    def numbers(self, conversation: ConversationId, turn: int) -> frozenset[int]:
        """*turn* and the other one that has stood in the same messages, if there is one."""
        one, standing = self._store.turn_at(conversation, turn), self.standing(conversation, turn)
        if one is None or standing is None:
            return frozenset({turn})
        return frozenset({turn, one.retakes or turn, standing.version})

    def put_aside(self, conversation: ConversationId, turn: int) -> bool:
        """Whether another deal was begun in *conversation* since its turn number *turn*."""
        last = self._store.load(conversation).version
        return any(self._store.turn_if(conversation, n, _begins_anew) is not None
                   for n in range(turn + 1, last + 1))


def _begins_anew(turn: Mapping[str, Any]) -> bool:
    """Whether a turn puts the deal aside, by its body; what takes its answer again does no more."""
    return turn["intent"] == Intent.START_OVER and turn.get("retakes") is None
