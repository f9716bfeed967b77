"""Whether rows are as they were recorded, before an export with them is sealed and signed.

A signature over what was altered would say that it is the house's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from bot.exporting import verify
from bot.exporting.rows import NotExported, State, exported
from bot.record.erasure_list import ERASED
from bot.record.erasures import Bare, Erasures, taken_from
from bot.schema import log
from bot.turns.echoes import lacks_echoes

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


class Recorded:
    """Holds rows against their own digests, and missing words against the erasures on record."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._erasures: dict[str, Erasures] = {}

    def insist(self, rows: Iterable[RowMapping | Mapping[str, Any]]) -> None:
        """Stop unless all *rows*, by their columns, are as they were recorded.

        Raises:
            NotExported: It names the first that isn't.
        """
        for row in rows:
            if (why := self.wrong(row)) is not None:
                raise NotExported(
                    f"Row {row['seq']} of the log of {row['workspace']!r} is not as it was "
                    f"recorded: {why}. Nothing is exported with it; 'advisor log verify' tells "
                    "more.")

    def wrong(self, row: RowMapping | Mapping[str, Any]) -> str | None:
        """What is wrong with *row*; None if nothing is."""
        made = exported(row, None)
        try:
            verify.check_row(made.fields())
        except verify.Unfit as error:
            return f"what doesn't fit is {str(error).rpartition(': ')[2]}"
        except _UNREADABLE:
            return "it can't be read"
        wholly = made.state is State.ERASED
        if not (wholly or lacks_echoes(made.words)):
            return None
        if made.workspace not in self._erasures:
            self._erasures[made.workspace] = Erasures.of(self._connection, made.workspace)
        bare = Bare.of(made.seq, row["body"], wholly=wholly)
        if self._erasures[made.workspace].took(bare) is not None:
            return None
        what = "its words are" if wholly else "what it repeats of others is"
        return f"{what} gone, and no erasure on record took them"


def with_erasures(
    connection: Connection, rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """*rows* of one conversation, and the rows of erasures that took words of it and of others.

    Those stand under no conversation, and without them nobody could tell that the words which
    are missing were erased.

    Raises:
        NotExported: A row that tells of an erasure can't be read.
    """
    if not any(row["words"] is None or lacks_echoes(row["words"]) for row in rows):
        return list(rows)
    name = rows[0]["conversation"]
    found = connection.execute(
        select(log).where(log.c.kind == ERASED, log.c.conversation.is_(None)))
    more = [dict(row._mapping) for row in found]
    try:
        more = [row for row in more if name in taken_from(exported(row, None).told())]
    except ValueError:
        raise NotExported("A row that tells of an erasure can't be read, so nothing that rests on "
                          "it is sealed. 'advisor log verify' names it.") from None
    return sorted([*rows, *more], key=lambda row: (row["workspace"], row["seq"]))


def insist_on_case(files: Mapping[str, bytes]) -> None:
    """Stop unless a sealed case, its *files* by name, passes its own check.

    Raises:
        NotExported: It doesn't.
    """
    try:
        verify.check_case(dict(files), None, lambda _: None)
    except verify.Unfit as error:
        raise NotExported(f"The case would fail its own check, so it was not sealed: {error}. "
                          "'advisor log verify' tells more.") from None
