"""Which deed a delivery is: what comes twice is one, what came to nothing may be done again."""

from sqlalchemy import Connection, delete, select

from bot.schema import NEW, deliveries, turns
from bot.turns.delivery import ASIDE, Act, Delivery


def forget_if_aside(connection: Connection, delivery: Delivery) -> None:
    """Let a message count that was none of ours until an edit made it mention us."""
    if delivery.act is Act.MESSAGE and (
            delivery.body.get("mentioned") and delivery.body.get("edited")):
        connection.execute(delete(deliveries).where(
            deliveries.c.key == delivery.key, deliveries.c.state == ASIDE))


def key_of(connection: Connection, delivery: Delivery) -> str:
    """The key that *delivery* is stored under.

    A choice that no turn came of may be made again: its deed is another then.  What comes once
    more of the same press, and what is still waiting, is the same one.
    """
    if delivery.act is not Act.ANSWER:
        return delivery.key
    before = connection.execute(
        select(deliveries.c.event_id, deliveries.c.state)
        .where(deliveries.c.key == delivery.key)).one_or_none()
    if before is None or before.state == NEW or before.event_id == delivery.event_id:
        return delivery.key
    taken = connection.scalar(select(turns.c.seq).where(turns.c.key == delivery.key))
    return delivery.key if taken is not None else f"{delivery.key}:{delivery.event_id}"
