"""When the last good back-up was made, kept in the database for whoever watches its replicas.

A command that cron runs leaves nothing that could be scraped, and a line in a mail that nobody
gets any more is missed by nobody.  The database is what all replicas, and whoever backs up, share.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.database.shared_clock import SharedClock
from bot.database.upserting import inserting
from bot.ledger import timestamp
from bot.schema import last_backup
from bot.store import Store

SINCE = "0018"
"""The schema from which on there is a place for it."""


def note_made(store: Store, schema: str, took_seconds: float) -> bool:
    """Note that a back-up is whole; False where the database takes no note.

    Args:
        store: The database, which may be a copy that takes no writing: it can be backed up too.
        schema: Its revision; one of before `SINCE` has no place for it.
        took_seconds: How long ago the state was read that the back-up holds.
    """
    if schema < SINCE:
        return True
    try:
        with store.writing() as connection:
            at = SharedClock().at(connection) - timedelta(seconds=took_seconds)
            row = {"id": 1, "made_at": timestamp(at)}
            put = inserting(last_backup, connection.dialect.name).values(row)
            connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=row))
    except SQLAlchemyError:
        return False
    return True


def last_made(store: Store) -> datetime | None:
    """When the last good back-up was made; None where there was none."""
    with store.reading() as connection:
        made_at = connection.scalar(select(last_backup.c.made_at))
    return None if made_at is None else datetime.fromisoformat(made_at)
