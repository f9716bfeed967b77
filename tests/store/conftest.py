"""One suite for SQLite and for PostgreSQL."""

from collections.abc import Iterator

import pytest

from bot.erasure.erasing import Erasing
from bot.queue.deliveries import Deliveries
from bot.store import Store
from tests.store.small import RELEASE, START, Clock


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A migrated database that knows one release."""
    made = Store(url, now=lambda: START)
    made.upgrade()
    made.keep_release(RELEASE, '{"b":1}')
    made.activate(RELEASE)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def erasing(store: Store, clock: Clock) -> Erasing:
    return Erasing(store, clock)


@pytest.fixture
def box(store: Store, clock: Clock) -> Deliveries:
    return Deliveries(store, clock)


@pytest.fixture
def both(store: Store, clock: Clock, url: str) -> Iterator[tuple[Deliveries, Deliveries]]:
    """Two replicas on PostgreSQL; SQLite has no second one."""
    if not url.startswith("postgresql"):
        pytest.skip("SQLite serves one process")
    other = Store(url)
    yield Deliveries(store, clock), Deliveries(other, clock)
    other.close()


@pytest.fixture
def postgresql(store: Store, url: str) -> Store:
    """The store on PostgreSQL alone, which has connections to say something of."""
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has no connections")
    return store
