"""What admins work with, put together: drafts, the gate, publication, the tick list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bot.assembly import Assembly
from bot.editions.edition import Edition
from bot.impact.surveys import Surveys
from bot.publishing.code_words import words_in_code
from bot.publishing.drafts import Draft, Drafts
from bot.publishing.preparing import Breaks, Opened, Preparing, Ways, prepared_in, waiting_content
from bot.publishing.publishing import Publishing
from bot.publishing.soundness import (
    faults_of_cases,
    problems_of_folder,
    problems_with_cases,
    unmeasured,
)
from bot.publishing.taking import Taking
from bot.publishing.ticking import Ticking
from bot.publishing.tidying import needed
from bot.record.history import history_in
from retrieval import corpus
from retrieval.errors import CorpusError
from retrieval.guidance import Guidance, ReleaseId
from retrieval.index import tidy
from retrieval.labelled.border_lines import BORDER, read_lines
from retrieval.labelled.cases import CASES, LabelledQuery, read_queries
from retrieval.labelled.exemplars import read_exemplars
from retrieval.labelled.openings import read_openings
from retrieval.linting.linter import lint
from retrieval.rebuilding import Rebuilt, rebuild_index
from retrieval.releases import digest_of, guidance_of, index_digest_of


@dataclass
class CorpusParts:
    """The parts of an admin's work, each made when it is first needed.

    Args:
        parts: The parts of this process.
        live: The edition that answers in this process; None to open the one in force.
        breaks: Which approved deals hold with one edition and not with another.
    """

    parts: Assembly
    live: Callable[[], Edition] | None = None
    breaks: Breaks = lambda *_: ()

    @property
    def guidance(self) -> Guidance:
        """The release in force."""
        return self.parts.releases(self.release_in_force())

    def release_in_force(self) -> ReleaseId:
        """The release in force; the folder's content is put there where none was yet."""
        found = self.parts.store.active_release()
        return self.parts.guidance.release if found is None else found

    def releases(self, release: ReleaseId) -> Guidance:
        """The content of *release*, from the database."""
        return self.parts.releases(release)

    @cached_property
    def drafts(self) -> Drafts:
        """The draft and the edits that make it."""
        return Drafts(self.parts.store, self.parts.settings.corpus_dir)

    @cached_property
    def preparing(self) -> Preparing:
        """Prepares a release beside the one in force."""
        ways = Ways(self._named, self._opened, self._queries, self._surveyed,
                    self.remarks, self.breaks, self.cases_at_fault)
        return Preparing(self.parts.store, self.drafts, ways, self._live)

    @cached_property
    def surveys(self) -> Surveys:
        """Whose advice would be another: what a preparation works out, its pages show."""
        return Surveys(self.parts.database, self.parts.releases, self.parts.on_impact)

    @cached_property
    def publishing(self) -> Publishing:
        """Puts releases in force."""
        return Publishing(self.parts.store, self.drafts, self.preparing, self._ready)

    @cached_property
    def ticking(self) -> Ticking:
        """The tick list."""
        return Ticking(self.drafts, lambda texts: np.array(
            self.parts.embeddings.embed_documents(list(texts)), dtype=np.float32))

    @cached_property
    def taking(self) -> Taking:
        """Takes cuts of documents into the draft."""
        return Taking(self.parts.documents, self.drafts, self.parts.fetching.listed)

    def problems(self, draft: Draft) -> list[str]:
        """Everything that keeps *draft* from being published, or needs a reason for it."""
        return problems_with_cases(draft, self.drafts.base(), self._cases)

    def cases_at_fault(self, draft: Draft) -> list[str]:
        """What is wrong with the labelled cases of *draft*, whose content is sound."""
        return faults_of_cases(draft, self.drafts.base(), self._cases)

    def checked(self) -> tuple[Guidance, list[str]]:
        """The draft, and why it would not be published as it stands; the folder, if nothing is yet.

        Beside its problems it is told where the gate could measure nothing.
        """
        if self.parts.begun:
            draft = self.drafts.draft()
            guidance, problems = draft.guidance, self.problems(draft)
        else:
            guidance, read = corpus.read_all(self.parts.settings.corpus_dir)
            problems = problems_of_folder(read, guidance, self._cases)
        # Of content with problems much would be called unknown that only couldn't be read.
        problems = problems or self._unlearnable(guidance)
        return guidance, problems or unmeasured(guidance, self._cases)

    def _unlearnable(self, guidance: Guidance) -> list[str]:
        """What is wrong with the lines that parts of the program are trained with.

        They are in no release, so that nothing else would read them before the next training.
        """
        root, problems = self.parts.settings.corpus_dir, list[str]()
        ways: list[Callable[[Path, Guidance], object]] = [read_exemplars, read_openings]
        if (root / BORDER).exists():  # a small corpus has none, and is served by the border shipped
            ways.append(read_lines)
        for read in ways:
            try:
                read(root, guidance)
            except CorpusError as error:
                problems += error.problems
        return problems

    def answering(self) -> Edition:
        """What answers in this process; where nothing does, the release in force."""
        return self._live() if self.live is None else self.live()

    def draft_edition(self) -> Edition:
        """The draft, ready to be asked; it answers nobody before it is published."""
        return self.open_draft(self.drafts.draft())

    def open_draft(
        self, draft: Draft, progress: Callable[[int, int], None] | None = None
    ) -> Edition:
        """*draft*, ready to be asked; *progress* is told of (done, total) texts to embed."""
        named = replace(draft.guidance, release=self._named(draft.guidance))
        reuse = () if self.live is None else (self.live().search,)
        return self.parts.edition_of(named, progress, reuse=reuse)

    def rebuild(self, release: ReleaseId) -> Rebuilt:
        """Build the index of *release* again from the database, and compare with what was there.

        Raises:
            UnknownRelease, ReleaseNotReady: It can't be read, or not be built here.
        """
        return rebuild_index(
            self.parts.releases(release), self.parts.embeddings, self.parts.data_dir,
            self.parts.progress, server=self.parts.settings.chroma_url)

    def tidy(self) -> tuple[ReleaseId, ...]:
        """Remove the indexes that nothing on record needs; which ones are gone."""
        keep = {self._index_of(release) for release in needed(self.parts.database)}
        return tidy(keep, self.parts.data_dir, server=self.parts.settings.chroma_url)

    def _index_of(self, release: ReleaseId) -> ReleaseId:
        """The digest of what *release* embeds, by the history where that says so."""
        with self.parts.database.reading() as connection:
            waiting, content = prepared_in(connection), waiting_content(connection)
            history = history_in(connection)
        of_it = [one.report for one in history if one.release == release]
        if waiting is not None and waiting.release == release:
            of_it.append(waiting.report)
        told = next((report["built"]["index"] for report in of_it
                     if "index" in report.get("built", {})), None)
        if told is not None and told["recipe"] == self.parts.embeddings.recipe:
            return ReleaseId(told["digest"])
        guidance = (guidance_of(content, release)
                    if waiting is not None and waiting.release == release and content
                    else self.parts.releases(release))
        return index_digest_of(guidance, self.parts.embeddings.recipe)

    # --- how --------------------------------------------------------------------------------

    def _named(self, guidance: Guidance) -> ReleaseId:
        return digest_of(guidance, self.parts.embeddings.recipe)

    def _opened(
        self, guidance: Guidance, live: Opened, progress: Callable[[int, int], None]
    ) -> tuple[Edition, Mapping[str, Any]]:
        recipe = self.parts.embeddings.recipe
        built: dict[str, Any] = {
            "index": {"digest": index_digest_of(guidance, recipe), "recipe": recipe}}
        edition = self.parts.edition_of(
            guidance, progress, reuse=[live.search],
            on_built=lambda one: built.update(texts=one.total, embedded=one.embedded))
        return edition, built

    def _live(self) -> Edition:
        release = self.release_in_force()
        if self.live is not None and (answering := self.live()).release == release:
            return answering
        return self.parts.open_edition(release)

    def _ready(self, release: ReleaseId) -> Guidance:
        return self.parts.open_edition(release).guidance

    def _queries(self) -> list[LabelledQuery]:
        return list(read_queries(self._cases))

    @property
    def _cases(self) -> Path:
        return self.parts.settings.corpus_dir / CASES

    def _surveyed(self, before: Guidance, after: Guidance) -> Mapping[str, Any]:
        """How many stored cases would be advised otherwise; which ones, the pages work out."""
        found = self.surveys.of_all(before, after)
        return {"conversations": found.looked_at, "deals": found.deals,
                "counts": {kind.value: number for kind, number in found.counts.items()}}

    def remarks(self, guidance: Guidance) -> list[str]:
        """What the linter says of *guidance*, warnings first: the same for whoever shows it."""
        found = lint(guidance, self._queries(), words_in_code())
        return [f"{one.severity.value}: {one.subject[0]} {one.subject[1]}: {one.text}"
                for one in found]
