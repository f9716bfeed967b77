"""Which conversation a delivery belongs to, by id, place or message; opened if need be."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bot.database import prepared
from bot.dialogue.conversation import ConversationId
from bot.ledger import timestamp
from bot.queue.cases import Cases
from bot.schema import cases, deliveries, places
from bot.store import Store
from bot.turns.delivery import Delivery, edited


class Placing:
    """Finds and opens conversations in the store's database; safe to share between threads."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._cases = Cases(store)

    def conversation_of(
        self, connection: Connection, delivery: Delivery
    ) -> ConversationId | None:
        """The conversation of *delivery*, opened if need be; None if it is not ours."""
        if delivery.conversation is not None:
            team = prepared.scalar(
                connection, _TEAM, {"its_conversation": delivery.conversation})
            if team is None and delivery.opens:
                self._open(connection, delivery, delivery.conversation)
                team = delivery.team
            # The id came from outside: it must not reach into another workspace.
            return delivery.conversation if team == delivery.team else None
        place = delivery.place
        if place is None:
            return None
        found = prepared.scalar(connection, _AT, {
            "its_team": place.team, "its_channel": place.channel, "its_thread": place.thread})
        if found is not None:
            return ConversationId(found)
        if not delivery.opens:
            return self._of_its_message(connection, delivery)
        conversation = ConversationId(f"slack:{place.team}:{place.channel}:{place.thread}")
        self._open(connection, delivery, conversation)
        return conversation

    @staticmethod
    def _of_its_message(connection: Connection, delivery: Delivery) -> ConversationId | None:
        """Where the message belongs that is changed or gone: Slack may not say in which thread."""
        message = edited(delivery.key)
        found = None if message is None else prepared.scalar(connection, _OF_MESSAGE, {
            "its_key": message, "its_team": delivery.team})
        return None if found is None else ConversationId(found)

    def _open(
        self, connection: Connection, delivery: Delivery, conversation: ConversationId
    ) -> None:
        place = None if delivery.private else delivery.place
        self._store.insert(connection, cases, {
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
            self._cases.settle_at(connection, conversation, delivery.place)


_AT = select(places.c.conversation).where(
    places.c.team == bindparam("its_team"), places.c.channel == bindparam("its_channel"),
    places.c.thread == bindparam("its_thread"))
_OF_MESSAGE = select(deliveries.c.conversation).where(
    deliveries.c.key == bindparam("its_key"), deliveries.c.team == bindparam("its_team"))
_TEAM = select(cases.c.team).where(cases.c.conversation == bindparam("its_conversation"))
