"""The draft, opened to be tried: once for each state of it, beside whoever waits for it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.editions.edition import Edition
from bot.errors import AdvisorError
from bot.publishing.drafts import Draft
from bot.publishing.soundness import problems_of

WAITING_SECONDS = 8.0
"""How long whoever tries a case waits; a draft that needs no embedding is open by then."""

Open = Callable[[Draft, Callable[[int, int], None]], Edition]
"""Opens a draft; told of (done, total) texts that are embedded."""

_log = logging.getLogger("advisor.publishing")


class NotTried(AdvisorError):
    """The draft can't be asked, or not yet; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("not_tried", message)


@dataclass
class _Opening:
    """A draft that is opened, or was."""

    stamp: str
    ended: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    total: int = 0
    edition: Edition | None = None
    fault: str = ""

    def tell(self, done: int, total: int) -> None:
        self.done, self.total = done, total


class Trying:
    """Holds the draft open, for whoever tries cases with it.

    Args:
        draft: The draft as it stands now.
        open_: Opens it.
        waiting: How long, in seconds, `edition` waits for it.
    """

    def __init__(
        self, draft: Callable[[], Draft], open_: Open, waiting: float = WAITING_SECONDS
    ) -> None:
        self._draft = draft
        self._open = open_
        self._waiting = waiting
        self._lock = threading.Lock()
        self._last: _Opening | None = None

    def edition(self) -> Edition:
        """The draft as it stands now, open.

        Raises:
            NotTried: Something is wrong with it, it can't be opened, or that takes longer.
        """
        draft = self._draft()
        if not draft.sound:
            problems = problems_of(draft)
            many = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
            raise NotTried(f"The draft has {many} and can't be asked: {problems[0]} Mend it "
                           "first; the page of the draft lists all.")
        opening = self._begun(draft)
        if not opening.ended.wait(self._waiting):
            how_far = (f": {opening.done:,} of {opening.total:,} texts are embedded"
                       if opening.total else "")
            raise NotTried(f"The draft is being opened{how_far}. Wait a moment and press again; "
                           "what you filled in is kept.")
        if opening.edition is None:
            self._forget(opening)
            raise NotTried(f"The draft could not be opened: {opening.fault}")
        return opening.edition

    def forget(self) -> None:
        """Let go of what is open, as its index may be gone."""
        with self._lock:
            if self._last is not None and self._last.ended.is_set():
                self._last = None

    def _begun(self, draft: Draft) -> _Opening:
        with self._lock:
            if self._last is not None and self._last.stamp == draft.stamp:
                return self._last
            self._last = opening = _Opening(draft.stamp)
        threading.Thread(target=self._work, args=(draft, opening), name="opening-draft",
                         daemon=True).start()
        return opening

    def _work(self, draft: Draft, opening: _Opening) -> None:
        try:
            opening.edition = self._open(draft, opening.tell)
        except Exception as error:
            _log.exception("the draft could not be opened")
            opening.fault = str(error)
        finally:
            opening.ended.set()

    def _forget(self, opening: _Opening) -> None:
        with self._lock:
            if self._last is opening:
                self._last = None
