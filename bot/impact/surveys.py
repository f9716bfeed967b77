"""Surveys that were made already: a page of one is looked at more than once."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from bot.dialogue.phrasing import Wording
from bot.impact.asking import impact_of_release
from bot.impact.differing import Comparing
from bot.impact.survey import Survey, surveyed
from bot.impact.words import Words
from bot.record import log as log_
from bot.reviews.reading import Editions
from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId

KEPT = 4
"""Surveys held in memory."""

_Made = tuple[Survey, Words]
_Key = tuple[ReleaseId | None, ReleaseId, str, int, str]
"""The release before, None where the history tells it; the later one; the head of the log."""


class Surveys:
    """Makes surveys of releases, and keeps the last few until something is said.

    Args:
        store: The database.
        editions: Gives the guidance of a release.
        say: The sentences on what a release changed.
    """

    def __init__(self, store: Store, editions: Editions, say: Wording) -> None:
        self._store = store
        self._editions = editions
        self.say = say
        self._made: OrderedDict[_Key, _Made] = OrderedDict()
        self._lock = threading.Lock()
        self._comparing: Comparing | None = None
        self._at_work = threading.Lock()

    def of(self, release: ReleaseId, workspace: str) -> tuple[Survey, Words]:
        """Whose advice *release* changes in *workspace*, as its log stands now.

        Raises:
            NothingToCompare: See `impact_of_release`.
        """
        return self._once(None, release, workspace, lambda: impact_of_release(
            self._store, self._editions, self.say, release, workspace))

    def of_two(self, before: Guidance, after: Guidance, workspace: str) -> tuple[Survey, Words]:
        """Whose advice would be another under *after* than under *before* in *workspace*.

        Neither needs to be kept, but each has to be named by its content.
        """
        def made() -> _Made:
            survey = self._surveyed(before, after, workspace)
            return survey, Words(before, after, survey.altered, self.say)

        return self._once(before.release, after.release, workspace, made)

    def of_all(self, before: Guidance, after: Guidance) -> Survey:
        """The same for everybody; a page of the two that follows works no deal out again.

        It isn't kept: whoever asks is about to write down what it comes to.
        """
        return self._surveyed(before, after, None)

    def _surveyed(self, before: Guidance, after: Guidance, workspace: str | None) -> Survey:
        with self._at_work:
            held = self._comparing
            if held is None or (held.before.release, held.after.release) != (
                    before.release, after.release):
                held = self._comparing = Comparing(before, after)
            return surveyed(before, after, self._store, workspace, comparing=held)

    def _once(
        self, before: ReleaseId | None, after: ReleaseId, workspace: str,
        make: Callable[[], _Made],
    ) -> _Made:
        with self._store.reading() as connection:
            head = log_.head(connection, workspace)
        key = (before, after, workspace, head.count, head.digest)
        # One at a time: a second one who looks would only wait twice as long.
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
                while len(self._made) > KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return self._made[key]
