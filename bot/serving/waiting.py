"""What waits in the database, and for how long: what people wait for, a checkpoint, a back-up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Select, and_, func, select

from bot.database.shared_clock import SharedClock
from bot.schema import (
    checkpoints,
    deliveries,
    last_backup,
    log,
    log_heads,
    outgoing,
    publications,
    second_looks,
    turns,
)
from bot.store import Store

DELIVERIES, POSTS, LOOKS = "deliveries", "posts", "looks"


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and how many seconds the oldest has waited; 0 where nothing waits."""

    size: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at one moment.

    Attributes:
        queues: By name.
        unproven_seconds: How old the oldest row of any log is that no checkpoint covers.
        backup_seconds: How old the last good back-up is; how old the installation, where none was.
    """

    queues: Mapping[str, Queue]
    unproven_seconds: float
    backup_seconds: float


def waiting_in(store: Store, now: Callable[[], datetime] | None = None) -> Waiting:
    """What waits in *store*; a few small statements, which read what waits and little else.

    How long, by the clock *now*; None for the one that all replicas share.
    """
    clock = SharedClock(now)
    with store.reading() as connection:
        at = clock.at(connection)
        queues = {name: _queue(connection.execute(query).one(), at)
                  for name, query in _QUERIES.items()}
        unproven = connection.scalar(_UNPROVEN)
        backup = connection.scalar(_BACKUP)
    return Waiting(queues, _age(unproven, at), _age(backup, at))


def _queue(row: Any, at: datetime) -> Queue:
    return Queue(int(row[0]), _age(row[1], at))


def _age(since: str | None, at: datetime) -> float:
    return 0.0 if since is None else max(0.0, (at - datetime.fromisoformat(since)).total_seconds())


def _posts() -> Select[Any]:
    # A post's own times move with each try; a reply has waited since its turn was recorded.
    said = (
        select(log.c.at)
        .join(turns, and_(turns.c.workspace == log.c.workspace, turns.c.seq == log.c.seq))
        .where(turns.c.conversation == outgoing.c.conversation,
               turns.c.version == outgoing.c.turn)
        .scalar_subquery()
    )
    since = func.coalesce(said, outgoing.c.tried_at, outgoing.c.due)
    return select(func.count(), func.min(since)).where(outgoing.c.state == "waiting")


def _unproven() -> Select[Any]:
    covered = (
        select(log_heads.c.workspace, func.coalesce(func.max(checkpoints.c.size), 0).label("size"))
        .select_from(log_heads.outerjoin(
            checkpoints, checkpoints.c.workspace == log_heads.c.workspace))
        .group_by(log_heads.c.workspace)
        .subquery()
    )
    return select(func.min(log.c.at)).join(
        covered, and_(log.c.workspace == covered.c.workspace, log.c.seq == covered.c.size + 1))


_QUERIES: Mapping[str, Executable] = {
    DELIVERIES: select(func.count(), func.min(deliveries.c.received_at)).where(
        deliveries.c.state == "new"),
    POSTS: _posts(),
    LOOKS: select(func.count(), func.min(second_looks.c.asked_at)),
}
_UNPROVEN = _unproven()
_BACKUP = select(func.coalesce(
    select(last_backup.c.made_at).scalar_subquery(),
    select(func.min(publications.c.at)).scalar_subquery()))
