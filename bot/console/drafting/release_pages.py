"""The history of releases: what was in force when, who put it there and why, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Rule
from bot.console.drafting.draft_view import counted
from bot.console.drafting.gate_view import in_few_words
from bot.console.drafting.keeping import Keeping
from bot.console.drawing import drawn, root
from bot.console.entry.pressing import typed
from bot.console.paging import from_one, paged
from bot.console.viewer import Role, Viewer
from bot.console.wording.keepers import Who, is_by, on_record, people_in
from bot.errors import AdvisorError
from bot.publishing.drafts import SHORTEST_REASON
from bot.publishing.publishing import Overtaken, Unexplained
from bot.record.history import FIRST, PUBLISH, ROLL_BACK, Publication, history_in
from retrieval.errors import RetrievalError
from retrieval.guidance import ReleaseId

HERE = "/corpus"
RELEASES = "/corpus/releases"
A_PAGE = 20
LONGEST_REASON = 2_000
KINDS = {FIRST: "First put in force", PUBLISH: "Published", ROLL_BACK: "Put back in force"}


@dataclass(frozen=True, slots=True)
class PublicationShown:
    """Once that a release was put in force, as a row."""

    number: int
    kind: str
    release: ReleaseId
    before: ReleaseId | None
    at: datetime
    by: str
    reason: str
    override: str
    gate: str
    """What the gate found, in few words; empty where it wasn't asked."""
    passed: bool
    counts: tuple[str, ...]
    edits: int
    live: bool
    """Whether this is how the release in force came there."""
    back: bool
    """Whether there is a way back to it."""


def release_pages(keeping: Keeping, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(keeping)
    return [
        Route(RELEASES, rule(Role.REVIEWER)(made.history), methods=["GET"]),
        Route(f"{RELEASES}/roll-back", rule(Role.ADMIN)(made.roll_back), methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class _Tried:
    release: str = ""
    reason: str = ""
    problem: str = ""
    unexplained: bool = False
    """Whether it was refused for its reason."""


class _Pages:
    def __init__(self, keeping: Keeping) -> None:
        self._with = keeping
        self._reading = keeping.reading

    def history(self, request: Request) -> Response:
        """Every publication, the last first."""
        return self._history(request)

    def _history(
        self, request: Request, status: int = 200, tried: _Tried | None = None
    ) -> Response:
        viewer: Viewer = request.state.viewer
        tried = tried or _Tried()
        with self._reading.store.reading() as connection:
            history = history_in(connection)
        here = paged(history, from_one(request.query_params.get("page", "")), A_PAGE)
        done = from_one(request.query_params.get("done", "")) if "done" in (
            request.query_params) else 0
        with self._reading.store.reading() as connection:
            who = Who(connection, self._reading.names, viewer, [
                *(one.by for one in here.rows), *people_in(tried.problem)])
        live = self._reading.store.active_release()
        return drawn(
            request, "corpus_releases.html", status, here=HERE,
            rows=[_row(one, who, live, one is history[0], _latest(history, one))
                  for one in here.rows],
            page=here.page, pages=here.pages, total=len(history), live=live, tried=tried,
            problem=who.told(tried.problem), shortest=SHORTEST_REASON, longest=LONGEST_REASON,
            admin=viewer.role.includes(Role.ADMIN),
            done=next((one for one in history[:1] if one.number == done), None),
            turn=lambda to: f"page={to}")

    async def roll_back(self, request: Request) -> Response:
        """Put an earlier release in force again."""
        form = await request.form()

        def field(name: str) -> str:
            return typed(form, name)[:LONGEST_REASON]

        viewer: Viewer = request.state.viewer

        def work() -> Response:
            release, reason = field("release"), field("reason")
            try:
                back = self._with.work.publishing.roll_back(
                    ReleaseId(release), on_record(viewer), reason, seen=ReleaseId(field("seen")))
                self._with.published()
            except (AdvisorError, RetrievalError) as error:
                first = error.first if isinstance(error, Overtaken) else None
                if first is None or not is_by(viewer, first.by) or (
                        first.kind, first.release, first.before, first.reason) != (
                        ROLL_BACK, release, field("seen"), reason):
                    return self._history(request, 409, _Tried(
                        release, reason, str(error), isinstance(error, Unexplained)))
                back = first  # they pressed twice
            return RedirectResponse(
                f"{root(request)}{RELEASES}?{urlencode({'done': back.number})}", 303)

        return await run_in_threadpool(work)


def _latest(history: Sequence[Publication], one: Publication) -> bool:
    """Whether *one* is the last time that its release came into force."""
    return next(other for other in history if other.release == one.release) is one


def _row(
    one: Publication, who: Who, live: ReleaseId | None, last: bool, latest: bool
) -> PublicationShown:
    gate = one.report.get("gate") or {}
    return PublicationShown(
        one.number, KINDS.get(one.kind, one.kind), one.release, one.before,
        datetime.fromisoformat(one.at), who.shown(one.by), one.reason, one.override or "",
        in_few_words(gate, one.override) if gate else "", bool(gate.get("passes")),
        counted(one.report.get("counts", {})), len(one.report.get("edits", ())),
        last and one.release == live, latest and one.release != live)
