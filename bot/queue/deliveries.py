"""The inbox: what was done and waits to be handled.

A delivery is stored before its sender hears that it arrived.  Whoever handles it holds the claim
of its conversation, so one conversation's deliveries are handled one after another, in the order
in which they were sent as far as they have arrived.  What came of it, and the posts it owes,
commit together.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    update,
)

from bot.database import prepared
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.erasure.silencing import RESTORED
from bot.ledger import canonical, timestamp
from bot.queue.claims import Claims
from bot.queue.deeds import forget_if_aside, key_of
from bot.queue.delivery_rows import NEXT, packed, taken_of
from bot.queue.dueness import is_due
from bot.queue.outbox import Outbox
from bot.queue.passed_over import PassedOver
from bot.queue.placing import Placing
from bot.record.erasure_list import ERASED
from bot.record.log import Happening, append, lock
from bot.schema import NEW, cases, deliveries, log, outgoing
from bot.store import Store
from bot.turns.delivery import (
    OF_DELETION,
    UNHEARD,
    Act,
    CaseEvent,
    Delivery,
    Outgoing,
    Overtaken,
    Taken,
    edited,
)

ACKNOWLEDGE_SECONDS = 1.2
"""How long storing waits for other writers, and as long again for other programs: Slack gives up
after three seconds, and sends again where it is told so before."""
UNANSWERED = "unanswered"
"""The kind of row that says that handling was given up."""


class Received(StrEnum):
    """What became of a delivery on arrival."""

    NEW = "new"
    REPEAT = "repeat"
    NOT_OURS = "not_ours"
    """Said in a thread where no conversation is going on."""


class Deliveries:
    """The inbox in the store's database, with its outbox; safe to share between threads.

    Args:
        store: The database.
        now: The clock.
        hear: As for `Claims`.
    """

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC),
        hear: Callable[[datetime, float], None] = lambda *_: None,
    ) -> None:
        self._store = store
        self._now = now
        self._postgres = store.engine.dialect.name == "postgresql"
        self._placing = Placing(store, now)
        self.claims = Claims(store, now, hear)
        self.outbox = Outbox(store, self.claims, now)
        self.passed_over = PassedOver()
        self._deleted = PassedOver()
        self._restored: dict[str, str] = {}

    def receive(self, delivery: Delivery) -> Received:
        """Store *delivery*, so that its sender may be told that it arrived.

        A delivery in a place where a conversation is going on belongs to it; elsewhere it opens
        one, if it may.  Of a deletion, whether it is ours is looked up without waiting for other
        writers: Slack tells of all in the channel, and most are of nothing that we know.  Where
        its message may be what they are writing, it waits as all else does.
        """
        if delivery.deletes and not delivery.just_written and not self._is_ours(delivery):
            self._note_deleted(delivery)
            return Received.NOT_OURS
        if delivery.act is Act.MESSAGE and self._deleted.after(delivery.key, delivery.sent_at):
            return Received.NOT_OURS  # nobody waits for an answer to what is gone
        with self._store.writing(ACKNOWLEDGE_SECONDS) as connection:
            conversation = self._placing.conversation_of(connection, delivery)
            if conversation is None:
                if delivery.deletes:
                    self._note_deleted(delivery)
                elif delivery.place is not None:
                    # Within the transaction: a mention that waits for it to end will know.
                    self.passed_over.note(delivery.place, delivery.sent_at)
                return Received.NOT_OURS
            if self._postgres:
                # Ids are handed out before commits: without taking turns, a later id could
                # be seen first, and two messages be answered in the wrong order.
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:c, 0))"),
                                   {"c": conversation})
            self.claims.allow(connection, conversation)
            forget_if_aside(connection, delivery)
            now = timestamp(self._now())
            stored = self._store.insert(connection, deliveries, {
                "key": key_of(connection, delivery),
                "conversation": conversation,
                "team": delivery.team,
                "act": delivery.act.value,
                "author": delivery.author,
                "sent_at": timestamp(delivery.sent_at),
                "body": packed(delivery),
                "event_id": delivery.event_id,
                "received_at": now,
                "state": "new",
                "tries": 0,
                "due": now,
            })
        return Received.NEW if stored else Received.REPEAT

    def _note_deleted(self, deletion: Delivery) -> None:
        """Note that a message which never arrived is gone: Slack may yet send it, once more."""
        message = edited(deletion.key)
        if message is not None:
            self._deleted.note(message, deletion.sent_at)

    def _is_ours(self, delivery: Delivery) -> bool:
        with self._store.reading() as connection:
            return self._placing.conversation_of(connection, delivery) is not None

    def next_delivery(self, conversation: ConversationId) -> Taken | None:
        """The delivery to handle next, of those that have arrived the one sent first.

        One that failed and is not due again holds back those behind it.
        """
        with self._store.looking() as connection:
            row = prepared.first(connection, NEXT, {"its_conversation": conversation})
        if row is None or (row.tries and not is_due(row.due, self._now())):
            return None
        return taken_of(row, conversation)

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
        first: bool = False,
    ) -> None:
        """Note that *taken* was handled, together with what it owes.

        Args:
            connection: The transaction of all that came of it.
            taken: The delivery.
            posts: What is to be posted, in order.
            state: `done`, `aside` (it was not for us), `gone` (deleted before it was handled) or
                `failed` (given up).
            shown: For replies, the conversation as the person last saw it.
            stale: Turns whose replies are not to be posted any more.
            events: What is kept for reviewers beside the turn.
            first: The conversation has no turn but the one recorded here, so that there is no
                reply that was to be replaced.

        Raises:
            Overtaken: It was settled already, by a process that took over from this one; or words
                were erased in its conversation since it was taken up, which what is owed may have.
        """
        if events or (posts and shown is None):
            # As an erasure, which then empties the trays; whoever records a turn has it by now.
            lock(connection, taken.delivery.team)
        if not prepared.change(connection, _SETTLE, {
                "its_id": taken.id, "state": state, "erased": taken.erased}):
            raise Overtaken(taken.delivery.key)
        if stale:
            connection.execute(_GONE_STALE, {
                "its_conversation": taken.conversation, "its_turns": list(stale)})
        if state not in UNHEARD and not first:
            self.outbox.leave_standing(connection, taken.conversation, seen=shown is not None)
        baseline = None if shown is None else canonical(shown)
        team, doubt = taken.delivery.team, self._may_be_answered(connection, taken)
        self.outbox.owe_all(
            connection, taken.conversation, team, posts, baseline, in_doubt=doubt)
        for n, happened in enumerate(events):
            self.note(connection, taken, taken.conversation, n, happened)

    def _may_be_answered(self, connection: Connection, taken: Taken) -> bool:
        """Whether *taken* waited in a back-up, after which it may have been answered elsewhere."""
        team = taken.delivery.team
        if team not in self._restored:  # nobody restores under a process that is at work
            self._restored[team] = connection.scalar(select(func.max(log.c.at)).where(
                log.c.workspace == team, log.c.kind == RESTORED)) or ""
        restored = self._restored[team]
        return bool(restored) and taken.received_at is not None and (
            timestamp(taken.received_at) <= restored)

    def note(
        self,
        connection: Connection,
        taken: Taken,
        conversation: ConversationId,
        place: int,
        happened: CaseEvent,
    ) -> None:
        """Keep *happened* for reviewers, once for each delivery and *place* in it."""
        append(connection, taken.delivery.team, Happening(
            happened.kind, f"{taken.delivery.key}:{happened.kind}:{place}", self._now(),
            happened.author, conversation, happened.body, happened.words))

    def close(
        self,
        taken: Taken,
        posts: Sequence[Outgoing] = (),
        *,
        state: str = "done",
        events: Sequence[CaseEvent] = (),
    ) -> None:
        """Settle *taken* in a transaction of its own, where no turn comes of it."""
        with self._store.writing() as connection:
            self.settle(connection, taken, posts, state=state, events=events)

    def postpone(
        self, taken: Taken, due: datetime, reference: str, sorry: Outgoing | None = None
    ) -> None:
        """Note that handling *taken* failed; it is tried again from *due* on.

        *sorry* is what the person is told of it, with the *reference*.
        """
        self._failed(taken, sorry, tries=taken.tries + 1, due=timestamp(due), reference=reference)

    def give_up(self, taken: Taken, reference: str, sorry: Outgoing | None = None) -> None:
        """Note that *taken* can't be handled; its words are kept for whoever looks into it.

        The log has no turn of it, so a row there says that somebody went without an answer;
        nobody waits for one to a deletion.
        """
        delivery = taken.delivery
        unanswered = None if delivery.deletes else CaseEvent(UNANSWERED, delivery.author, {
            "act": delivery.act.value, "delivery": delivery.key, "event_id": delivery.event_id,
            "reference": reference, "tries": taken.tries + 1})
        self._failed(taken, sorry, unanswered, state="failed", tries=taken.tries + 1,
                     reference=reference)

    def _failed(
        self, taken: Taken, sorry: Outgoing | None, event: CaseEvent | None = None, **values: Any
    ) -> None:
        with self._store.writing() as connection:
            if event is not None:
                lock(connection, taken.delivery.team)
            self._change(connection, taken, **values)
            if sorry is not None:
                self.outbox.owe(connection, taken.conversation, taken.delivery.team, sorry)
            if event is not None:
                self.note(connection, taken, taken.conversation, 0, event)

    @staticmethod
    def _change(connection: Connection, taken: Taken, **values: Any) -> None:
        # Whoever was frozen for long comes back to what others have settled.
        changed = connection.execute(
            update(deliveries)
            .where(deliveries.c.id == taken.id, deliveries.c.state == "new").values(**values))
        if not changed.rowcount:
            raise Overtaken(taken.delivery.key)

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
            if event is not None:
                lock(connection, taken.delivery.team)
            self.claims.allow(connection, conversation)
            self._store.insert(connection, cases, {
                "conversation": conversation,
                "team": taken.delivery.team,
                "asker": taken.delivery.author,
                "opened_at": timestamp(self._now()),
                "private": 1,
                "listening": 1,
            })
            self._change(connection, taken, conversation=conversation)
            if notice is not None:
                self.outbox.owe(connection, taken.conversation, taken.delivery.team, notice)
            if event is not None:
                self.note(connection, taken, conversation, 0, event)

    def acted_since(
        self, connection: Connection, conversation: ConversationId, key: MessageKey
    ) -> bool:
        """Whether anybody wrote to us or pressed anything in *conversation* after *key*.

        So it is, too, where nothing is known of *key*.  What was deleted in Slack counts for
        nothing: nobody has spoken, and it may be we who took it away.
        """
        known = select(deliveries.c.id).where(deliveries.c.key == key).scalar_subquery()
        later = (
            select(deliveries.c.id)
            .where(deliveries.c.conversation == conversation, deliveries.c.state.not_in(UNHEARD),
                   ~deliveries.c.key.endswith(OF_DELETION, autoescape=True),
                   deliveries.c.id > func.coalesce(known, 0))
            .limit(1)
        )
        return connection.scalar(later) is not None

    def arrived(self, key: str) -> datetime | None:
        """When the delivery *key* was stored; None if it never was."""
        query = select(deliveries.c.received_at).where(deliveries.c.key == key)
        with self._store.reading() as connection:
            found = connection.scalar(query)
        return None if found is None else datetime.fromisoformat(found)

    def unanswered(self, key: MessageKey, refusal: str) -> ConversationId | None:
        """Where the message *key* was refused or given up; None where it wasn't, or isn't known.

        *refusal* is the key of the post that says that it was refused.
        """
        refused = exists().where(outgoing.c.key == refusal)
        query = select(deliveries.c.conversation).where(
            deliveries.c.key == key, deliveries.c.act == Act.MESSAGE.value,
            or_(deliveries.c.state == "failed", refused))
        with self._store.reading() as connection:
            found = connection.scalar(query)
        return None if found is None else ConversationId(found)

    def waiting(self) -> Mapping[tuple[str, str], int]:
        """How many deliveries wait to be handled, by workspace and who sent them."""
        with self._store.reading() as connection:
            return {(row.team, row.author): int(row.waiting)
                    for row in connection.execute(_WAITING)}


def turns_before(waiting: Mapping[tuple[str, str], int], team: str, author: str) -> int:
    """How many turns may be taken before all that *author* waits for is answered, these too.

    People take turns, and so do workspaces: for each message of theirs, one of everybody else in
    their workspace, and for each of these one of every other workspace.
    """
    teams = len({one for one, _ in waiting})
    people = sum(one == team for one, _ in waiting)
    return teams * people * waiting.get((team, author), 0)


_WAITING = (select(deliveries.c.team, deliveries.c.author, func.count().label("waiting"))
            .where(deliveries.c.state == NEW)
            .group_by(deliveries.c.team, deliveries.c.author))
# Whoever was frozen for long comes back to what others have settled.  And what was drawn before an
# erasure may repeat what was erased: it is drawn anew.  Looked for among the erasures since, of
# which there are none but rarely, and not in the whole conversation.
_SETTLE = (update(deliveries)
           .where(deliveries.c.id == bindparam("its_id"), deliveries.c.state == NEW,
                  ~exists().where(
                      log.c.workspace == deliveries.c.team, log.c.kind == ERASED,
                      log.c.seq > bindparam("erased"),
                      func.coalesce(log.c.conversation, "") == deliveries.c.conversation))
           .values(state=bindparam("state"), body=None))
_GONE_STALE = (
    update(outgoing)
    .where(outgoing.c.conversation == bindparam("its_conversation"),
           outgoing.c.turn.in_(bindparam("its_turns", expanding=True)),
           or_(outgoing.c.state == "waiting", outgoing.c.state == "dropped"))
    .values(state="stale", body=None, shown=None))
