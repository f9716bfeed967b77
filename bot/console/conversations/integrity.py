"""Whether the log of a workspace is as it was recorded, as a mark on what is read from it.

Holding a log against its digests takes a pass over it, so it is done beside the pages, and again
when the last finding is old.  Once rows were found to be as a checkpoint has them, the next passes
read those after them; once a day all are read again, since any may have been changed meanwhile.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.checkpoints import Checkpoints, Verdict
from bot.record.intact import Proven
from bot.telemetry.told_once import tell_failure

KEPT_FOR = timedelta(minutes=15)
"""How long a finding is shown before the log is held against its digests again."""
SOON = timedelta(minutes=1)
"""How long it is shown where rows were proved, so that only those after them are read again."""
ALL_AGAIN = timedelta(days=1)
"""How long rows that were proved are not read again."""

_log = logging.getLogger("advisor.console")


@dataclass(frozen=True, slots=True)
class Mark:
    """What was found, and when."""

    verdict: Verdict
    at: datetime
    """When rows were last read."""
    all_at: datetime
    """When all of them were."""
    skipped: int = 0
    """Rows that were read at `all_at`, or between then and `at`, and not at `at`."""
    proven: Proven | None = None
    """Where the next pass begins."""

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict.broken is None


def beside(work: Callable[[], None]) -> None:
    """Do *work* in a thread of its own."""
    threading.Thread(target=work, name="log-integrity", daemon=True).start()


class Integrity:
    """The marks of all workspaces."""

    def __init__(
        self,
        checkpoints: Checkpoints,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        start: Callable[[Callable[[], None]], None] = beside,
    ) -> None:
        """Hold logs against *checkpoints*; *start* is handed the work."""
        self._checkpoints = checkpoints
        self._now = now
        self._start = start
        self._marks: dict[str, Mark] = {}
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def of(self, workspace: str) -> Mark | None:
        """The last finding on *workspace*; None until there is one.  An old one is renewed."""
        with self._lock:
            mark = self._marks.get(workspace)
            # A finding that is yet to come was made before the clock was put back.
            old = mark is None or abs(self._now() - mark.at) >= (
                SOON if mark.whole and mark.proven is not None else KEPT_FOR)
            if not old or workspace in self._busy:
                return mark
            self._busy.add(workspace)
        self._start(lambda: self._look(workspace))
        return self._marks.get(workspace)

    def _look(self, workspace: str) -> None:
        try:
            self._marks[workspace] = self._found(workspace, self._marks.get(workspace))
        except Exception as error:
            # The last finding stays, with when it was made; the next page begins another pass.
            tell_failure(_log, error, failed="could not hold a log against its digests",
                         waits="a log is held against its digests once it is back")
        finally:
            with self._lock:
                self._busy.discard(workspace)

    def _found(self, workspace: str, last: Mark | None) -> Mark:
        begun = self._now()
        since = None
        if last is not None and last.whole and abs(begun - last.all_at) < ALL_AGAIN:
            since = last.proven
        verdict, proven = self._checkpoints.go_on(workspace, since)
        if last is None or since is None:
            return Mark(verdict, begun, begun, 0, proven)
        return Mark(verdict, begun, last.all_at, since.head.count, proven)
