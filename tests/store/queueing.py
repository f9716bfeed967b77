"""Several who write to one log on PostgreSQL, in an order that the test gives."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from sqlalchemy import text

from bot.record.log import lock
from bot.store import Store

PATIENCE_SECONDS = 30.0
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                "AND datname = current_database()")


def in_turn(store: Store, workspace: str, acts: Sequence[Callable[[], Any]]) -> list[Future[Any]]:
    """Have *acts* begin one after the other while the log of *workspace* is held.

    Each has come to where it waits before the next begins; PostgreSQL lets them go on in order.
    """
    with ThreadPoolExecutor(len(acts)) as pool:
        with store.writing() as connection:
            lock(connection, workspace)
            begun: list[Future[Any]] = []
            for act in acts:
                begun.append(pool.submit(act))
                until_waiting(store, len(begun))
        for one in begun:
            with suppress(Exception):
                one.result(PATIENCE_SECONDS)
    return begun


def until_waiting(store: Store, number: int) -> None:
    """Until *number* connections wait for a lock that another one has."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with store.looking() as connection:
            if int(connection.scalar(_WAITING) or 0) >= number:
                return
        time.sleep(0.01)
    raise AssertionError(f"there are not {number} who wait")
