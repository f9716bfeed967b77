"""The page of an impact, of a release or of a provision, and the form that tells threads."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.casebook.standing import Standing
from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.drafting.impact_wording import chosen_of, impact_table, outcomes, page_of
from bot.console.drawing import drawn, missing, root
from bot.console.lines.deal_titles import titles
from bot.console.paging import from_one, number_in
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId
from bot.impact.asking import NothingToCompare, impact_of_provision, is_release
from bot.impact.differing import Kind
from bot.impact.surveys import Surveys
from bot.impact.telling import MOST_AT_ONCE, NotTold, Outcome, Publication, Teller, Telling
from bot.schema import cases
from retrieval.guidance import ProvisionId, ReleaseId

EVERYBODY = "all"
"""Told are all that fit the filter, on whatever page."""


@dataclass(frozen=True, slots=True)
class Impacts:
    """What the pages are drawn from.

    Attributes:
        reading: The database and the releases.
        surveys: Makes surveys.
        telling: Tells threads.
    """

    reading: Reading
    surveys: Surveys
    telling: Telling


def impact_pages(impacts: Impacts, rule: Rule) -> list[Route]:
    """The routes; *rule* wraps each endpoint by the role that it takes."""
    made = _ImpactPages(impacts)
    return [
        Route("/corpus/impact/{name}", rule(Role.REVIEWER)(made.show), methods=["GET"]),
        Route("/corpus/impact/{name}/tell", rule(Role.ADMIN)(made.tell), methods=["POST"]),
    ]


class _ImpactPages:
    def __init__(self, impacts: Impacts) -> None:
        self._reading = impacts.reading
        self._surveys = impacts.surveys
        self._telling = impacts.telling

    def show(self, request: Request) -> Response:
        """Whose advice a release changed, or who relied on a provision."""
        name = request.path_params["name"]
        try:
            if is_release(self._reading.store, name):
                return self._release(request, ReleaseId(name))
            return self._provision(request, ProvisionId(name))
        except NothingToCompare as error:
            return missing(request, str(error))

    async def tell(self, request: Request) -> Response:
        """Tell the threads that were chosen, or all that fit the filter."""
        viewer: Viewer = request.state.viewer
        name = ReleaseId(request.path_params["name"])
        form = await request.form()
        kind, page = _kind(str(form.get("kind") or "")), from_one(str(form.get("page") or ""))
        chosen = [ConversationId(one) for one in form.getlist("conversation")
                  if isinstance(one, str)]

        def work() -> Mapping[Outcome, int] | str:
            if not is_release(self._reading.store, name):
                return "There is no such release."
            survey, _ = self._surveys.of(name, viewer.workspace)
            affected = chosen_of(survey, kind)
            if form.get("who") == EVERYBODY:
                publication = Publication(survey.before, survey.after)
                # From another page the next press goes on: who was told already, or never can be,
                # is passed over.  Looked up first, so that nobody of a press that runs is missed.
                names = self._telling.to_be_told(
                    viewer.workspace, publication, affected)[:MOST_AT_ONCE]
                if came := self._pressed_before(viewer, publication, form):
                    return came
            else:
                known = {one.conversation for one in affected}
                names = [one for one in chosen if one in known]
            if not names:
                return "Nobody was chosen who is still to be told. Tick some of them first."
            return Counter(self._telling.tell(
                Teller(viewer.workspace, viewer.user),
                Publication(survey.before, survey.after), names).values())

        try:
            came = await run_in_threadpool(work)
        except (NothingToCompare, NotTold) as error:
            came = str(error)
        if isinstance(came, str):
            return drawn(request, "nothing.html", 409, heading="Nobody was told", why=came,
                         back=_address(name, kind, page, {}))
        return RedirectResponse(f"{root(request)}{_address(name, kind, page, came)}", 303)

    def _pressed_before(
        self, viewer: Viewer, publication: Publication, form: FormData
    ) -> Mapping[Outcome, int] | str:
        """What came of the press before this one from the same page; empty where there was none.

        Who presses twice sees the first press's end, and no further threads are told by it.
        """
        seen = form.get("seen")
        if not isinstance(seen, str):
            return ""
        told = self._telling.told_since(viewer.workspace, publication, number_in(seen))
        if set(told) - {viewer.user}:
            threads = "1 thread was" if told.total() == 1 else f"{told.total():,} threads were"
            return (f"{threads} told since you opened the page, not by you alone. Look at the page "
                    "anew, then press again for who is left.")
        return {Outcome.TOLD: told[viewer.user]} if told else ""

    def _release(self, request: Request, release: ReleaseId) -> Response:
        viewer: Viewer = request.state.viewer
        kind = _kind(request.query_params.get("kind", ""))
        page = from_one(request.query_params.get("page", ""))
        survey, words = self._surveys.of(release, viewer.workspace)
        in_force = self._reading.store.active_release() == release
        tells = in_force and viewer.role.includes(Role.ADMIN)
        # Before those to be told are counted: what is told meanwhile was not seen on the page.
        seen = self._telling.last_told(viewer.workspace) if tells else 0
        here = [one.conversation for one in page_of(survey, kind, page)]
        told = self._telling.told_of(
            viewer.workspace, Publication(survey.before, survey.after), here
        ) if in_force else frozenset()
        to_be_told = len(self._telling.to_be_told(
            viewer.workspace, Publication(survey.before, survey.after),
            chosen_of(survey, kind))) if tells else 0
        with self._reading.store.reading() as connection:
            threads = frozenset(map(ConversationId, connection.scalars(
                select(cases.c.conversation).where(
                    cases.c.team == viewer.workspace, cases.c.conversation.in_(here)))))
            names = self._reading.names(connection, viewer, [
                one.asker for one in page_of(survey, kind, page)])
            called = titles(connection, viewer, self._reading.current(), here)
        came = {one: number_in(request.query_params.get(one.value, "")) for one in Outcome}
        return drawn(
            request, "impact.html",
            impact=impact_table(survey, words, kind, page, told=told, threads=threads,
                                form="tell" if tells else ""),
            names=names, titles=called, came=outcomes(came), in_force=in_force, most=MOST_AT_ONCE,
            everybody=EVERYBODY, to_be_told=to_be_told, seen=seen)

    def _provision(self, request: Request, provision: ProvisionId) -> Response:
        viewer: Viewer = request.state.viewer
        at, _, conversation = request.query_params.get("after", "").partition(" ")
        impact = impact_of_provision(
            self._reading.store, self._reading.editions, self._surveys.say, provision,
            viewer.workspace, (at, conversation) if conversation else None)
        with self._reading.store.reading() as connection:
            names = self._reading.names(connection, viewer, [one.asker for one in impact.relied])
            called = titles(connection, viewer, self._reading.current(),
                            [one.cite.conversation for one in impact.relied])
        more = None if impact.after is None else urlencode({"after": " ".join(impact.after)})
        return drawn(request, "impact_provision.html", impact=impact, names=names, titles=called,
                     more=more,
                     started=bool(conversation), Standing=Standing)


def _address(
    name: ReleaseId, kind: Kind | None, page: int, came: Mapping[Outcome, int]
) -> str:
    """The page of the impact of *name* within the console, with what *came* of telling."""
    query = {"kind": "" if kind is None else kind.value, "page": str(page),
             **{one.value: str(number) for one, number in came.items()}}
    return (f"/corpus/impact/{quote(name, safe='')}?"
            f"{urlencode({key: value for key, value in query.items() if value})}")


def _kind(given: str) -> Kind | None:
    return next((one for one in Kind if one.value == given), None)
