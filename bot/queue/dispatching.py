"""Making the posts that are owed: each once, whatever Slack and the network do meanwhile.

A post is marked as begun before the door is called and as sent after it.  One that nobody knows the
end of is looked for before it is made again, and what is put off is owed on.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from bot.dialogue.conversation import ConversationId
from bot.outages import outage
from bot.queue.claims import ClaimLost
from bot.queue.deliveries import Deliveries
from bot.queue.door import (
    POSTING_WAITS,
    Handler,
    PostDelayed,
    Posted,
    Poster,
    PostRefused,
    PostUnclear,
)
from bot.queue.dueness import LONGEST_WAIT
from bot.turns.delivery import Overtaken, Queued

LATE_SECONDS = 60.0
"""A post that is put off for so long, or a second time, is late."""
EARLY = timedelta(seconds=1)
"""How soon at the earliest a post that may be under way is looked for again."""

_log = logging.getLogger("advisor.desk")


class End(StrEnum):
    """How a try to post ended."""

    SENT = "sent"
    FOUND = "found"
    """An earlier try stood already."""
    WAITS = "waits"
    """An earlier try may still be under way."""
    REFUSED = "refused"
    DELAYED = "delayed"
    UNCLEAR = "unclear"
    FAULT = "fault"
    """Something of ours failed."""


class Dispatcher:
    """Makes posts of conversations whose claim the caller holds.

    Args:
        deliveries: What is owed, and the claims.
        handler: Says what the asker is told of a post that was refused.
        poster: Makes posts and looks for them.
        grace_seconds: How long a try of unclear end may still be taken by Slack.
        now: The clock of the outbox.
        begun: Told of a conversation, by workspace and name, once a post has opened its thread;
            neither waits nor fails.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        handler: Handler,
        poster: Poster,
        *,
        grace_seconds: float,
        now: Callable[[], datetime],
        begun: Callable[[str, ConversationId], None] = lambda *_: None,
    ) -> None:
        self._outbox = deliveries.outbox
        self._claims = deliveries.claims
        self._handler = handler
        self._poster = poster
        self._grace = timedelta(seconds=grace_seconds)
        self._now = now
        self._begun = begun

    def dispatch(self, queued: Queued) -> End:
        """Make the post, or put it off.

        Raises:
            ClaimLost, Overtaken: Another process goes on with the conversation.
        """
        if queued.in_doubt and queued.tried_at is not None:
            now = self._now()
            # A try that is yet to come was made before the clock went back.
            tried_at = min(queued.tried_at, now)
            ends = tried_at + self._grace
            if now < ends:
                self._look_early(queued, tried_at, ends)
                return End.WAITS
        doubt = queued.in_doubt

        def note(ref: str) -> None:
            nonlocal doubt
            doubt = True  # part of it stands: to begin anew would leave that behind
            self._outbox.note_ref(queued, ref)

        try:
            posted = self._poster.find(queued) if doubt else None
            end = End.FOUND
            if posted is None:
                end = End.SENT
                begun = self._now()
                self._outbox.begin(queued)
                doubt = False
                # A process may be frozen between any two lines: this is asked here, and last of
                # all, right before Slack is called.
                insist = partial(self._insist, queued, begun)
                insist()
                posted = self._poster.post(queued, note, insist)
        except PostRefused as error:
            self._refused(queued, str(error))
            return End.REFUSED
        except PostDelayed as error:
            self._later(queued, error.seconds, str(error), in_doubt=doubt)
            return End.DELAYED
        except PostUnclear as error:
            self._unclear(queued, str(error))
            return End.UNCLEAR
        except (ClaimLost, Overtaken):
            raise
        except Exception as error:
            # A fault of our own: it must not hold up the posts of others.
            if outage(error) is None:
                _log.exception("posting failed")
            self._unclear(queued, type(error).__name__)
            return End.FAULT
        self._stands(queued, posted, end)
        return end

    def _insist(self, queued: Queued, begun: datetime) -> None:
        """Make sure that nobody else goes on with *queued*, of which a try began at *begun*.

        Whoever takes over from here counts from now: Slack is called next.
        """
        self._claims.insist(queued.conversation)
        if self._now() - begun > EARLY:
            self._outbox.call(queued)

    def _stands(self, queued: Queued, posted: Posted, end: End) -> None:
        """Note that the post stands, by this try or by an earlier one."""
        noted = self._outbox.sent(queued, posted.ref, posted.place, found=end is End.FOUND)
        if not noted and end is End.SENT:
            # Frozen after it was asked, and taken for dead: then another has posted it as well.
            self._poster.take_back(queued, posted)
        if posted.place is not None:
            self._begun(queued.team, queued.conversation)

    def _look_early(self, queued: Queued, tried_at: datetime, ends: datetime) -> None:
        """Take note if an earlier try stands already; else look again, ever more seldom.

        Until *ends* Slack may still be taking it, so not to find it says nothing.
        """
        try:
            posted = self._poster.find(queued)
        except Exception as error:
            # It is looked for again in any case, and what is wrong shows then.
            _log.info("could not look for a post yet", extra={"error": type(error).__name__})
            posted = None
        if posted is None:
            now = self._now()
            due = min(ends, now + max(EARLY, now - tried_at))
            self._outbox.delay(
                queued, due, "an earlier try may be under way", in_doubt=True,
                tried_at=tried_at)
        else:
            self._outbox.sent(queued, posted.ref, posted.place, found=True)

    def _refused(self, queued: Queued, reason: str) -> None:
        _log.warning("Slack refused a post", extra={"slack_error": reason})
        # First the word to the person: should we end between the two, it is not lost.
        note = self._handler.undelivered(queued, reason)
        if note is not None:
            self._outbox.promise(queued, note)
        self._outbox.refused(queued, reason)

    def _unclear(self, queued: Queued, error: str) -> None:
        wait = POSTING_WAITS[min(queued.tries, len(POSTING_WAITS) - 1)]
        self._later(queued, max(wait, self._grace.total_seconds()), error, in_doubt=True)

    def _later(self, queued: Queued, seconds: float, error: str, *, in_doubt: bool) -> None:
        _log.warning("a post waits", extra={"seconds": round(seconds, 3), "slack_error": error})
        due = self._now() + min(timedelta(seconds=seconds), LONGEST_WAIT)
        self._outbox.delay(queued, due, error, in_doubt=in_doubt)
        then = queued.outgoing.then
        if then is not None and then.late is not None and (
                queued.tries or seconds >= LATE_SECONDS):
            # Owed once: the key of one that was promised before finds it there.
            self._outbox.promise(queued, then.late)
