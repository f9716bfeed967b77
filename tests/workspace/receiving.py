"""An app that only writes down what it is sent, and answers as told."""

import asyncio
import json
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.workspace.running import SECRET, serving


@dataclass(frozen=True)
class Received:
    """One delivery as it came."""

    headers: dict[str, str]
    form: dict[str, str]
    payload: dict[str, Any]
    signed: bool


@dataclass
class Receiver:
    """Where an app would be."""

    url: str = ""
    got: list[Received] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    """What to answer next: a status, a JSON body, (status, headers) or "hang"; 200 when empty."""

    async def take(self, request: Request) -> Response:
        body = await request.body()
        form = dict(urllib.parse.parse_qsl(body.decode()))
        if request.headers["content-type"] == "application/json":
            form, payload = {}, json.loads(body)
        elif "payload" in form:
            payload = json.loads(form["payload"])
        else:
            payload = dict(form)
        self.got.append(Received(
            dict(request.headers), form, payload,
            SignatureVerifier(SECRET).is_valid_request(body, dict(request.headers))))
        answer = self.answers.pop(0) if self.answers else 200
        if answer == "hang":
            await asyncio.sleep(30)
        if isinstance(answer, tuple):
            return Response(status_code=answer[0], headers=answer[1])
        return Response(status_code=answer) if isinstance(answer, int) else JSONResponse(answer)

    @property
    def asked(self) -> list[Received]:
        """What a person waited for: presses, submissions, commands; events may come between."""
        return [r for r in self.got if "event" not in r.payload]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [r.payload["event"] for r in self.got if "event" in r.payload]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()
    with serving(Starlette(routes=[Route("/", receiver.take, methods=["POST"])])) as url:
        receiver.url = url
        yield receiver
