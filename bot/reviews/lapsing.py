"""Lets a sign-off lapse once the advice or the deal is no longer the one that was signed.

That can come about in two ways: somebody says something of the deal, or another release is put in
force.  The first is settled in the transaction that records the turn; the second in a sweep over
what stands signed, which can be cut off anywhere and goes on where it was.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update

from bot.casebook.memory import remembered
from bot.casebook.standing import LAPSED, SIGNED_OFF, SIGNED_STANDINGS
from bot.database.upserting import put_once
from bot.dialogue.conversation import ConversationId
from bot.dialogue.naming import deciding_which_deal
from bot.errors import UnknownRelease
from bot.record import log as log_
from bot.record.log import Happening, Logged, append, logged
from bot.record.spoken import workspace_in
from bot.reviews.advised import OF_TEXTS, OF_THE_DEAL, Advised, Change, changes
from bot.reviews.news import Event, News, Tell, untold
from bot.reviews.reading import Editions, advised_now, in_force
from bot.schema import active_release, case_lines, log, review_sweep
from bot.store import Store
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId

AT_ONCE = 100
"""Conversations between two notes of how far a sweep is."""

_ONE = 1
_SIGNED = case_lines.c.standing.in_(SIGNED_STANDINGS)
_MEMORY = select(case_lines.c.memory).where(
    case_lines.c.conversation == bindparam("its_conversation"), _SIGNED)
_log = logging.getLogger("advisor.reviews")


def settle(
    connection: Connection, conversation: ConversationId, editions: Editions, at: datetime,
    tell: Tell = untold,
) -> bool:
    """Let what is signed of *conversation* lapse, if advice or deal is another; whether it did.

    Costs one look at an index where nothing is signed.  Whoever asked is told by *tell*, unless
    they were never told of the sign-off, since it waited for a second.
    """
    signed = _signed(connection, conversation)
    if not signed:
        return False
    guidance = in_force(connection, editions)
    if guidance is None:
        # The sweep that follows finds what has changed, wherever it can be read.  Where a process
        # of another version could read it all along, that has swept, and does so once more.
        connection.execute(delete(review_sweep))
        _log.warning("the release in force can't be read: a sign-off was not held against it")
        return False
    differing = _differing(connection, conversation, signed, guidance)
    if differing is None:
        return False
    (first, found), last = differing, signed[-1]
    found = _without_what_changed_nothing(connection, conversation, first, found, editions)
    home = workspace_in(connection, conversation) or last.workspace
    # What is signed lapses once, whoever notices it first, and all of it.
    key = f"{LAPSED}:{last.key}"
    append(connection, home, Happening(
        LAPSED, key, at, None, conversation,
        {"sign_off": first.body["number"], "release": guidance.release,
         "changes": [change.as_json() for change in found]}))
    if not last.body["needs_second"]:
        told = first.body["release"] == guidance.release or any(
            change.kind in OF_THE_DEAL for change in found)
        texts = all(change.kind in OF_TEXTS for change in found)
        tell(connection, News(
            key, home, conversation,
            Event.ANOTHER_DEAL if told
            else Event.ANOTHER_TEXTS if texts else Event.ANOTHER_GUIDANCE))
    return True


class Sweep:
    """Holds every sign-off against the release in force, once for each time that one is put there.

    Args:
        store: The database.
        editions: Gives the guidance of a release.
        now: The time.
        tell: Tells whoever asked that the sign-off of their deal lapsed.
    """

    def __init__(
        self, store: Store, editions: Editions, now: Callable[[], datetime], tell: Tell = untold
    ) -> None:
        self._store = store
        self._editions = editions
        self._now = now
        self._tell = tell

    def run(self, workspace: str | None, ended: Callable[[], bool]) -> int:
        """Sweep what was not swept yet since the release was put in force.

        Args:
            workspace: Only this one, from the beginning.
            ended: Whether to stop; the next run goes on from there.

        Returns:
            How many sign-offs lapsed.
        """
        with self._store.reading() as connection:
            since = connection.scalar(select(active_release.c.since))
            # Read before the transactions that write, so that nobody waits for it.
            guidance = in_force(connection, self._editions)
            start = self._reached(connection, since)
        if since is None or guidance is None or (workspace is None and start is None):
            return 0
        lapsed, after = 0, ("", "") if workspace is not None or start is None else start
        if workspace is None:
            self._begin(since, after)
        while not ended():
            with self._store.reading() as connection:
                names = _next(connection, workspace, after)
            for home, name in names:
                if ended():
                    return lapsed
                lapsed += self._hold(home, name, guidance)
            if workspace is None:
                self._note(since, names[-1] if len(names) == AT_ONCE else None)
            if len(names) < AT_ONCE:
                break
            after = names[-1]
        return lapsed

    def under_way(self, connection: Connection, workspace: str) -> bool:
        """Whether some sign-off of *workspace* was not held against the release in force yet."""
        since = connection.scalar(select(active_release.c.since))
        reached = None if since is None else self._reached(connection, since)
        return reached is not None and bool(_next(connection, workspace, reached))

    def hold(self, workspace: str, name: ConversationId) -> bool:
        """Hold what is signed of one conversation against the release in force; whether it lapsed.

        For whoever looks at it before the sweep has come to it.
        """
        with self._store.reading() as connection:
            guidance = in_force(connection, self._editions)
        return guidance is not None and self._hold(workspace, name, guidance)

    def _hold(self, workspace: str, name: ConversationId, guidance: Guidance) -> bool:
        with self._store.reading() as connection:
            signed = _signed(connection, name)
            same = _differing(connection, name, signed, guidance) is None
        if same:
            return False
        with self._store.writing() as connection:
            log_.lock(connection, workspace)
            return settle(connection, name, self._editions, self._now(), self._tell)

    def _reached(self, connection: Connection, since: str | None) -> tuple[str, str] | None:
        """Workspace and conversation up to which was swept; None if all are."""
        row = connection.execute(select(review_sweep)).one_or_none()
        if row is None or row.since != since:
            return "", ""
        return None if row.finished else (row.workspace, row.conversation)

    def _begin(self, since: str, reached: tuple[str, str]) -> None:
        row = _row(since, reached)
        with self._store.writing() as connection:
            # Another process may sweep as well; whoever is further makes the other's way shorter.
            if not put_once(connection, review_sweep, {"id": _ONE, **row}):
                connection.execute(
                    update(review_sweep).where(review_sweep.c.id == _ONE).values(row))

    def _note(self, since: str, reached: tuple[str, str] | None) -> None:
        with self._store.writing() as connection:
            # Nothing where it was taken away meanwhile: then all is to be held once more.
            connection.execute(update(review_sweep).where(
                review_sweep.c.id == _ONE).values(_row(since, reached)))


def _row(since: str, reached: tuple[str, str] | None) -> dict[str, str | int]:
    """How far a sweep is; None where it is done."""
    workspace, conversation = reached or ("", "")
    return {"since": since, "workspace": workspace, "conversation": conversation,
            "finished": int(reached is None)}


def _next(
    connection: Connection, workspace: str | None, after: tuple[str, str]
) -> list[tuple[str, ConversationId]]:
    lines = case_lines.c
    query = select(lines.workspace, lines.conversation).where(
        _SIGNED, tuple_(lines.workspace, lines.conversation) > tuple_(*after))
    if workspace is not None:
        query = query.where(lines.workspace == workspace)
    query = query.order_by(lines.workspace, lines.conversation).limit(AT_ONCE)
    return [(row.workspace, ConversationId(row.conversation))
            for row in connection.execute(query)]


def _signed(connection: Connection, conversation: ConversationId) -> tuple[Logged, ...]:
    """The rows of the sign-offs of *conversation* that stand, in order."""
    memory = connection.scalar(_MEMORY, {"its_conversation": conversation})
    if memory is None:
        return ()
    standing = remembered(memory).review.signed
    query = (select(log).where(log.c.conversation == conversation, log.c.kind == SIGNED_OFF)
             .order_by(log.c.workspace, log.c.seq))
    rows = (logged(row._mapping) for row in connection.execute(query))
    return tuple(row for row in rows if row.body["number"] in standing)


def _without_what_changed_nothing(
    connection: Connection, conversation: ConversationId, signed: Logged,
    found: tuple[Change, ...], editions: Editions,
) -> tuple[Change, ...]:
    """*found* without its facts, where the advice of *signed* would stand but for the release."""
    before = Advised.from_json(signed.body["advised"])
    try:
        guidance = editions(ReleaseId(before.release))
    except (UnknownRelease, ReleaseNotReady):
        return found
    now = advised_now(connection, conversation, guidance)
    if now is None or changes(before, now, deciding_which_deal(guidance)):
        return found
    return tuple(change for change in found if change.kind not in OF_THE_DEAL) or found


def _differing(
    connection: Connection, conversation: ConversationId, signed: Sequence[Logged],
    guidance: Guidance,
) -> tuple[Logged, tuple[Change, ...]] | None:
    """The last of *signed* that is of another advice or deal, and in what; None if none is.

    Each is looked at: a log of before may hold a first one of another deal than the second.
    """
    now = advised_now(connection, conversation, guidance) if signed else None
    if now is None:
        return None
    which = deciding_which_deal(guidance)
    for one in reversed(signed):
        found = changes(Advised.from_json(one.body["advised"]), now, which)
        if found:
            return one, found
    return None
