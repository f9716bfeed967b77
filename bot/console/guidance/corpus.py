"""What the pages of the guidance are drawn from."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.console.conversations.reading_pages import Reading
from bot.console.guidance.cited import Citing
from bot.console.guidance.histories import Histories
from bot.console.guidance.labelled_questions import LabelledQuestions
from bot.console.guidance.provision_search import Shelf
from bot.errors import UnknownRelease
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId
from retrieval.matches import Search

SHELVES = 3
"""Releases whose provisions are held ready to be looked up."""

Searching = Callable[[ReleaseId], Search | None]
"""Gives the product's own search over a release; None where it isn't loaded."""


def _nothing_loaded(_: ReleaseId) -> Search | None:
    return None


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the pages are drawn from.

    Attributes:
        reading: What all pages are drawn from.
        histories: How provisions read in the releases that are kept.
        searching: The product's own search.
        citing: Counts citations; None where they aren't counted.
        labelled: Labelled questions; None where there are none.
    """

    reading: Reading
    histories: Histories
    searching: Searching = _nothing_loaded
    citing: Citing | None = None
    labelled: LabelledQuestions | None = None
    _shelves: dict[ReleaseId, Shelf] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, guidance: Guidance) -> None:
        """Make ready what the first search in *guidance*, and the first history, would wait for."""
        self.shelf(guidance).prepare()
        self.histories.catch_up()

    def edition(self, release: ReleaseId) -> Guidance | None:
        """The guidance of *release*; None if it can't be read here."""
        try:
            return self.reading.editions(release)
        except (UnknownRelease, ReleaseNotReady):
            return None

    def shelf(self, guidance: Guidance) -> Shelf:
        """*guidance*, ready to be looked up."""
        with self._lock:
            found = self._shelves.pop(guidance.release, None) or Shelf(guidance)
            self._shelves[guidance.release] = found
            while len(self._shelves) > SHELVES:
                del self._shelves[next(iter(self._shelves))]
            return found
