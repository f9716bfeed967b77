"""Workers that take up the second looks that are due, beside the desk and never in its way."""

import logging
import threading
import time
from collections.abc import Callable

from bot.answering.stepping import Along
from bot.language_model.looks import Due, Looks
from bot.outages import in_log
from bot.second_look.journey import SecondLook
from bot.second_look.looked import Dropped, Looked
from bot.telemetry.told_once import tell_failure

POLL_SECONDS = 1.0
"""How often a worker looks without being woken."""
BUSY_SECONDS = 2.0
"""How long a look waits for which the model had no time."""

_log = logging.getLogger("advisor.looking")


class Looking:
    """Workers over the second looks of one database.

    Args:
        looks: What is due.
        second_look: Looks.
        along: Owes the posts that replace those of the answer, with the new turn.
        workers: How many look at the same time.
        looked: Told of each look that came to an end.
    """

    def __init__(
        self,
        looks: Looks,
        second_look: SecondLook,
        along: Along | None,
        *,
        workers: int,
        looked: Callable[[Looked], None] = lambda _: None,
    ) -> None:
        self._looks = looks
        self._second_look = second_look
        self._along = along
        self._looked = looked
        self._news = threading.Condition()
        self._stopping = False
        self._held: dict[int, Due] = {}
        self._away: str | None = None
        self._threads = [
            threading.Thread(target=self._run, name=f"looking-{n}", daemon=True)
            for n in range(workers)
        ]

    def start(self) -> None:
        """Start the workers; they begin with what an earlier process left."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float) -> None:
        """Let the workers finish for *timeout* seconds in all; what is left then stays due.

        A call that goes on is abandoned: whoever starts next takes its look up at once.
        """
        ends = time.monotonic() + timeout
        with self._news:
            self._stopping = True
            self._news.notify_all()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, ends - time.monotonic()))
        for due in list(self._held.values()):
            try:
                self._looks.delay(due, 0)
            except Exception as error:
                # Its lease runs out by itself, and others have to be ended after us.
                _log.warning("a second look waits until its lease has run out",
                             extra={"outage": in_log(error)})

    def wake(self) -> None:
        """Tell a worker that something is due."""
        with self._news:
            self._news.notify()

    def work(self) -> bool:
        """Look at one answer again; False if none was due."""
        due = self._looks.take()
        if due is None:
            return False
        mine = threading.get_ident()
        self._held[mine] = due
        try:
            looked = self._second_look.look(
                due.conversation, due.turn, self._along, lambda: self._goes_on(mine),
                due.asked_at)
            if looked.dropped is Dropped.BUSY:
                self._looks.delay(self._held[mine], BUSY_SECONDS)
            self._looked(looked)
        finally:
            del self._held[mine]
        return True

    def _goes_on(self, mine: int) -> bool:
        """Whether the worker *mine* may ask: it still holds its look, for as long again."""
        renewed = None if self._stopping else self._looks.renew(self._held[mine])
        if renewed is not None:
            self._held[mine] = renewed
        return renewed is not None

    def _could_not_look(self, error: Exception) -> None:
        self._away = tell_failure(
            _log, error, before=self._away, waits="second looks wait until it is back",
            failed="a second look failed; the answer stands as it is")

    def _run(self) -> None:
        while not self._stopping:
            try:
                worked = self.work()
                self._away = None
            except Exception as error:
                # What it looked at can be taken up again once its lease has run out.
                self._could_not_look(error)
                worked = False
            if not worked:
                with self._news:
                    if not self._stopping:
                        self._news.wait(POLL_SECONDS)
