"""Fetching official documents beside the pages: it takes minutes, and one looks in on it."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.documents.fetched import Fetched
from bot.documents.fetching import Fetching
from bot.errors import AdvisorError
from bot.telemetry.told_once import tell_failure
from retrieval.errors import RetrievalError
from retrieval.reading.publishers import OfficialDocument, OfficialId

_log = logging.getLogger("advisor.console")


@dataclass
class Run:
    """One going through of official documents."""

    by: str
    at: datetime
    wanted: tuple[OfficialDocument, ...]
    done: tuple[Fetched, ...] = ()
    ended: bool = False
    broken: str = ""
    """Why it ended before its time, as a sentence."""

    @property
    def next(self) -> OfficialDocument | None:
        """The one that is being fetched."""
        return None if self.ended or len(self.done) >= len(self.wanted) else (
            self.wanted[len(self.done)])


def in_thread(work: Callable[[], None]) -> None:
    """Do *work* beside everything else."""
    threading.Thread(target=work, name="fetching", daemon=True).start()


@dataclass
class FetchRuns:
    """Fetches, one run at a time."""

    fetching: Callable[[], Fetching]
    start: Callable[[Callable[[], None]], None] = in_thread
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    last: Run | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, by: str, ids: Sequence[str] | None) -> bool:
        """Begin to fetch *ids*, or all; False if somebody's run is still going on.

        Raises:
            BadInput: One of them is not in the list.
            CorpusError: The list can't be read.
        """
        fetching = self.fetching()
        for id_ in ids or ():
            fetching.history(id_, limit=1)
        wanted = tuple(one for id_, one in fetching.listed.items()
                       if ids is None or id_ in {OfficialId(one) for one in ids})
        with self._lock:
            if self.last is not None and not self.last.ended:
                return False
            run = self.last = Run(by, self.now(), wanted)
        self.start(lambda: self._go(run, fetching))
        return True

    def _go(self, run: Run, fetching: Fetching) -> None:
        def told(one: Fetched) -> None:
            run.done = (*run.done, one)

        try:
            fetching.fetch(run.by, [str(one.id) for one in run.wanted], told)
        except (AdvisorError, RetrievalError) as error:
            run.broken = str(error)
        except Exception as error:
            # The database is away, say; whoever waits must not wait for ever.
            tell_failure(_log, error, failed="fetching official documents broke off",
                         waits="fetching official documents broke off, and has to be begun anew")
            run.broken = ("It broke off; whoever keeps Advisor finds why in what it has logged. "
                          "What came before is kept.")
        finally:
            run.ended = True
