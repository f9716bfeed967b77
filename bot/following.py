"""Follows the release in force: the advisor takes it between two turns.

Whoever publishes or goes back only writes to the database.  Each process looks there every moment,
opens what it finds, building the index where it is missing, and only then lets turns take it.
Until then, and where that fails, the release before goes on answering.
"""

import logging
import threading
import time
from collections.abc import Callable

from bot.advisor import Advisor
from bot.editions.edition import Edition
from bot.outages import in_log
from bot.store import Store
from bot.telemetry.told_once import tell_failure
from retrieval.guidance import ReleaseId

LOOK_SECONDS = 2.0
"""How often the database is asked which release is in force."""
AGAIN_SECONDS = 30.0
"""How long a release that could not be opened is left alone before it is tried again."""

Open = Callable[[ReleaseId], Edition]
"""Opens a release: reads it from the database and builds its index if there is none."""

_log = logging.getLogger("advisor.release")


class Following:
    """Keeps one advisor on the release in force.

    Args:
        store: Says which release that is.
        advisor: Is switched.
        open_: Opens a release.
        took: Told of each edition that was taken.
        clock: Seconds, from wherever.
    """

    def __init__(
        self,
        store: Store,
        advisor: Advisor,
        open_: Open,
        took: Callable[[Edition], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._advisor = advisor
        self._open = open_
        self._took = took
        self._clock = clock
        self._one = threading.Lock()
        self._nudged = threading.Event()
        self._ended = threading.Event()
        self._failed: tuple[ReleaseId, float] | None = None
        self.fault: str | None = None
        """Why the release in force is not the one that answers here; None where it is."""
        self.warning: str | None = None
        """The same for whoever may ask, without what the error says: that may be an address."""

    def look(self) -> bool:
        """Take the release in force if it is another one; whether one was taken.

        It returns once turns take it, so whoever has published can wait for it here.

        Raises:
            Exception: Whatever kept the release from being opened; the old one goes on answering.
        """
        with self._one:
            while True:
                wanted = self._store.active_release()
                if wanted is None or wanted == self._advisor.edition.release:
                    self._failed = self.fault = self.warning = None
                    return False
                try:
                    edition = self._open(wanted)
                except Exception as error:
                    self._failed = wanted, self._clock()
                    unopened = (f"release {wanted} is in force, but can't be opened here, so "
                                f"{self._advisor.edition.release} goes on answering")
                    self.fault = f"{unopened}: {error}"
                    self.warning = f"{unopened}: {in_log(error) or type(error).__name__}"
                    raise
                # Opening may take minutes, and whoever went back meanwhile did so for a reason.
                if self._store.active_release() == wanted:
                    break
            self._advisor.switch(edition)
            self._failed = self.fault = self.warning = None
        _log.info("another release answers from now on", extra={"release": edition.release})
        self._took(edition)
        return True

    def nudge(self) -> None:
        """Have `run` look at once, since something was published."""
        self._failed = None
        self._nudged.set()

    def run(self) -> None:
        """Look every moment until `stop`."""
        before = None
        while not self._ended.is_set():
            self._nudged.wait(LOOK_SECONDS)
            self._nudged.clear()
            if self._ended.is_set() or self._is_left_alone():
                continue
            away = None
            try:
                self.look()
            except Exception as error:
                away = tell_failure(
                    _log, error, before=before, waits="could not look what is in force",
                    failed="could not take the release in force")
            before = away

    def stop(self) -> None:
        """End `run` at its next chance."""
        self._ended.set()
        self._nudged.set()

    def _is_left_alone(self) -> bool:
        """Whether the release in force could not be opened only just now."""
        failed = self._failed
        if failed is None or self._clock() - failed[1] >= AGAIN_SECONDS:
            return False
        try:
            return self._store.active_release() == failed[0]
        except Exception:
            # The database is away, say: the next `look` meets that as well, and tells of it.
            return True
