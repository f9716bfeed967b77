"""A small Slack and a small bot with memory, for the desk: each does next what it was told."""

import errno
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.queue.deliveries import Deliveries
from bot.queue.door import PostDelayed, Posted, PostRefused, PostUnclear
from bot.store import Store
from bot.turns.delivery import Outgoing, Queued, Taken
from tests.store.small import step

LATER_SECONDS = 7.0
"""What the small Slack asks for when it wants a post later."""


class Killed(BaseException):
    """The process is no more: nothing catches this."""


def real_time() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


@dataclass
class SmallSlack:
    """Keeps what it took; what its next calls do stands in `coming`, then they succeed."""

    coming: deque[str] = field(default_factory=deque)
    standing: list[Queued] = field(default_factory=list)
    streaming: set[str] = field(default_factory=set)
    """Markers of streams that were begun and not ended."""
    looked: int = 0

    def post(
        self, queued: Queued, note: Callable[[str], None], insist: Callable[[], None]
    ) -> Posted:
        """Take the post, or do what is coming."""
        how = self.coming.popleft() if self.coming else "takes"
        if how == "refuses":
            raise PostRefused("is_archived")
        if how == "later":
            raise PostDelayed(LATER_SECONDS, "ratelimited")
        if how == "breaks before":
            raise PostUnclear("reset")
        if how == "killed before":
            raise Killed
        if how == "bug":
            raise KeyError(how)
        insist()
        self.standing.append(queued)
        if how == "breaks after":
            raise PostUnclear("reset")
        if how == "killed after":
            raise Killed
        if how.startswith("stream"):
            self.streaming.add(queued.marker)
            note(self._ref(queued))
            if how == "stream later":
                raise PostDelayed(LATER_SECONDS, "ratelimited")
            raise Killed
        return Posted(self._ref(queued))

    def take_back(self, queued: Queued, posted: Posted) -> None:
        """Nothing is frozen here."""

    def find(self, queued: Queued) -> Posted | None:
        """Where it stands; a stream that was begun is brought to its end."""
        self.looked += 1
        self.streaming.discard(queued.marker)
        stands = any(q.marker == queued.marker for q in self.standing)
        return Posted(self._ref(queued)) if stands else None

    @property
    def keys(self) -> list[str]:
        """What stands, in order."""
        return [queued.outgoing.key for queued in self.standing]

    @property
    def doubled(self) -> list[str]:
        """What stands more than once."""
        return [key for key, times in Counter(self.keys).items() if times > 1]

    def _ref(self, queued: Queued) -> str:
        return f"C1:{queued.marker}"


@dataclass
class SmallBot:
    """Takes a turn for each delivery, as the bot does; or does what stands in `coming`."""

    store: Store
    deliveries: Deliveries
    coming: deque[str] = field(default_factory=deque)
    posts: int = 1
    """Posts that a reply has."""
    handled: list[str] = field(default_factory=list)

    def handle(self, taken: Taken) -> None:
        """Take a turn, or do what is coming."""
        how = self.coming.popleft() if self.coming else "answers"
        if how == "fails":
            raise RuntimeError(how)
        if how == "disk full":
            raise OSError(errno.ENOSPC, how)
        if how == "killed before":
            raise Killed
        box, before = self.deliveries, self.store.load(taken.conversation)
        unshown = box.outbox.unshown(taken.conversation)
        turn, after = step(before, taken.delivery.key)
        self.store.record(turn, after, before.version, along=lambda connection: box.settle(
            connection, taken,
            [Outgoing(f"{taken.delivery.key}:{n}", "message", {"text": ""}, turn=turn.version)
             for n in range(self.posts)],
            shown=before if unshown is None else unshown.shown,
            stale=() if unshown is None else unshown.turns))
        self.handled.append(taken.delivery.key)
        if how == "killed after":
            raise Killed

    def apologise(self, taken: Taken, reference: str, *, last: bool) -> Outgoing:
        """An apology that holds the reference."""
        key = f"{taken.delivery.key}:sorry{':last' if last else ''}"
        return Outgoing(key, "message", {"text": reference})

    def undelivered(self, queued: Queued, reason: str) -> Outgoing | None:
        """A word to the asker, unless that was what was refused."""
        if queued.outgoing.target is not None:
            return None
        return Outgoing(f"{queued.outgoing.key}:undelivered", "message", {"text": reason},
                        target={"user": "U1"})
