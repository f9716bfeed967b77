"""Pages that are made after the server listens: Slack waits for nobody's console."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URLPath
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match, NoMatchFound, Router
from starlette.types import Receive, Scope, Send

_log = logging.getLogger("advisor.serve")


class Later(BaseRoute):
    """All below *home*, made when it is first asked for, or when somebody says so.

    Args:
        home: A path such as `/console`.
        make: Gives the routes of *home*, with whole paths.
    """

    def __init__(self, home: str, make: Callable[[], Sequence[BaseRoute]]) -> None:
        self._home = home
        self._make = make
        self._lock = threading.Lock()
        self._router: Router | None = None

    def make(self) -> Router:
        """Make the pages, unless they are there already; what *make* raises is raised."""
        with self._lock:
            if self._router is None:
                self._router = Router(list(self._make()))
            return self._router

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path of *scope* is *home* or below it."""
        path = str(scope.get("path", ""))
        mine = scope["type"] == "http" and (
            path == self._home or path.startswith(f"{self._home}/"))
        return (Match.FULL if mine else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """The address of the page *name*; raises `NoMatchFound` while the pages aren't there."""
        if self._router is None:
            raise NoMatchFound(name, path_params)
        return self._router.url_path_for(name, **path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the pages answer."""
        router = self._router
        if router is None:
            try:
                router = await run_in_threadpool(self.make)
            except Exception:
                # Whoever made the process make them is told; this person can only ask again.
                _log.exception("the pages below %s could not be made", self._home)
                await PlainTextResponse(
                    "These pages can't be shown. The server's log says why.", 503)(
                        scope, receive, send)
                return
        await router(scope, receive, send)
