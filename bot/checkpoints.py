"""Checkpoints: signed heads of a log, which prove it once they have left the house.

Whoever may write the database can make every digest of a log anew.  What they can't change is a
checkpoint that somebody else holds: how many rows there were and the root of the tree over them,
signed.  `bot.record.signed_notes` has its form and its keys.

What is newer than the last checkpoint that left the house, this can't prove.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.database.shared_clock import SharedClock
from bot.database.upserting import put_once
from bot.errors import AdvisorError, LostEnd
from bot.ledger import Break, Wrong, timestamp
from bot.record.intact import Proven
from bot.record.log import edge, workspaces
from bot.record.signed_notes import BadCheckpoint, Checkpoint, Signer, Verifier, read_note
from bot.record.wholeness import held_whole
from bot.schema import checkpoints
from bot.store import Store

EVERY_ROWS = 100
EVERY = timedelta(hours=1)
"""A checkpoint is due after so many rows, or so long after the last where there is a new row."""


class UnknownLog(AdvisorError):
    """No workspace of that name has a log."""

    def __init__(self, workspace: str, known: Iterable[str]) -> None:
        names = ", ".join(name or repr(name) for name in known) or "nobody yet"
        super().__init__("unknown_log", f"There is no log of workspace {workspace!r}; there are "
                         f"those of {names}.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the log of one workspace stands."""

    workspace: str
    rows: int
    broken: Break | None
    proven: int
    """Rows up to the last checkpoint that it was held against; later ones only fit one another."""
    given: int | None = None
    """Rows up to the last one of those that were kept elsewhere; None where none was given."""


class Checkpoints:
    """The checkpoints of all workspaces, in the store's database."""

    def __init__(
        self, store: Store, signer: Signer, now: Callable[[], datetime] | None = None,
        former: Sequence[Verifier] = (),
    ) -> None:
        """Sign with *signer*; what was signed with the *former* keys holds too.

        *now* is the clock; None for the one that all replicas share.
        """
        self._store = store
        self._signer = signer
        self._clock = SharedClock(now)
        self._verifiers = (signer.verifier, *former)

    @property
    def key(self) -> str:
        """The public key, in the form that tools for signed notes read."""
        return self._signer.verifier.key

    def sign(self, text: str) -> bytes:
        """The signature over *text* with the key of the log; see `Signer.sign`."""
        return self._signer.sign(text)

    def take_due(self) -> tuple[str, ...]:
        """Take every checkpoint that is due; gives the notes, which should leave the house."""
        with self._store.reading() as connection:
            due = [name for name in workspaces(connection) if self._is_due(connection, name)]
        return tuple(note for note in map(self.take, due) if note is not None)

    def _is_due(self, connection: Connection, workspace: str) -> bool:
        try:
            size = edge(connection, workspace).size
        except LostEnd as error:  # it holds up no other log
            logging.getLogger("advisor").error("no checkpoint was taken: %s", error)
            return False
        last = _last(connection, workspace)
        if size == 0 or last is None:
            return size > 0
        new = size - last[0]
        # One that is ahead by as much was taken before the clock was put back.
        apart = abs(self._clock.at(connection) - last[1])
        return new >= EVERY_ROWS or (new > 0 and apart >= EVERY)

    def take(self, workspace: str) -> str | None:
        """A checkpoint of where the log of *workspace* ends now; None if it has no rows.

        The one that is there is given again where nothing has happened since, unless a former key
        has signed it: whoever gets it next is told of the present one alone.

        Raises:
            LostEnd: Nobody knows where it ends.
        """
        with self._store.writing() as connection:
            end = edge(connection, workspace)
            if not end.size:
                return None
            made = Checkpoint(workspace, end.size, end.root, self._clock.at(connection))
            row = {"at": timestamp(made.at), "note": self._signer.note(made)}
            if put_once(connection, checkpoints, {
                    "workspace": workspace, "size": made.size, **row}):
                return row["note"]
            here = (checkpoints.c.workspace == workspace) & (checkpoints.c.size == made.size)
            kept = connection.scalar(select(checkpoints.c.note).where(here))
            if not self._is_by_a_former_key(kept):
                return kept
            connection.execute(update(checkpoints).where(here).values(row))
            return row["note"]

    def _is_by_a_former_key(self, note: str | None) -> bool:
        """Whether it was not this key that signed *note*, and it holds all the same."""
        for verifier in self._verifiers:
            try:
                verifier.read(note or "")
            except BadCheckpoint:
                continue
            return verifier is not self._signer.verifier
        return False

    def of(self, workspace: str) -> tuple[str, ...]:
        """The notes taken of *workspace*, oldest first."""
        query = (select(checkpoints.c.note).where(checkpoints.c.workspace == workspace)
                 .order_by(checkpoints.c.size))
        with self._store.reading() as connection:
            return tuple(connection.scalars(query))

    def read(self, note: str) -> Checkpoint:
        """The checkpoint in *note*.

        Raises:
            BadCheckpoint: It is none, or of another key.
        """
        return read_note(note, self._verifiers)

    def verify(self, notes: Iterable[str] = (), only: str | None = None) -> tuple[Verdict, ...]:
        """Hold every log against its own digests, the checkpoints kept here, and *notes*.

        Args:
            notes: Checkpoints that were kept elsewhere.
            only: One workspace; all without it.

        Raises:
            BadCheckpoint: One of *notes* is none, or of another key.
            UnknownLog: There is no workspace *only*.
        """
        with self._store.snapshot() as connection:
            return verified(connection, self._verifiers, notes, only)

    def go_on(self, workspace: str, since: Proven | None) -> tuple[Verdict, Proven | None]:
        """Hold a log against its digests and the checkpoints kept here, from *since* on.

        Returns:
            How it stands, and what to go on from; None where the next time all must be read.
        """
        with self._store.snapshot() as connection:
            return _held(connection, self._verifiers, workspace, (), since)


def verified(
    connection: Connection, verifiers: Sequence[Verifier], notes: Iterable[str] = (),
    only: str | None = None,
) -> tuple[Verdict, ...]:
    """As `Checkpoints.verify`, in the transaction of *connection*.

    Raises:
        BadCheckpoint: One of *notes* is none, or of no key of *verifiers*.
        UnknownLog: There is no workspace *only*.
    """
    given = [read_note(note, verifiers) for note in notes]
    names = {*workspaces(connection), *(one.workspace for one in given)}
    if only is not None and only not in names:
        raise UnknownLog(only, sorted(names))
    return tuple(_held(connection, verifiers, workspace, given, None)[0]
                 for workspace in sorted(names if only is None else {only}))


def _held(
    connection: Connection, verifiers: Sequence[Verifier], workspace: str,
    given: Sequence[Checkpoint], since: Proven | None,
) -> tuple[Verdict, Proven | None]:
    before = 0 if since is None else since.head.count
    roots, unsigned = _roots(connection, verifiers, workspace, given, before)
    found = held_whole(connection, workspace, roots, since)
    broken = found.broken
    if broken is not None and broken.wrong is Wrong.ALTERED and broken.until in unsigned:
        broken = replace(broken, unsigned=True)
    mine = [one.size for one in given if one.workspace == workspace]
    return Verdict(workspace, found.rows, broken, max(roots, default=before),
                   max(mine, default=None)), found.proven


def _roots(
    connection: Connection, verifiers: Sequence[Verifier], workspace: str,
    given: Iterable[Checkpoint], before: int,
) -> tuple[Mapping[int, bytes], frozenset[int]]:
    """Roots by size, of more rows than *before*; none fits where two notes disagree.

    Beside them the sizes of which the note that is kept is signed by none of *verifiers*.
    """
    rows = connection.execute(select(checkpoints).where(
        checkpoints.c.workspace == workspace, checkpoints.c.size > before)).all()
    roots, unsigned = {}, set()
    for row in rows:
        try:
            kept = read_note(row.note, verifiers)
        except (BadCheckpoint, TypeError):
            roots[row.size] = b""  # no root is that of a note that somebody has changed
            unsigned.add(row.size)
        else:
            roots[row.size] = kept.root if _says(kept) == (
                row.workspace, row.size, row.at) else b""
    for one in given:
        if one.workspace == workspace:
            # Where the one kept here is another, either is false, and so no root fits.
            fits = roots.get(one.size, one.root) == one.root
            roots[one.size] = one.root if fits else b""
    return roots, frozenset(unsigned)


def _says(one: Checkpoint) -> tuple[str, int, str]:
    """What the columns beside a note say as well."""
    return one.workspace, one.size, timestamp(one.at)


def _last(connection: Connection, workspace: str) -> tuple[int, datetime] | None:
    query = (select(checkpoints.c.size, checkpoints.c.at)
             .where(checkpoints.c.workspace == workspace)
             .order_by(checkpoints.c.size.desc()).limit(1))
    found = connection.execute(query).one_or_none()
    return None if found is None else (found.size, datetime.fromisoformat(found.at))
