"""The inbox and the outbox: what was done and waits to be handled, what we owe and have to post.

A delivery is stored before its sender hears that it arrived.  Whoever handles it holds the claim
of its conversation, so one conversation's deliveries are handled one after another, in the order
in which they were sent as far as they have arrived.  What came of it, and the posts it owes,
commit together.  A post is marked as begun before Slack is called and as sent after, so that
whoever finds a begun one knows that it has to look before it posts again.

On PostgreSQL a claim is the lock on a row, gone with the process that held it.  SQLite serves one
process, which keeps its claims in memory.
"""

import json
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Connection,
    Row,
    Select,
    func,
    literal_column,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery import (
    Act,
    CaseEvent,
    Delivery,
    Outgoing,
    Place,
    Queued,
    Taken,
    Unshown,
)
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.ledger import canonical, timestamp
from bot.schema import case_events, cases, claims, deliveries, outgoing, places, turns
from bot.store import Store

CANDIDATES = 64
"""Conversations with work that a worker looks at before it gives up for this time."""

_CONVERSATION = TypeAdapter(Conversation)


class Received(StrEnum):
    """What became of a delivery on arrival."""

    NEW = "new"
    REPEAT = "repeat"
    NOT_OURS = "not_ours"
    """Said in a thread where no conversation is going on."""


class Deliveries:
    """Inbox and outbox in the store's database; safe to share between threads."""

    def __init__(self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
                 ) -> None:
        self._store = store
        self._now = now
        self._postgres = store.engine.dialect.name == "postgresql"
        self._held: set[ConversationId] = set()
        self._lock = threading.Lock()

    # --- the inbox --------------------------------------------------------------------------

    def receive(self, delivery: Delivery) -> Received:
        """Store *delivery*, so that its sender may be told that it arrived.

        A delivery in a place where a conversation is going on belongs to it; elsewhere it opens
        one, if it may.
        """
        with self._store.writing() as connection:
            conversation = self._conversation(connection, delivery)
            if conversation is None:
                return Received.NOT_OURS
            if self._postgres:
                # Ids are handed out before commits: without taking turns, a later id could
                # be seen first, and two messages be answered in the wrong order.
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:c, 0))"),
                                   {"c": conversation})
            self._claimable(connection, conversation)
            now = timestamp(self._now())
            stored = self._insert(connection, deliveries, {
                "key": delivery.key,
                "conversation": conversation,
                "team": delivery.team,
                "act": delivery.act.value,
                "author": delivery.author,
                "sent_at": timestamp(delivery.sent_at),
                "body": _packed(delivery),
                "event_id": delivery.event_id,
                "received_at": now,
                "state": "new",
                "tries": 0,
                "due": now,
            })
        return Received.NEW if stored else Received.REPEAT

    def _conversation(self, connection: Connection, delivery: Delivery) -> ConversationId | None:
        """The conversation of *delivery*, opened if need be; None if it is not ours."""
        if delivery.conversation is not None:
            known = select(cases.c.team).where(cases.c.conversation == delivery.conversation)
            team = connection.scalar(known)
            if team is None and delivery.opens:
                self._open(connection, delivery, delivery.conversation)
                team = delivery.team
            # The id came from outside: it must not reach into another workspace.
            return delivery.conversation if team == delivery.team else None
        place = delivery.place
        if place is None:
            return None
        at = select(places.c.conversation).where(
            places.c.team == place.team,
            places.c.channel == place.channel,
            places.c.thread == place.thread,
        )
        found = connection.scalar(at)
        if found is not None:
            return ConversationId(found)
        if not delivery.opens:
            return None
        conversation = ConversationId(f"slack:{place.team}:{place.channel}:{place.thread}")
        self._open(connection, delivery, conversation)
        return conversation

    def _open(
        self, connection: Connection, delivery: Delivery, conversation: ConversationId
    ) -> None:
        place = None if delivery.private else delivery.place
        self._insert(connection, cases, {
            "conversation": conversation,
            "team": delivery.team,
            "asker": delivery.author,
            "opened_at": timestamp(self._now()),
            "channel": place.channel if place else None,
            "thread": place.thread if place else None,
            "private": int(delivery.private),
            "listening": 1,
        })
        if delivery.place is not None:
            self.settle_at(connection, conversation, delivery.place)

    def settle_at(
        self, connection: Connection, conversation: ConversationId, place: Place
    ) -> None:
        """Let what is said at *place* belong to *conversation*, unless it belongs to one."""
        self._insert(connection, places, {
            "team": place.team, "channel": place.channel, "thread": place.thread,
            "conversation": conversation,
        })

    def next_delivery(self, conversation: ConversationId) -> Taken | None:
        """The delivery to handle next, of those that have arrived the one sent first.

        One that failed and is not due again holds back those behind it.
        """
        query = (
            select(deliveries)
            .where(deliveries.c.conversation == conversation, deliveries.c.state == "new")
            .order_by(deliveries.c.sent_at, deliveries.c.id)
            .limit(1)
        )
        with self._store.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.due > timestamp(self._now()):
            return None
        return Taken(row.id, _unpacked(row), ConversationId(row.conversation), row.tries,
                     row.reference)

    def settle(
        self,
        connection: Connection,
        taken: Taken,
        posts: Sequence[Outgoing] = (),
        *,
        state: str = "done",
        shown: Conversation | None = None,
        stale: Sequence[int] = (),
        events: Sequence[CaseEvent] = (),
    ) -> None:
        """Note that *taken* was handled, together with what it owes.

        Args:
            connection: The transaction of all that came of it.
            taken: The delivery.
            posts: What is to be posted, in order.
            state: `done`, `aside` (it was not for us) or `failed` (given up).
            shown: For replies, the conversation as the person last saw it.
            stale: Turns whose replies are not to be posted any more.
            events: What is kept for reviewers beside the turn.
        """
        connection.execute(update(deliveries).where(deliveries.c.id == taken.id).values(
            state=state, body=None))
        if stale:
            connection.execute(
                update(outgoing)
                .where(outgoing.c.conversation == taken.conversation,
                       outgoing.c.turn.in_(stale), outgoing.c.state == "waiting")
                .values(state="stale", body=None, shown=None))
        baseline = None if shown is None else canonical(shown)
        for post in posts:
            self.owe(connection, taken.conversation, taken.delivery.team, post, baseline)
        for n, happened in enumerate(events):
            self.note(connection, taken, taken.conversation, n, happened)

    def note(
        self,
        connection: Connection,
        taken: Taken,
        conversation: ConversationId,
        place: int,
        happened: CaseEvent,
    ) -> None:
        """Keep *happened* for reviewers, once for each delivery and *place* in it."""
        self._insert(connection, case_events, {
            "key": f"{taken.delivery.key}:{happened.kind}:{place}",
            "conversation": conversation,
            "team": taken.delivery.team,
            "kind": happened.kind,
            "author": happened.author,
            "at": timestamp(self._now()),
            "body": canonical(happened.body),
        })

    def postpone(self, taken: Taken, due: datetime, reference: str) -> None:
        """Note that handling *taken* failed; it is tried again from *due* on."""
        with self._store.writing() as connection:
            connection.execute(update(deliveries).where(deliveries.c.id == taken.id).values(
                tries=taken.tries + 1, due=timestamp(due), reference=reference))

    def give_up(self, taken: Taken, reference: str) -> None:
        """Note that *taken* can't be handled; its words are kept for whoever looks into it."""
        with self._store.writing() as connection:
            connection.execute(update(deliveries).where(deliveries.c.id == taken.id).values(
                state="failed", tries=taken.tries + 1, reference=reference))

    def apologise(self, taken: Taken, sorry: Outgoing) -> None:
        """Owe the person a word about *taken*."""
        with self._store.writing() as connection:
            self.owe(connection, taken.conversation, taken.delivery.team, sorry)

    def move(
        self,
        taken: Taken,
        conversation: ConversationId,
        notice: Outgoing | None = None,
        event: CaseEvent | None = None,
    ) -> None:
        """Let *taken* be handled as a part of another conversation, a private one if it is new.

        Args:
            taken: The delivery.
            conversation: Where it goes.
            notice: What is owed where it came from.
            event: What is kept of it for reviewers, in the conversation where it goes.
        """
        with self._store.writing() as connection:
            self._claimable(connection, conversation)
            self._insert(connection, cases, {
                "conversation": conversation,
                "team": taken.delivery.team,
                "asker": taken.delivery.author,
                "opened_at": timestamp(self._now()),
                "private": 1,
                "listening": 1,
            })
            connection.execute(update(deliveries).where(deliveries.c.id == taken.id).values(
                conversation=conversation))
            if notice is not None:
                self.owe(connection, taken.conversation, taken.delivery.team, notice)
            if event is not None:
                self.note(connection, taken, conversation, 0, event)

    # --- the outbox -------------------------------------------------------------------------

    def owe(
        self,
        connection: Connection,
        conversation: ConversationId,
        team: str,
        post: Outgoing,
        shown: str | None = None,
    ) -> None:
        """Put *post* into the outbox; one whose key is there already stays as it is."""
        self._claimable(connection, conversation)
        self._insert(connection, outgoing, {
            "key": post.key,
            "conversation": conversation,
            "team": team,
            "turn": post.turn,
            "method": post.method,
            "target": None if post.target is None else canonical(post.target),
            "opens_thread": int(post.opens_thread),
            "body": canonical(post.body),
            "shown": shown,
            "state": "waiting",
            "tries": 0,
            "in_doubt": 0,
            "due": timestamp(self._now()),
            "marker": secrets.token_hex(12),
        })

    def unshown(self, conversation: ConversationId) -> Unshown | None:
        """Replies that wait and of which nothing was posted yet; None if there are none."""
        query = (
            select(outgoing.c.turn, func.max(outgoing.c.shown).label("shown"))
            .where(outgoing.c.conversation == conversation, outgoing.c.turn.is_not(None),
                   outgoing.c.state.in_(("waiting", "sent")))
            .group_by(outgoing.c.turn)
            # A reply of several posts counts as shown once the first of them may stand.
            .having(func.sum(outgoing.c.in_doubt) == 0, func.count(outgoing.c.ref) == 0)
            .order_by(outgoing.c.turn)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return None
        return Unshown(tuple(row.turn for row in rows), _CONVERSATION.validate_json(rows[0].shown))

    def next_outgoing(self, conversation: ConversationId) -> Queued | None:
        """The post that is owed next, None if nothing is or it is not due yet."""
        query = (
            select(outgoing)
            .where(outgoing.c.conversation == conversation, outgoing.c.state == "waiting")
            .order_by(outgoing.c.id)
            .limit(1)
        )
        with self._store.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.due > timestamp(self._now()):
            return None
        return _queued(row)

    def begin(self, queued: Queued) -> None:
        """Note that a try to post begins: from now on it may stand at Slack."""
        self._change(queued, tries=queued.tries + 1, in_doubt=1, tried_at=timestamp(self._now()))

    def note_ref(self, queued: Queued, ref: str) -> None:
        """Note what a try has left at Slack so far."""
        self._change(queued, ref=ref)

    def sent(self, queued: Queued, ref: str, place: Place | None = None) -> None:
        """Note that *queued* stands at Slack as *ref*.

        *place* is given if its message has become the conversation's thread.
        """
        with self._store.writing() as connection:
            connection.execute(update(outgoing).where(outgoing.c.id == queued.id).values(
                state="sent", ref=ref, body=None, shown=None, error=None, in_doubt=0))
            if queued.outgoing.turn is not None:
                connection.execute(
                    update(turns)
                    .where(turns.c.conversation == queued.conversation,
                           turns.c.version == queued.outgoing.turn)
                    .values(posted_ref=ref))
            if place is not None:
                connection.execute(
                    update(cases).where(cases.c.conversation == queued.conversation)
                    .values(channel=place.channel, thread=place.thread))
                self.settle_at(connection, queued.conversation, place)

    def delay(self, queued: Queued, due: datetime, error: str, *, in_doubt: bool) -> None:
        """Note that *queued* was not posted, or nobody knows; it is tried again from *due* on."""
        self._change(queued, due=timestamp(due), error=error, in_doubt=int(in_doubt))

    def refused(self, queued: Queued, error: str) -> None:
        """Note that Slack will not take *queued*; its body is kept."""
        self._change(queued, state="refused", error=error, in_doubt=0)

    def promise(self, queued: Queued, post: Outgoing) -> None:
        """Owe *post* in the conversation of *queued*."""
        with self._store.writing() as connection:
            self.owe(connection, queued.conversation, queued.team, post)

    def ref_of(self, key: str) -> str | None:
        """Where the post *key* stands at Slack; None if it doesn't."""
        with self._store.reading() as connection:
            return connection.scalar(select(outgoing.c.ref).where(
                outgoing.c.key == key, outgoing.c.state == "sent"))

    def _change(self, queued: Queued, **values: Any) -> None:
        with self._store.writing() as connection:
            connection.execute(
                update(outgoing).where(outgoing.c.id == queued.id).values(**values))

    # --- claims -----------------------------------------------------------------------------

    @contextmanager
    def claim(self) -> Iterator[ConversationId | None]:
        """Hold the conversation that has waited longest; None if there is none to be had."""
        with self._reserved() as reserve:
            for conversation in self._waiting():
                if not reserve(conversation):
                    continue
                with self._locked(conversation) as locked:
                    if locked:
                        yield conversation
                        return
            yield None

    def _claimable(self, connection: Connection, conversation: ConversationId) -> None:
        """Make the row that a claim of *conversation* locks."""
        if self._postgres:
            self._insert(connection, claims, {"conversation": conversation})

    @contextmanager
    def _reserved(self) -> Iterator[Callable[[ConversationId], bool]]:
        """Hold at most one conversation against the other threads of this process."""
        mine: set[ConversationId] = set()

        def reserve(conversation: ConversationId) -> bool:
            with self._lock:
                self._held.difference_update(mine)
                mine.clear()
                if conversation in self._held:
                    return False
                self._held.add(conversation)
                mine.add(conversation)
                return True

        try:
            yield reserve
        finally:
            with self._lock:
                self._held.difference_update(mine)

    @contextmanager
    def _locked(self, conversation: ConversationId) -> Iterator[bool]:
        """Hold *conversation* against the other replicas; False if one of them has it."""
        if not self._postgres:
            yield True
            return
        row = (
            select(claims.c.conversation)
            .where(claims.c.conversation == conversation)
            # Not FOR UPDATE: a key share is what an insert that refers to the row would take.
            .with_for_update(skip_locked=True, key_share=True)
        )
        with self._store.engine.begin() as connection:
            yield connection.scalar(row) is not None

    def _waiting(self) -> list[ConversationId]:
        """Conversations that have something to do now, the one that has waited longest first."""
        now = timestamp(self._now())
        # One that has to wait holds back those behind it, so the whole conversation waits.
        arrived = (
            select(deliveries.c.conversation, func.min(deliveries.c.received_at).label("since"))
            .where(deliveries.c.state == "new")
            .group_by(deliveries.c.conversation)
            .having(func.max(deliveries.c.due) <= now)
        )
        owed = (
            select(outgoing.c.conversation, func.min(outgoing.c.due).label("since"))
            .where(outgoing.c.state == "waiting")
            .group_by(outgoing.c.conversation)
            .having(func.max(outgoing.c.due) <= now)
        )
        both = union_all(arrived, owed).subquery()
        query: Select[Any] = (
            select(both.c.conversation).group_by(both.c.conversation)
            .order_by(func.min(both.c.since)).limit(CANDIDATES)
        )
        with self._store.reading() as connection:
            return [ConversationId(c) for c in connection.scalars(query)]

    def backlog(self) -> int:
        """How many deliveries wait to be handled."""
        query = select(func.count()).where(deliveries.c.state == "new")
        with self._store.reading() as connection:
            return int(connection.scalar(query) or 0)

    def _insert(self, connection: Connection, table: Any, row: dict[str, Any]) -> bool:
        """Insert *row*; False if one with its key is there."""
        made = (postgresql.insert if self._postgres else sqlite.insert)(table).values(row)
        # Not by the count of rows, which the driver does not tell of every insert.
        there: Any = made.on_conflict_do_nothing().returning(literal_column("1"))
        return connection.scalar(there) is not None


def _packed(delivery: Delivery) -> str:
    place = delivery.place
    where = None if place is None else [place.team, place.channel, place.thread]
    return canonical({"body": delivery.body, "place": where, "private": delivery.private})


def _unpacked(row: Row[Any]) -> Delivery:
    packed = json.loads(row.body)
    place = packed["place"]
    return Delivery(
        key=MessageKey(row.key),
        act=Act(row.act),
        team=row.team,
        author=row.author,
        sent_at=datetime.fromisoformat(row.sent_at),
        body=packed["body"],
        place=None if place is None else Place(*place),
        conversation=ConversationId(row.conversation),
        private=packed["private"],
        event_id=row.event_id,
    )


def _queued(row: Row[Any]) -> Queued:
    post = Outgoing(
        key=row.key,
        method=row.method,
        body=json.loads(row.body),
        target=None if row.target is None else json.loads(row.target),
        turn=row.turn,
        opens_thread=bool(row.opens_thread),
    )
    tried = None if row.tried_at is None else datetime.fromisoformat(row.tried_at)
    return Queued(row.id, post, ConversationId(row.conversation), row.team, row.tries,
                  bool(row.in_doubt), tried, row.marker, row.ref)
