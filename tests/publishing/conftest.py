"""A small corpus on disk, published from a real database with a real index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import Store
from retrieval import corpus
from retrieval.register import register
from tests.publishing.house import WORDS, House
from tests.retrieval.test_seeded_defects import FILES

__all__ = ["WORDS", "House"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The corpus folder."""
    root = tmp_path / "corpus"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    register(root, corpus.read_all(root)[0])
    return root


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store(url)
    made.upgrade()
    yield made
    made.close()


@pytest.fixture
def house(store: Store, folder: Path, tmp_path: Path) -> House:
    made = House(store, folder, tmp_path / "data", [])
    made.begin()
    return made
