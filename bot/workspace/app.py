"""The workspace as one Starlette application: routes, and nothing else."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.workspace import webapi
from bot.workspace.acts import do
from bot.workspace.control import control
from bot.workspace.own_names import is_from_here, is_ours
from bot.workspace.pages import page_routes
from bot.workspace.responding import respond
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.site import Site, open_site
from bot.workspace.state import changes, state
from bot.workspace.triggers import Void

__all__ = ["WorkspaceSettings", "build_workspace"]

MOST_BYTES = 5_000_000
"""Largest body of a request; Slack's own limits are far below."""


def build_workspace(settings: WorkspaceSettings) -> Starlette:
    """The application; `state.site` holds its parts and `state.world` what exists.

    It works under a mount too.  Whoever mounts it awaits `state.site.deliveries.close()` at the
    end, since a mounted application has no lifespan of its own.

    Raises:
        ValueError: The manifest or the journal cannot be read.
    """
    site = open_site(settings)
    routes = _Routes(site)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await site.deliveries.close()

    app = Starlette(lifespan=lifespan, routes=[
        Route("/api/{method}", routes.api, methods=["GET", "POST"]),
        WebSocketRoute("/workspace/socket/{ticket}", routes.socket),
        Route("/workspace/response/{id}", routes.response, methods=["POST"]),
        Route("/workspace/upload/{id}", routes.upload, methods=["POST", "PUT"]),
        Route("/workspace/files/{id}/{name}", routes.file),
        Route("/workspace/do/{act}", routes.act, methods=["POST"]),
        Route("/workspace/stream", routes.stream),
        Route("/workspace/state", routes.state),
        Route("/workspace/control/log", routes.log),
        Route("/workspace/control/{what}", routes.control, methods=["POST"]),
        Route("/archives/{channel}/p{ts:int}", routes.archive),
        *page_routes(site.world, site.manifest),
    ])
    app.state.site, app.state.world = site, site.world
    return app


class _Routes:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def api(self, request: Request) -> Response:
        """Slack's Web API."""
        self._reached(request)
        try:
            return await webapi.answer(self._site, request)
        except ClientDisconnect:
            # Whoever called was stopped in the middle of it; nobody reads this.
            return Response(status_code=400)

    async def socket(self, websocket: WebSocket) -> None:
        """Socket Mode."""
        await self._site.sockets.serve(websocket, websocket.path_params["ticket"])

    async def response(self, request: Request) -> Response:
        """A response URL."""
        body = await _json(request)
        try:
            url = self._site.response_urls.use(request.path_params["id"])
        except Void as void:
            return JSONResponse({"ok": False, "error": str(void)}, 404)
        problem = respond(self._site, url, body)
        self._site.log.add("response_url", body=body, ok=problem is None, error=problem)
        if problem is not None:
            return JSONResponse({"ok": False, "error": problem}, 400)
        return JSONResponse({"ok": True})

    async def upload(self, request: Request) -> Response:
        """Where files.getUploadURLExternal says to put a file."""
        file = self._site.world.files.get(request.path_params["id"])
        if file is None or file.content is not None:
            return Response("No such upload", 404)
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            parts = [part for part in (await request.form()).values() if not isinstance(part, str)]
            content = await parts[0].read() if parts else b""
        else:
            content = await request.body()
        if len(content) != file.size or len(content) > MOST_BYTES:
            return Response(f"Expected {file.size} bytes", 400)
        self._site.world.put_file(replace(file, content=content))
        return Response(f"OK - {file.size}")

    async def file(self, request: Request) -> Response:
        """A file that was shared, for the app's token or for a person who sees where."""
        if not is_ours(request):
            return _elsewhere()
        world = self._site.world
        file = world.files.get(request.path_params["id"])
        user = request.query_params.get("user") or request.query_params.get("as")
        by_app = request.headers.get("authorization") == (
            f"Bearer {self._site.settings.bot_token}")
        if file is None or file.content is None or not (by_app or file.shared_in):
            return Response("No such file", 404)
        if user and not any(world.sees(user, channel) for channel in file.shared_in):
            return Response("No such file", 404)
        # Never shown in place: a page must not run what somebody uploaded.
        return Response(file.content, media_type="application/octet-stream", headers={
            "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"})

    async def act(self, request: Request) -> Response:
        """What a person does."""
        self._reached(request)
        if not is_from_here(request):
            return _elsewhere()
        return JSONResponse(await do(self._site, request.path_params["act"],
                                     await _json(request)))

    async def stream(self, request: Request) -> Response:
        """Server-sent events."""
        if not is_from_here(request):
            return _elsewhere()
        user = request.query_params.get("user", "")
        if user not in self._site.world.users:
            return JSONResponse({"ok": False, "error": "There is no such person."}, 404)
        last = request.headers.get("last-event-id") or request.query_params.get("after")
        after = int(last) if last and last.isdecimal() else self._site.world.seq
        return StreamingResponse(changes(self._site, user, after),
                                 media_type="text/event-stream",
                                 headers={"Cache-Control": "no-store"})

    async def state(self, request: Request) -> Response:
        """Everything that a person sees."""
        if not is_from_here(request):
            return _elsewhere()
        self._reached(request)
        user = request.query_params.get("user", "")
        if user not in self._site.world.users:
            return JSONResponse({"ok": False, "error": "There is no such person."}, 404)
        return JSONResponse(state(self._site, user, request.query_params.get("channel"),
                                  request.query_params.get("thread")))

    async def log(self, request: Request) -> Response:
        """What passed between workspace and app, later than `after`."""
        if not is_from_here(request):
            return _elsewhere()
        after = request.query_params.get("after", "0")
        return JSONResponse({"ok": True, "entries": self._site.log.after(
            int(after) if after.isdecimal() else 0)})

    async def control(self, request: Request) -> Response:
        """What a test orders."""
        if not is_from_here(request):
            return _elsewhere()
        try:
            done = await control(self._site, request.path_params["what"], await _json(request))
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"ok": False, "error": f"{type(error).__name__}: {error}"}, 400)
        return JSONResponse({"ok": True, **done})

    async def archive(self, request: Request) -> Response:
        """A permalink, which leads to the page of its thread."""
        digits = str(request.path_params["ts"])
        ts = f"{digits[:-6]}.{digits[-6:]}"
        thread = request.query_params.get("thread_ts", ts)
        channel = request.path_params["channel"]
        return RedirectResponse(f"{request.scope.get('root_path', '')}/c/{channel}/{thread}")

    def _reached(self, request: Request) -> None:
        if is_ours(request):
            self._site.world.base = str(request.base_url)


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _elsewhere() -> Response:
    return JSONResponse({"ok": False, "error": "That came from another site."}, 403)
