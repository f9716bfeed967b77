"""The official passages beside a digest, by meaning once a model has read them all.

A document has hundreds of passages, and reading them takes a minute; nobody waits for it.  Until
then, and as long as no model is loaded, they come by number and by common words.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.console.documents.fetch_runs import in_thread
from bot.publishing.drafts import Draft
from bot.publishing.ticking import Offered, Ticking
from retrieval.guidance import ProvisionId

_log = logging.getLogger("advisor.console")


class By(StrEnum):
    """How passages were found."""

    MEANING = "meaning"
    WORDS_FOR_NOW = "words for now"
    """They are being read."""
    WORDS = "words"
    """No model is loaded."""


@dataclass
class NearPassages:
    """Finds passages, and has them read in the background.

    Attributes:
        ticking: Gives the tick list.
        loaded: Whether the model is.
        start: Does work beside everything else.
    """

    ticking: Callable[[], Ticking]
    loaded: Callable[[], bool]
    start: Callable[[Callable[[], None]], None] = in_thread
    _busy: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def offered(
        self, draft: Draft, id_: ProvisionId, most: int
    ) -> tuple[tuple[Offered, ...], By]:
        """The likeliest passages, and how they were found.

        Raises:
            KeyError: There is no such provision in the draft.
        """
        ticking = self.ticking()
        if not self.loaded():
            return ticking.offered_by_words(draft, id_, most), By.WORDS
        if ticking.is_warm(draft, id_):
            return ticking.offered(draft, id_, most), By.MEANING
        self._warm(ticking, draft)
        if ticking.is_warm(draft, id_):
            return ticking.offered(draft, id_, most), By.MEANING
        return ticking.offered_by_words(draft, id_, most), By.WORDS_FOR_NOW

    def _warm(self, ticking: Ticking, draft: Draft) -> None:
        with self._lock:
            if self._busy:
                return
            self._busy = True

        def work() -> None:
            try:
                ticking.warm(draft)
            except Exception:
                # The pages go on without meaning; the next look tries again.
                _log.exception("passages could not be read by the model")
            finally:
                self._busy = False

        self.start(work)
