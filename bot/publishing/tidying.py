"""Which releases may still need their index: those in force, on the way, or drawn from on record.

An index is only a cache and can be built again from the database at any time.  Still none is
removed that a recorded answer was drawn from, so that it can be searched again as it was.
"""

from sqlalchemy import select

from bot.publishing.preparing import State, prepared_in
from bot.record.history import history_in
from bot.schema import active_release, turns
from bot.store import Store
from retrieval.guidance import ReleaseId

WAYS_BACK = 5
"""Of the latest publications, so many keep their index whether anybody asked them or not."""


def needed(store: Store) -> frozenset[ReleaseId]:
    """The releases whose indexes are to be kept."""
    with store.reading() as connection:
        found = set(connection.scalars(select(active_release.c.release)))
        found |= set(connection.scalars(select(turns.c.release).distinct()))
        for publication in history_in(connection)[:WAYS_BACK]:
            found |= {publication.release, *filter(None, [publication.before])}
        prepared = prepared_in(connection)
    # One that is being prepared has no content in the database yet: its build holds its own lock.
    if prepared is not None and prepared.release and prepared.state in {
        State.READY, State.REFUSED
    }:
        found.add(prepared.release)
    return frozenset(map(ReleaseId, found))
