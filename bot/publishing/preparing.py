"""Prepares a release beside the one in force: checked, built, put through the gate, and surveyed.

One is prepared at a time, by whoever holds the one row of `preparation`.  Nothing of it is seen by
anybody who asks for advice until it is published.  A process that is killed leaves a row whose beat
has stopped, which the next one takes over, and an index that is tidied away with the next.
"""

import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, RowMapping, select, update

from bot.database.shared_clock import SharedClock
from bot.dialogue.small_words.lookups import asked_outright
from bot.errors import AdvisorError
from bot.ledger import canonical, timestamp
from bot.log_order import LOCAL
from bot.publishing.drafts import Draft, Drafts
from bot.publishing.gate import NOTHING_MEASURED, gate, measurable
from bot.publishing.soundness import problems_of
from bot.record import log as log_
from bot.schema import active_release, preparation
from bot.store import Store
from bot.telemetry.told_once import tell_failure
from retrieval.editing.differences import compare
from retrieval.editing.edits import Made
from retrieval.errors import RetrievalError
from retrieval.guidance import Guidance, ReleaseId, Table
from retrieval.labelled.cases import LabelledQuery
from retrieval.matches import Search
from retrieval.releases import content_of

if TYPE_CHECKING:
    from retrieval.evaluate import System

BEAT_SECONDS = 5
SILENT_SECONDS = 60
"""A preparation whose beat is older is taken for dead, and may be taken over."""

_ONE = 1
_log = logging.getLogger("advisor.publishing")

Progress = Callable[[str, int, int], None]
"""Told (step, done, total)."""


class Busy(AdvisorError):
    """A release is being prepared right now.

    Attributes:
        by: By whom.
    """

    def __init__(self, by: str, since: str, step: str) -> None:
        self.by = by
        told = f"{since[:16].replace('T', ' ')} UTC ({step})"
        super().__init__("busy", f"{by} has been preparing a release since {told}. "
                         "Nothing was begun for you: wait until that is done, and look at it.")


class Opened(Protocol):
    """A release that can be asked."""

    @property
    def guidance(self) -> Guidance:
        """Its content, named."""
    @property
    def search(self) -> Search:
        """Finds passages of it."""
    def topics(self, text: str) -> Table:
        """What *text* names of the domain."""


Built = Mapping[str, Any]
"""How many `texts` a release has, how many of them had to be `embedded`, and its `index`."""
Open = Callable[[Guidance, Opened, Callable[[int, int], None]], tuple[Opened, Built]]
"""Opens a release, building its index where there is none with what the one in force holds
already; told of (done, total) texts."""
Breaks = Callable[[Any, Any], Sequence[tuple[str, str]]]
"""Ids of approved deals that hold with the first release and not with the second, and why."""
Survey = Callable[[Guidance, Guidance], Mapping[str, Any]]
"""Whose advice would be another under the second than under the first, as JSON types."""


class State(StrEnum):
    """How far a preparation is."""

    PREPARING = "preparing"
    READY = "ready"
    REFUSED = "refused"
    """The gate refuses; it takes a written reason to publish it."""
    UNSOUND = "unsound"
    """Something is wrong with the draft; it can't be published."""
    UNCHANGED = "unchanged"
    """The draft is what is in force."""
    FAILED = "failed"
    """It broke off; `report` says why."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A preparation as it stands."""

    token: str
    by: str
    since: str
    beat: str
    state: State
    step: str
    stamp: str
    base: ReleaseId | None
    release: ReleaseId | None
    report: Mapping[str, Any]
    """`problems`, `counts` of what differs, `gate`, `impact`, as far as it came."""

    def alive(self, now: datetime) -> bool:
        """Whether somebody is at it."""
        # A beat that is yet to come was told before the clock was put back.
        ago = abs(now - datetime.fromisoformat(self.beat))
        return self.state is State.PREPARING and ago < timedelta(seconds=SILENT_SECONDS)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a release is named, opened and judged."""

    name: Callable[[Guidance], ReleaseId]
    open: Open
    queries: Callable[[], Sequence[LabelledQuery]]
    """The labelled questions of the gate."""
    survey: Survey
    remarks: Callable[[Guidance], Sequence[str]] = lambda _: ()
    """What a linter has to say."""
    breaks: Breaks = lambda *_: ()
    """Which approved deals would no longer hold."""
    cases: Callable[[Draft], Sequence[str]] = lambda _: ()
    """What is wrong with the labelled cases of a draft; a written reason overrides it."""


class Preparing:
    """Prepares releases for one database.

    Args:
        store: The database.
        drafts: Its drafts.
        ways: How a release is named, opened and judged.
        live: The release in force, opened.
        now: The time; None for the one that all replicas share.
    """

    def __init__(
        self,
        store: Store,
        drafts: Drafts,
        ways: Ways,
        live: Callable[[], Opened],
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._store = store
        self._drafts = drafts
        self._ways = ways
        self._live = live
        self._clock = SharedClock(now)

    def standing(self) -> Prepared | None:
        """The preparation that is there, if one is."""
        with self._store.reading() as connection:
            return prepared_in(connection)

    def is_alive(self, prepared: Prepared) -> bool:
        """Whether somebody is at *prepared*, here or in another replica."""
        with self._store.reading() as connection:
            return prepared.alive(self._clock.at(connection))

    def case_faults(self, draft: Draft) -> tuple[str, ...]:
        """What the gate will refuse *draft* for, as far as that is known before it is built.

        It is what is wrong with the labelled cases, by file and line, in the gate's own words;
        nothing of a draft that isn't sound, since much would follow from that alone.
        """
        if not draft.sound:
            return ()
        found = tuple(self._ways.cases(draft))
        if not found and not measurable(self._ways.queries(), draft.guidance):
            found = (NOTHING_MEASURED,)
        return found

    def prepare(
        self, by: str, progress: Progress = lambda *_: None, *, begun: str | None = None
    ) -> Prepared:
        """Check, build and judge the draft as it stands now.

        Args:
            by: Who prepares it.
            progress: Told how far it is.
            begun: The token of `begin`, where that was called before.

        Raises:
            Busy: Somebody else is at it.
        """
        token = begun or self.begin(by)
        with self._beating(token):
            try:
                return self._prepare(token, progress)
            except (AdvisorError, RetrievalError, OSError) as error:
                _log.warning("a release could not be prepared: %s", error)
                return self._note(token, state=State.FAILED, report={"problems": [str(error)]})
            except BaseException:  # an interrupt, too: nobody should have to wait for its beat
                self._note(token, state=State.FAILED, report={"problems": [
                    "It broke off; the log of whoever prepared it may say why. Nothing has "
                    "changed: prepare it again."]})
                raise

    def begin(self, by: str) -> str:
        """Take the one row for a preparation; whoever holds the token goes on with `prepare`.

        Raises:
            Busy: Somebody else is at it.
        """
        token = uuid.uuid4().hex
        with self._store.writing() as connection:
            log_.lock(connection, LOCAL)
            now, there = self._clock.at(connection), prepared_in(connection)
            row = {"token": token, "by": by, "since": timestamp(now), "beat": timestamp(now),
                   "state": State.PREPARING, "step": "beginning", "stamp": "", "base": None,
                   "release": None, "content": None, "report": None}
            if there is not None and there.alive(now):
                raise Busy(there.by, there.since, there.step)
            if there is None:
                connection.execute(preparation.insert().values(id=_ONE, **row))
            else:
                connection.execute(update(preparation).values(**row))
        return token

    def drop(self, token: str) -> None:
        """Forget what was prepared, unless somebody has begun another."""
        with self._store.writing() as connection:
            connection.execute(preparation.delete().where(preparation.c.token == token))

    def _prepare(self, token: str, progress: Progress) -> Prepared:
        progress("reading", 0, 1)
        draft, live = self._drafts.draft(), self._live()
        base = live.guidance.release
        named = replace(draft.guidance, release=self._ways.name(draft.guidance))
        found = {"stamp": draft.stamp, "base": base, "release": named.release}
        report: dict[str, Any] = {
            "counts": compare(live.guidance, named).counts(),
            "went_along": list(draft.went_along),
            "folder_sha256": draft.folder_sha256,
            "edits": [_edit_row(made) for made in draft.edits],
            "problems": problems_of(draft),
        }
        if not draft.sound:
            return self._note(token, state=State.UNSOUND, report=report, **found)
        if named.release == base:
            return self._note(token, state=State.UNCHANGED, report=report, **found)
        self._note(token, step="embedding what changed", **found)
        opened, report["built"] = self._ways.open(
            named, live, lambda done, total: progress("embedding", done, total))
        self._note(token, step="asking the labelled questions")
        progress("gate", 0, 1)
        gated = gate(system_of(live), system_of(opened), self._ways.queries(), live.guidance, named)
        broken = tuple(self._ways.breaks(live, opened))
        gated = replace(gated, broken=(*gated.broken, *broken),
                        cases=tuple(self._ways.cases(draft)))
        report["gate"] = gated.as_json()
        self._note(token, step="computing stored cases again")
        progress("impact", 0, 1)
        report["impact"] = dict(self._ways.survey(live.guidance, named))
        report["remarks"] = list(self._ways.remarks(named))
        progress("done", 1, 1)
        return self._note(
            token, state=State.READY if gated.passes else State.REFUSED, step="done",
            report=report, content=content_of(named))

    def _note(self, token: str, **values: Any) -> Prepared:
        """Write how far it is; only whoever still holds the row may."""
        if "report" in values:
            values["report"] = canonical(values["report"])
        with self._store.writing() as connection:
            changed = connection.execute(
                update(preparation).where(preparation.c.token == token)
                .values(beat=timestamp(self._clock.at(connection)), **values))
            there = prepared_in(connection)
            if not changed.rowcount or there is None:
                raise AdvisorError("taken_over", "Somebody else has begun to prepare a release, "
                                   "because this process had been silent for too long. Look at "
                                   "theirs.")
            return there

    @contextmanager
    def _beating(self, token: str) -> Iterator[None]:
        ended = threading.Event()

        def beat() -> None:
            away = None
            while not ended.wait(BEAT_SECONDS):
                try:
                    with self._store.writing() as connection:
                        connection.execute(
                            update(preparation).where(preparation.c.token == token)
                            .values(beat=timestamp(self._clock.at(connection))))
                    away = None
                except Exception as error:
                    away = tell_failure(
                        _log, error, before=away,
                        failed="could not say that a preparation is alive",
                        waits="that a preparation is alive is said once it is back")

        thread = threading.Thread(target=beat, name="preparing", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def system_of(opened: Opened) -> "System":
    """A release as what the gate asks."""
    from retrieval.evaluate import DEPTH  # noqa: PLC0415  it takes a third of a second

    def system(questions: Sequence[str]) -> list[list[Any]]:
        asked = [asked_outright(opened.guidance, text, DEPTH, opened.topics(text))
                 for text in questions]
        return [[] if found.abstained else [m.provision for m in found.matches]
                for found in opened.search(asked)]

    return system


def prepared_in(connection: Connection) -> Prepared | None:
    """The preparation that is there, if one is."""
    row = connection.execute(select(preparation)).one_or_none()
    return None if row is None else _prepared(row._mapping)


def waiting_content(connection: Connection, token: str | None = None) -> str | None:
    """The content of the release that waits to be published, as JSON text; only of *token*."""
    query = select(preparation.c.content)
    if token is not None:
        query = query.where(preparation.c.token == token)
    return connection.scalar(query)


def base_in(connection: Connection) -> ReleaseId | None:
    """The release in force."""
    release = connection.scalar(select(active_release.c.release))
    return None if release is None else ReleaseId(release)


def _prepared(row: RowMapping) -> Prepared:
    return Prepared(
        row["token"], row["by"], row["since"], row["beat"], State(row["state"]), row["step"],
        row["stamp"], row["base"], row["release"], json.loads(row["report"] or "{}"))


def _edit_row(made: Made) -> dict[str, Any]:
    return {"id": made.id, "kind": made.edit.kind, "subject": made.edit.subject, "by": made.by,
            "at": made.at}
