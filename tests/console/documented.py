"""The console with the pages of documents, over the corpus that ships and a publisher of ours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from starlette.applications import Starlette

from bot.console.app import Console, build_console
from bot.console.documents.cut_pages import cut_pages
from bot.console.documents.document_pages import Library, document_pages
from bot.console.documents.edit_pages import edit_pages
from bot.console.documents.fetch_runs import FetchRuns
from bot.console.documents.near_passages import NearPassages
from bot.console.documents.tick_pages import Ticks, tick_pages
from bot.console.entry.access import Address, require
from bot.console.guidance.corpus import Corpus
from bot.console.guidance.corpus_pages import corpus_pages
from bot.console.guidance.histories import Histories
from bot.console.guidance.provision_pages import provision_pages
from bot.documents.fetching import Fetching
from bot.documents.kept import Documents
from bot.publishing.drafts import Drafts
from bot.publishing.taking import Taking
from bot.publishing.ticking import Ticking
from retrieval.guidance import SourceId, SourceKind
from retrieval.ingesting.apart import read_document
from retrieval.ingesting.child import extract
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.downloading import DownloadRules
from retrieval.ingesting.hosts import AllowedHost
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.media import Form
from retrieval.reading.publishers import Address as Place
from retrieval.reading.publishers import OfficialDocument, OfficialId, Standing
from tests.conftest import PROJECT
from tests.console.conftest import BASE
from tests.console.whole import Browser, Whole, whole_of
from tests.retrieval.conftest import WordEmbeddings

WORDS = WordEmbeddings()
UDHR = OfficialId("udhr-page")
CODE = OfficialId("code-pdf")
CORPUS = PROJECT / "guidance_corpus"
_FOLDER: list[Any] = []


def official(id_: str, title: str, *urls: str, of: str | None = None, form: Form = Form.HTML,
             **more: Any) -> OfficialDocument:
    return OfficialDocument(
        OfficialId(id_), title, title, "Issuer of it", SourceKind.DECLARATION, "international",
        "First edition", "Free", form, "https://example.org/by-hand",
        tuple(Place(url, Standing.BELIEVED) for url in urls),
        of=None if of is None else SourceId(of), **more)


@dataclass
class House:
    """The console, and what it is made of."""

    whole: Whole
    documents: Documents
    fetching: Fetching
    drafts: Drafts
    runs: FetchRuns
    ticking: Ticking
    app: Any = None
    loaded: bool = True
    """Whether the model is, whose place words take."""
    background: list[Callable[[], None]] | None = None
    """Where work waits that is done beside the pages; None to do it at once."""

    def start(self, work: Callable[[], None]) -> None:
        if self.background is None:
            work()
        else:
            self.background.append(work)

    def as_(self, user: str = "U-adm", team: str = "T1") -> Browser:
        browser = self.whole.as_(user, team)
        made = Browser(self.app, base_url=BASE, follow_redirects=False,
                       raise_server_exceptions=True)
        made.cookies = browser.cookies
        made.secret, made.token = browser.secret, browser.token
        return made


def house_of(
    desk: Any, memos: Any, clock: Any, publisher: Any, *, apart: bool = False,
    megabytes: int = 1, base: str = BASE, at_ends: bool = True,
) -> House:
    """A house; documents are read in this process, or *apart* as when it is served."""
    whole = whole_of(desk, memos, clock)
    documents = Documents(desk.store, clock)
    listed = {one.id: one for one in (
        official(UDHR, "Declaration", publisher.url("/udhr"), of="udhr",
                 checklist=("Is every article there?",)),
        official(CODE, "Code of conduct", publisher.url("/none"), publisher.url("/code"),
                 form=Form.PDF, note="Printed two to a sheet."))}
    fetching = Fetching(
        documents, listed,
        DownloadRules(allowed=(AllowedHost("127.0.0.1", publisher.port),), now=clock),
        Limits(file_bytes=megabytes * 1024 * 1024), read_document if apart else extract, cut,
        clock)
    drafts = Drafts(desk.store, CORPUS, clock)
    # Reading the folder takes seconds, and it is the same for all tests.
    drafts._read = _FOLDER[0] if _FOLDER else None
    if not _FOLDER:
        drafts.base()
        _FOLDER.append(drafts._read)
    runs = FetchRuns(lambda: fetching, now=clock)
    ticking = Ticking(drafts, lambda texts: np.array(WORDS.embed_documents(list(texts))))
    reading = whole.exports.reading
    library = Library(reading, documents, lambda: fetching,
                      lambda: Taking(documents, drafts, listed), lambda: drafts, megabytes, runs)
    console = Console(desk.store, whole.sessions, whole.roles, Address(base), now=clock)
    corpus = Corpus(reading, Histories(desk.store))
    made = House(whole, documents, fetching, drafts, runs, ticking)
    if at_ends:
        runs.start = made.start
    ticks = Ticks(reading, lambda: drafts, lambda: ticking,
                  NearPassages(lambda: ticking, lambda: made.loaded, made.start),
                  lambda: tuple(listed.values()))
    made.app = Starlette(routes=build_console(console, [
        *corpus_pages(corpus, require), *provision_pages(corpus, require),
        *document_pages(library, require), *cut_pages(library, require),
        *tick_pages(ticks, require), *edit_pages(reading, lambda: drafts, require)]))
    return made
