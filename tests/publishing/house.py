"""All that publishing needs over a small corpus, with a real database and a real index."""

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.publishing.drafts import Drafts
from bot.publishing.preparing import Preparing, Ways
from bot.publishing.publishing import Publishing
from bot.store import Store
from retrieval.editing.edits import Correct, state_of
from retrieval.guidance import EMPTY_TABLE, Guidance, ProvisionId, ReleaseId, Table
from retrieval.labelled.cases import LabelledQuery
from retrieval.matches import Search
from retrieval.opening import open_release
from retrieval.releases import content_of, digest_of, guidance_of
from tests.retrieval.conftest import WordEmbeddings

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WORDS = WordEmbeddings()
DILIGENCE = ProvisionId("ungp-17")
WHY = "counsel read the document"


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
    cases: tuple[str, ...] = ()
    """What is wrong with the labelled cases."""
    full: bool = False
    """The disk is, so nothing can be built."""

    def __post_init__(self) -> None:
        self.drafts = Drafts(self.store, self.folder, self.now)
        self.ways = Ways(lambda g: digest_of(g, WORDS.recipe), self.build, lambda: self.queries,
                         self.survey, cases=lambda _: self.cases)
        self.preparing = Preparing(self.store, self.drafts, self.ways, self.live, self.now)
        self.publishing = Publishing(
            self.store, self.drafts, self.preparing, self.guidance_of, self.now)

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def open(self, guidance: Guidance) -> Opened:
        return Opened(guidance, open_release(guidance, WORDS, self.data_dir))

    def build(
        self, guidance: Guidance, live: Opened, progress: Callable[[int, int], None]
    ) -> tuple[Opened, Mapping[str, int]]:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        built: dict[str, int] = {}
        search = open_release(
            guidance, WORDS, self.data_dir, progress, reuse=[live.search],
            on_built=lambda one: built.update(texts=one.total, embedded=one.embedded))
        return Opened(guidance, search), built

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
        self.store.begin_with(release, content_of(replace(draft.guidance, release=release)),
                              self.time, "start", draft.folder_sha256)
        return release


def correct(house: House, text: str = "Look twice before you sell.",
            id_: ProvisionId = DILIGENCE) -> Correct:
    """An edit that gives the provision *id_* another *text*."""
    now = house.drafts.draft().guidance.provisions[id_]
    return Correct(id_, {"text": text}, WHY, state_of(now))
