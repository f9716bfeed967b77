"""Transactions whose rows are listed before they commit, and taken off the list if they don't.

A row is on the list of erasures before what it tells is done for good, since what is done and not
listed would come back with a back-up.  Where the transaction fails after that, a restore would do
what never was: it would erase what somebody put under a legal hold since, or lift that hold.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import AdvisorError
from bot.record.log import Happening, Logged, append, lock
from bot.schema import log
from bot.store import Store

_log = logging.getLogger("advisor.erasing")


@dataclass(frozen=True, slots=True)
class Begun:
    """A transaction under way, and the rows of the log that it has told so far."""

    connection: Connection
    tell: Callable[[Logged], object]
    told: list[Logged] = field(default_factory=list)

    def note(self, workspace: str, happening: Happening) -> None:
        """Put *happening* on record and on the list."""
        row = append(self.connection, workspace, happening)
        if row is not None:
            self.told.append(row)  # first: a line that fails to be written may stand all the same
            self.tell(row)


@dataclass(frozen=True, slots=True)
class Listing:
    """Begins transactions in *store*; *tell* lists a row, and *untell* takes some back."""

    store: Store
    tell: Callable[[Logged], object]
    untell: Callable[[Sequence[Logged]], object]

    @contextmanager
    def writing(self, workspace: str) -> Iterator[Begun]:
        """A transaction for *workspace*; nothing of it stays listed where it is rolled back."""
        told, asked_to_commit = list[Logged](), False
        try:
            with self.store.writing() as connection:
                yield Begun(connection, self.tell, told)
                asked_to_commit = True
        except BaseException:
            self._take_back(workspace, told, unsure=asked_to_commit)
            raise

    def _take_back(self, workspace: str, told: Sequence[Logged], *, unsure: bool) -> None:
        """Take back what of *told* was not done; where that can't be found out, nothing is.

        To erase once more than was done is the lesser harm.
        """
        if not told:
            return
        try:
            done = self._on_record(workspace, told) if unsure else frozenset[str]()
            undone = [row for row in told if row.key not in done]
            if undone:
                self.untell(undone)
        except (SQLAlchemyError, AdvisorError):
            _log.warning("the list of erasures may name what was rolled back", exc_info=True)

    def _on_record(self, workspace: str, told: Sequence[Logged]) -> frozenset[str]:
        """The keys of *told* that are in the log, once nobody is committing there any more.

        A connection that is lost in a commit leaves open whether it was made; whoever makes it
        holds the head of the log until it is.
        """
        with self.store.writing() as connection:
            lock(connection, workspace)
            return frozenset(connection.scalars(
                select(log.c.key).where(log.c.key.in_([row.key for row in told]))))
