"""The pages of the draft and of the gate: see what would be published, check it, publish it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Rule
from bot.console.drafting.draft_view import counted, draft_view
from bot.console.drafting.gate_view import gate_view
from bot.console.drafting.impact_wording import MOST_SIGNED, impact_table, page_of, signed_of
from bot.console.drafting.keeping import Keeping
from bot.console.drawing import drawn, missing, root
from bot.console.entry.pressing import typed
from bot.console.guidance import provision_words
from bot.console.lines.deal_titles import titles
from bot.console.paging import from_one
from bot.console.viewer import Role, Viewer
from bot.console.wording.keepers import Who, is_by, on_record, people_in
from bot.errors import AdvisorError, UnknownRelease
from bot.impact.differing import Kind
from bot.impact.words import kind_in
from bot.publishing.drafts import SHORTEST_REASON, Draft, NotEdited, TakenBack
from bot.publishing.preparing import SILENT_SECONDS, Busy, Prepared, State, base_in
from bot.publishing.publishing import NotPublished, Overtaken, Unexplained
from bot.record.history import history_in
from retrieval.errors import ReleaseNotReady, RetrievalError
from retrieval.guidance import Guidance, ReleaseId

HERE = "/corpus"
DRAFT, GATE = "/corpus/draft", "/corpus/draft/gate"
LOOK_SECONDS = 2
"""How often the page of a preparation looks again."""
LONGEST_REASON = 2_000
NOTHING = ("No release of the guidance is in force here yet, or it can’t be read, so there is "
           "nothing to hold a draft against. The first start of the server puts one in force.")


def draft_pages(keeping: Keeping, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made, reviewer, admin = _Pages(keeping), rule(Role.REVIEWER), rule(Role.ADMIN)
    return [
        Route(DRAFT, reviewer(made.draft), methods=["GET"]),
        Route(GATE, reviewer(made.gate), methods=["GET"]),
        Route(f"{DRAFT}/prepare", admin(made.prepare), methods=["POST"]),
        Route(f"{DRAFT}/publish", admin(made.publish), methods=["POST"]),
        Route(f"{DRAFT}/withdraw", admin(made.withdraw), methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was filled in and could not be done."""

    problem: str = ""
    reason: str = ""
    override: str = ""
    lacks: str = ""
    """Which of the two was refused, if it was for one of them."""


class _Pages:
    def __init__(self, keeping: Keeping) -> None:
        self._with = keeping
        self._reading = keeping.reading

    # --- the draft --------------------------------------------------------------------------

    def draft(self, request: Request) -> Response:
        """What would be published now, against what is in force."""
        return self._draft(request)

    def _draft(self, request: Request, status: int = 200, problem: str = "") -> Response:
        viewer: Viewer = request.state.viewer
        live = self._reading.current()
        if live is None:
            return missing(request, NOTHING)
        try:
            draft = self._with.work.drafts.draft()
            refused_for = self._with.work.preparing.case_faults(draft)
        except (AdvisorError, RetrievalError) as error:
            return missing(request, f"The draft can’t be read: {error}")
        prepared = self._with.work.preparing.standing()
        with self._reading.store.reading() as connection:
            history = history_in(connection)
            who = Who(connection, self._reading.names, viewer, [
                *(made.by for made in draft.edits), *(one.by for one in history[:1]),
                *([prepared.by] if prepared else []), *people_in(problem)])
        page = from_one(request.query_params.get("page", ""))
        view = draft_view(draft, live, history, who, page)
        return drawn(
            request, "corpus_draft.html", status, here=HERE, view=view, live=live,
            refused_for=refused_for,
            words=provision_words, problem=who.told(problem), prepared=prepared, State=State,
            current=prepared is not None and prepared.stamp == draft.stamp
            and prepared.base == live.release,
            alive=prepared is not None and self._with.work.preparing.is_alive(prepared),
            by=None if prepared is None else who.shown(prepared.by),
            told=who.told, back=None if view.rolled_back is None else who.shown(
                view.rolled_back.by),
            admin=viewer.role.includes(Role.ADMIN), turn=lambda to: f"page={to}")

    async def withdraw(self, request: Request) -> Response:
        """Take an edit back."""
        form = await request.form()
        name = str(form.get("edit") or "")
        viewer: Viewer = request.state.viewer

        def work() -> Response:
            try:
                if not (name.isascii() and name.isdigit() and len(name) < 10):
                    raise NotEdited("Choose the edit to take back from the list.")
                self._with.work.drafts.withdraw(int(name), on_record(viewer))
            except AdvisorError as error:
                # Whoever pressed twice has what they wanted.
                if not (isinstance(error, TakenBack) and is_by(viewer, error.by)):
                    return self._draft(request, 409, f"Nothing was taken back: {error}")
            return RedirectResponse(f"{root(request)}{DRAFT}", 303)

        return await run_in_threadpool(work)

    # --- preparing --------------------------------------------------------------------------

    def prepare(self, request: Request) -> Response:
        """Begin to check and build the draft."""
        if self._reading.current() is None:
            return missing(request, NOTHING)
        try:
            self._with.beside.begin(on_record(request.state.viewer))
        except Busy as error:
            # Whoever was faster prepares the same draft: their preparation is what there is to see.
            own = is_by(request.state.viewer, error.by)
            return RedirectResponse(f"{root(request)}{GATE}{'' if own else '?busy=1'}", 303)
        except (AdvisorError, RetrievalError) as error:
            return self._draft(request, 409, f"Nothing was begun: {error}")
        return RedirectResponse(f"{root(request)}{GATE}", 303)

    # --- the gate ---------------------------------------------------------------------------

    def gate(self, request: Request) -> Response:
        """What is prepared: how far it is, or what the gate found."""
        return self._gate(request)

    def _gate(self, request: Request, status: int = 200, tried: _Tried | None = None) -> Response:
        viewer: Viewer = request.state.viewer
        tried = tried or _Tried()
        if self._reading.current() is None:
            return missing(request, NOTHING)
        prepared = self._with.work.preparing.standing()
        with self._reading.store.reading() as connection:
            who = Who(connection, self._reading.names, viewer, [
                *([prepared.by] if prepared else []),
                *people_in(tried.problem, *(prepared.report.get("problems", ())
                                            if prepared else ()))])
            base = base_in(connection)
        shared: dict[str, Any] = {
            "here": HERE, "prepared": prepared, "State": State, "tried": tried,
            "problem": who.told(tried.problem), "told": who.told,
            "written": tuple(filter(None, (tried.reason, tried.override))),
            "by": None if prepared is None else who.shown(prepared.by),
            "admin": viewer.role.includes(Role.ADMIN), "shortest": SHORTEST_REASON,
            "longest": LONGEST_REASON, "busy": "busy" in request.query_params}
        if prepared is not None and prepared.state is State.PREPARING:
            return self._under_way(request, status, prepared, shared)
        full = None
        if prepared is not None and prepared.state in {State.READY, State.REFUSED}:
            full = self._full(request, prepared, base)
        if full is None:
            return drawn(request, "corpus_gate_none.html", status, **shared)
        return drawn(request, "corpus_gate.html", status, **shared, **full)

    def _under_way(
        self, request: Request, status: int, prepared: Prepared, shared: dict[str, Any],
    ) -> Response:
        alive = self._with.work.preparing.is_alive(prepared)
        # Why nothing was published would be gone with the next look.
        still = "still" in request.query_params or bool(shared["problem"])
        page = drawn(
            request, "corpus_preparing.html", status, **shared, alive=alive, still=still,
            since=datetime.fromisoformat(prepared.since),
            beat=datetime.fromisoformat(prepared.beat), silent=SILENT_SECONDS,
            pace=self._with.beside.pace(prepared.token), seconds=LOOK_SECONDS)
        if alive and not still:
            # What <meta http-equiv="refresh"> would say, without a place in the page.
            page.headers["Refresh"] = f"{LOOK_SECONDS};url={root(request)}{GATE}"
        return page

    def _full(
        self, request: Request, prepared: Prepared, base: ReleaseId | None
    ) -> dict[str, Any] | None:
        """What the page of a prepared release draws; None where it is gone meanwhile."""
        viewer: Viewer = request.state.viewer
        after = self._with.waiting.of(prepared)
        before = None if prepared.base is None else self._edition(prepared.base)
        if after is None or before is None:
            return None
        kind = next((one for one in Kind if one.value == request.query_params.get("kind")), None)
        page = from_one(request.query_params.get("page", ""))
        survey, words = self._with.surveys.of_two(before, after, viewer.workspace)
        with self._reading.store.reading() as connection:
            names = self._reading.names(connection, viewer, [
                one.asker for one in page_of(survey, kind, page)])
            called = titles(connection, viewer, self._reading.current(), [
                *(one.conversation for one in page_of(survey, kind, page)),
                *signed_of(survey)[:MOST_SIGNED]])
        report = prepared.report
        remarks = list(report.get("remarks", ()))
        return {
            "gate": gate_view(report["gate"], before, after, self._with.questions()),
            "impact": impact_table(survey, words, kind, page), "names": names,
            "titles": called, "most_signed": MOST_SIGNED,
            "counts": counted(report.get("counts", {})),
            "built": report.get("built", {}),
            "everywhere": self._everywhere(report.get("impact", {})),
            "remarks": remarks,
            "warnings": sum(one.startswith("warning") for one in remarks),
            "stale": self._stale(prepared, base),
            "since": datetime.fromisoformat(prepared.since),
        }

    def _stale(self, prepared: Prepared, base: ReleaseId | None) -> str:
        """Why what was prepared can't be published any more; empty where it can."""
        if base != prepared.base:
            return (f"Release {base} was put in force after this one had been held against "
                    f"{prepared.base}.")
        draft: Draft = self._with.work.drafts.draft()
        return "" if draft.stamp == prepared.stamp else (
            "The draft has been edited since this was checked.")

    def _edition(self, release: ReleaseId) -> Guidance | None:
        try:
            return self._reading.editions(release)
        except (UnknownRelease, ReleaseNotReady):
            return None

    def _everywhere(self, kept: Mapping[str, Any]) -> tuple[str, ...]:
        """How many are affected in all workspaces, by kind, in words."""
        counts = kept.get("counts", {})
        named = ((kind, kind_in(self._with.surveys.say, kind))
                 for kind in Kind if counts.get(kind.value))
        return tuple(f"{name[0].lower()}{name[1:]}: {counts[kind.value]:,}"
                     for kind, name in named)

    # --- publishing -------------------------------------------------------------------------

    async def publish(self, request: Request) -> Response:
        """Put in force what was prepared, if it is what the person has seen."""
        form = await request.form()

        def field(name: str) -> str:
            return typed(form, name)[:LONGEST_REASON]

        viewer: Viewer = request.state.viewer

        def work() -> Response:
            reason, override = field("reason"), field("override")
            try:
                published = self._with.work.publishing.publish(
                    field("preparation"), on_record(viewer), reason, override=override or None)
                self._with.published()
            except NotPublished as error:
                first = error.first if isinstance(error, Overtaken) else None
                if first is None or not is_by(viewer, first.by) or first.reason != reason:
                    return self._gate(request, 409, _Tried(
                        str(error), reason, override,
                        error.lacks if isinstance(error, Unexplained) else ""))
                published = first  # they pressed twice
            return RedirectResponse(
                f"{root(request)}/corpus/impact/{quote(published.release, safe='')}", 303)

        return await run_in_threadpool(work)
