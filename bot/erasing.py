"""Erasure of what people said, legal holds against it, and retention that runs by itself.

The log stays whole: a row loses the person's words, their name and the salt, and keeps the hash
that its digest covers.  What a conversation remembers of the words goes with them, and so do
messages and replies that still lie in the inbox and outbox, what colleagues' turns in the same
conversation repeat of them, and what a language model was sent since and sent back.  What was done,
by whom and why, is a row itself.  Copies outside of the database are out of reach: Slack's own,
backups, exports, the language model's.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, func, select, text, update

from bot import case_lines, case_words, people
from bot.chat_choices import CHAT_ALLOWED
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import Answer
from bot.errors import AdvisorError
from bot.ledger import canonical, timestamp
from bot.log import TURN, Happening, append, lock, logged, put_once
from bot.model_calls import MODEL_CALL
from bot.schema import (
    cases,
    conversations,
    deliveries,
    holds,
    log,
    outgoing,
    retention,
    review_locks,
    second_looks,
    sessions,
)
from bot.standing import WITHOUT_WORDS
from bot.store import Store
from bot.turn_rows import without_echoes

ERASED, HELD, RELEASED, RETENTION = "erased", "held", "released", "retention"
KEPT = frozenset({ERASED, HELD, RELEASED, RETENTION, "viewed", "exported",
                  "signed_in", "signed_out", "refused", "revoked", "published", "configured",
                  "installed", "uninstalled", "told", CHAT_ALLOWED, *WITHOUT_WORDS})
"""Kinds of rows that say what was done with the record: who did it stays on record.

That holds for who could have seen it, too: for the sign-ins of the console.
"""
RETAINED_FOR = "the retention period is over"

_CONVERSATION = TypeAdapter(Conversation)


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
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._now = now

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
        self._sweep()
        return erased

    def person(self, workspace: str, person: str, *, by: str, reason: str) -> Erased:
        """Erase what *person* said, wherever in *workspace*; what is held stays.

        Raises:
            NotErased: They said nothing there, or no reason is given.
        """
        _insist_on(reason)
        names = {person, f"slack:{workspace}:{person}"}
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
            erased = self._erase(connection, workspace, free, names, by, reason)
            # Their sessions and locks hold their name; whoever is still there signs in again.
            connection.execute(delete(review_locks).where(
                review_locks.c.workspace == workspace, review_locks.c.by == person))
            people.forget(connection, workspace, people.bare(person))
            connection.execute(delete(sessions).where(
                sessions.c.workspace == workspace, sessions.c.user == person))
        self._sweep()
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
            self._sweep()
        return tuple(done)

    def _erase(
        self,
        connection: Connection,
        workspace: str,
        names: list[ConversationId],
        people: Collection[str] | None,
        by: str | None,
        reason: str,
    ) -> Erased:
        # The head first, as whoever appends does: both change the counts of a day.
        lock(connection, workspace)
        said = log.c.conversation.in_(names) & log.c.kind.not_in(KEPT) & log.c.words.is_not(None)
        if people is not None:
            said &= log.c.actor.in_(people)
        keys = set(connection.scalars(select(log.c.key).where(said)))
        connection.execute(update(log).where(said).values(actor=None, words=None, salt=None))
        for name in names:
            keys |= _silence_echoes(connection, name, keys)
            keys |= _silence_calls(connection, name, keys)
        for name in names:
            _forget(connection, name, keys)
            _empty_trays(connection, name, people)
        case_lines.redo(connection, names)
        case_words.purge(connection)
        append(connection, workspace, Happening(
            ERASED, f"erased:{uuid4().hex}", self._now(), by, names[0] if len(names) == 1 else None,
            {"conversations": sorted(names), "rows": len(keys), "reason": reason,
             "scope": "conversation" if people is None else "person"}))
        return Erased(tuple(names), len(keys))

    def _sweep(self) -> None:
        """Overwrite what the database file still holds of the words."""
        if self._store.engine.dialect.name == "sqlite":
            with self._store.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")  # the checkpoint needs to be by itself
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
            return
        engine = self._store.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for table in ("log", "conversations", "deliveries", "outgoing", "cases", "case_lines",
                          "case_words_index", "people", "sessions"):
                connection.execute(text(f"VACUUM (FULL) {table}"))

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
            append(connection, workspace, Happening(
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
            append(connection, workspace, Happening(
                RETENTION, f"retention:{uuid4().hex}", self._now(), by, None,
                {"days": days, "reason": reason}))


def _insist_on(reason: str) -> None:
    if not reason.strip():
        raise NotErased("Say why: the reason stays on record.")


def _silence_echoes(connection: Connection, name: str, gone: Collection[str]) -> set[str]:
    """Take out of turns what they repeat of the messages *gone*, which came before them.

    Returns:
        The keys of turns that had to lose all their words: they were recorded when a turn's own
        words and what it repeats lay under one hash.
    """
    whole, after = set(), False
    query = (select(log).where(log.c.conversation == name, log.c.kind == TURN)
             .order_by(log.c.workspace, log.c.seq))
    for row in connection.execute(query).all():
        after = after or row.key in gone
        if not after or row.words is None:
            continue
        turn = logged(row._mapping)
        left = without_echoes(turn)
        here = update(log).where(log.c.workspace == turn.workspace, log.c.seq == turn.seq)
        if left is None:
            whole.add(turn.key)
            connection.execute(here.values(actor=None, words=None, salt=None))
        elif left != turn.words:
            connection.execute(here.values(words=canonical(left)))
    return whole


def _silence_calls(connection: Connection, name: str, gone: Collection[str]) -> set[str]:
    """Take out of calls of a language model what may repeat the messages *gone*.

    Nobody can tell what of a prompt goes back to whom, so whatever was sent or came back in the
    conversation after the first of them goes, also where it was about a colleague's message.

    Returns:
        The keys of the calls.
    """
    first = select(func.min(log.c.seq)).where(log.c.conversation == name, log.c.key.in_(gone))
    calls = ((log.c.conversation == name) & (log.c.kind == MODEL_CALL)
             & log.c.words.is_not(None) & (log.c.seq > first.scalar_subquery()))
    keys = set(connection.scalars(select(log.c.key).where(calls)))
    connection.execute(update(log).where(log.c.key.in_(keys)).values(
        actor=None, words=None, salt=None))
    return keys


def _forget(connection: Connection, name: ConversationId, keys: Collection[str]) -> None:
    """Take the words of the messages *keys* out of what the conversation remembers."""
    state = connection.scalar(select(conversations.c.state).where(conversations.c.id == name))
    if state is None:
        return
    whole = _CONVERSATION.validate_json(state)

    def silent(answer: Answer) -> Answer:
        return replace(answer, said="") if answer.message in keys else answer

    whole = replace(
        whole,
        deal=replace(whole.deal, answers={f: silent(a) for f, a in whole.deal.answers.items()}),
        supposed={f: silent(a) for f, a in whole.supposed.items()},
        topic="")
    connection.execute(update(conversations).where(conversations.c.id == name).values(
        state=canonical(whole)))


def _empty_trays(
    connection: Connection, name: ConversationId, people: Collection[str] | None
) -> None:
    """Empty the inbox and outbox of what has words in it, and forget who asked."""
    arrived = deliveries.c.conversation == name
    mine = cases.c.conversation == name
    if people is not None:
        arrived &= deliveries.c.author.in_(people)
        mine &= cases.c.asker.in_(people)
    connection.execute(update(deliveries).where(arrived, deliveries.c.state == "new").values(
        state="aside"))
    connection.execute(update(deliveries).where(arrived).values(author="", body=None))
    connection.execute(update(cases).where(mine).values(asker="", watch_on=None))
    connection.execute(delete(second_looks).where(second_looks.c.conversation == name))
    owed = outgoing.c.conversation == name
    connection.execute(update(outgoing).where(
        owed, outgoing.c.state.in_(("waiting", "dropped"))).values(state="stale"))
    connection.execute(update(outgoing).where(owed).values(body=None, shown=None, target=None))
