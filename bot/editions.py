"""Guidance by release: the one in force, and earlier ones read back from the database."""

from functools import lru_cache

from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId
from retrieval.releases import guidance_of

KEPT = 4
"""Earlier releases held in memory, some 20 MB each."""


class Editions:
    """Looks releases up."""

    def __init__(self, store: Store, current: Guidance) -> None:
        self.current = current
        self._store = store
        self._earlier = lru_cache(KEPT)(self._read)

    def of(self, release: ReleaseId) -> Guidance:
        """The guidance of *release*.

        Raises:
            UnknownRelease: The database lacks it.
            ReleaseNotReady: It was written by another version of the program.
        """
        return self.current if release == self.current.release else self._earlier(release)

    def _read(self, release: ReleaseId) -> Guidance:
        return guidance_of(self._store.release_content(release), release)
