"""Erasure of what people said, legal holds against it, and retention that runs by itself.

The log stays whole: a row loses the person's words, their name and the salt, and keeps the hash
that its digest covers.  What a conversation remembers of the words goes with them, and so do
messages and replies that still lie in the inbox and outbox, what colleagues' turns in the same
conversation repeat of them, and what a language model was sent since and sent back.  What was done,
by whom and why, is a row itself.  Copies outside of the database are out of reach: Slack's own,
exports, the language model's.  Of a back-up that is restored the same is erased again, by the list
of `bot.erasure_list`; see `bot.backing_up.erased_again`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, delete, select

from bot.dialogue.conversation import ConversationId
from bot.erasure_list import ERASED, HELD, RELEASED, RETENTION
from bot.errors import AdvisorError
from bot.ledger import timestamp
from bot.log import Happening, Logged, append, put_once
from bot.schema import conversations, holds, log, retention
from bot.silencing import KEPT, covered, forget_person, names_of, silence, sweep
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


class Erasing:
    """Erases, holds and retains in one database."""

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tell: Callable[[Logged], object] = lambda _: None,
    ) -> None:
        """Erase in *store*; *tell* is told of what is done, before it commits."""
        self._store = store
        self._now = now
        self._tell = tell

    # --- erasure ----------------------------------------------------------------------------

    def conversation(
        self, workspace: str, conversation: ConversationId, *, by: str, reason: str
    ) -> Erased:
        """Erase what everybody said in *conversation*.

        Raises:
            NotErased: *workspace* has no such conversation, it is held, or no reason is given.
        """
        _insist_on(reason)
        with self._store.writing() as connection:
            known = connection.scalar(
                select(conversations.c.id).where(
                    conversations.c.id == conversation, conversations.c.workspace == workspace))
            if known is None:
                raise NotErased(f"There is no conversation {conversation!r} in that workspace.")
            if self._held(connection, [conversation]):
                raise NotErased(f"{conversation!r} is under a legal hold; lift it first.")
            erased = self._erase(connection, workspace, [conversation], None, by, reason)
        sweep(self._store)
        return erased

    def person(self, workspace: str, person: str, *, by: str, reason: str) -> Erased:
        """Erase what *person* said, wherever in *workspace*; what is held stays.

        Raises:
            NotErased: They said nothing there, or no reason is given.
        """
        _insist_on(reason)
        names = names_of(workspace, person)
        with self._store.writing() as connection:
            found = connection.scalars(
                select(log.c.conversation).distinct()
                .join(conversations, conversations.c.id == log.c.conversation)
                .where(conversations.c.workspace == workspace, log.c.actor.in_(names),
                       log.c.kind.not_in(KEPT)))
            theirs = [ConversationId(name) for name in found]
            if not theirs:
                raise NotErased(f"{person!r} has said nothing in that workspace.")
            held = self._held(connection, theirs)
            free = [name for name in theirs if name not in held]
            erased = self._erase(connection, workspace, free, person, by, reason)
            forget_person(connection, workspace, person)
        sweep(self._store)
        return replace(erased, held=tuple(sorted(held)))

    def overdue(self) -> tuple[Erased, ...]:
        """Erase the conversations whose retention period is over; for each workspace one row."""
        done = []
        with self._store.writing() as connection:
            for workspace, days in connection.execute(
                    select(retention.c.workspace, retention.c.days)
                    .order_by(retention.c.workspace)).all():
                ends = timestamp(self._now() - timedelta(days=days))
                old = connection.scalars(
                    select(conversations.c.id).where(
                        conversations.c.workspace == workspace, conversations.c.updated_at < ends,
                        conversations.c.id.in_(
                            select(log.c.conversation).where(
                                log.c.kind.not_in(KEPT), log.c.words.is_not(None)))))
                names = [ConversationId(name) for name in old]
                held = self._held(connection, names)
                if free := [name for name in names if name not in held]:
                    done.append(replace(
                        self._erase(connection, workspace, free, None, None,
                                    f"{RETAINED_FOR}: {days} days"),
                        held=tuple(sorted(held))))
        if done:
            sweep(self._store)
        return tuple(done)

    def _erase(
        self,
        connection: Connection,
        workspace: str,
        names: list[ConversationId],
        person: str | None,
        by: str | None,
        reason: str,
    ) -> Erased:
        keys = silence(connection, workspace, names,
                       None if person is None else names_of(workspace, person))
        whose = {} if person is None else {"person": covered(person)}
        self._note(connection, workspace, Happening(
            ERASED, f"erased:{uuid4().hex}", self._now(), by, names[0] if len(names) == 1 else None,
            {"conversations": sorted(names), "rows": len(keys), "reason": reason,
             "scope": "conversation" if person is None else "person", **whose}))
        return Erased(tuple(names), len(keys))

    def _note(self, connection: Connection, workspace: str, happening: Happening) -> None:
        row = append(connection, workspace, happening)
        if row is not None:
            self._tell(row)

    # --- holds ------------------------------------------------------------------------------

    def hold(self, workspace: str, conversation: ConversationId, *, by: str, reason: str) -> None:
        """Keep *conversation* from every erasure until `release`.

        Raises:
            NotErased: *workspace* has no such conversation, or no reason is given.
        """
        self._note_hold(HELD, workspace, conversation, by, reason)

    def release(
        self, workspace: str, conversation: ConversationId, *, by: str, reason: str
    ) -> None:
        """Lift the hold of *conversation*; as `hold`."""
        self._note_hold(RELEASED, workspace, conversation, by, reason)

    def _note_hold(
        self, kind: str, workspace: str, conversation: ConversationId, by: str, reason: str
    ) -> None:
        _insist_on(reason)
        with self._store.writing() as connection:
            home = connection.scalar(select(conversations.c.workspace).where(
                conversations.c.id == conversation))
            if home != workspace:
                raise NotErased(f"There is no conversation {conversation!r} in that workspace.")
            if kind == HELD:
                put_once(connection, holds, {
                    "conversation": conversation, "workspace": workspace,
                    "since": timestamp(self._now())})
            else:
                connection.execute(delete(holds).where(holds.c.conversation == conversation))
            self._note(connection, workspace, Happening(
                kind, f"{kind}:{uuid4().hex}", self._now(), by, conversation, {"reason": reason}))

    def _held(self, connection: Connection, names: Iterable[ConversationId]) -> set[ConversationId]:
        found = connection.scalars(
            select(holds.c.conversation).where(holds.c.conversation.in_(list(names))))
        return {ConversationId(name) for name in found}

    # --- retention --------------------------------------------------------------------------

    def retain(self, workspace: str, days: int | None, *, by: str, reason: str) -> None:
        """Keep words for *days* after a conversation was last spoken in; None for ever.

        Raises:
            NotErased: No reason is given, or the days are none.
        """
        _insist_on(reason)
        if days is not None and days < 1:
            raise NotErased("A retention period is one day at least.")
        with self._store.writing() as connection:
            connection.execute(delete(retention).where(retention.c.workspace == workspace))
            if days is not None:
                connection.execute(retention.insert().values(workspace=workspace, days=days))
            self._note(connection, workspace, Happening(
                RETENTION, f"retention:{uuid4().hex}", self._now(), by, None,
                {"days": days, "reason": reason}))


def _insist_on(reason: str) -> None:
    if not reason.strip():
        raise NotErased("Say why: the reason stays on record.")
