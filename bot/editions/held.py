"""Guidance by release, read back from the database and held in memory for a while."""

import threading
from collections import OrderedDict

from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId
from retrieval.releases import guidance_of

KEPT = 4
"""Releases held in memory beside the one that answers, some 20 MB each."""


class Editions:
    """Looks releases up; safe to share between threads.

    Args:
        store: Holds the releases.
        current: The one that answers, where it is in memory already.
    """

    def __init__(self, store: Store, current: Guidance | None = None) -> None:
        self._store = store
        self._current = current
        self._kept: OrderedDict[ReleaseId, Guidance] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, release: ReleaseId) -> Guidance:
        """The guidance of *release*.

        Raises:
            UnknownRelease: The database lacks it.
            ReleaseNotReady: It was written by another version of the program.
        """
        with self._lock:
            if self._current is not None and self._current.release == release:
                return self._current
            if release in self._kept:
                self._kept.move_to_end(release)
                return self._kept[release]
        # Outside the lock: whoever waits for it may hold a transaction that this would wait for.
        found = guidance_of(self._store.release_content(release), release)
        with self._lock:
            return self._keep(found)

    def switch(self, guidance: Guidance) -> None:
        """Hold *guidance* as the one that answers; the one before is let go when its turn comes."""
        with self._lock:
            before, self._current = self._current, guidance
            if before is not None and before.release != guidance.release:
                self._keep(before)
            self._kept.pop(guidance.release, None)

    def _keep(self, guidance: Guidance) -> Guidance:
        found = self._kept.setdefault(guidance.release, guidance)
        self._kept.move_to_end(guidance.release)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found
