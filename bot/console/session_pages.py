"""The page of sessions: where somebody is signed in, and how each of it is ended."""

from collections.abc import Iterable
from itertools import groupby

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Rule
from bot.console.drawing import drawn, missing, root
from bot.console.entry.access import HOME, Access
from bot.console.entry.sessions import Session, Sessions
from bot.console.viewer import Role, Viewer
from bot.people import People
from bot.store import Store

BY_THEMSELVES = "ended by its person"
BY_ADMIN = "ended by an admin"


def session_pages(sessions: Sessions, store: Store, people: People, rule: Rule) -> list[Route]:
    """The routes; *rule* wraps each endpoint by the role that it takes."""
    made = _SessionPages(sessions, store, people)
    asker, admin = rule(Role.ASKER), rule(Role.ADMIN)
    return [
        Route("/sessions", asker(made.show), methods=["GET"]),
        Route("/sessions/end", asker(made.end), methods=["POST"]),
        Route("/sessions/end-others", asker(made.end_others), methods=["POST"]),
        Route("/sessions/end-person", admin(made.end_person), methods=["POST"]),
    ]


class _SessionPages:
    def __init__(self, sessions: Sessions, store: Store, people: People) -> None:
        self._sessions = sessions
        self._store = store
        self._people = people

    def show(self, request: Request) -> Response:
        """Where somebody is signed in; for admins, where everybody of their workspace is."""
        viewer: Viewer = request.state.viewer
        live = self._sessions.live(viewer.workspace)
        mine = [one for one in live if one.user == viewer.user]
        others = [one for one in live if one.user != viewer.user]
        if not viewer.role.includes(Role.ADMIN):
            others = []
        with self._store.reading() as connection:
            names = self._people.names(connection, viewer.workspace, [one.user for one in live])
        return drawn(request, "sessions.html", mine=mine, people=_by_person(others), names=names)

    async def end(self, request: Request) -> Response:
        """End one session: one's own, or as an admin anybody's of the workspace."""
        viewer: Viewer = request.state.viewer
        wanted = str((await request.form()).get("session") or "")
        session = await run_in_threadpool(self._reachable, viewer, wanted)
        if session is None:
            return missing(request, "There is no such session that goes on, or none that you "
                                    "may end. It may have ended meanwhile.")
        own = session.user == viewer.user
        await run_in_threadpool(
            lambda: self._sessions.revoke(
                viewer.workspace, session.id, by=viewer.user,
                reason=BY_THEMSELVES if own else BY_ADMIN))
        if session.id == viewer.session:
            access: Access = request.state.access
            answer = RedirectResponse(f"{HOME}/sign-in", 303)
            access.take(answer)
            return answer
        return _back(request)

    async def end_others(self, request: Request) -> Response:
        """End all of one's own sessions but this one."""
        viewer: Viewer = request.state.viewer

        def end() -> None:
            for one in self._sessions.live(viewer.workspace):
                if one.user == viewer.user and one.id != viewer.session:
                    self._sessions.revoke(viewer.workspace, one.id, by=viewer.user,
                                          reason=BY_THEMSELVES)

        await run_in_threadpool(end)
        return _back(request)

    async def end_person(self, request: Request) -> Response:
        """End all sessions that somebody else of the workspace has."""
        viewer: Viewer = request.state.viewer
        user = str((await request.form()).get("user") or "")
        if user == viewer.user:
            return await self.end_others(request)
        ended = await run_in_threadpool(
            lambda: self._sessions.revoke_all(
                viewer.workspace, user, by=viewer.user, reason=BY_ADMIN))
        if not ended:
            return missing(request, "They have no session that goes on in your workspace.")
        return _back(request)

    def _reachable(self, viewer: Viewer, wanted: str) -> Session | None:
        """The live session *wanted*, if *viewer* may end it."""
        ends_all = viewer.role.includes(Role.ADMIN)
        return next((one for one in self._sessions.live(viewer.workspace)
                     if one.id == wanted and (ends_all or one.user == viewer.user)), None)


def _back(request: Request) -> Response:
    return RedirectResponse(f"{root(request)}/sessions", 303)


def _by_person(found: Iterable[Session]) -> list[tuple[str, list[Session]]]:
    ordered = sorted(found, key=lambda one: (one.name.casefold(), one.user))
    return [(user, list(theirs)) for user, theirs in groupby(ordered, key=lambda one: one.user)]
