"""Erasure of what people said, legal holds against it, and retention that runs by itself.

The log stays whole: a row loses the person's words, their name and the salt, and keeps the hash
that its digest covers.  What a conversation remembers of the words goes with them, and so do
messages and replies that still lie in the inbox and outbox, what colleagues' turns in the same
conversation repeat of them, and what a language model was sent since and sent back.  What was done,
by whom and why, is a row itself.  Copies outside of the database are out of reach: Slack's own,
exports, the language model's.  Of a back-up that is restored the same is erased again, by the list
of `bot.record.erasure_list`; see `bot.backing_up.erased_again`.
"""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, delete, func, select

from bot.database.shared_clock import SharedClock
from bot.database.upserting import put_once
from bot.dialogue.conversation import ConversationId
from bot.erasure.listing import Begun, Listing
from bot.erasure.overdue import MOST_DAYS, UNBEGUN, days_kept, due, held_though_overdue
from bot.erasure.overwriting import Remains, sweep
from bot.erasure.silencing import (
    KEPT,
    covered,
    forget_person,
    is_remembered,
    names_of,
    silence,
)
from bot.errors import AdvisorError
from bot.ledger import timestamp
from bot.record.erasure_list import ERASED, HELD, RELEASED, RETENTION
from bot.record.erasures import Taken, all_taken
from bot.record.log import Happening, Logged, lock, workspaces
from bot.record.spoken import workspace_in
from bot.schema import conversations, deliveries, holds, log, retention
from bot.store import Store

RETAINED_FOR = "the retention period is over"


class NotErased(AdvisorError):
    """Nothing was erased; the message says why."""

    def __init__(self, why: str) -> None:
        super().__init__("not_erased", why)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased."""

    conversations: tuple[ConversationId, ...]
    rows: int
    """Rows of the log that lost their words."""
    held: tuple[ConversationId, ...] = ()
    """Conversations that a legal hold kept from it."""
    remains: Remains = Remains.NOTHING
    """Where the files of the database still have the words."""


class Erasing:
    """Erases, holds and retains in one database.

    Each takes the head of the log before it looks: what is held or said while it waits for that
    would be erased all the same, though whoever held it was told that nothing can be.
    """

    def __init__(
        self, store: Store, now: Callable[[], datetime] | None = None,
        tell: Callable[[Logged], object] = lambda _: None,
        untell: Callable[[Sequence[Logged]], object] = lambda _: None,
    ) -> None:
        """Erase in *store*; *tell* is told of what is done, before it commits.

        *untell* is told of what *tell* was and that was rolled back after all.

        *now* is the clock; None for this machine's, and the one that all replicas share.
        """
        self._store = store
        self._now = now or (lambda: datetime.now(UTC))
        self._clock = SharedClock(now)
        self._listing = Listing(store, tell, untell)
        self._overwritten: Mapping[str, int] = {}

    # --- erasure ----------------------------------------------------------------------------

    def conversation(
        self, workspace: str, conversation: ConversationId, *, by: str, reason: str
    ) -> Erased:
        """Erase what everybody said in *conversation*.

        Raises:
            NotErased: *workspace* has no such conversation, it is held, or no reason is given.
        """
        _insist_on(by, reason)
        with self._listing.writing(workspace) as begun:
            connection = begun.connection
            lock(connection, workspace)
            self._insist_on_free(connection, workspace, conversation)
            erased = self._erase(begun, workspace, [conversation], by=by, reason=reason)
        return replace(erased, remains=self._overwrite())

    def person(self, workspace: str, person: str, *, by: str, reason: str) -> Erased:
        """Erase what *person* said, wherever in *workspace*, and their name; what is held stays.

        Raises:
            NotErased: They said nothing there and nothing is kept of them, or no reason is given.
        """
        _insist_on(by, reason)
        with self._listing.writing(workspace) as begun:
            connection = begun.connection
            lock(connection, workspace)
            free, held = self._said_in(connection, workspace, person)
            erased = self._erase(begun, workspace, free, by=by, reason=reason,
                                 person=person)
            forget_person(connection, workspace, person)
        return replace(erased, held=held, remains=self._overwrite())

    def preview_of_conversation(self, workspace: str, conversation: ConversationId) -> Erased:
        """What `conversation` would erase; nothing is.

        Raises:
            NotErased: *workspace* has no such conversation, or it is held.
        """
        with self._store.writing() as connection:
            self._insist_on_free(connection, workspace, conversation)
            return _undone(connection, workspace, [conversation], None)

    def preview_of_person(self, workspace: str, person: str) -> Erased:
        """What `person` would erase; nothing is.

        Raises:
            NotErased: They said nothing there.
        """
        with self._store.writing() as connection:
            free, held = self._said_in(connection, workspace, person)
            return replace(_undone(connection, workspace, free, person), held=held)

    def _insist_on_free(
        self, connection: Connection, workspace: str, conversation: ConversationId
    ) -> None:
        """Insist that *workspace* has *conversation*, and that nothing holds it."""
        known = connection.scalar(
            select(conversations.c.id).where(
                conversations.c.id == conversation, conversations.c.workspace == workspace))
        if known is None and not connection.execute(UNBEGUN.where(
                deliveries.c.team == workspace, deliveries.c.conversation == conversation)).all():
            raise NotErased(f"There is no conversation {conversation!r} in that workspace.")
        if self._held(connection, [conversation]):
            raise NotErased(f"{conversation!r} is under a legal hold; lift it first.")

    def _said_in(
        self, connection: Connection, workspace: str, person: str
    ) -> tuple[list[ConversationId], tuple[ConversationId, ...]]:
        """The conversations in which *person* said something: the free ones, and those held.

        Whoever only looks, and has a name, is in neither.
        """
        found = connection.scalars(
            select(log.c.conversation).distinct()
            .outerjoin(conversations, conversations.c.id == log.c.conversation)
            # Rows of the chain from before workspaces lie in a log of their own; and there may be
            # a row of a conversation that never began.
            .where(func.coalesce(conversations.c.workspace, log.c.workspace) == workspace,
                   log.c.conversation.is_not(None),
                   log.c.actor.in_(names_of(workspace, person)), log.c.kind.not_in(KEPT)))
        theirs = [ConversationId(name) for name in found]
        if not theirs and not is_remembered(connection, workspace, person):
            raise NotErased(f"{person!r} has said nothing in that workspace.")
        held = self._held(connection, theirs)
        return [name for name in theirs if name not in held], tuple(sorted(held))

    def time(self) -> datetime:
        """What time it is by the clock that retention goes by: the database's on PostgreSQL."""
        with self._store.reading() as connection:
            return self._clock.at(connection)

    def overdue(self, seconds: float = math.inf) -> tuple[Erased, ...]:
        """Erase the conversations whose retention period is over, a few in each transaction.

        Args:
            seconds: After how long no further transaction is begun; the next call goes on.

        Returns:
            What was erased in each workspace where anything was; the log has a row for each
            conversation.
        """
        ends = time.monotonic() + seconds
        with self._store.reading() as connection:
            names = list(connection.scalars(
                select(retention.c.workspace).order_by(retention.c.workspace)))
        done = [erased for name in names if (erased := self._overdue_in(name, ends)) is not None]
        if not done:
            return ()
        remains = self._overwrite()
        return tuple(replace(erased, remains=remains) for erased in done)

    def _overdue_in(self, workspace: str, ends: float) -> Erased | None:
        """Erase what is overdue in *workspace*; *ends* is by the monotonic clock."""
        names, rows, last = list[ConversationId](), 0, ("", "")
        while time.monotonic() < ends:
            with self._listing.writing(workspace) as begun:
                connection = begun.connection
                # By a clock of its own one replica that is ahead would erase for all, for good.
                # Where nothing is due, which is nearly always, nobody has to wait for this.
                if due(connection, workspace, last, self._clock.at(connection)) is None:
                    break
                lock(connection, workspace)
                found = due(connection, workspace, last, self._clock.at(connection))
                if found is None:
                    break
                erased = self._erase(begun, workspace, found.names, by=None,
                                     reason=f"{RETAINED_FOR}: {found.days} days")
            names += erased.conversations
            rows += erased.rows
            last = found.last
        if not names:
            return None
        with self._store.reading() as connection:
            held = held_though_overdue(connection, workspace, self._clock.at(connection))
        return Erased(tuple(names), rows, held)

    def _erase(
        self,
        begun: Begun,
        workspace: str,
        names: list[ConversationId],
        *,
        by: str | None,
        reason: str,
        person: str | None = None,
    ) -> Erased:
        taken = silence(begun.connection, workspace, names,
                        None if person is None else names_of(workspace, person))
        # Each by itself: a sealed case holds the row, and is not to name the others.  Where all are
        # held, it is on record that a person's name was taken away elsewhere.
        each: list[ConversationId | None] = [*names] or [None]
        for name in each:
            whose = {} if person is None else {"person": covered(person)}
            took = Taken() if name is None else taken[name]
            begun.note(workspace, Happening(
                ERASED, f"erased:{uuid4().hex}", self._now(), by, name,
                {"conversations": [] if name is None else [name], **took.told(), "reason": reason,
                 "scope": "conversation" if person is None else "person", **whose}))
        return Erased(tuple(names), len(all_taken(taken).words))

    # --- what the files still hold ----------------------------------------------------------

    def overwrite_owed(self) -> Remains:
        """Overwrite what earlier erasures had to leave in the files of the database.

        Those of other processes count, and those of before this one started.  On PostgreSQL an
        erasure leaves nothing to be done later but what `bot.erasure.overwriting.rewrite` does.
        """
        if self._store.engine.dialect.name != "sqlite" or self._last() == self._overwritten:
            return Remains.NOTHING
        return self._overwrite()

    def _overwrite(self) -> Remains:
        last = self._last()
        remains = sweep(self._store)
        if remains is not Remains.AHEAD:
            self._overwritten = last
        return remains

    def _last(self) -> Mapping[str, int]:
        """Which row of each log tells of its last erasure."""
        with self._store.reading() as connection:
            found = {name: connection.scalar(select(func.max(log.c.seq)).where(
                log.c.workspace == name, log.c.kind == ERASED)) for name in workspaces(connection)}
        return {name: seq for name, seq in found.items() if seq is not None}

    # --- holds ------------------------------------------------------------------------------

    def hold(self, workspace: str, conversation: ConversationId, *, by: str, reason: str) -> None:
        """Keep *conversation* from every erasure until `release`.

        Raises:
            NotErased: *workspace* has no such conversation, it is held already, or no reason is
                given.
        """
        self._note_hold(HELD, workspace, conversation, by, reason)

    def release(
        self, workspace: str, conversation: ConversationId, *, by: str, reason: str
    ) -> None:
        """Lift the hold of *conversation*; as `hold`, where there is one."""
        self._note_hold(RELEASED, workspace, conversation, by, reason)

    def _note_hold(
        self, kind: str, workspace: str, conversation: ConversationId, by: str, reason: str
    ) -> None:
        _insist_on(by, reason)
        with self._listing.writing(workspace) as begun:
            connection = begun.connection
            lock(connection, workspace)
            if workspace_in(connection, conversation) != workspace:
                raise NotErased(f"There is no conversation {conversation!r} in that workspace.")
            held = bool(self._held(connection, [conversation]))
            if held is (kind == HELD):
                raise NotErased(f"{conversation} is {'held already' if held else 'not held'}, so "
                                "nothing was done and nothing is on record of it.")
            if kind == HELD:
                put_once(connection, holds, {
                    "conversation": conversation, "workspace": workspace,
                    "since": timestamp(self._now())})
            else:
                connection.execute(delete(holds).where(holds.c.conversation == conversation))
            begun.note(workspace, Happening(
                kind, f"{kind}:{uuid4().hex}", self._now(), by, conversation, {"reason": reason}))

    def _held(self, connection: Connection, names: Iterable[ConversationId]) -> set[ConversationId]:
        # Few are held, and by a program somebody may have spoken in more than a query can name.
        return set(names) & {ConversationId(name) for name in connection.scalars(
            select(holds.c.conversation))}

    # --- retention --------------------------------------------------------------------------

    def retained(self, workspace: str) -> int | None:
        """How many days words are kept after a conversation was last spoken in; None for ever."""
        with self._store.reading() as connection:
            return days_kept(connection, workspace)

    def retain(self, workspace: str, days: int | None, *, by: str, reason: str) -> None:
        """Keep words for *days* after a conversation was last spoken in; None for ever.

        Raises:
            NotErased: No reason is given, or the days are none.
        """
        _insist_on(by, reason)
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise NotErased(f"A retention period is one day at least and {MOST_DAYS:,} at most; "
                            "without any, words are kept for ever.")
        with self._listing.writing(workspace) as begun:
            connection = begun.connection
            lock(connection, workspace)
            connection.execute(delete(retention).where(retention.c.workspace == workspace))
            if days is not None:
                connection.execute(retention.insert().values(workspace=workspace, days=days))
            begun.note(workspace, Happening(
                RETENTION, f"retention:{uuid4().hex}", self._now(), by, None,
                {"days": days, "reason": reason}))


def _undone(
    connection: Connection, workspace: str, names: list[ConversationId], person: str | None
) -> Erased:
    """What an erasure takes, found by doing it and taking it back: what it does is counted."""
    trial = connection.begin_nested()
    try:
        taken = silence(connection, workspace, names,
                        None if person is None else names_of(workspace, person))
    finally:
        trial.rollback()
    return Erased(tuple(names), len(all_taken(taken).words))


def _insist_on(by: str, reason: str) -> None:
    if not by.strip():
        raise NotErased("Say who has it done: it stays on record.")
    if not reason.strip():
        raise NotErased("Say why: the reason stays on record.")
