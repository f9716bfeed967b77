"""What a serving process does beside the messages: once a minute, and when a release changes.

It has threads of its own: however much there is to answer, what is due by time is not put off.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.assembly import Assembly
from bot.erasure.overwriting import Remains
from bot.queue.cases import Cases
from bot.queue.deliveries import Deliveries
from bot.reviews.reviewing import Reviewing
from bot.serving.leaps import Leaps
from bot.slack.acquainting import Acquainting
from bot.telemetry.told_once import tell_failure
from retrieval.errors import CorpusError

if TYPE_CHECKING:
    from bot.slack.proving import Proving

EACH_SECONDS = 60
"""How often what is due is looked at, and sign-offs held against the release at the latest."""
ERASING_SECONDS = 20
"""How long a look erases what is overdue: who does that answers nobody meanwhile."""

_log = logging.getLogger("advisor.serve")


class Upkeep:
    """Reminders, checkpoints, names, erasures; and sign-offs held against the release in force.

    Args:
        parts: The parts of this process.
        cases: For watch dates.
        deliveries: Where reminders go.
        acquainting: Looks up people whom the log doesn't know by name.
        reviewing: Holds sign-offs against the release in force.
        tell: Says something to whoever started the server.
        now: The clock, in UTC: a watch date begins when its day does there, as it was set.
        file: Files what answers cite by provision.
        slack_time: As `bot.slack.telling_time.time_at`.
        introduced: Whether Slack has said whose token it is.
    """

    def __init__(
        self,
        parts: Assembly,
        cases: Cases,
        deliveries: Deliveries,
        acquainting: Acquainting,
        reviewing: Reviewing,
        *,
        tell: Callable[[str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        file: Callable[[], object] = lambda: None,
        slack_time: Callable[[], datetime | None] = lambda: None,
        introduced: Callable[[], bool] = lambda: True,
    ) -> None:
        self._parts = parts
        self._cases = cases
        self._deliveries = deliveries
        self._acquainting = acquainting
        self._reviewing = reviewing
        self._tell = tell
        self._now = now
        self._file = file
        self.proving: Proving | None = None
        """Takes and sends checkpoints, once there is a channel to send them to."""
        self._away: str | None = None
        self._slack_time = slack_time
        self._introduced = introduced
        self._leaps = Leaps()
        self._told_time = False
        self._told_of_leap = False
        self._told_of_remains = False
        self._changed = threading.Event()
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        """Do what is due, sweep whenever the release changes, look once at the corpus folder."""
        self._looking.start()
        threading.Thread(target=self._sweep, name="sweeping", daemon=True).start()
        threading.Thread(target=self._compare_folder, name="folder", daemon=True).start()

    def stop(self) -> None:
        """Begin nothing more."""
        self._ended.set()
        self._changed.set()

    def join(self, timeout: float) -> None:
        """Wait for what is under way, for *timeout* seconds at most."""
        if self._looking.ident is not None:  # what was never opened can be closed too
            self._looking.join(max(0.0, timeout))

    def released(self) -> None:
        """Another release answers: sign-offs are held against it at once, not in a minute."""
        self._changed.set()

    def look(self) -> None:
        """Take checkpoints, learn names, erase, remind, file; one that fails holds up no other."""
        away = None
        for step in (self._prove, self._acquaint, self._erase, self._overwrite,
                     self._remind, self._file):
            if self._ended.is_set():
                return
            try:
                step()
            except Exception as error:
                away = tell_failure(
                    _log, error, before=self._away, waits="what is due is done once it is back",
                    failed="something that was due could not be done; it is tried again in a "
                    "minute")
                self._away = away or self._away
        self._away = away

    def _run(self) -> None:
        while not self._ended.is_set():
            self.look()
            self._ended.wait(EACH_SECONDS)

    def _prove(self) -> None:
        if self.proving is not None:
            self.proving.look()

    def _acquaint(self) -> None:
        # By the token of another workspace nobody is known, and that would be kept.
        if self._introduced():
            self._acquainting.look()

    def _erase(self) -> None:
        if not self._knows_time():
            return
        erasing = self._parts.erasing
        shown = erasing.time()
        if self._leaps.is_trusted(shown):
            self._told_of_leap = False
            erasing.overdue(ERASING_SECONDS)
        elif not self._told_of_leap:
            self._told_of_leap = True
            _log.warning(
                "the clock by which words are kept is a day or more off Slack's, or was moved "
                "since this process started, so nothing is erased for its retention period; set "
                "it right, then start the process again",
                extra={"seconds": int(self._leaps.ahead(shown).total_seconds())})

    def _remind(self) -> None:
        if not self._knows_time():
            return
        # Who is reminded too early is not again on the day that they chose.
        at = self._leaps.put_right(self._now())
        for reminder in self._cases.reminders(at.date(), at):
            self._deliveries.receive(reminder)

    def _knows_time(self) -> bool:
        """Whether Slack has said what time it is, if it ever does: once is enough.

        A process that was started while its clock was wrong can't tell by itself.
        """
        if not self._told_time:
            try:
                moment = self._slack_time()
            except OSError:
                return False  # nobody can be reminded either, and what is due can be erased later
            self._told_time = True
            if moment is not None:
                self._leaps.hear(moment)
        return True

    def _overwrite(self) -> None:
        """Overwrite what erasures have left in the database's files, and tell if that drags on."""
        remains = self._parts.erasing.overwrite_owed()
        if remains is Remains.AHEAD and not self._told_of_remains:
            _log.warning("words that were erased are still in the write-ahead file of the "
                         "database, since something reads it for long, such as an export or a "
                         "back-up; each minute they are tried to be overwritten")
        self._told_of_remains = remains is Remains.AHEAD

    def _sweep(self) -> None:
        """Hold what is signed against the release in force, whenever another one is put there."""
        while not self._ended.is_set():
            try:
                self._reviewing.sweep(ended=self._ended.is_set)
            except Exception as error:
                # The next sweep goes on where this one was.
                tell_failure(
                    _log, error, waits="sign-offs are held against the release once it is back",
                    failed="could not hold sign-offs against the release in force")
            self._changed.wait(EACH_SECONDS)
            self._changed.clear()

    def _compare_folder(self) -> None:
        """Say once whether what lies in the corpus folder is what answers."""
        # What reads a folder is imported once messages are taken in.
        from bot.publishing.corpus_folder import FOLDER_DIFFERS  # noqa: PLC0415

        away = None
        while not self._ended.is_set():
            try:
                if self._parts.folder_differs():
                    self._tell(FOLDER_DIFFERS)
            except (CorpusError, OSError) as error:
                _log.warning("%s", error)
                self._tell("The corpus folder can't be read, so the release in force goes on "
                           "answering; 'advisor corpus check' says what is wrong with the folder.")
            except Exception as error:
                away = tell_failure(
                    _log, error, before=away,
                    waits="the corpus folder is held against the release once it is back",
                    failed="could not hold the corpus folder against the release")
                if away is not None:
                    self._ended.wait(EACH_SECONDS)
                    continue
            return
