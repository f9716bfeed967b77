"""A furnished database of each kind, and a back-up of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.store import Store
from tests.backing_up import house
from tests.store.migrated import postgresql_on


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A database with something in every corner."""
    made = house.furnish(url)
    yield made
    made.close()


@contextmanager
def empty(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of *kind* in which there is nothing."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'there' / 'advisor.sqlite3'}"
        return
    with postgresql_on(request.getfixturevalue("postgres"), empty=True) as made:
        yield made


@pytest.fixture
def there(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Another machine with a database of the same kind, in which there is nothing."""
    with empty(url.partition(":")[0].partition("+")[0], request, tmp_path) as made:
        yield made


@pytest.fixture
def other_kind(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the other kind, in which there is nothing."""
    with empty("postgresql" if url.startswith("sqlite") else "sqlite", request, tmp_path) as made:
        yield made


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    """A back-up of it."""
    house.made(store, tmp_path / "one.zip")
    return tmp_path / "one.zip"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A back-up of a SQLite database, for tests that only read it."""
    folder = tmp_path_factory.mktemp("plain")
    store = house.furnish(f"sqlite:///{folder / 'a.sqlite3'}")
    house.made(store, folder / "plain.zip")
    store.close()
    return folder / "plain.zip"
