"""The only place where parts are chosen and joined; nothing is built at import."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot import wording
from bot.brief import sentences
from bot.checkpoints import Checkpoints
from bot.database.engines import CONNECTIONS
from bot.database.url import database_url, file_of
from bot.dialogue.phrasing import Wording
from bot.documents.kept import Documents
from bot.editions.held import Editions
from bot.erasure.erasing import Erasing
from bot.errors import BadSetting
from bot.language_model.looks import Looks
from bot.parts.data_folder import data_folder
from bot.parts.in_force import in_force_of
from bot.parts.side_by_side import open_side_by_side
from bot.people import People
from bot.program import account
from bot.record.erasure_list import ErasureList
from bot.record.in_force import InForce
from bot.record.signed_notes import former_keys, signer_of
from bot.reviews.reviewing import Reviewing
from bot.settings import Settings
from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId, Table
from retrieval.matches import Search
from retrieval.releases import content_of, digest_of
from retrieval.words.tells import Tells

if TYPE_CHECKING:
    # What answers and reviews is imported when it is first needed, once messages are taken in.
    from bot.advisor import Advisor
    from bot.answering.replaying import Replaying
    from bot.chat.calling import Calls
    from bot.dialogue.reading import PlainReader
    from bot.documents.fetching import Fetching
    from bot.editions.edition import Edition
    from bot.exporting.exports import Exporting
    from bot.following import Following
    from bot.reviews.approving import Approving
    from bot.second_look.journey import SecondLook
    from retrieval.indexes.taken_over import Built
    from retrieval.model.vectors import UnitEmbeddings

Progress = Callable[[int, int], None]

CONNECTIONS_BESIDE = 7
"""Connections to PostgreSQL for requests and for what is done once a minute."""
LEASE_MARGIN_SECONDS = 5
"""How long a worker may be silent beyond the longest call of a language model."""


@dataclass
class Assembly:
    """The parts of one process, each made when it is first needed."""

    settings: Settings
    progress: Progress | None = None
    draft: bool = False
    """Whether to take the content of the corpus folder in place of the release in force."""

    @property
    def data_dir(self) -> Path:
        """The data folder, made if it is missing.

        Raises:
            BadSetting: It can't be made, or a file is in its place.
        """
        return data_folder(self.settings.data_dir)

    @cached_property
    def embeddings(self) -> "UnitEmbeddings":
        """The embedding model in force."""
        from retrieval.embedding import open_embeddings  # noqa: PLC0415  once messages are taken in

        return open_embeddings(
            self.settings.embeddings, self.data_dir, self.settings.model_dir)

    @property
    def folder(self) -> Guidance:
        """The content of the corpus folder as it is now, checked, and named as a release.

        It answers nobody before it is published.

        Raises:
            CorpusError: With every problem found.
        """
        from retrieval import corpus  # noqa: PLC0415  a server reads the database

        content = corpus.read(self.settings.corpus_dir)
        return replace(content, release=digest_of(content, self.embeddings.recipe))

    @cached_property
    def guidance(self) -> Guidance:
        """The release in force when this process first asked."""
        return self.folder if self.draft else self.editions.of(self._release)

    @property
    def begun(self) -> bool:
        """Whether there is a release in force; no database is made to find out."""
        file = file_of(database_url(self.settings.database))
        if file is not None and not file.exists():
            return False
        return self.database.active_release() is not None

    def folder_differs(self) -> bool:
        """Whether the corpus folder was changed since the release in force was made from it."""
        from bot.publishing import corpus_folder  # noqa: PLC0415  once messages are taken in

        return corpus_folder.differs(self.settings.corpus_dir, self.database, self.editions)

    @cached_property
    def edition(self) -> "Edition":
        """The release in force when this process first asked, ready to answer."""
        if not self.draft and self.database.active_release() is not None:
            open_side_by_side(lambda: self.embeddings, lambda: self.guidance)
        return self.edition_of(self.guidance)

    def open_edition(self, release: ReleaseId) -> "Edition":
        """The edition of *release*, read from the database; its index is built if it is missing.

        Raises:
            UnknownRelease: The database lacks it.
            ReleaseNotReady: It can't be read, or its index can't be built here.
        """
        return self.edition_of(self.editions.of(release))

    def edition_of(
        self,
        guidance: Guidance,
        progress: Progress | None = None,
        *,
        reuse: Sequence[Search] = (),
        on_built: "Callable[[Built], None] | None" = None,
    ) -> "Edition":
        """What answers from *guidance*; builds its index the first time.

        Args:
            guidance: The content.
            progress: Told how far a build is.
            reuse: Searches from which the vectors of texts that stayed the same are taken.
            on_built: Told how many texts had to be embedded.
        """
        from bot.parts import edition as edition_parts  # noqa: PLC0415  once messages are taken in

        return edition_parts.edition_of(
            guidance, self.embeddings, self.tells, self.data_dir,
            server=self.settings.chroma_url, progress=progress or self.progress,
            reuse=reuse or self._open_already(), on_built=on_built)

    def _open_already(self) -> Sequence[Search]:
        """The search that answers in this process; most texts of another release are in it."""
        edition: Edition | None = self.__dict__.get("edition")
        return () if edition is None else (edition.search,)

    @property
    def reader(self) -> "PlainReader":
        """Reads messages; holds the compiled vocabulary."""
        return self.edition.reader

    @property
    def search(self) -> Search:
        """The search over the content."""
        return self.edition.search

    @cached_property
    def tells(self) -> Tells | None:
        """What a model takes clauses to tell; None where another model than ours is in force."""
        from bot.parts.edition import teller  # noqa: PLC0415  once messages are taken in

        return teller(self.embeddings)

    def topics(self, text: str) -> Table:
        """What *text* names of the domain, to search with."""
        return self.edition.topics(text)

    @cached_property
    def wording(self) -> Wording:
        """The bot's own sentences."""
        return wording.load(self.settings.prompts_dir, self.settings.contact)

    @cached_property
    def on_impact(self) -> Wording:
        """The sentences on what a release changed."""
        from bot.impact import sentences  # noqa: PLC0415  as above

        return sentences.load(self.settings.prompts_dir, self.settings.contact)

    @cached_property
    def database(self) -> Store:
        """The database, migrated; needs neither corpus nor model."""
        if not self.settings.database_url:
            _ = self.data_dir
        # Whoever works on a conversation holds it by one connection and writes by another.
        store = Store(self.settings.database, connections=max(
            CONNECTIONS, 2 * self.settings.workers + CONNECTIONS_BESIDE))
        store.upgrade()
        return store

    @property
    def store(self) -> Store:
        """The database with a release in force: what the folder holds, where it had none yet."""
        _ = self._release
        return self.database

    @cached_property
    def _release(self) -> ReleaseId:
        found = self.database.active_release()
        if found is not None:
            return found
        from retrieval import corpus  # noqa: PLC0415  the first time only

        first = self.folder
        return self.database.begin_with(
            first.release, content_of(first), by=account(),
            folder_sha256=corpus.folder_digest(self.settings.corpus_dir))

    @cached_property
    def language_model(self) -> "Calls | None":
        """The language model; None where none is set, and then nothing of a vendor is loaded.

        Raises:
            BadSetting: The one that is set can't be made ready.
            BadContent: A prompt can't be used.
        """
        name = self.settings.chat_model
        if not name:
            return None
        from bot.parts.calls import calls_of  # noqa: PLC0415  with a model only

        return calls_of(name, self.settings)

    @cached_property
    def in_force(self) -> InForce:
        """What answers rest on beside the guidance; its sentences are kept in the database."""
        return in_force_of(
            self.settings, self.database, recipe=self.embeddings.recipe,
            reads_clauses=self.tells is not None, model=self.language_model)

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """The signed heads of the log."""
        key = self.settings.log_key
        signer = signer_of(key.get_secret_value() if key else None, self.data_dir / "log.key")
        return Checkpoints(self.database, signer, former=former_keys(self.settings.log_keys_before))

    @cached_property
    def erasing(self) -> Erasing:
        """Erases what people said, and keeps what is held."""
        listed = ErasureList(self.settings.erasures)
        return Erasing(self.database, tell=listed.add, untell=listed.take_back)

    @cached_property
    def editions(self) -> Editions:
        """Reads releases back from the database; needs no model."""
        return Editions(self.database)

    @property
    def releases(self) -> Callable[[ReleaseId], Guidance]:
        """The guidance of a release, from the database."""
        return self.editions.of

    @cached_property
    def replaying(self) -> "Replaying":
        """Computes recorded answers again; needs no model, the database holds the releases."""
        from bot.answering.replaying import Replaying  # noqa: PLC0415
        from bot.language_model.fence import fence_of  # noqa: PLC0415

        folder = self.settings.prompts_dir
        return Replaying(self.database, self.releases, cache(lambda: fence_of(folder)))

    @cached_property
    def reviewing(self) -> Reviewing:
        """What compliance leads do; needs no model, the database holds the releases."""
        return Reviewing(self.database, self.releases, four_eyes=self.settings.four_eyes)

    @cached_property
    def approving(self) -> "Approving":
        """What becomes of verdicts; needs no model, the database holds the releases."""
        from bot.exporting.redacting import Redaction, Redactor  # noqa: PLC0415
        from bot.reviews.approving import Approving  # noqa: PLC0415
        from bot.reviews.sharing import Sharing  # noqa: PLC0415
        from retrieval.labelled.cases import CASES  # noqa: PLC0415

        forms = Redactor(frozenset(Redaction)).clean
        return Approving(self.database, self.reviewing, self.releases,
                         lambda guidance: Sharing(guidance, forms).clean,
                         self.settings.corpus_dir / CASES)

    @cached_property
    def exporting(self) -> "Exporting":
        """Exports conversations; needs no model, the database holds the releases."""
        from bot.exporting.exports import Exporting  # noqa: PLC0415
        from bot.exporting.memo import Memos, load_clauses  # noqa: PLC0415

        folder = self.settings.prompts_dir
        memos = Memos(sentences.load(folder, self.wording), load_clauses(folder))
        return Exporting(self.database, self.checkpoints, memos, self.releases)

    @cached_property
    def documents(self) -> Documents:
        """The documents of others; needs neither corpus nor model."""
        return Documents(self.database)

    @cached_property
    def fetching(self) -> "Fetching":
        """Gets documents from their publishers, where an admin asks for it.

        Raises:
            CorpusError: The corpus, or its list of official documents, can't be used.
        """
        from bot.parts.fetching import fetching  # noqa: PLC0415  with what it downloads by

        return fetching(self.settings, self.documents)

    @cached_property
    def people(self) -> People:
        """What people are called."""
        return People(self.database)

    @cached_property
    def advisor(self) -> "Advisor":
        """The use case of one message."""
        from bot.advisor import Advisor  # noqa: PLC0415

        edition = self.edition
        return Advisor(
            guidance=edition.guidance,
            reader=edition.reader,
            search=edition.search,
            wording=self.wording,
            store=self.store,
            question_limit=self.settings.question_limit,
            message_limit=self.settings.message_limit,
            in_force=self.in_force,
            recipe=self.embeddings.recipe,
            settle=self.reviewing.settle,
            editions=self.editions,
        )

    @cached_property
    def looks(self) -> Looks | None:
        """What is to be looked at again; None without a language model."""
        return None if self.language_model is None else self._looks_in(self.store)

    def _looks_in(self, store: Store) -> Looks:
        s = self.settings
        return Looks(store, budget_seconds=s.chat_budget_seconds,
                     lease_seconds=s.chat_call_seconds + LEASE_MARGIN_SECONDS)

    @cached_property
    def second_look(self) -> "SecondLook | None":
        """The use case of a second look; None without a language model."""
        return None if self.language_model is None else self.second_look_over(
            self.advisor, self.store)

    def second_look_over(self, advisor: "Advisor", store: Store) -> "SecondLook":
        """Looks again, by the language model that is set, at the turns that *advisor* took.

        Args:
            advisor: Whoever took them.
            store: Where they are.

        Raises:
            BadSetting: No language model is set.
        """
        if self.language_model is None:
            raise BadSetting("No language model is set: give one as ADVISOR_CHAT_MODEL.")
        from bot.parts.model import second_look_over  # noqa: PLC0415  with a model only

        return second_look_over(
            self.settings, self.language_model, self.embeddings, advisor=advisor,
            store=store, looks=self._looks_in(store))

    def following(self, took: "Callable[[Edition], None]" = lambda _: None) -> "Following":
        """Keeps the advisor on the release in force; *took* is told of each that it takes."""
        from bot.following import Following  # noqa: PLC0415

        return Following(self.database, self.advisor, self.open_edition, took)
