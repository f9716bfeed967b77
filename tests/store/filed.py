"""A desk whose database files tags and citations in bulk, and when all of it is due."""

from datetime import UTC, datetime

import pytest

from tests.console.conftest import desk

__all__ = ["LATER", "desk", "filed_later"]

LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def filed_later(desk):
    """A desk whose database files in bulk."""
    if desk.store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL files at once, in the index that older programs look in")
    return desk
