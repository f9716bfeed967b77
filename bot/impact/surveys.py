"""Surveys that were made already: a page of one is looked at more than once."""

import threading
from collections import OrderedDict

from bot import log as log_
from bot.impact.asking import impact_of_release
from bot.impact.survey import Survey
from bot.impact.words import Words
from bot.reviews.reading import Editions
from bot.store import Store
from retrieval.guidance import ReleaseId

KEPT = 4
"""Surveys held in memory."""

_Key = tuple[ReleaseId, str, int, str]


class Surveys:
    """Makes surveys of releases, and keeps the last few until something is said.

    Args:
        store: The database.
        editions: Gives the guidance of a release.
    """

    def __init__(self, store: Store, editions: Editions) -> None:
        self._store = store
        self._editions = editions
        self._made: OrderedDict[_Key, tuple[Survey, Words]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, release: ReleaseId, workspace: str) -> tuple[Survey, Words]:
        """Whose advice *release* changes in *workspace*, as its log stands now.

        Raises:
            NothingToCompare: See `impact_of_release`.
        """
        with self._store.reading() as connection:
            head = log_.head(connection, workspace)
        key = (release, workspace, head.count, head.digest)
        # One at a time: a second one who looks would only wait twice as long.
        with self._lock:
            if key not in self._made:
                self._made[key] = impact_of_release(
                    self._store, self._editions, release, workspace)
                while len(self._made) > KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return self._made[key]
