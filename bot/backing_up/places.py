"""Where a back-up is restored to: a file of SQLite or a database of PostgreSQL, empty or emptied.

Either holds the whole back-up afterwards or is as it was before, whenever the process dies.  What
was there is moved aside and never deleted.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.backing_up.archive import NO_LINKS
from bot.backing_up.moved_aside import BEFORE
from bot.database.url import address_of, file_of
from bot.erasure.overwriting import InUse, rewrite
from bot.errors import AdvisorError
from bot.record.on_disk import sync_folder
from bot.store import Store

_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to the names of its files."""


class NotRestored(AdvisorError):
    """Nothing was restored; the message says why, and what was there is as it was."""

    def __init__(self, why: str) -> None:
        super().__init__("not_restored", why)


def place_of(url: URL, lock: Path) -> "InFile | InServer":
    """The place of the database *url*; *lock* is the file that a server holds beside SQLite.

    Raises:
        NotRestored: It lies in memory, and would be gone with this process.
    """
    if url.get_backend_name() != "sqlite":
        return InServer(url)
    file = file_of(url)
    if file is None:
        raise NotRestored("ADVISOR_DATABASE_URL names a database in memory, which is gone when "
                          "this ends; name a file. Nothing was restored.")
    return InFile(file, lock)


class InFile:
    """A file of SQLite: another one is filled beside it, and then takes its name."""

    def __init__(self, file: Path, lock: Path) -> None:
        self.aside: str | None = None
        """Where what was there before is now."""
        self.rewrite = False
        """Whether words were erased in what was filled, so that it has to be written anew."""
        self.unwritten = False
        """Whether that could not be done, though all else was."""
        self._file = file
        self._lock = lock

    @property
    def name(self) -> str:
        """What the place is called."""
        return str(self._file)

    def taken(self) -> bool:
        """Whether there is a database."""
        return self._file.exists()

    def standing(self) -> str:
        """How the place stands where nothing was restored, in a sentence."""
        return f"{self.name} is as it was." if self.taken() else f"Nothing was left at {self.name}."

    def full(self) -> str:
        """That the disk is full, as a part of a sentence; what was filled so far is gone by now."""
        free = shutil.disk_usage(self._file.parent).free
        return (f"the disk of {self._file.parent} is too small: it has {free / 1e6:.1f} MB free, "
                "and the database takes more. Make room there, or have ADVISOR_DATA_DIR or "
                "ADVISOR_DATABASE_URL name another disk, and restore again")

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The database that is there."""
        with closing(Store(address_of(self._file))) as store:
            yield store

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """The transaction in a new database, which takes the place of the one that is there.

        Raises:
            NotRestored: A server is running here, or something else uses the database.
        """
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._lock, timeout=0):
                yield from self._filling()
        except Timeout:
            raise NotRestored(f"An 'advisor serve' uses {self._lock.parent}. Stop it first.") from (
                None)

    def _filling(self) -> Iterator[Connection]:
        _insist_on_free(self._file)
        made = self._file.with_name(f".{self._file.name}.restoring")
        _drop(made)  # what one that was killed has left
        store = Store(address_of(made))
        event.listen(store.engine, "connect", _in_haste)
        try:
            with store.writing() as connection:
                yield connection
            store.close()
            if self.rewrite:
                _vacuum(made)
            self._take_place(made)
        finally:
            store.close()
            _drop(made)

    def _take_place(self, made: Path) -> None:
        with made.open("rb") as held:
            os.fsync(held.fileno())
        made.chmod(0o600)
        # Others may have come since.
        _insist_on_free(self._file)
        aside = self._file.with_name(f"{self._file.name}.{BEFORE}-{_now()}")
        if self._file.exists():
            self.aside = str(aside)
        _keep_aside(self._file, aside)
        # What a damaged one has left, or one that is gone, SQLite would take for the new one's.
        for end in _BESIDE[1:]:
            _with(self._file, end).unlink(missing_ok=True)
        # In one step: whoever dies here leaves the one or the other under that name.
        made.replace(self._file)
        sync_folder(self._file.parent)


def _vacuum(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        _in_haste(connection, None)
        connection.execute("VACUUM")


def _in_haste(connection: Any, _record: object) -> None:
    # Nobody else sees the file, and it is thrown away unless all of it is written: it needs no
    # journal of its own, and one wait for the disk, at the end.
    for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "foreign_keys=OFF",
                   "cache_size=-200000"):
        connection.execute(f"PRAGMA {pragma}")


def _drop(file: Path) -> None:
    for end in _BESIDE:
        _with(file, end).unlink(missing_ok=True)


def _with(file: Path, end: str) -> Path:
    return file.with_name(file.name + end)


def _insist_on_free(file: Path) -> None:
    """Insist that nothing else has the database in *file* open, and bring it into that one file.

    Whoever has it open would go on in what is moved aside, and what they are told then is lost.

    Raises:
        NotRestored: Something has.
    """
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise NotRestored(
                f"Something else has {file} open, such as 'advisor chat' or an export: end it "
                f"first. {file} is as it was.") from None
        # It can't be read, and is kept as it lies.


def _keep_aside(file: Path, to: Path) -> None:
    """Have all of *file* at *to* as well, where nothing may be; all of it or none."""
    with ExitStack() as kept:
        for end in _BESIDE:
            if _with(file, end).exists():
                _put_beside(_with(file, end), _with(to, end), kept)
        kept.pop_all()


def _put_beside(one: Path, other: Path, kept: ExitStack) -> None:
    """Have what lies at *one* at *other* as well, which goes again where *kept* is unwound."""
    try:
        os.link(one, other)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        with one.open("rb") as held, other.open("xb") as out:
            kept.callback(other.unlink)
            shutil.copyfileobj(held, out)
            out.flush()
            os.fsync(out.fileno())
    else:
        kept.callback(other.unlink)


class InServer:
    """A database of PostgreSQL: all happens in one transaction."""

    def __init__(self, url: URL) -> None:
        self.aside: str | None = None
        self.rewrite = False
        self.unwritten = False
        self._url = url

    @property
    def name(self) -> str:
        """What the place is called."""
        return self._url.render_as_string(hide_password=True)

    def taken(self) -> bool:
        """Whether there are tables."""
        with self.opened() as store, store.reading() as connection:
            return bool(inspect(connection).get_table_names())

    def standing(self) -> str:
        """How the place stands where nothing was restored, in a sentence."""
        return f"{self.name} is as it was."

    def full(self) -> str:
        """That the disk is full, as a part of a sentence."""
        return "the disk of the database's server is full. Make room there, and restore again"

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The database that is there."""
        with closing(Store(self._url.render_as_string(hide_password=False))) as store:
            yield store

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """The transaction; tables that are there are moved into a schema aside first.

        Raises:
            NotRestored: Somebody else is connected.
        """
        with self.opened() as store:
            with store.writing() as connection:
                _insist_on_nobody_else(connection)
                names = inspect(connection).get_table_names()
                if names:
                    self._move_aside(connection, names)
                yield connection
            if self.rewrite:
                # All else has been done by now, whatever comes of this.
                try:
                    rewrite(store)
                except (InUse, DBAPIError):
                    self.unwritten = True

    def _move_aside(self, connection: Connection, names: list[str]) -> None:
        quote = connection.dialect.identifier_preparer.quote
        aside = f"{BEFORE}_{_now().lower()}"
        connection.execute(text(f"CREATE SCHEMA {aside}"))
        for name in names:
            connection.execute(text(f"ALTER TABLE {quote(name)} SET SCHEMA {aside}"))
        self.aside = f"the schema {aside} of the same database"


def _insist_on_nobody_else(connection: Connection) -> None:
    """Insist that nobody else is connected, also where there is nothing yet.

    Whoever serves on what was lost would go on with what is restored, and not look at Slack for
    what was posted after the back-up.

    Raises:
        NotRestored: Somebody is.
    """
    if others := _others(connection):
        raise NotRestored(
            f"{others} other connections to the database are open: stop every 'advisor serve' "
            "that uses it, and whatever else, first.")


def _others(connection: Connection) -> int:
    """How many others are connected, after those that are just leaving have left."""
    others = 0
    for _ in range(20):
        others = connection.scalar(text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()")) or 0
        if not others:
            break
        time.sleep(0.1)
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
    return others


def _now() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
