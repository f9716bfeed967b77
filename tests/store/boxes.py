"""An inbox and an outbox: what is put into them, and what is found there."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.queue.deliveries import Deliveries
from bot.schema import outgoing
from bot.store import Store
from bot.turns.delivery import (
    Act,
    Delivery,
    Outgoing,
    Place,
    Queued,
    Taken,
    key_of_deletion,
)
from tests.store.small import START, step

TEAM, SAM, NOOR = "T1", "U1", "U2"
PLACE = Place(TEAM, "C1", "100.000001")
HOME = ConversationId("slack:T1:C1:100.000001")


def said(second: int = 0, key: str = "", **more: Any) -> Delivery:
    """A message sent *second* seconds after the start."""
    made = Delivery(
        key=MessageKey(key or f"slack:T1:C1:{100 + second}.000001"), act=Act.MESSAGE, team=TEAM,
        author=SAM, sent_at=START + timedelta(seconds=second), body={"text": f"said {second}"},
        place=PLACE, opens=True, event_id=f"Ev{second}")
    return replace(made, **more)


def deleted(message: Delivery, **more: Any) -> Delivery:
    """The deletion of *message*, a second after it."""
    return replace(message, key=key_of_deletion(message.key), act=Act.EDIT, author="", body={},
                   sent_at=message.sent_at + timedelta(seconds=1), opens=False, **more)


def post(key: str, **more: Any) -> Outgoing:
    return Outgoing(key, "message", {"text": key}, **more)


def next_of(box: Deliveries, conversation: ConversationId = HOME) -> Taken:
    taken = box.next_delivery(conversation)
    assert taken is not None
    return taken


def owed(box: Deliveries, conversation: ConversationId = HOME) -> Queued:
    queued = box.outbox.next_outgoing(conversation)
    assert queued is not None
    return queued


def settle(store: Store, box: Deliveries, taken: Taken, *posts: Outgoing, **more: Any) -> None:
    with store.writing() as connection:
        box.settle(connection, taken, posts, **more)


def claimed(box: Deliveries) -> list[ConversationId]:
    """What can be claimed at once, in the order in which it is had."""
    with ExitStack() as stack:
        found = []
        while (conversation := stack.enter_context(box.claims.claim())) is not None:
            found.append(conversation)
        return found


def rows(store: Store, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        query = select(*(table.c[name] for name in columns)).order_by(table.c[columns[0]])
        return [tuple(row) for row in connection.execute(query)]


def reply_to(store: Store, box: Deliveries, second: int, before: Conversation, *,
             posts: int = 1) -> Conversation:
    """Take a turn as the bot does: against what was shown, making stale what was not."""
    box.receive(said(second))
    taken, unshown = next_of(box), box.outbox.unshown(HOME)
    turn, after = step(before, taken.delivery.key)
    shown = before if unshown is None else unshown.shown
    store.record(turn, after, before.version, along=lambda connection: box.settle(
        connection, taken, [post(f"{turn.version}/{n}", turn=turn.version)
                            for n in range(posts)],
        shown=shown, stale=() if unshown is None else unshown.turns))
    return after


def states(store: Store) -> dict[str, str]:
    return dict(rows(store, outgoing, "key", "state"))


def owe(box: Deliveries, store: Store, *posts: Outgoing) -> None:
    """Owe *posts* in HOME."""
    with store.writing() as connection:
        box.outbox.owe_all(connection, HOME, TEAM, posts)
