"""A delivery as its row keeps it: how it is written, and read back for whoever handles it."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, bindparam, func, literal_column, select

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.ledger import canonical
from bot.queue.cases import case_in
from bot.record.erasure_list import ERASED
from bot.schema import NEW, cases, deliveries, log
from bot.turns.delivery import OF_DELETION, Act, Delivery, Place, Taken

_of_it = deliveries.alias("of_it")
NEXT: Select[Any] = (
    select(*(deliveries.c[name] for name in (
        "id", "key", "act", "author", "sent_at", "body", "event_id", "received_at", "tries", "due",
        "reference")),
        deliveries.c.team.label("sent_to"),
        select(_of_it.c.sent_at)
        .where(_of_it.c.key == deliveries.c.key + literal_column(f"'{OF_DELETION}'", Text))
        .scalar_subquery().label("deleted_at"),
        select(func.coalesce(func.max(log.c.seq), 0))
        .where(log.c.workspace == deliveries.c.team, log.c.kind == ERASED)
        .scalar_subquery().label("erased"), cases)
    .outerjoin(cases, (cases.c.conversation == deliveries.c.conversation)
               & (cases.c.team == deliveries.c.team))
    .where(deliveries.c.conversation == bindparam("its_conversation"), deliveries.c.state == NEW)
    .order_by(deliveries.c.sent_at, deliveries.c.id)
    .limit(1)
)
"""The delivery of a conversation to handle next, with its case and when it was deleted."""


def packed(delivery: Delivery) -> str:
    """What the row of *delivery* has no column for."""
    place = delivery.place
    where = None if place is None else [place.team, place.channel, place.thread]
    return canonical({"body": delivery.body, "place": where, "private": delivery.private})


def taken_of(row: Row[Any], conversation: ConversationId) -> Taken:
    """The delivery of *conversation* in a *row* that `NEXT` has found."""
    return Taken(row.id, _unpacked(row, conversation), conversation, row.tries, row.reference,
                 datetime.fromisoformat(row.received_at),
                 None if row.asker is None else case_in(row),
                 None if row.deleted_at is None else datetime.fromisoformat(row.deleted_at),
                 row.erased)


def _unpacked(row: Row[Any], conversation: ConversationId) -> Delivery:
    kept = json.loads(row.body)
    place = kept["place"]
    return Delivery(
        key=MessageKey(row.key),
        act=Act(row.act),
        team=row.sent_to,
        author=row.author,
        sent_at=datetime.fromisoformat(row.sent_at),
        body=kept["body"],
        place=None if place is None else Place(*place),
        conversation=conversation,
        private=kept["private"],
        event_id=row.event_id,
    )
