"""A small corpus on disk, published from a real database with a real index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import Store
from retrieval import corpus
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import LabelledQuery
from retrieval.opening import open_release
from retrieval.reading.register import register
from tests.evaluating.light import begin_with
from tests.publishing.house import WORDS, House
from tests.retrieval.small_corpus import FILES

__all__ = ["WORDS", "House"]

LABELLED = (LabelledQuery("q0", "misused", (ProvisionId("sg-c1-rf1"),)),)
"""Without a question the gate would measure nothing, and refuse."""


def written(root: Path) -> Path:
    """The corpus, written into the new folder *root*."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    register(root, corpus.read_all(root)[0])
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The corpus folder."""
    return written(tmp_path / "corpus")


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the index of that corpus, which Chroma takes a while to write."""
    data = tmp_path_factory.mktemp("indexed")
    open_release(corpus.read(written(data / "corpus")), WORDS, data)
    return data


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store(url)
    made.upgrade()
    yield made
    made.close()


@pytest.fixture
def house(store: Store, folder: Path, indexed: Path, tmp_path: Path) -> House:
    begin_with(indexed, tmp_path / "data")
    made = House(store, folder, tmp_path / "data", list(LABELLED))
    made.begin()
    return made
