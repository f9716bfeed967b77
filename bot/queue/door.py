"""What the desk asks of a door: to handle what arrived and to post, and how a post may end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.turns.delivery import Outgoing, Place, Queued, Taken

POSTING_WAITS = (2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before each further try to post after an unclear end; the last is repeated."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a post stands at Slack; `place` if it became the thread of its conversation."""

    ref: str
    place: Place | None = None


class PostRefused(Exception):
    """Slack will not take the post, now or later; the message is Slack's reason."""


class PostDelayed(Exception):
    """Slack took nothing and wants it later."""

    def __init__(self, seconds: float, reason: str) -> None:
        self.seconds = seconds
        super().__init__(reason)


class PostUnclear(Exception):
    """Nobody knows whether Slack took the post."""


class Poster(Protocol):
    """Makes posts."""

    def post(
        self, queued: Queued, note: Callable[[str], None], insist: Callable[[], None]
    ) -> Posted:
        """Post.

        Args:
            queued: What.
            note: Keeps what a half-done post has left at Slack.
            insist: Asked right before what can't be taken back: whoever was frozen since may have
                been taken for dead, and another has posted.  From then on Slack may be taking it.

        Raises:
            PostRefused, PostDelayed, PostUnclear: See there.
            ClaimLost, Overtaken: *insist* raised it; nothing was posted.
        """

    def take_back(self, queued: Queued, posted: Posted) -> None:
        """Take *posted* away, where another try of *queued* is the one that stands.

        What fails is only logged.
        """

    def find(self, queued: Queued) -> Posted | None:
        """Where an earlier try to post stands; None if it left nothing.

        What it left half-done is brought to its end, in such a way that whoever is still at it
        can do the same.

        Raises:
            PostRefused, PostDelayed, PostUnclear: See there.
        """


class Handler(Protocol):
    """Handles deliveries."""

    def handle(self, taken: Taken) -> None:
        """Handle *taken* and settle it, both in one transaction."""

    def apologise(self, taken: Taken, reference: str, *, last: bool) -> Outgoing | None:
        """What the person is told when handling failed, if anything; *last* if it is given up."""

    def undelivered(self, queued: Queued, reason: str) -> Outgoing | None:
        """What the asker is told when a post was refused, if they can be told at all."""
