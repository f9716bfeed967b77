"""Make a database of a back-up again: whole, proved, and put right for a later day.

All is checked before it takes the place of anything.  What was on its way when the back-up was
made may have arrived since: posts that waited are looked for at Slack before they are made.  What
was erased since is erased again.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, String, Text, inspect, select, text, union, update
from sqlalchemy.exc import DBAPIError

from bot.backing_up.archive import Archive, BadBackup, Manifest
from bot.backing_up.erased_again import do_again, listed_here
from bot.backing_up.places import InFile, InServer, NotRestored
from bot.backing_up.tables import WORDS, fill
from bot.casebook import lines as case_lines
from bot.checkpoints import Verdict, verified
from bot.erasure.silencing import RESTORED
from bot.migrations.upgrading import newest, upgrade_to
from bot.outages import is_full, outage
from bot.program import account
from bot.record.erasure_list import Listed
from bot.record.log import Happening, append, head, workspaces
from bot.record.signed_notes import BadCheckpoint, Checkpoint, Verifier, read_note
from bot.schema import claims, deliveries, outgoing

SLACK_TABLES = frozenset({"slack_bots", "slack_installations"})
"""What Bolt keeps tokens in, where several workspaces have installed the app."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A checkpoint that left the house tells of rows that the back-up doesn't have."""

    workspace: str
    rows: int
    """How many the back-up has."""
    size: int
    """How many there were."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it."""

    manifest: Manifest
    verdicts: tuple[Verdict, ...]
    behind: tuple[Behind, ...] = ()
    erasures: int = 0
    """Erasures that were done once more."""
    rows_erased: int = 0
    in_doubt: int = 0
    """Posts that will be looked for at Slack before they are made."""
    aside: str | None = None
    """Where the database that was there before is now."""
    remarks: tuple[str, ...] = field(default=())


class Restoring:
    """Restores to one place.

    Args:
        place: Where to.
        verifiers: The public keys that checkpoints may be signed with here: of now and before.
        now: The time.
    """

    def __init__(
        self, place: InFile | InServer, verifiers: Sequence[Verifier],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._place = place
        self._verifiers = tuple(verifiers)
        self._now = now

    def restore(
        self, archive: Archive, *, notes: Sequence[str] = (), listed: Iterable[Listed] = (),
        replace: bool = False,
    ) -> Restored:
        """Fill the place with what is in *archive*.

        Args:
            archive: The back-up.
            notes: Checkpoints that were kept elsewhere.
            listed: What was erased and held since, by lists of it.
            replace: Whether what is there may be moved aside.

        Raises:
            NotRestored: There is something already, the back-up doesn't belong to the checkpoints
                or to the key, or its log is not as it was recorded.
            BadBackup: A part of it can't be used.
            BadCheckpoint: One of *notes* is none, or of another key.
        """
        self._insist_on_known(archive)
        given = [read_note(note, self._verifiers) for note in notes]
        remarks: list[str] = []
        again = list(listed)
        if self._place.taken():
            if not replace:
                raise NotRestored(f"There is a database at {self._place.name} already. With "
                                  "--replace it is moved aside first, and kept.")
            again += self._listed_there(remarks)
        try:
            with self._place.filling() as connection:
                _fill(connection, archive)
                verdicts, behind = self._proved(connection, archive, given, notes)
                done, rows = do_again(connection, again)
                doubts = _doubt(connection)
                self._note(connection, archive)
                self._place.rewrite = done > 0
        except (DBAPIError, sqlite3.Error, OSError) as error:
            why = self._place.full() if is_full(error) else _told(error)
            raise NotRestored(f"{archive.file} was not restored: {why}. "
                              f"{self._place.standing()}") from error
        if self._place.unwritten:
            remarks.append("What was erased again is still in the free space of the database's "
                           "files: a table was in use, or there was no room. Call 'advisor db "
                           "rewrite'.")
        return Restored(archive.manifest, verdicts, behind, done, rows, doubts,
                        self._place.aside, tuple(remarks))

    def _insist_on_known(self, archive: Archive) -> None:
        manifest = archive.manifest
        if manifest.schema > newest():
            raise BadBackup(archive.file, f"it is of schema {manifest.schema}, which this version "
                                          "doesn't know: a newer version made it. Restore it with "
                                          "that one.")
        for end in manifest.logs:
            if end.checkpoint is not None:
                self._insist_on_key(end.checkpoint, manifest.key)

    def _insist_on_key(self, note: str, key: str | None) -> None:
        try:
            read_note(note, self._verifiers)
        except BadCheckpoint:
            known = "" if key is None else (
                f" If it is lost, set ADVISOR_LOG_KEYS_BEFORE={key} once you have made sure that "
                "this is the public key which 'advisor log key' printed; a new key then signs "
                "from here on.")
            raise NotRestored(
                "The checkpoints in this back-up were signed with a key that is not here. Set "
                "ADVISOR_LOG_KEY to the one of before, or put its file log.key into the data "
                f"folder.{known} Nothing was restored.") from None

    def _listed_there(self, remarks: list[str]) -> list[Listed]:
        """What the database that is to be replaced tells of erasures."""
        try:
            with self._place.opened() as store, store.reading() as connection:
                if not inspect(connection).has_table("log"):
                    return []
                return listed_here(connection)
        except (DBAPIError, sqlite3.Error, ValueError, KeyError):
            remarks.append("The database that was there can't be read, so nobody knows from it "
                           "what was erased since the back-up.")
            return []

    def _proved(
        self, connection: Connection, archive: Archive, given: Sequence[Checkpoint],
        notes: Sequence[str],
    ) -> tuple[tuple[Verdict, ...], tuple[Behind, ...]]:
        """Hold the log that was filled in against itself, its checkpoints, and *given*."""
        here = {name: head(connection, name).count for name in workspaces(connection)}
        if given and not any(one.workspace in here for one in given):
            raise NotRestored(
                "This is the back-up of another installation: it has no log of "
                f"{', '.join(sorted({one.workspace for one in given}))}, which the checkpoints "
                f"tell of, but of {', '.join(sorted(here)) or 'nobody'}. Nothing was restored.")
        fits = [note for one, note in zip(given, notes, strict=True)
                if one.size <= here.get(one.workspace, 0)]
        verdicts = verified(connection, self._verifiers, fits)
        for verdict in verdicts:
            if verdict.broken is not None:
                raise NotRestored(
                    f"The log of {verdict.workspace or 'before workspaces'} in {archive.file} is "
                    f"not what was recorded. {verdict.broken} Nothing was restored; take an "
                    "earlier back-up.")
        return verdicts, tuple(
            Behind(one.workspace, here.get(one.workspace, 0), one.size) for one in given
            if one.size > here.get(one.workspace, 0))

    def _note(self, connection: Connection, archive: Archive) -> None:
        """Say in every log that it goes on from a back-up."""
        at, which = self._now(), uuid4().hex
        waiting = set(connection.scalars(select(deliveries.c.team).distinct().where(
            deliveries.c.state == "new")))
        for workspace in sorted({*workspaces(connection), *waiting}):
            end = head(connection, workspace)
            if not end.count and workspace not in waiting:
                continue
            append(connection, workspace, Happening(
                RESTORED, f"{RESTORED}:{workspace}:{which}", at, account(), None,
                {"made_at": archive.manifest.made_at, "sha256": archive.sha256,
                 "rows": end.count, "head": end.digest, "log_key": archive.manifest.key}))


def _told(error: Exception) -> str:
    away = outage(error)
    if away is not None:
        return away
    if isinstance(error, DBAPIError):
        return str(error.orig).strip().splitlines()[0]
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)


def _fill(connection: Connection, archive: Archive) -> None:
    """Make the schema of *archive*, put its rows in, and bring it to the newest."""
    manifest = archive.manifest
    upgrade_to(connection, manifest.schema)
    if SLACK_TABLES & {part.table for part in manifest.parts}:
        _make_slack_tables(connection)
    seen = inspect(connection)
    there: Mapping[str, set[str]] = {
        name: {one["name"] for one in seen.get_columns(name)} for name in seen.get_table_names()}
    quote = connection.dialect.identifier_preparer.quote
    for part in reversed(manifest.parts):  # what a schema begins with is in the back-up as well
        if part.table in there:
            connection.exec_driver_sql(f"DELETE FROM {quote(part.table)}")  # noqa: S608  quoted
    for part in manifest.parts:
        names = {one.name for one in part.columns}
        if part.table != WORDS and not names <= there.get(part.table, set()):
            raise BadBackup(archive.file, f"schema {manifest.schema} has no table {part.table} "
                                          f"with the columns {', '.join(sorted(names))}.")
        fill(connection, part.table, part.columns, archive.rows(part))
    if connection.dialect.name == "postgresql":
        _count_on(connection)
    elif connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise BadBackup(archive.file, "rows in it refer to rows that are not in it.")
    upgrade_to(connection, "head")
    case_lines.catch_up(connection)
    for end in manifest.logs:
        found = head(connection, end.workspace)
        if (found.count, found.digest) != (end.rows, end.digest):
            raise BadBackup(archive.file, f"the log of {end.workspace} doesn't end where the "
                                          "manifest says.")


def _make_slack_tables(connection: Connection) -> None:
    from slack_sdk.oauth.installation_store.sqlalchemy import (  # noqa: PLC0415  seldom needed
        SQLAlchemyInstallationStore,
    )

    store = SQLAlchemyInstallationStore("", connection.engine)
    for table in store.metadata.sorted_tables:
        for one in table.columns:
            if isinstance(one.type, String):
                one.type = Text()  # sealed tokens are longer than what Slack gives
    store.metadata.create_all(connection)


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that were put in."""
    seen = inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    for name in seen.get_table_names():
        for key in seen.get_pk_constraint(name)["constrained_columns"]:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :key)"),
                {"table": quote(name), "key": key})
            if sequence is not None:
                most = f"(SELECT max({quote(key)}) FROM {quote(name)})"  # noqa: S608  quoted
                connection.execute(text(f"SELECT setval(:s, {most}) WHERE {most} IS NOT NULL"),
                                   {"s": sequence})


def _doubt(connection: Connection) -> int:
    """Have every post that waits looked for before it is made; gives how many."""
    changed = connection.execute(
        update(outgoing).where(outgoing.c.state == "waiting").values(in_doubt=1))
    if connection.dialect.name == "postgresql":
        waiting = union(
            select(deliveries.c.conversation).where(deliveries.c.state == "new"),
            select(outgoing.c.conversation).where(outgoing.c.state == "waiting")).subquery()
        connection.execute(claims.insert().from_select(["conversation"], select(waiting)))
    return changed.rowcount
