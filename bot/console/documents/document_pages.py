"""The pages on which documents come in: from a file, from the web, or from their publishers."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.documents.fetch_runs import FetchRuns
from bot.console.documents.official_states import officials
from bot.console.drawing import drawn, missing, root
from bot.console.entry.access import require_upload
from bot.console.entry.sending import Sent
from bot.console.paging import from_one, within
from bot.console.viewer import Role, Viewer
from bot.console.wording.keepers import Who, on_record
from bot.documents.fetched import Fetched, Outcome
from bot.documents.fetching import BY_HAND, Fetching
from bot.documents.kept import Documents
from bot.documents.values import CutState, UnknownDocument
from bot.errors import BadInput
from bot.publishing.drafts import Drafts
from bot.publishing.taking import LOOKED_AT, Taking
from retrieval.editing.edits import AddDocument
from retrieval.errors import CorpusError, NotDownloaded, NotIngested
from retrieval.guidance import SourceId
from retrieval.ingesting.correcting import BadCut
from retrieval.ingesting.limits import MB

HERE = "/corpus"
A_PAGE = 30
AT_ONCE = 2
"""Documents that are read at the same time: each may take a core for minutes."""
REFRESH_SECONDS = 3
LONGEST_ADDRESS = 2000
FIELDS = ("address", "official", "of")
DOWNLOAD_POLICY = "sandbox; default-src 'none'"


@dataclass(frozen=True, slots=True)
class Library:
    """What the pages of documents are drawn from.

    Attributes:
        reading: What all pages are drawn from.
        documents: What is kept.
        fetching: Gets documents; raises CorpusError where the corpus folder can't be read.
        taking: Takes cuts into the draft.
        drafts: The draft.
        megabytes: Of the largest file.
        runs: Fetches in the background.
        room: Lets in as many documents at once as are read.
    """

    reading: Reading
    documents: Documents
    fetching: Callable[[], Fetching]
    taking: Callable[[], Taking]
    drafts: Callable[[], Drafts]
    megabytes: int
    runs: FetchRuns
    room: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))


def document_pages(library: Library, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(library)
    reviewer, admin = rule(Role.REVIEWER), rule(Role.ADMIN)
    uploads = require_upload(Role.ADMIN, library.megabytes * MB)
    return [
        Route("/corpus/documents", reviewer(made.listed), methods=["GET"]),
        Route("/corpus/documents", uploads(made.add), methods=["POST"]),
        Route("/corpus/documents/fetching", reviewer(made.progress), methods=["GET"]),
        Route("/corpus/documents/fetching", admin(made.fetch), methods=["POST"]),
        Route("/corpus/documents/{document}/original", reviewer(made.original), methods=["GET"]),
    ]


class _Pages:
    def __init__(self, library: Library) -> None:
        self._library = library

    # --- the list ---------------------------------------------------------------------------

    def listed(self, request: Request) -> Response:
        """The official documents, what is kept, and the form that adds one."""
        return self._list(request, dict.fromkeys(FIELDS, ""))

    def _list(
        self, request: Request, given: Mapping[str, str], wrong: str = "", at: str = "",
        status: int = 200,
    ) -> Response:
        library, viewer = self._library, request.state.viewer
        try:
            fetching = library.fetching()
        except CorpusError as error:
            return drawn(request, "nothing.html", 503, heading="The corpus can’t be read",
                         why=f"{error}. Mend it, then load this page anew.")
        store = library.documents
        drafts = library.drafts()
        sources = drafts.base().sources
        drafted = {made.edit.source.id: made.edit.document_sha256
                   for made in (row.made for row in drafts.rows() if row.holds)
                   if isinstance(made.edit, AddDocument)}
        cuts = store.listed_cuts()
        listed = officials(fetching.listed.values(), store.fetches(limit=LOOKED_AT), cuts,
                           {str(id_): sha256 for id_, sha256 in drafted.items()}, BY_HAND)
        total = store.count()
        page, pages = within(total, from_one(request.query_params.get("page", "")), A_PAGE)
        kept = store.kept(A_PAGE, (page - 1) * A_PAGE)
        here = {one.sha256: [cut for cut in cuts if cut.document == one.sha256] for one in kept}
        with library.reading.store.reading() as connection:
            who = Who(connection, library.reading.names, viewer, [
                *(one.by for one in kept),
                *([library.runs.last.by] if library.runs.last is not None else [])])
        return drawn(
            request, "corpus_documents.html", status, here=HERE,
            admin=viewer.role.includes(Role.ADMIN), officials=listed,
            kept=kept, total=total, page=page, pages=pages, cuts=here,
            sources=[(one.id, one.short_title) for one in sources.values()],
            who=who, given=given, wrong=wrong, at=at, megabytes=library.megabytes,
            states=CutState, run=library.runs.last, turn=lambda to: f"page={to}",
            taken=store.provisions_in([cut.id for cuts in here.values() for cut in cuts]))

    # --- one more ---------------------------------------------------------------------------

    async def add(self, request: Request) -> Response:
        """Add a document that was sent, or that is at an address."""
        return await run_in_threadpool(self._add, request, request.state.sent)

    def _add(self, request: Request, sent: Sent) -> Response:
        given = {name: sent.fields.get(name, "").strip() for name in FIELDS}
        file = sent.files.get("file")
        if file is not None and not file.filename and not file.size:
            file = None
        library = self._library
        if sent.too_large:
            return self._list(
                request, given, f"The file is larger than {library.megabytes} MB. Split it into "
                "parts, or have ADVISOR_DOCUMENT_MEGABYTES raised.", "file", 413)
        if not library.room.acquire(blocking=False):
            return self._list(request, given, "Other documents are being read. Try again in a "
                              "minute.", "file", 429)
        try:
            got = self._got(request.state.viewer, given, file)
        except BadInput as error:
            at = {"no_address": "address", "unknown_official": "official",
                  "unknown_source": "of"}.get(error.code, "file")
            return self._list(request, given, str(error), at, 400)
        except NotIngested as error:
            return self._list(request, given, str(error), "address" if given["address"] else "file",
                              422)
        except NotDownloaded as error:
            return self._list(
                request, given, f"Nothing was downloaded from {error.url}, since "
                f"{error.reason.rstrip('.')}; download it yourself and add it as a file.",
                "address", 422)
        except (CorpusError, BadCut) as error:
            return self._list(request, given, str(error), "file", 409)
        finally:
            library.room.release()
        return self._added(request, got, given["of"])

    def _got(
        self, viewer: Viewer, given: Mapping[str, str], file: UploadFile | None
    ) -> Fetched:
        fetching, address = self._library.fetching(), given["address"]
        by = on_record(viewer)
        if given["of"] and SourceId(given["of"]) not in self._library.drafts().base().sources:
            raise BadInput("unknown_source", f"There is no source {given['of']!r}. Choose one of "
                           "those that are offered.")
        if file is not None and address:
            raise BadInput("both", "Give a file or an address, and not both.")
        if file is not None:
            name = (file.filename or "document").replace("\\", "/").rsplit("/", 1)[-1]
            return fetching.add_data(
                file.file.read(), name, by, given["official"] or None)
        if not address:
            raise BadInput("neither", "Choose a file, or give an address below.")
        if not address.lower().startswith(("http://", "https://")) or (
                len(address) > LONGEST_ADDRESS or not address.isprintable()):
            raise BadInput("no_address", "Give an address that begins with https://.")
        return fetching.add(address, by, given["official"] or None)

    def _added(self, request: Request, got: Fetched, of: str) -> Response:
        if got.cut is None:
            return missing(request, "Nothing could be cut out of this document.")
        query = {"came": got.outcome.name.lower(), **({"of": of} if of else {})}
        return RedirectResponse(
            f"{root(request)}/corpus/documents/cuts/{got.cut.id}?{urlencode(query)}", 303)

    # --- from their publishers ----------------------------------------------------------------

    async def fetch(self, request: Request) -> Response:
        """Begin to fetch one of the list, or all."""
        which = (await request.form()).get("which")
        viewer: Viewer = request.state.viewer

        def begin() -> Response:
            if not isinstance(which, str) or not which:
                return drawn(request, "nothing.html", 400, heading="Nothing was fetched",
                             why="Choose which of the official documents to fetch.")
            try:
                began = self._library.runs.begin(
                    on_record(viewer), None if which == "all" else [which])
            except (BadInput, CorpusError) as error:
                return drawn(request, "nothing.html", 400, heading="Nothing was fetched",
                             why=str(error))
            if not began:
                return self._progress(request, 409, second=True)
            return RedirectResponse(f"{root(request)}/corpus/documents/fetching", 303)

        return await run_in_threadpool(begin)

    def progress(self, request: Request) -> Response:
        """How far it is."""
        return self._progress(request)

    def _progress(self, request: Request, status: int = 200, *, second: bool = False) -> Response:
        run, viewer = self._library.runs.last, request.state.viewer
        with self._library.reading.store.reading() as connection:
            who = Who(connection, self._library.reading.names, viewer,
                      [] if run is None else [run.by])
        still = "still" in request.query_params
        answer = drawn(
            request, "corpus_fetching.html", status, here=HERE, run=run, who=who,
            second=second, still=still, outcomes=Outcome, seconds=REFRESH_SECONDS)
        if run is not None and not run.ended and not still:
            # Always to the page itself: after a press it would send the form again.
            answer.headers["Refresh"] = (
                f"{REFRESH_SECONDS}; url={root(request)}/corpus/documents/fetching")
        return answer

    # --- as it came ---------------------------------------------------------------------------

    def original(self, request: Request) -> Response:
        """The bytes of a document, to be kept and never to be shown here."""
        sha256 = request.path_params["document"]
        try:
            kept = self._library.documents.get(sha256)
            data = self._library.documents.original(sha256)
        except UnknownDocument as error:
            return missing(request, str(error))
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_"
                        for c in kept.name)
        return Response(data, media_type="application/octet-stream", headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; "
                                   f"filename*=UTF-8''{quote(kept.name, safe='')}",
            "Content-Security-Policy": DOWNLOAD_POLICY})
