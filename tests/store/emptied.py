"""One migrated database of each kind for many tests, emptied of documents before each.

Making a database costs far more than what these tests do with it.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import delete

from bot.schema import document_cuts, documents, fetches
from bot.store import Store
from tests.store.migrated import postgresql_on, sqlite_at
from tests.store.small import START

__all__ = ["migrated", "store"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A migrated database for all tests of a module."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = sqlite_at(tmp_path_factory.mktemp("emptied") / "a.sqlite3")
        else:
            url = stack.enter_context(postgresql_on(request.getfixturevalue("postgres")))
        made = Store(url, now=lambda: START)
        yield made
        made.close()


@pytest.fixture
def store(migrated: Store) -> Store:
    """The database without documents."""
    with migrated.writing() as connection:
        for table in (document_cuts, fetches, documents):
            connection.execute(delete(table))
    return migrated
