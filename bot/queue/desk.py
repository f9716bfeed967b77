"""The desk: takes up what arrived, one conversation at a time, has it handled, and posts replies.

Each worker holds a conversation's claim while it works on it.  Before every post it looks whether
somebody has written again: then that is handled first, and the reply that waits goes stale.  A
handling that fails is tried again; the person is told at once, with a reference, and never left
without a word.  How a post is made once stands in `bot.queue.dispatching`.
"""

import logging
import random
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from bot.dialogue.conversation import ConversationId
from bot.queue.baton import Baton
from bot.queue.claims import ClaimLost
from bot.queue.deliveries import Deliveries
from bot.queue.dispatching import Dispatcher, End
from bot.queue.door import Handler, Poster
from bot.telemetry.log_lines import about
from bot.telemetry.metrics import SILENT, Metrics
from bot.telemetry.told_once import tell_failure
from bot.telemetry.tracing import UNTRACED, Tracing
from bot.turns.delivery import Overtaken, Queued, Taken, told

HANDLING_WAITS = (2.0, 15.0, 60.0, 300.0)
"""Seconds before each further try to handle a delivery; after the last it is given up."""
DELETION_WAITS = HANDLING_WAITS[:1]
"""The same for a deletion: nobody waits for anything of it, and those behind it do."""
OUTAGE_WAITS = (2.0, 5.0, 15.0)
"""Seconds before each further try while something is away, full or locked; the last is repeated,
so that nothing is given up for it."""
HOLD_SECONDS = 2
"""How long a worker goes on with one conversation before it lets go of the claim and looks whose
turn it is; well within the minute after which PostgreSQL ends a transaction in which nothing
happens."""
POLL_SECONDS = 1.0
"""How often a worker looks without being woken: for what is due, and for other replicas' work.
Each waits between half of it and all of it, so that those of a process don't look all at once."""

MOST_ARRIVALS = 1_000
"""Deliveries whose time of arrival is kept in memory until their reply stands."""
_OF_A_DELIVERY = re.compile(
    r"(:second)?:(reply|carried|note|brief|summary|files|told|late|sorry|update|remove)(:.*)?$")
"""What the keys of posts have behind the key of their delivery."""
_FIRST_REPLY = ":reply:0"
_STANDS = frozenset({End.SENT, End.FOUND})

_log = logging.getLogger("advisor.desk")


class Desk:
    """Workers over one inbox and outbox.

    Args:
        deliveries: What arrived, what is owed, and whose turn it is.
        handler: Handles what arrived.
        poster: Makes posts and looks for them.
        workers: How many conversations are worked on at a time; most of them wait for Slack.
        grace_seconds: How long a post of unclear end is left alone before it is made again.
        at_once: How many of the workers compute at a time, see `bot.queue.baton`.
        now: The clock of inbox and outbox.
        metrics: Count what is handled and posted.
        tracing: Takes spans of both.
        begun: As for `Dispatcher`.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        handler: Handler,
        poster: Poster,
        *,
        workers: int,
        grace_seconds: float,
        at_once: int = 1,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        metrics: Metrics = SILENT,
        tracing: Tracing = UNTRACED,
        begun: Callable[[str, ConversationId], None] = lambda *_: None,
    ) -> None:
        self._deliveries = deliveries
        self._handler = handler
        self._dispatcher = Dispatcher(
            deliveries, handler, poster, grace_seconds=grace_seconds, now=now, begun=begun)
        self._baton = Baton(at_once)
        self._now = now
        self._metrics = metrics
        self._tracing = tracing
        self._beats: dict[str, float] = {}
        self._arrived: dict[str, datetime] = {}
        self._news = threading.Condition()
        self._woken = 0
        self._stopping = False
        self._away: str | None = None
        deliveries.claims.shared_by(workers)
        self._threads = [
            threading.Thread(target=self._run, name=f"desk-{n}", daemon=True)
            for n in range(workers)
        ]

    def start(self) -> None:
        """Start the workers; they begin with what an earlier process left."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float) -> None:
        """Let the workers finish what they hold, for *timeout* seconds in all.

        What is left waits in the database.
        """
        ends = time.monotonic() + timeout
        with self._news:
            self._stopping = True
            self._news.notify_all()
        for thread in self._threads:
            if thread.ident is not None:  # a desk that was never opened can be closed too
                thread.join(max(0.0, ends - time.monotonic()))

    def wake(self) -> None:
        """Tell a worker that something arrived."""
        with self._news:
            self._woken += 1
            self._news.notify()

    def workers(self) -> Mapping[str, float | None]:
        """Seconds since each worker was last seen to go on; None if it has ended unasked."""
        now = time.monotonic()
        return {
            thread.name: now - self._beats.get(thread.name, now) if thread.is_alive() else None
            for thread in self._threads if thread.ident is not None and not self._stopping
        }

    def _beat(self) -> None:
        self._beats[threading.current_thread().name] = time.monotonic()

    def _run(self) -> None:
        while not self._stopping:
            self._beat()
            try:
                worked = self.work()
                self._away = None
            except (ClaimLost, Overtaken) as error:
                _log.warning("another process goes on here: %s", error)
                worked = True
            except Exception as error:
                # The database is away, say: what waits there waits on.
                self._could_not_work(error)
                worked = False
            if not worked:
                with self._news:
                    if not self._stopping and not self._woken:
                        self._news.wait(random.uniform(POLL_SECONDS / 2, POLL_SECONDS))  # noqa: S311  no secret
                    self._woken = max(0, self._woken - 1)

    def _could_not_work(self, error: Exception) -> None:
        self._away = tell_failure(
            _log, error, before=self._away, failed="the desk could not work; trying again",
            waits="the desk could not work; what waits is answered after that")

    def work(self) -> bool:
        """Work on one conversation until nothing of it is due; False if there was none."""
        with self._deliveries.claims.claim() as conversation:
            if conversation is None:
                return False
            ends = time.monotonic() + HOLD_SECONDS
            while not self._stopping and time.monotonic() < ends:
                self._beat()
                with self._baton.held():
                    if not self._go_on(conversation):
                        break
        return True

    def _go_on(self, conversation: ConversationId) -> bool:
        """Handle what comes next of *conversation*, or post it; False if nothing is due."""
        taken = self._deliveries.next_delivery(conversation)
        if taken is not None:
            self._handle(taken)
            return True
        queued = self._deliveries.outbox.next_outgoing(conversation)
        if queued is not None:
            self._post(queued)
        return queued is not None

    # --- handling ---------------------------------------------------------------------------

    def _handle(self, taken: Taken) -> None:
        delivery = taken.delivery
        bound: dict[str, str | int] = {
            "workspace": delivery.team, "conversation": taken.conversation,
            "delivery": told(delivery.key), "act": delivery.act.value, "tries": taken.tries}
        if taken.received_at is not None:
            if len(self._arrived) >= MOST_ARRIVALS:
                self._arrived.clear()  # most were of acts that no reply comes of
            self._arrived[delivery.key] = taken.received_at
        with about(**bound), self._tracing.within("handle", delivery.key, bound):
            self._handled(taken)

    def _handled(self, taken: Taken) -> None:
        try:
            self._handler.handle(taken)
        except Overtaken:
            raise
        except Exception as error:
            reference = taken.reference or f"T-{secrets.token_hex(3).upper()}"
            away = tell_failure(_log, error, failed="handling failed", reference=reference,
                                waits="a delivery waits for what is away")
            self._failed(taken, reference, away is not None)

    def _failed(self, taken: Taken, reference: str, away: bool) -> None:
        """Try again later: not for ever, unless it is for something that comes back by itself."""
        tries = DELETION_WAITS if taken.delivery.deletes else HANDLING_WAITS
        last = not away and taken.tries >= len(tries)
        sorry = None
        # A connection that was cut is there again before anybody could read an apology.
        if last or taken.tries >= int(away):
            sorry = self._handler.apologise(taken, reference, last=last)
        self._metrics.count("advisor_deliveries_failed", "given_up" if last else "again")
        if last:
            self._deliveries.give_up(taken, reference, sorry)
        else:
            waits = OUTAGE_WAITS if away else tries
            wait = waits[min(taken.tries, len(waits) - 1)]
            due = self._now() + timedelta(seconds=wait)
            self._deliveries.postpone(taken, due, reference, sorry)

    # --- posting ----------------------------------------------------------------------------

    def _post(self, queued: Queued) -> None:
        post = queued.outgoing
        bound: dict[str, str | int] = {
            "workspace": queued.team, "conversation": queued.conversation,
            "post": post.method, "turn": post.turn or 0, "tries": queued.tries}
        key = _delivery_of(post.key)
        with about(**bound), self._tracing.within("post", key, bound):
            end = self._dispatcher.dispatch(queued)
        self._metrics.count("advisor_posts", post.method, end)
        if end in _STANDS and key is not None and post.key == f"{key}{_FIRST_REPLY}":
            # Where another process handled the message, it is looked up.
            arrived = self._arrived.pop(key, None) or self._deliveries.arrived(key)
            if arrived is not None:
                # What arrived before a clock was set back would have come after its reply.
                self._metrics.time(
                    "advisor_reply_seconds", max(0.0, (self._now() - arrived).total_seconds()))


def _delivery_of(post: str) -> str | None:
    """The key of the delivery that the post *post* came of; None where none shows."""
    ends = _OF_A_DELIVERY.search(post)
    return None if ends is None else post[:ends.start()]
