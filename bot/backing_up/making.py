"""Make a back-up: one state of the whole database, whatever is written meanwhile."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.backing_up.archive import FORMAT, LogEnd, Manifest, NotBackedUp, writing
from bot.backing_up.tables import LEFT_OUT, rows, tables
from bot.database.url import insist_on_file
from bot.errors import NoDatabase
from bot.ledger import timestamp
from bot.migrations.upgrading import revision_of
from bot.outages import told
from bot.program import account, program
from bot.record.log import head, workspaces
from bot.schema import active_release, checkpoints
from bot.store import Store

SUFFIX = ".backup.zip"


def file_in(folder: Path, at: datetime) -> Path:
    """The file of a back-up in *folder*, named by the time, so that names sort as times do."""
    return folder / f"advisor-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"


def in_folder(folder: Path) -> list[Path]:
    """The back-ups in *folder* that were named by the time, oldest first."""
    return sorted(filter(is_named, folder.glob("*")))


def is_named(file: Path) -> bool:
    """Whether *file* has a name as back-ups get it by the time."""
    return file.match(f"advisor-*{SUFFIX}")


def archives_in(folder: Path) -> list[Path]:
    """Whatever in *folder* may be a back-up, those named by the time first, oldest first.

    Somebody may have given one another name; a damaged one is still meant as one.
    """
    named = in_folder(folder)
    return named + sorted(set(folder.glob("*.zip")) - set(named))


def keep(folder: Path, number: int, made: Path) -> list[Path]:
    """Delete all back-ups in *folder* that were named by the time but the last *number*.

    The one just *made* is the last, also where a clock that was wrong has named others later.
    """
    others = [file for file in in_folder(folder) if file != made]
    gone = others[: max(0, len(others) - number + 1)]
    for file in gone:
        file.unlink()
    return gone


def insist_on_database(url: URL) -> None:
    """Raise `NotBackedUp` where *url* is of a file that isn't there; opening would make it."""
    try:
        insist_on_file(url, "back up")
    except NoDatabase as error:
        raise NotBackedUp(str(error)) from None


def back_up(store: Store, file: Path, key: str | None, now: datetime) -> Manifest:
    """Write all of the database of *store* to the new *file*.

    It reads one state of the database and keeps nobody from writing.  The schema is copied as it
    is, so that one can be made before an upgrade.

    Args:
        store: The database, of any schema that this version knows.
        file: Where to; it appears when it is whole.
        key: The public key of the log, None if there is none yet.
        now: The time.

    Raises:
        NotBackedUp: The file can't be written, or the database has no tables of ours.
        AdvisorError: A newer version of the program has written the database.
    """
    try:
        return _written(store, file, key, now)
    except DBAPIError as error:
        why = told(error) or str(error.orig).strip()
        raise NotBackedUp(f"The database can't be read: {why}") from error


def _written(store: Store, file: Path, key: str | None, now: datetime) -> Manifest:
    with store.snapshot() as connection:
        schema = revision_of(connection)
        if schema is None:
            raise NotBackedUp("The database has no tables of Advisor, so there is nothing to "
                              "back up. ADVISOR_DATABASE_URL says which it is.")
        found = tables(connection, schema)
        with writing(file) as writer:
            for name, columns in found.items():
                writer.part(name, columns, rows(connection, name, columns))
            manifest = Manifest(
                format=FORMAT, made_at=timestamp(now), by=account(), program=program(),
                dialect=connection.dialect.name, schema=schema,
                release=connection.scalar(select(active_release.c.release)), key=key,
                logs=_logs(connection) if "log_heads" in found else (),
                parts=tuple(writer.parts), left_out=LEFT_OUT)
            writer.finish(manifest)
    return manifest


def _logs(connection: Connection) -> tuple[LogEnd, ...]:
    ends = []
    for workspace in workspaces(connection):
        end = head(connection, workspace)
        last = (select(checkpoints.c.note).where(checkpoints.c.workspace == workspace)
                .order_by(checkpoints.c.size.desc()).limit(1))
        ends.append(LogEnd(workspace, end.count, end.digest, connection.scalar(last)))
    return tuple(ends)
