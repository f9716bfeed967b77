"""Two releases of the shipped guidance over a fresh database, the first of them in force."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue.phrasing import Wording
from bot.editions.edition import Edition
from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId
from tests.live.releasing import Replica, named, publish, replica, reworded
from tests.store.migrated import sqlite_at


@pytest.fixture(scope="session")
def first(guidance: Guidance) -> Guidance:
    """The shipped guidance as a release."""
    return named(guidance)


@pytest.fixture(scope="session")
def second(first: Guidance) -> Guidance:
    """Another release, in which every red flag of the guidance is put in other words."""
    return reworded(first, sorted({a for flag in first.red_flags for a in flag.authorities}))


@pytest.fixture
def store(tmp_path: Path, first: Guidance) -> Iterator[Store]:
    """A migrated database with the first release in force."""
    made = Store(sqlite_at(tmp_path / "advisor.sqlite3"))
    publish(made, first)
    yield made
    made.close()


@pytest.fixture(scope="session")
def read() -> dict[ReleaseId, Edition]:
    """Editions that any test has read."""
    return {}


@pytest.fixture
def running(store: Store, sentences: Wording, read: dict[ReleaseId, Edition]) -> Replica:
    """A process that has started on the first release."""
    return replica(store, sentences, read=read)
