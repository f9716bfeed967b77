"""The content of the release that waits to be published, read once."""

import threading

from bot.publishing.preparing import Prepared, waiting_content
from bot.store import Store
from retrieval.guidance import Guidance
from retrieval.releases import guidance_of


class Waiting:
    """Reads what was prepared; safe to share between threads.

    Args:
        store: The database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._last: tuple[str, Guidance] | None = None

    def of(self, prepared: Prepared) -> Guidance | None:
        """The content of *prepared*; None where it has none, or another one waits by now.

        Raises:
            ReleaseNotReady: Another version of the program wrote it.
        """
        if prepared.release is None:
            return None
        with self._lock:
            if self._last is not None and self._last[0] == prepared.token:
                return self._last[1]
            with self._store.reading() as connection:
                content = waiting_content(connection, prepared.token)
            if content is None:
                return None
            found = guidance_of(content, prepared.release)
            self._last = prepared.token, found
            return found
