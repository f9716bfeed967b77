"""The pages of the workspace: channel list, messages, thread, App Home and open forms.

Each address is one complete page, drawn on the server and readable without script.  The script
adds what needs one: it posts, presses and types, listens for changes, fetches the same address
again and replaces what differs.  So there is one way to draw anything, and it is this one.

Who is reading stands in the address (`?as=U…`), not in a cookie, so that two windows can be two
people.  Nothing may run or load here but our own files; the header below says so to the browser.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.workspace.acts import do
from bot.workspace.manifest import Manifest
from bot.workspace.own_names import is_from_here, is_ours
from bot.workspace.reading import SHOWN_AT_ONCE, Reader, face
from bot.workspace.render import environment
from bot.workspace.world import BOT_USER, TEAM_NAME, Channel, User, World

FIRST_USER = "U0SAM00001"
"""Who reads when the address doesn't say."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page_routes(world: World, manifest: Manifest) -> list[BaseRoute]:
    """Routes of the pages over *world*, for the app that *manifest* describes."""
    pages = _Pages(world, manifest)
    return [
        Route("/", _ours(pages.front)),
        Route("/home", _ours(pages.home)),
        Route("/c/{channel}", _ours(pages.channel)),
        Route("/c/{channel}", _ours(pages.say), methods=["POST"]),
        Route("/c/{channel}/{thread_ts}", _ours(pages.channel)),
        Route("/c/{channel}/{thread_ts}", _ours(pages.say), methods=["POST"]),
        Mount("/workspace/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]


Page = Callable[[Request], Awaitable[Response]]


def _ours(page: Page) -> Page:
    """*page*, shown to nobody who asks for it under a name that is none of this machine's."""
    async def shown(request: Request) -> Response:
        if not is_ours(request):
            return PlainTextResponse("Ask 127.0.0.1 or localhost by that name.", 403, HEADERS)
        return await page(request)

    return shown


class _Pages:
    def __init__(self, world: World, manifest: Manifest) -> None:
        self._world = world
        self._manifest = manifest

    async def front(self, request: Request) -> Response:
        """The channel list; beside it, where there is room, what one finds open."""
        reader = self._reader(request)
        return self._page(request, reader, "list", reader.first())

    async def home(self, request: Request) -> Response:
        """The app's Home tab."""
        reader = self._reader(request)
        channel = reader.direct()
        if channel is None:
            return self._page(request, reader, "missing", None, status=404)
        return self._page(request, reader, "home", channel)

    async def channel(self, request: Request) -> Response:
        """A channel, and one of its threads when the address names one."""
        reader = self._reader(request)
        channel = self._world.channels.get(request.path_params["channel"])
        if channel is None or not self._world.sees(reader.user.id, channel.id):
            return self._page(request, reader, "missing", None, status=404)
        thread_ts = request.path_params.get("thread_ts")
        where = "channel" if thread_ts is None else "thread"
        return self._page(request, reader, where, channel, thread_ts=thread_ts)

    async def say(self, request: Request) -> Response:
        """Posts what stands in the composer, for whoever reads without script."""
        if not is_from_here(request):
            return PlainTextResponse("That came from another site.", 403, HEADERS)
        reader = self._reader(request)
        typed = parse_qs((await request.body()).decode("utf-8", "replace")).get("text", [""])
        answer = await do(request.app.state.site, "message", {
            "user": reader.user.id, "text": typed[0], **request.path_params})
        if not answer["ok"]:
            return PlainTextResponse(answer["error"], 400, HEADERS)
        return RedirectResponse(str(request.url), 303, HEADERS)

    def _reader(self, request: Request) -> Reader:
        # A stream that has had its time must not look as if it were still being written.
        request.app.state.site.streams.settle()
        asked = request.query_params.get("as", FIRST_USER)
        user = self._world.users.get(asked)
        if user is None or user.is_bot:
            user = self._world.users[FIRST_USER]
        root = request.scope.get("root_path", "")
        suffix = "" if user.id == FIRST_USER else f"?as={quote(user.id)}"
        return Reader(self._world, self._manifest, user, lambda path: f"{root}{path}{suffix}")

    def _page(
        self, request: Request, reader: Reader, where: str, channel: Channel | None, *,
        thread_ts: str | None = None, status: int = 200,
    ) -> Response:
        """The whole page; `where` is what a narrow screen shows of it."""
        everything = "all" in request.query_params
        facts: dict[str, Any] = {
            "reader": reader,
            "link": reader.link,
            "root": request.scope.get("root_path", ""),
            "where": where,
            "path": request.url.path,
            "team": TEAM_NAME,
            "app": {"name": self._manifest.display_name,
                    "about": self._manifest.agent_description or self._manifest.description},
            "commands": self._manifest.commands,
            "shortcuts": self._manifest.shortcuts,
            "lines": reader.lines(),
            "modal": reader.modal(),
            "thread_ts": thread_ts,
            "channel": channel,
            "me": face(reader.user),
            "bot": face(self._world.users[BOT_USER]),
        }
        if channel is not None:
            rows, more = reader.in_channel(channel.id, None if everything else SHOWN_AT_ONCE)
            facts |= {
                "title": reader.title(channel),
                "rows": rows,
                "more": more,
                "thread": reader.in_thread(channel.id, thread_ts) if thread_ts else [],
                "replies": len(self._world.replies(channel.id, thread_ts)) if thread_ts else 0,
                "members": [self._named(u) for u in reader.mentionable(channel)],
                "is_member": reader.user.id in channel.members,
                "app_is_member": BOT_USER in channel.members,
                "home": reader.home() if where == "home" else None,
                "home_view": self._world.homes.get(reader.user.id),
            }
        html = environment().get_template("page.html").render(facts)
        return HTMLResponse(html, status, HEADERS)

    @staticmethod
    def _named(user: User) -> dict[str, str]:
        return {"id": user.id, "name": user.real_name, "title": user.title}
