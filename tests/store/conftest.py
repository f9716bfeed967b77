"""One suite for SQLite and for PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest

from bot.checkpoints import Checkpoints
from bot.documents.fetching import Fetching
from bot.erasure.erasing import Erasing
from bot.queue.deliveries import Deliveries
from bot.record.signed_notes import Signer
from bot.store import Store
from tests.ingesting.serving import Answers, answering
from tests.store.declared import making
from tests.store.small import RELEASE, SEED, START, Clock


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
def points(store: Store, clock: Clock) -> Checkpoints:
    return Checkpoints(store, Signer(SEED), clock)


@pytest.fixture
def server() -> Iterator[Answers]:
    """A server on loopback that answers as a test has it."""
    with answering() as answers:
        yield answers


@pytest.fixture
def made(store: Store, server: Answers) -> Callable[..., Fetching]:
    """Makes the use case for the official documents that a test gives."""
    return making(store, server)


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
