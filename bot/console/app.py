"""The console as routes: the doors, and behind them the pages."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import uuid4

from sqlalchemy.exc import DataError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.console.entry.access import (
    COOKIE,
    HOME,
    Access,
    Address,
    Guard,
    for_everybody,
    require,
    rules,
    way_back,
)
from bot.console.entry.doorway import page, refusal
from bot.console.entry.rates import Rates, neighbourhood
from bot.console.entry.roles import Roles
from bot.console.entry.sending import GivenBack, given_back
from bot.console.entry.sessions import REFUSED, Sessions
from bot.console.entry.signing_in import Identity, NotSignedIn, OutOfReach, SlackSignIn
from bot.console.entry.tickets import Tickets
from bot.console.navigation import ENTRIES, Entry, above
from bot.console.viewer import Role
from bot.errors import UnreadableEdit
from bot.log_order import LOCAL
from bot.record.log import Happening
from bot.store import Store

STATIC = Path(__file__).parent / "static"
SERVER_FAULT = 500
"""From this status on it was no fault of whoever asked, who may see what they sent it for."""
BY_ADDRESS = (20, 60.0)
"""Tries to sign in that one address has, and in how many seconds."""
BY_WORKSPACE = (60, 60.0)
"""The same for all people of one workspace together."""
REFUSALS = (60, 3600.0)
"""Refusals that the log takes in of one workspace: its rows are for ever, and anybody can try."""
ENTER = f"{HOME}/enter"
WANTED, WANTED_SECONDS = "advisor_wanted", 600
"""The cookie that holds which page somebody asked for before the link let them in."""
MISSING = "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and ADVISOR_BASE_URL"

_WORDS = {
    404: ("Not here", "There is no such page, or none that you may see."),
    405: ("Not done", "This address only takes what a form on a page sends, or only shows a page, "
          "so nothing was done now. Go to the page that you were on, and press there again if what "
          "you did doesn't show yet."),
    414: ("Too much to filter by", "What that is filtered by is longer than is read, and by a part "
          "of it you would be shown something else. Take something out of it."),
    413: ("Too large", "That is more than is read at once, so nothing was changed. Go back: what "
          "you typed may still stand there, to be shortened."),
}

_log = logging.getLogger("advisor.console")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the local workspace, for whom to choose."""

    id: str
    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entering:
    """How the local workspace is entered: by a link that the terminal shows.

    Attributes:
        workspace: Its id.
        people: Who is there.
        tell: Says something to whoever started the server.
        tickets: The links.
    """

    workspace: str
    people: Callable[[], Sequence[Person]]
    tell: Callable[[str], None]
    tickets: Tickets = field(default_factory=Tickets)

    def invite(self, address: Address) -> None:
        """Print a new link."""
        self.tell(f"The console: {address.base}{HOME}/enter?ticket={self.tickets.issue()} "
                  "(works once, for five minutes).")


@dataclass(frozen=True, slots=True)
class Console:
    """What the console is made of.

    Attributes:
        store: The database.
        sessions: Who has signed in.
        roles: Who is what.
        address: Where it is reached.
        sign_in: Sign in with Slack; None where it isn't set up.
        entering: The way into the local workspace; never given where there is a Slack.
        by_address: Tries to sign in, by the address that they come from.
        by_workspace: The same by workspace.
        refusals: Rows of the log on refused tries, by workspace.
        now: The time.
    """

    store: Store
    sessions: Sessions
    roles: Roles
    address: Address
    sign_in: SlackSignIn | None = None
    entering: Entering | None = None
    by_address: Rates = field(default_factory=lambda: Rates(*BY_ADDRESS))
    by_workspace: Rates = field(default_factory=lambda: Rates(*BY_WORKSPACE))
    refusals: Rates = field(default_factory=lambda: Rates(*REFUSALS))
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def build_console(console: Console, pages: Sequence[BaseRoute] = ()) -> list[BaseRoute]:
    """The routes of the console, all below `/console`.

    Args:
        console: Its parts.
        pages: What stands behind the doors, with paths below `/console`; each endpoint is wrapped
            in `require` or `for_everybody`.

    Raises:
        NoRule: A page says not who may see it.
        ValueError: The link is there beside Slack, or elsewhere than on this machine.
    """
    if console.entering is not None and console.sign_in is not None:
        raise ValueError("the local workspace is entered by a link, and another by Slack alone")
    if console.entering is not None and not console.address.near:
        raise ValueError("the link leads in on this machine alone")
    doors = _Doors(console)
    routes: list[BaseRoute] = [
        *doors.routes(),
        *([] if any(getattr(one, "path", None) == "/" for one in pages)
          else [Route("/", _index, methods=["GET"])]),
        *pages,
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]
    for _ in rules(routes):
        pass
    access = Access(console.sessions, console.roles, console.address)
    inside = Starlette(routes=routes, exception_handlers={
        HTTPException: _in_words,  # type: ignore[dict-item]  # it takes that error alone
        DataError: _unreadable, UnreadableEdit: _of_another_version, Exception: _broken})
    local = console.entering is not None
    return [
        Route(HOME, Guard(RedirectResponse(f"{HOME}/", 308), access, local=local)),
        Mount(HOME, Guard(inside, access, local=local), name="console"),
    ]


@require(Role.ASKER)
def _index(request: Request) -> Response:
    return page("door_index.html", viewer=request.state.viewer)


class _Doors:
    def __init__(self, console: Console) -> None:
        self._console = console

    def routes(self) -> list[Route]:
        found = [
            Route("/sign-in", for_everybody(self.sign_in), methods=["GET"]),
            Route("/sign-out", require(Role.ASKER)(self.sign_out), methods=["POST"]),
        ]
        if self._console.sign_in is not None:
            found += [Route("/sign-in/slack", for_everybody(self.to_slack), methods=["GET"]),
                      Route("/callback", for_everybody(self.callback), methods=["GET"])]
        if self._console.entering is not None:
            found += [Route("/enter", for_everybody(self.ask), methods=["GET"]),
                      Route("/enter", for_everybody(self.enter), methods=["POST"])]
        return found

    def sign_in(self, request: Request) -> Response:
        """Says how to sign in."""
        console, way = self._console, "none"
        if console.sign_in is not None:
            way = "slack"
        elif console.entering is not None:
            way = "ticket"
            if not console.entering.tickets.waiting:
                if wait := self._wait(request):
                    return _too_often(wait)
                console.entering.invite(console.address)
        wanted = way_back(request.query_params.get("next"))
        answer = page("door_sign_in.html", way=way, missing=MISSING, next=wanted)
        if way == "ticket" and wanted != way_back(None):
            # The link stands in a terminal and can't say where somebody wanted to go.
            answer.set_cookie(WANTED, quote(wanted, safe=""), max_age=WANTED_SECONDS, path=ENTER,
                              httponly=True, samesite="lax")
        else:
            answer.delete_cookie(WANTED, path=ENTER, httponly=True, samesite="lax")
        return answer

    async def to_slack(self, request: Request) -> Response:
        """Sends the person to Slack; a link and no form, which our policy would not let go."""
        sign_in = self._console.sign_in
        assert sign_in is not None  # noqa: S101  routed only where it is there
        if wait := self._wait(request):
            return _too_often(wait)
        try:
            return await sign_in.begin(request, way_back(request.query_params.get("next")))
        except OutOfReach as error:
            _log.warning("could not begin to sign in with Slack: %s", error)
            return _out_of_reach()

    async def callback(self, request: Request) -> Response:
        """Takes the person in whom Slack sends back."""
        sign_in = self._console.sign_in
        assert sign_in is not None  # noqa: S101  routed only where it is there
        if wait := self._wait(request):
            return _too_often(wait)
        try:
            identity = await sign_in.finish(request)
        except OutOfReach as error:
            _log.warning("could not sign somebody in with Slack: %s", error)
            return _out_of_reach()
        except NotSignedIn as error:
            answer = await run_in_threadpool(self._refuse, error.reason)
        else:
            answer = await run_in_threadpool(self._take_in, request, identity)
        sign_in.forget(answer)
        return answer

    def ask(self, request: Request) -> Response:
        """Asks who is entering the local workspace; the ticket stays good."""
        entering = self._console.entering
        assert entering is not None  # noqa: S101  routed only where it is there
        if wait := self._wait(request):
            return _too_often(wait)
        ticket = request.query_params.get("ticket", "")
        if not entering.tickets.valid(ticket):
            return self._refuse("bad_ticket", entering.workspace)
        return page("door_enter.html", ticket=ticket, people=entering.people())

    async def enter(self, request: Request) -> Response:
        """Takes in whoever was chosen."""
        entering = self._console.entering
        assert entering is not None  # noqa: S101  routed only where it is there
        if wait := self._wait(request):
            return _too_often(wait)
        form = await request.form()
        ticket, user = form.get("ticket"), form.get("user")
        people = {person.id: person for person in entering.people()}
        if not isinstance(user, str) or user not in people:
            return refusal(400, "Not done", "There is no such person. Go back and choose one.")
        if not isinstance(ticket, str) or not entering.tickets.use(ticket):
            return await run_in_threadpool(self._refuse, "bad_ticket", entering.workspace)
        wanted = unquote(request.cookies.get(WANTED, ""))
        identity = Identity(entering.workspace, user, people[user].name, wanted)
        answer = await run_in_threadpool(self._take_in, request, identity)
        answer.delete_cookie(WANTED, path=ENTER, httponly=True, samesite="lax")
        return answer

    def sign_out(self, request: Request) -> Response:
        """Ends the session."""
        access: Access = request.state.access
        self._console.sessions.sign_out(request.state.viewer.session)
        answer = RedirectResponse(f"{HOME}/sign-in", 303)
        access.take(answer)
        return answer

    def _take_in(self, request: Request, identity: Identity) -> Response:
        """Open a session for *identity*, if they may have one."""
        console, access = self._console, request.state.access
        if wait := console.by_workspace.take(identity.workspace):
            return _too_often(wait)
        standing = console.roles.of(identity.workspace, identity.user)
        if standing.belongs is False:
            return self._refuse("other_workspace")
        if standing.belongs is None:
            return _out_of_reach()
        opened = console.sessions.open(
            identity.workspace, identity.user, identity.name, standing.role,
            by="slack" if console.sign_in is not None else "link",
            instead_of=request.cookies.get(COOKIE))
        answer = RedirectResponse(way_back(identity.way_back), 303)
        access.give(answer, opened.secret)
        return answer

    def _refuse(self, reason: str, workspace: str = LOCAL) -> Response:
        """Refuse, and say so in the log of *workspace*; who it was is known to nobody."""
        console = self._console
        if not console.refusals.take(workspace):
            console.store.note(workspace, Happening(
                REFUSED, f"{REFUSED}:{uuid4().hex}", console.now(), None,
                body={"reason": reason}))
        _log.warning("refused to sign somebody in: %s", reason)
        title, why = "Not signed in", _WHY.get(reason, _WHY[""])
        return refusal(403, title, why, sign_in=True)

    def _wait(self, request: Request) -> float:
        # uvicorn has put the address there that a proxy on this machine names.
        address = request.client.host if request.client is not None else ""
        return self._console.by_address.take(neighbourhood(address))


_WHY = {
    "": "What came back does not prove who you are. Try again from the beginning.",
    "access_denied": "You did not allow Slack to say who you are.",
    "bad_ticket": "The link was used, is older than five minutes, or is not one of ours. Opening "
                  "the sign-in page prints a new one where advisor serve runs.",
    "not_begun_here": "Signing in was not begun in this browser, or it took longer than ten "
                      "minutes. Try again from the beginning.",
    "other_workspace": "Advisor is not installed in your workspace, or you are not of it.",
    "replayed": "That answer of Slack was used before. Try again from the beginning.",
}


def _too_often(wait: float) -> Response:
    return refusal(429, "Too often", "There were too many tries to sign in. Wait for "
                   f"{int(wait) + 1} seconds, then try again.", wait=wait)


def _out_of_reach() -> Response:
    return refusal(503, "Slack can't be reached", "Slack does not answer, so nobody can be signed "
                   "in at the moment. Try again shortly.", sign_in=True, wait=30)


def _back(request: Request, *, leads_there: bool = True) -> GivenBack:
    return given_back(getattr(request.state, "fields", ()), leads_there=leads_there)


def _home(request: Request) -> Entry:
    """What the address stands under, for whoever asks: no route has said who they are.

    Who is not signed in is led where everybody begins.
    """
    viewer = getattr(request.state, "viewer", None) or request.state.access.viewer(
        request.cookies.get(COOKIE))
    return above(request.url.path.removeprefix(HOME),
                 Role.ASKER if viewer is None else viewer.role)


def _in_words(request: Request, error: HTTPException) -> Response:
    title, why = _WORDS.get(error.status_code, ("Not done", "That request can't be answered."))
    back = _back(request, leads_there=error.status_code >= SERVER_FAULT)
    answer = refusal(error.status_code, title, why, home=_home(request), **back)
    answer.headers.update(error.headers or {})
    return answer


def _unreadable(request: Request, error: Exception) -> Response:
    # PostgreSQL takes no null character, wherever in an address or a form it stands.
    _log.warning("the database could not take what a request held: %s", type(error).__name__)
    return refusal(400, "Not done", "The request holds characters that can't be read, such as a "
                   "null. Nothing was changed.", home=ENTRIES[0], **_back(request))


def _of_another_version(request: Request, error: Exception) -> Response:
    # After a way back to an older program: every page that tells of edits would else be broken.
    return refusal(503, "Not to be read here", str(error), home=ENTRIES[0], **_back(request))


def _broken(request: Request, _: Exception) -> Response:
    why = "The page could not be made. Whoever keeps Advisor finds out why in what it has logged."
    if request.method not in {"GET", "HEAD"}:
        why += (" Whether what you did was done can't be told here: look at the page that you were "
                "on before you press again.")
    return refusal(500, "Something went wrong", why, home=ENTRIES[0], **_back(request))
