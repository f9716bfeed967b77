"""The desk: takes up what arrived, one conversation at a time, has it handled, and posts replies.

Each worker holds a conversation's claim while it works on it.  Before every post it looks whether
somebody has written again: then that is handled first, and the reply that waits goes stale.  A
handling that fails is tried again; the person is told at once, with a reference, and never left
without a word.  A post that nobody knows the end of is looked for before it is made again.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.claims import LONGEST_WAIT
from bot.deliveries import Deliveries
from bot.delivery import Outgoing, Place, Queued, Taken
from bot.outages import outage

HANDLING_WAITS = (2.0, 15.0, 60.0, 300.0)
"""Seconds before each further try to handle a delivery; after the last it is given up."""
OUTAGE_WAITS = (2.0, 5.0, 15.0)
"""Seconds before each further try while something is away, full or locked; the last is repeated,
so that nothing is given up for it."""
POSTING_WAITS = (2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before each further try to post after an unclear end; the last is repeated."""
HOLD_SECONDS = 20
"""How long a worker goes on with one conversation before it lets go of the claim, well within the
minute after which PostgreSQL ends a transaction in which nothing happens."""
POLL_SECONDS = 1.0
"""How often a worker looks without being woken: for what is due, and for other replicas' work."""

_log = logging.getLogger("advisor.desk")


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

    def post(self, queued: Queued, note: Callable[[str], None]) -> Posted:
        """Post; *note* keeps what a half-done post has left at Slack.

        Raises:
            PostRefused, PostDelayed, PostUnclear: See there.
        """

    def find(self, queued: Queued) -> Posted | None:
        """Where an earlier try to post stands; None if it left nothing.

        Raises:
            PostRefused, PostDelayed, PostUnclear: See there.
        """


class Handler(Protocol):
    """Handles deliveries."""

    def handle(self, taken: Taken) -> None:
        """Handle *taken* and settle it, both in one transaction."""

    def apologise(self, taken: Taken, reference: str, *, last: bool) -> Outgoing:
        """What the person is told when handling failed; *last* if it is given up."""

    def undelivered(self, queued: Queued, reason: str) -> Outgoing | None:
        """What the asker is told when a post was refused, if they can be told at all."""


class Desk:
    """Workers over one inbox and outbox."""

    def __init__(
        self,
        deliveries: Deliveries,
        handler: Handler,
        poster: Poster,
        *,
        workers: int,
        grace_seconds: float,
        tick: Callable[[], None] = lambda: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._deliveries = deliveries
        self._handler = handler
        self._poster = poster
        self._grace = timedelta(seconds=grace_seconds)
        self._tick = tick
        self._now = now
        self._news = threading.Condition()
        self._woken = 0
        self._stopping = False
        self._away: str | None = None
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

    def _run(self) -> None:
        while not self._stopping:
            try:
                worked = self.work()
                self._away = None
                if not worked:
                    self._tick()
            except Exception as error:
                # The database is away, say: what waits there waits on.
                self._could_not_work(error)
                worked = False
            if not worked:
                with self._news:
                    if not self._stopping and not self._woken:
                        self._news.wait(POLL_SECONDS)
                    self._woken = max(0, self._woken - 1)

    def _could_not_work(self, error: Exception) -> None:
        away = outage(error)
        if away is None:
            _log.error("the desk could not work; trying again", exc_info=error)
        elif away != self._away:
            _log.warning("The desk could not work, since %s. What waits is answered after that.",
                         away)
        self._away = away

    def work(self) -> bool:
        """Work on one conversation until nothing of it is due; False if there was none."""
        with self._deliveries.claims.claim() as conversation:
            if conversation is None:
                return False
            ends = time.monotonic() + HOLD_SECONDS
            while not self._stopping and time.monotonic() < ends:
                taken = self._deliveries.next_delivery(conversation)
                if taken is not None:
                    self._handle(taken)
                    continue
                queued = self._deliveries.outbox.next_outgoing(conversation)
                if queued is None:
                    break
                self._post(queued)
        return True

    # --- handling ---------------------------------------------------------------------------

    def _handle(self, taken: Taken) -> None:
        try:
            self._handler.handle(taken)
        except Exception as error:
            reference = taken.reference or f"T-{secrets.token_hex(3).upper()}"
            away = outage(error)
            if away is None:
                _log.exception("handling %s failed, reference %s", taken.delivery.act, reference)
            else:
                _log.warning("%s waits, reference %s, since %s.", taken.delivery.act, reference,
                             away)
            self._failed(taken, reference, away is not None)

    def _failed(self, taken: Taken, reference: str, away: bool) -> None:
        """Try again later: not for ever, unless it is for something that comes back by itself."""
        last = not away and taken.tries >= len(HANDLING_WAITS)
        sorry = None
        # A connection that was cut is there again before anybody could read an apology.
        if last or taken.tries >= int(away):
            sorry = self._handler.apologise(taken, reference, last=last)
        if last:
            self._deliveries.give_up(taken, reference, sorry)
        else:
            waits = OUTAGE_WAITS if away else HANDLING_WAITS
            wait = waits[min(taken.tries, len(waits) - 1)]
            due = self._now() + timedelta(seconds=wait)
            self._deliveries.postpone(taken, due, reference, sorry)

    # --- posting ----------------------------------------------------------------------------

    def _post(self, queued: Queued) -> None:
        if queued.in_doubt and queued.tried_at is not None:
            now = self._now()
            # A try that is yet to come was made before the clock went back.
            tried_at = min(queued.tried_at, now)
            ends = tried_at + self._grace
            if now < ends:
                # Slack may still be taking it: looking now could miss it.
                self._deliveries.outbox.delay(queued, ends, "an earlier try may be under way",
                                              in_doubt=True, tried_at=tried_at)
                return
        doubt = queued.in_doubt

        def note(ref: str) -> None:
            nonlocal doubt
            doubt = True  # part of it stands: to begin anew would leave that behind
            self._deliveries.outbox.note_ref(queued, ref)

        try:
            posted = self._poster.find(queued) if doubt else None
            if posted is None:
                self._deliveries.outbox.begin(queued)
                doubt = False
                posted = self._poster.post(queued, note)
        except PostRefused as error:
            _log.warning("Slack refused %s: %s", queued.outgoing.method, error)
            # First the word to the person: should we end between the two, it is not lost.
            self._tell_undelivered(queued, str(error))
            self._deliveries.outbox.refused(queued, str(error))
        except PostDelayed as error:
            self._later(queued, error.seconds, str(error), in_doubt=doubt)
        except PostUnclear as error:
            self._unclear(queued, str(error))
        except Exception as error:
            # A fault of our own: it must not hold up the posts of others.
            if outage(error) is None:
                _log.exception("posting %s failed", queued.outgoing.method)
            self._unclear(queued, type(error).__name__)
        else:
            self._deliveries.outbox.sent(queued, posted.ref, posted.place)

    def _unclear(self, queued: Queued, error: str) -> None:
        wait = POSTING_WAITS[min(queued.tries, len(POSTING_WAITS) - 1)]
        self._later(queued, max(wait, self._grace.total_seconds()), error, in_doubt=True)

    def _later(self, queued: Queued, seconds: float, error: str, *, in_doubt: bool) -> None:
        _log.warning("%s waits %.0f s: %s", queued.outgoing.method, seconds, error)
        due = self._now() + min(timedelta(seconds=seconds), LONGEST_WAIT)
        self._deliveries.outbox.delay(queued, due, error, in_doubt=in_doubt)

    def _tell_undelivered(self, queued: Queued, reason: str) -> None:
        note = self._handler.undelivered(queued, reason)
        if note is not None:
            self._deliveries.outbox.promise(queued, note)
