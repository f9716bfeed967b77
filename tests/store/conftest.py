"""One suite for SQLite always, and for PostgreSQL where TEST_POSTGRES_URL names a server."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.store import Store
from tests.store.small import RELEASE, START

POSTGRES = os.environ.get("TEST_POSTGRES_URL")


@pytest.fixture(params=[
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.skipif(
        POSTGRES is None, reason="TEST_POSTGRES_URL names no server")),
])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'advisor.sqlite3'}"
        return
    server = create_engine(make_url(POSTGRES), isolation_level="AUTOCOMMIT")
    name = f"advisor_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
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
