"""The only place where parts are chosen and joined; nothing is built at import."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from threadpoolctl import threadpool_limits

from bot import wording
from bot.advisor import Advisor
from bot.brief import sentences
from bot.checkpoints import Checkpoints, signer_of
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.documents import Documents
from bot.erasing import Erasing
from bot.exporting.exports import Exporting
from bot.exporting.memo import Memos, load_clauses
from bot.exporting.redacting import Redaction, Redactor
from bot.fetching import Fetching
from bot.in_force import InForce
from bot.people import People
from bot.program import account, program
from bot.replaying import Replaying
from bot.reviews.approving import Approving
from bot.reviews.reviewing import Reviewing
from bot.reviews.sharing import Sharing
from bot.settings import Settings
from bot.store import Store
from retrieval import adapter, corpus, publishers
from retrieval.embedding import PackagedEmbeddings, open_embeddings
from retrieval.guidance import GapKind, Guidance, ReleaseId, Table
from retrieval.ingesting.apart import read_document
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.downloading import DownloadRules
from retrieval.ingesting.hosts import allowed_hosts
from retrieval.ingesting.limits import LIMITS, MB
from retrieval.labelled import CASES
from retrieval.matches import Query, Search
from retrieval.releases import content_of, digest_of, guidance_of, open_release
from retrieval.telling import Teller
from retrieval.tells import Tells
from retrieval.vectors import UnitEmbeddings

Progress = Callable[[int, int], None]


@dataclass
class Assembly:
    """The parts of one process, each made when it is first needed."""

    settings: Settings
    progress: Progress | None = None

    @property
    def data_dir(self) -> Path:
        """The data folder, made if it is missing."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        return self.settings.data_dir

    @cached_property
    def embeddings(self) -> UnitEmbeddings:
        """The embedding model in force."""
        return open_embeddings(self.settings.embeddings, self.data_dir)

    @cached_property
    def guidance(self) -> Guidance:
        """The content, read, checked and named by its release.

        Raises:
            CorpusError: With every problem found.
        """
        content = corpus.read(self.settings.corpus_dir)
        return replace(content, release=digest_of(content, self.embeddings.recipe))

    @cached_property
    def reader(self) -> PlainReader:
        """Reads messages; holds the compiled vocabulary."""
        return PlainReader(self.guidance, self.tells, self.strays if self.tells else None)

    @cached_property
    def tells(self) -> Tells | None:
        """What a model takes clauses to tell; None where another model than ours is in force."""
        if not isinstance(self.embeddings, PackagedEmbeddings):
            return None
        return Teller(self.embeddings, adapter.head())

    def strays(self, text: str) -> bool:
        """Whether *text* asks for what the texts leave open."""
        gap = self.guidance.gap_by_id.get(self.search([Query(text, limit=1)])[0].gap or "")
        return gap is not None and gap.kind is not GapKind.OPENING

    def topics(self, text: str) -> Table:
        """What *text* names of the domain, to search with."""
        return self.reader.lexicon.find(text).by_fact()

    @cached_property
    def search(self) -> Search:
        """The search over the content; builds the index the first time."""
        # On two busy cores a second BLAS thread costs more than it brings: p50 of a query went
        # from 6 to over 20 ms. Set for the process, before the first product of matrices.
        threadpool_limits(1, "blas")
        return open_release(self.guidance, self.embeddings, self.data_dir, self.progress,
                            server=self.settings.chroma_url,
                            mentions_domain=self.reader.lexicon.knows)

    @cached_property
    def wording(self) -> Wording:
        """The bot's own sentences."""
        return wording.load(self.settings.prompts_dir, self.settings.contact)

    @cached_property
    def database(self) -> Store:
        """The database, migrated; needs neither corpus nor model."""
        store = Store(self.settings.database)
        store.upgrade()
        return store

    @cached_property
    def store(self) -> Store:
        """The database with the release in force kept in it."""
        store = self.database
        if store.active_release() != self.guidance.release:
            store.keep_release(self.guidance.release, content_of(self.guidance))
            store.activate(self.guidance.release, by=account())
        return store

    @cached_property
    def in_force(self) -> InForce:
        """What answers rest on beside the guidance; its sentences are kept in the database."""
        settings, prompts = self.settings, {}
        for file in sorted(settings.prompts_dir.glob("*.yaml")):
            text = file.read_text(encoding="utf-8")
            prompts[file.name] = hashlib.sha256(text.encode()).hexdigest()
            self.database.keep_wording(prompts[file.name], text)
        return InForce(
            {
                "contact": settings.contact,
                "question_limit": settings.question_limit,
                "message_limit": settings.message_limit,
                "compliance_channel": settings.compliance_channel,
                "reviewer_group": settings.reviewer_group,
                "admin_group": settings.admin_group,
                "embeddings": self.embeddings.recipe,
                "reader": "words" if self.tells is None else "words and clauses",
                "prompts": prompts,
                "program": program(),
            },
            people={"reviewers": settings.reviewers, "admins": settings.admins}, by=account())

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """The signed heads of the log."""
        key = self.settings.log_key
        return Checkpoints(self.database, signer_of(
            key.get_secret_value() if key else None, self.data_dir / "log.key"))

    @cached_property
    def erasing(self) -> Erasing:
        """Erases what people said, and keeps what is held."""
        return Erasing(self.database)

    @cached_property
    def releases(self) -> Callable[[ReleaseId], Guidance]:
        """Reads a release back from the database, each once."""
        releases: dict[ReleaseId, Guidance] = {}

        def read(release: ReleaseId) -> Guidance:
            # Once it is loaded, the one in force need not lie in memory twice.
            loaded: Guidance | None = self.__dict__.get("guidance")
            if loaded is not None and loaded.release == release:
                return loaded
            if release not in releases:
                releases[release] = guidance_of(self.database.release_content(release), release)
            return releases[release]

        return read

    @cached_property
    def replaying(self) -> Replaying:
        """Computes recorded answers again; needs no model, the database holds the releases."""
        return Replaying(self.database, self.releases)

    @cached_property
    def reviewing(self) -> Reviewing:
        """What compliance leads do; needs no model, the database holds the releases."""
        return Reviewing(self.database, self.releases, four_eyes=self.settings.four_eyes)

    @cached_property
    def approving(self) -> Approving:
        """What becomes of verdicts; needs no model, the database holds the releases."""
        forms = Redactor(frozenset(Redaction)).clean
        return Approving(self.database, self.reviewing, self.releases,
                         lambda guidance: Sharing(guidance, forms).clean,
                         self.settings.corpus_dir / CASES)

    @cached_property
    def exporting(self) -> Exporting:
        """Exports conversations; needs no model, the database holds the releases."""
        folder = self.settings.prompts_dir
        memos = Memos(sentences.load(folder, self.wording), load_clauses(folder))
        return Exporting(self.database, self.checkpoints, memos, self.releases)

    @cached_property
    def documents(self) -> Documents:
        """The documents of others; needs neither corpus nor model."""
        return Documents(self.database)

    @cached_property
    def fetching(self) -> Fetching:
        """Gets documents from their publishers, where an admin asks for it.

        Raises:
            CorpusError: The corpus, or its list of official documents, can't be used.
        """
        settings = self.settings
        most = settings.document_megabytes * MB
        return Fetching(
            self.documents,
            publishers.read(settings.corpus_dir, corpus.read(settings.corpus_dir)),
            DownloadRules(most_bytes=most, most_seconds=settings.fetch_seconds,
                          allowed=allowed_hosts(settings.fetch_from), proxy=settings.fetch_proxy),
            replace(LIMITS, file_bytes=most), read_document, cut)

    @cached_property
    def people(self) -> People:
        """What people are called."""
        return People(self.database)

    @cached_property
    def advisor(self) -> Advisor:
        """The use case of one message."""
        return Advisor(
            guidance=self.guidance,
            reader=self.reader,
            search=self.search,
            wording=self.wording,
            store=self.store,
            question_limit=self.settings.question_limit,
            message_limit=self.settings.message_limit,
            in_force=self.in_force,
            recipe=self.embeddings.recipe,
            settle=self.reviewing.settle,
        )
