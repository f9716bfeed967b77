"""One migrated database of each kind for many tests, emptied of documents before each.

Making a database costs far more than what these tests do with it.
"""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, delete, text

from bot.schema import document_cuts, documents, fetches
from bot.store import Store
from tests.store.small import START

__all__ = ["migrated", "store"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A migrated database for all tests of a module."""
    name = f"advisor_{uuid.uuid4().hex}"
    if request.param == "sqlite":
        made = Store(f"sqlite:///{tmp_path_factory.mktemp('emptied') / 'a.sqlite3'}",
                     now=lambda: START)
        made.upgrade()
        yield made
        made.close()
        return
    postgres = request.getfixturevalue("postgres")
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    made = Store(postgres.set(database=name).render_as_string(hide_password=False),
                 now=lambda: START)
    made.upgrade()
    yield made
    made.close()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def store(migrated: Store) -> Store:
    """The database without documents."""
    with migrated.writing() as connection:
        for table in (document_cuts, fetches, documents):
            connection.execute(delete(table))
    return migrated
