"""Stands between the workspace and the bots, and delivers as badly as Slack may.

What a person did is delivered one to three times, each copy after a delay of its own, so that
events overtake each other.  Each copy is tried until a bot acknowledges it, at one replica and
then at the other.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.workspace.deliveries import sign

Json = dict[str, Any]

LATEST_SECONDS = 0.3
"""Longest delay of a copy."""
AGAIN_SECONDS = 0.05
"""Before another try."""


@dataclass
class Relay:
    """Counts what it delivered; its methods may be called from any thread."""

    secret: str
    bots: Sequence[str]
    chance: random.Random
    events: int = 0
    copies: int = 0
    refused: dict[int, int] = field(default_factory=dict)
    """Answers other than 200, by status."""
    acknowledged: set[str] = field(default_factory=set)
    """`channel:ts` of people's messages of which at least one event was acknowledged."""
    under_way: int = 0
    copies_each: tuple[int, int] = (1, 3)
    """How often each event is delivered, at least and at most."""
    latest_seconds: float = LATEST_SECONDS
    on_post: Callable[[], None] | None = None
    """Called once when the workspace tells of a post of the bot's, then forgotten."""
    _client: httpx.AsyncClient | None = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def app(self) -> Starlette:
        """The application that the workspace delivers to."""
        return Starlette(routes=[Route("/", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        event = json.loads(body).get("event") or {}
        person = not event.get("bot_id") and event.get("subtype") is None
        if event.get("bot_id") and self.on_post is not None:
            called, self.on_post = self.on_post, None
            called()
        self.events += 1
        for _ in range(self.chance.randint(*self.copies_each) if person else 1):
            self.copies += 1
            self.under_way += 1
            task = asyncio.create_task(self._insist(body, event if person else {}))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return Response()

    async def _insist(self, body: bytes, event: Json) -> None:
        await asyncio.sleep(self.chance.uniform(0, self.latest_seconds))
        at = self.chance.randrange(len(self.bots))
        while not await self._delivered(self.bots[at % len(self.bots)], body):
            at += 1
            await asyncio.sleep(self.chance.uniform(AGAIN_SECONDS / 2, AGAIN_SECONDS))
        self.under_way -= 1
        if event:
            self.acknowledged.add(f"{event.get('channel')}:{event.get('ts')}")

    async def _delivered(self, bot: str, body: bytes) -> bool:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=3, trust_env=False,
                limits=httpx.Limits(max_keepalive_connections=0))
        stamp = str(int(time.time()))
        try:
            answer = await self._client.post(bot, content=body, headers={
                "Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": sign(self.secret, stamp, body)})
        except Exception:
            # A bot that is killed breaks off in more ways than the client has names for.
            return False
        if answer.status_code != 200:
            self.refused[answer.status_code] = self.refused.get(answer.status_code, 0) + 1
        return answer.status_code == 200
