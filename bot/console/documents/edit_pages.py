"""Every edit of the guidance that was made here, and taking one back."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.documents.document_pages import HERE
from bot.console.documents.edit_words import told
from bot.console.drawing import drawn, missing, root
from bot.console.guidance import provision_words
from bot.console.paging import from_one, paged
from bot.console.viewer import Role, Viewer
from bot.console.wording.keepers import Who, is_by, on_record, people_in
from bot.publishing.drafts import Drafts, NotEdited, TakenBack
from retrieval.errors import CorpusError

A_PAGE = 50


def edit_pages(reading: Reading, drafts: Callable[[], Drafts], rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(reading, drafts)
    reviewer = rule(Role.REVIEWER)
    return [
        Route("/corpus/edits", reviewer(made.index), methods=["GET"]),
        Route("/corpus/edits/{edit}/withdraw", reviewer(made.withdraw), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, reading: Reading, drafts: Callable[[], Drafts]) -> None:
        self._reading = reading
        self._drafts = drafts

    def index(self, request: Request) -> Response:
        """All edits, the newest first."""
        return self._list(request)

    def _list(self, request: Request, problem: str = "", status: int = 200) -> Response:
        viewer: Viewer = request.state.viewer
        drafts = self._drafts()
        rows = drafts.rows()[::-1]
        only = request.query_params.get("only", "")
        found = [row for row in rows if only != "holds" or row.holds]
        here = paged(found, from_one(request.query_params.get("page", "")), A_PAGE)
        with self._reading.store.reading() as connection:
            who = Who(connection, self._reading.names, viewer, [
                *(row.made.by for row in here.rows), *(row.withdrawn_by for row in here.rows),
                *people_in(problem)])
        return drawn(
            request, "corpus_edits.html", status, here=HERE, rows=here.rows, page=here.page,
            pages=here.pages, total=len(rows), hold=sum(row.holds for row in rows),
            only=only, told=told, who=who, problem=who.told(problem),
            words=provision_words, headings=_headings(drafts),
            done=request.query_params.get("done", ""),
            may=lambda made: is_by(viewer, made.by) or viewer.role.includes(Role.ADMIN),
            turn=lambda to: f"only={quote(only)}&page={to}")

    async def withdraw(self, request: Request) -> Response:
        """Take one back: reviewers their own, admins any."""
        tick = (await request.form()).get("tick")
        return await run_in_threadpool(
            self._withdraw, request, tick if isinstance(tick, str) else "")

    def _withdraw(self, request: Request, tick: str) -> Response:
        viewer: Viewer = request.state.viewer
        name = request.path_params["edit"]
        id_ = int(name) if name.isascii() and name.isdigit() and len(name) <= 9 else 0
        row = next((one for one in self._drafts().rows() if one.made.id == id_), None)
        if row is None:
            return missing(request, "There is no such edit. The list of edits has all there are.")
        if not is_by(viewer, row.made.by) and not viewer.role.includes(Role.ADMIN):
            return self._list(request, "It is not yours. Whoever made an edit takes it back, or "
                              "an admin.", 403)
        try:
            self._drafts().withdraw(id_, on_record(viewer))
        except NotEdited as error:
            # Whoever pressed twice has what they wanted.
            if not (isinstance(error, TakenBack) and is_by(viewer, error.by)):
                return self._list(request, str(error), 409)
        there = f"/corpus/ticks/{quote(tick, safe='')}" if tick else "/corpus/edits"
        return RedirectResponse(f"{root(request)}{there}?done=withdrawn", 303)


def _headings(drafts: Drafts) -> Mapping[str, str]:
    """What the provisions of the draft are called by id; none where it can't be read."""
    try:
        guidance = drafts.draft().guidance
    except CorpusError:
        return {}
    return {id_: one.heading for id_, one in
            (*guidance.set_aside.items(), *guidance.provisions.items()) if one.heading}
