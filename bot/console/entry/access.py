"""What every request to the console passes, and the rule that every page states.

`Guard` stands before all of it: it refuses what another site makes a browser send, and puts the
security headers on every answer, errors too.  `require` states which role a page takes; it finds
out who looks, and checks the token of every change.  `for_everybody` marks the few that take none.
"""

import functools
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from bot.console.entry.doorway import refusal
from bot.console.entry.roles import Roles
from bot.console.entry.sending import Fields, Unproved, fields_of, given_back, same_token, sent_by
from bot.console.entry.sessions import Session, Sessions
from bot.console.navigation import ENTRIES, above
from bot.console.viewer import Role, Viewer

HOME = "/console"
"""Where the console is mounted."""
COOKIE = "advisor_session"
TOKEN_FIELD = "token"  # noqa: S105  the name of a field
TOKEN_HEADER = "x-advisor-token"  # noqa: S105  the name of a header
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_BYTES = 1_000_000
"""Largest request that is read; a form is far smaller."""
MOST_DRAINED = 16
"""So many times what is allowed is read and thrown away, since a browser that is cut off in the
midst of sending shows nothing of what is answered."""
LEFT = "no longer of the workspace"
"""Why the session of somebody who has left is revoked."""

POLICY = "Content-Security-Policy"
HEADERS: Mapping[str, str] = MappingProxyType({
    POLICY: (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
})
"""On every answer."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_RULE = "console_rule"

_log = logging.getLogger("advisor.console")

Endpoint = Callable[[Request], Response | Awaitable[Response]]
Page = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the console is reached from outside.

    Raises:
        ValueError: *base* is no such address, or lacks encryption where it needs it.
    """

    base: str
    """Scheme, name and port, without a slash at the end."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise ValueError(f"{self.base!r} is not an address such as https://advisor.example.com")
        if parts.scheme == "http" and not self.near:
            raise ValueError(f"{self.base!r} has to begin with https://: cookies and what is "
                             "shown would travel unencrypted")

    @property
    def near(self) -> bool:
        """Whether it is on this machine."""
        return (urlsplit(self.base).hostname or "") in LOOPBACK

    def is_ours(self, origin: str) -> bool:
        """Whether *origin*, as a browser sends it, is ours; loopback goes by several names."""
        if origin == self.base:
            return True
        ours = urlsplit(self.base)
        try:
            theirs = urlsplit(origin)
            return (self.near and theirs.hostname in LOOPBACK and not theirs.path
                    and (theirs.scheme, theirs.port) == (ours.scheme, ours.port))
        except ValueError:
            return False


class Access:
    """Finds out who looks."""

    def __init__(self, sessions: Sessions, roles: Roles, address: Address) -> None:
        self.sessions = sessions
        self.roles = roles
        self.address = address

    def viewer(self, secret: str | None) -> Viewer | None:
        """Who has the session whose cookie holds *secret*, as what they are now; None if nobody.

        The role is the lesser of what they were when they signed in and what they are now.
        """
        session = None if secret is None else self.sessions.find(secret)
        if session is None:
            return None
        standing = self.roles.of(session.workspace, session.user)
        if standing.belongs is False:
            self.sessions.revoke(session.workspace, session.id, by=None, reason=LEFT)
            return None
        role = session.role if standing.role.includes(session.role) else standing.role
        return _viewer(session, role)

    def give(self, response: Response, secret: str) -> None:
        """Set the cookie of a session that was just opened."""
        response.set_cookie(COOKIE, secret, path=HOME, httponly=True, samesite="lax",
                            secure=not self.address.near)

    def take(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="lax",
                               secure=not self.address.near)


def _viewer(session: Session, role: Role) -> Viewer:
    return Viewer(session.workspace, session.user, session.name, role, session.id, session.token)


def require(role: Role) -> Callable[[Endpoint], Page]:
    """Let only who has *role* reach an endpoint, which gets them as `request.state.viewer`."""

    def guarding(endpoint: Endpoint) -> Page:
        @functools.wraps(endpoint)
        async def guarded(request: Request) -> Response:
            viewer = await _let_in(request, role)
            if isinstance(viewer, Response):
                return viewer
            if request.method not in _READS and not await _carries(request, viewer.token):
                # What carries no header was looked through for the field.
                return _not_from_here(await fields_of(
                    request, TOKEN_FIELD, parsed=TOKEN_HEADER not in request.headers))
            request.state.viewer = viewer
            return await _called(endpoint, request)

        setattr(guarded, _RULE, role)
        return guarded

    return guarding


def require_upload(role: Role, most: int) -> Callable[[Endpoint], Page]:
    """Let only who has *role* send files to an endpoint, of *most* bytes together.

    The endpoint gets what was sent as `request.state.sent`, without the file where it was too
    large.  A file counts only behind the token: of a request without one no file is read.
    """

    def guarding(endpoint: Endpoint) -> Page:
        @functools.wraps(endpoint)
        async def guarded(request: Request) -> Response:
            viewer = await _let_in(request, role)
            if isinstance(viewer, Response):
                return viewer
            request.state.limit.most = most * MOST_DRAINED
            try:
                sent = await sent_by(request, TOKEN_FIELD, viewer.token, most)
            except Unproved:
                return _not_from_here()
            request.state.viewer, request.state.sent = viewer, sent
            request.state.fields = tuple(sent.fields.items())
            try:
                return await _called(endpoint, request)
            finally:
                await sent.close()

        setattr(guarded, _RULE, role)
        return guarded

    return guarding


async def _let_in(request: Request, role: Role) -> Viewer | Response:
    """Who asks, where they have *role*; else what they are answered."""
    access: Access = request.state.access
    viewer = await run_in_threadpool(access.viewer, request.cookies.get(COOKIE))
    if viewer is None:
        return await _to_sign_in(request)
    if viewer.role.includes(role):
        return viewer
    # A role may be taken away while somebody writes.
    fields = () if request.method in _READS else await fields_of(request, TOKEN_FIELD)
    return _not_for(role, viewer, request.url.path.removeprefix(HOME), fields)


def for_everybody(endpoint: Endpoint) -> Page:
    """Let whoever asks reach an endpoint; `request.state.viewer` is None there."""

    @functools.wraps(endpoint)
    async def open_(request: Request) -> Response:
        return await _called(endpoint, request)

    setattr(open_, _RULE, None)
    return open_


@dataclass(frozen=True, slots=True)
class Rule:
    """A route and who may reach it."""

    path: str
    methods: frozenset[str]
    role: Role | None
    """None for everybody."""


class NoRule(Exception):
    """A route states no rule; it must never be served."""


def rules(routes: Iterable[BaseRoute], under: str = "") -> Iterator[Rule]:
    """The rule of every route in *routes*.

    Raises:
        NoRule: One has none, or is of a kind whose rule can't be told.
    """
    for route in routes:
        if isinstance(route, Mount) and isinstance(route.app, StaticFiles):
            yield Rule(f"{under}{route.path}", frozenset({"GET", "HEAD"}), None)
        elif isinstance(route, Mount) and route.routes:
            yield from rules(route.routes, f"{under}{route.path}")
        elif isinstance(route, Route) and hasattr(route.endpoint, _RULE):
            yield Rule(f"{under}{route.path}", frozenset(route.methods or ()),
                       getattr(route.endpoint, _RULE))
        else:
            raise NoRule(f"{under}{getattr(route, 'path', route)} states no rule: wrap its "
                         "endpoint in require(Role…) or for_everybody")


class Guard:
    """Stands before the console."""

    def __init__(self, app: ASGIApp, access: Access, *, local: bool) -> None:
        self._app = app
        self._access = access
        self._local = local

    @property
    def routes(self) -> list[BaseRoute]:
        """What stands behind it, so that routes can be listed."""
        return list(getattr(self._app, "routes", ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A page may be stricter than all, never less strict: both policies hold then.
                own = headers.get(POLICY)
                for name, value in HEADERS.items():
                    headers[name] = value
                if own is not None:
                    headers.append(POLICY, own)
            await send(message)

        request = Request(scope)
        refused = self._refused(request)
        if refused is not None:
            await refused(scope, receive, with_headers)
            return
        # A copy: the dictionary may be one that all requests share.
        limit = Limit(MOST_BYTES)
        scope["state"] = {**scope.get("state", {}), "access": self._access, "viewer": None,
                          "limit": limit}
        await self._app(scope, _at_most(receive, limit), with_headers)

    def _refused(self, request: Request) -> Response | None:
        try:
            name = request.url.hostname
        except ValueError:
            return refusal(400, "Not here", "The request names no host that can be read.")
        if self._local and name not in LOOPBACK:
            # A name elsewhere may lead to this machine, and its pages would count as ours.
            return refusal(421, "Not here", f"Open {self._access.address.base}{HOME}/ instead.")
        if request.method in _READS or self._from_here(request):
            return None
        _log.warning("refused a change that came from another site")
        return refusal(403, "Not done", "The request came from another site. Nothing was changed.")

    def _from_here(self, request: Request) -> bool:
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        if origin is None or origin == "null":
            # Our own forms send "null", since no page of ours sends a referrer.
            return site is not None
        return self._access.address.is_ours(origin)


@dataclass
class Limit:
    """How much of a request is read; raised once it is known that who asks may send more."""

    most: int


def _at_most(receive: Receive, limit: Limit) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit.most:
            raise HTTPException(413)
        return message

    return counted


def _not_for(role: Role, viewer: Viewer, path: str, fields: Fields) -> Response:
    return refusal(403, "Not for you",
                   f"Only somebody with the role “{role}” may see or do this. You are "
                   f"signed in as {viewer.name}, with the role “{viewer.role}”. "
                   "Whoever keeps Advisor can change that; then sign in again.",
                   home=above(path, viewer.role),
                   **given_back(fields, leads_there=False))


def _not_from_here(fields: Fields = ()) -> Response:
    return refusal(403, "Not done",
                   "The request did not come from a page of yours that is still valid. Nothing was "
                   "changed. Go back, load the page anew and try again.", home=ENTRIES[0],
                   **given_back(fields))


async def _carries(request: Request, token: str) -> bool:
    """Whether *request* carries *token*, in a header or in its form."""
    given: Any = request.headers.get(TOKEN_HEADER)
    if given is None:
        form = await request.form()
        # Where the page breaks nobody can read the form anew, to give back what was typed.
        request.state.fields = tuple(form.multi_items())
        given = form.get(TOKEN_FIELD)
    return isinstance(given, str) and same_token(given, token)


async def _called(endpoint: Endpoint, request: Request) -> Response:
    if iscoroutinefunction(endpoint):
        answer: Response = await endpoint(request)
        return answer
    found: Any = await run_in_threadpool(endpoint, request)
    return found  # type: ignore[no-any-return]  # what an endpoint returns


async def _to_sign_in(request: Request) -> Response:
    if request.method not in _READS:
        back = given_back(await fields_of(request, TOKEN_FIELD))
        first = "Copy what you wrote, sign in again" if back["written"] else "Sign in again"
        return refusal(401, "You are signed out",
                       f"Your session has ended, and nothing was changed. {first}, then repeat "
                       "what you did.", sign_in=True, **back)
    there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{HOME}/sign-in?next={quote(there, safe='/')}", 303)


def way_back(there: str | None) -> str:
    """*there* if it is a page of the console, else where the console begins.

    It comes out of a link that anybody can make, and must not lead to another site.
    """
    start = f"{HOME}/"
    if there is None or not there.startswith(start) or not there.isprintable() or "\\" in there:
        return start
    parts = urlsplit(there)
    inner = parts.path.startswith(start) and ".." not in unquote(parts.path).split("/")
    doors = (f"{HOME}/sign-in", f"{HOME}/enter", f"{HOME}/callback")
    return there if inner and not parts.path.startswith(doors) else start
