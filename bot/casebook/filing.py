"""Files what answers cite by provision, and conversations by their tags, many at once.

A turn of a deal cites a hundred provisions.  Each has a place of its own in the index by provision,
so that to put them there with the turn would write more than all else of the turn together, and
once more with each further message.  So they lie by conversation until nobody has gone on with it
for a while, and then go there with those of other conversations, which need the same places.
Its thirty tags, each of which has a place of its own in the index by value, do likewise.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
    update,
)

from bot.casebook.cites import fresh_of
from bot.casebook.tags import FRESH_LINES
from bot.database.transactions import Database
from bot.ledger import timestamp
from bot.schema import case_cites, case_lines, case_tags

AFTER = timedelta(minutes=10)
"""How long ago a conversation last cited a provision before that is filed."""
AT_ONCE = 20
"""Conversations of a transaction: some two thousand citations.  A turn that comes meanwhile waits
as long as for another turn."""
MOST = 1_000
"""Conversations of a look; the rest has time until the next."""


class Filing:
    """Files, whenever it looks, what has not moved for a while.

    Args:
        database: Where what is cited is kept.
        now: The clock, in UTC.
    """

    def __init__(
        self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._now = now

    def look(self) -> int:
        """File what `MOST` conversations cite and are tagged with that are due.

        On PostgreSQL nothing is ever fresh.

        Returns:
            How many citations they had.
        """
        before, filed = self._now() - AFTER, 0
        with self._database.looking() as connection:
            if connection.dialect.name != "sqlite":
                return 0
            due = [connection.scalars(one, {"before": timestamp(before), "most": MOST}).all()
                   for one in (_DUE, _TAGGED)]
        names = list(dict.fromkeys(name for some in due for name in some))[:MOST]
        for start in range(0, len(names), AT_ONCE):
            with self._database.writing() as connection:
                filed += file(connection, names[start:start + AT_ONCE], before)
        return filed


def file(connection: Connection, names: Sequence[str], before: datetime) -> int:
    """File what the conversations *names* cited before the time *before*; gives how many.

    So are the tags of those that nothing was written of since.
    """
    given = {"names": names, "before": timestamp(before)}
    connection.execute(_FILE_TAGS, given)
    connection.execute(_FILE_LINES, given)
    return connection.execute(_FILE, given).rowcount


_CITE = case_cites.c
_DUE = (fresh_of(select(_CITE.conversation)).group_by(_CITE.conversation)
        .having(func.max(_CITE.at) < bindparam("before")).limit(bindparam("most")))
_ITS: Select[tuple[str, str]] = (fresh_of(select(_CITE.conversation, _CITE.provision))
        .where(_CITE.conversation.in_(bindparam("names", expanding=True)),
               _CITE.at < bindparam("before")))
_FILE = update(case_cites).where(
    tuple_(_CITE.conversation, _CITE.provision).in_(_ITS)).values(fresh=literal_column("0"))
_LINE = case_lines.c
_TAGGED = (FRESH_LINES.where(_LINE.updated_at < bindparam("before"))
           .limit(bindparam("most")))
_QUIET = and_(_LINE.conversation.in_(bindparam("names", expanding=True)),
              _LINE.updated_at < bindparam("before"), _LINE.fresh == literal_column("1"))
_FILE_TAGS = update(case_tags).where(
    case_tags.c.conversation.in_(select(_LINE.conversation).where(_QUIET)),
    case_tags.c.fresh == literal_column("1")).values(fresh=literal_column("0"))
_FILE_LINES = update(case_lines).where(_QUIET).values(fresh=literal_column("0"))
