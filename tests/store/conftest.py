"""One suite for SQLite and for PostgreSQL."""

from collections.abc import Iterator

import pytest

from bot.store import Store
from tests.store.small import RELEASE, START


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A migrated database that knows one release."""
    made = Store(url, now=lambda: START)
    made.upgrade()
    made.keep_release(RELEASE, '{"b":1}')
    made.activate(RELEASE)
    yield made
    made.close()
