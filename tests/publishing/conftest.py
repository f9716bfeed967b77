"""A small corpus on disk, published from a real database with a real index."""

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.publishing.drafts import Drafts
from bot.publishing.preparing import Preparing, Ways
from bot.publishing.publishing import Publishing, note_first
from bot.store import Store
from retrieval import corpus
from retrieval.guidance import EMPTY_TABLE, Guidance, ReleaseId, Table
from retrieval.labelled import LabelledQuery
from retrieval.matches import Search
from retrieval.register import register
from retrieval.releases import content_of, digest_of, guidance_of, open_release
from tests.retrieval.conftest import WordEmbeddings
from tests.retrieval.test_seeded_defects import FILES
from tests.store.conftest import postgres, url

__all__ = ["postgres", "url"]

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WORDS = WordEmbeddings()


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


@dataclass(frozen=True)
class Opened:
    """A release and the search over it."""

    guidance: Guidance
    search: Search

    def topics(self, _: str) -> Table:
        return EMPTY_TABLE


@dataclass
class House:
    """All that publishing needs, with what a test may turn."""

    store: Store
    folder: Path
    data_dir: Path
    queries: list[LabelledQuery]
    survey: Callable[[Guidance, Guidance], Mapping[str, Any]] = lambda *_: {}
    time: datetime = START
    full: bool = False
    """The disk is, so nothing can be built."""

    def __post_init__(self) -> None:
        self.drafts = Drafts(self.store, self.folder, self.now)
        ways = Ways(lambda g: digest_of(g, WORDS.recipe), self.open, lambda: self.queries,
                    self.survey)
        self.preparing = Preparing(self.store, self.drafts, ways, self.live, self.now)
        self.publishing = Publishing(
            self.store, self.drafts, self.preparing, self.guidance_of, self.now)

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def open(
        self, guidance: Guidance, progress: Callable[[int, int], None] = lambda *_: None
    ) -> Opened:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return Opened(guidance, open_release(guidance, WORDS, self.data_dir, progress))

    def guidance_of(self, release: ReleaseId) -> Guidance:
        return guidance_of(self.store.release_content(release), release)

    def live(self) -> Opened:
        release = self.store.active_release()
        assert release is not None
        return self.open(self.guidance_of(release))

    def begin(self) -> ReleaseId:
        """Put the folder in force as the first release."""
        draft = self.drafts.draft()
        assert draft.problems == ()
        release = digest_of(draft.guidance, WORDS.recipe)
        self.store.keep_release(release, content_of(replace(draft.guidance, release=release)))
        self.store.activate(release, at=self.time, by="start")
        with self.store.writing() as connection:
            note_first(connection, release, self.time, "start", draft.folder_sha256)
        return release


@pytest.fixture
def house(store: Store, folder: Path, tmp_path: Path) -> House:
    made = House(store, folder, tmp_path / "data", [])
    made.begin()
    return made
