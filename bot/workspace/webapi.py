"""Slack's Web API at `/api/{method}`: who may call, what they may, how often; then the method."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace import asking, chatting, showing
from bot.workspace.calls import Call, Method, missing_scope
from bot.workspace.faults import REFUSED
from bot.workspace.site import Refusal, Site
from bot.workspace.sockets import cut

Json = dict[str, Any]

METHODS: Mapping[str, tuple[Method, tuple[str, ...]]] = {
    **asking.METHODS, **chatting.METHODS, **showing.METHODS,
    "apps.connections.open": (asking.connections_open, ()),
    "oauth.v2.access": (asking.oauth_access, ()),
}
_APP_TOKEN = "apps.connections.open"  # noqa: S105  a method
_NO_TOKEN = "oauth.v2.access"  # noqa: S105  a method
_HTML = "<!doctype html><title>Slack</title><p>Something went wrong.</p>"


async def answer(site: Site, request: Request) -> Response:
    """Answer one call; refusals are JSON with HTTP 200, as Slack's are."""
    method = request.path_params["method"]
    began = time.perf_counter()
    fault, seconds = site.faults.strike(method) or (None, 0.0)
    response, body, args = await _faulty(site, request, method, fault, seconds)
    site.log.add("call", method=method, args=args, ok=body.get("ok", False),
                 error=body.get("error"), status=response.status_code, fault=fault,
                 ms=round((time.perf_counter() - began) * 1000, 1), answer=body)
    if fault in {"reset_before", "reset_after_commit"}:
        cut(request.receive)
    return response


async def _faulty(
    site: Site, request: Request, method: str, fault: str | None, seconds: float
) -> tuple[Response, Json, Json]:
    if fault == "latency":
        await asyncio.sleep(seconds)
    if fault == "rate_limited":
        return _limited(site, max(1, int(seconds))), {"error": "ratelimited"}, {}
    if fault in {"http_500", "http_502"}:
        return Response(status_code=int(fault[-3:])), {"error": fault}, {}
    if fault == "html_500":
        return Response(_HTML, 500, media_type="text/html"), {"error": fault}, {}
    if fault == "reset_before":
        return Response(status_code=500), {"error": fault}, {}
    args: Json = {}
    try:
        if fault is not None and fault.startswith(REFUSED):
            raise Refusal(fault.removeprefix(REFUSED))
        args = await _arguments(request)
        body = _allowed(site, request, method, args)
    except Refusal as refusal:
        if refusal.code == "ratelimited":
            return _limited(site, refusal.more["seconds"]), {"error": "ratelimited"}, args
        body = {"ok": False, "error": refusal.code, **refusal.more}
    args.pop("token", None)
    if fault == "bad_json":
        return Response('{"ok": tr', media_type="application/json"), body, args
    return JSONResponse(body, headers=_headers(site, method)), body, args


def _allowed(site: Site, request: Request, method: str, args: Json) -> Json:
    if method not in METHODS:
        raise Refusal("unknown_method", req_method=method)
    function, scopes = METHODS[method]
    _check_token(site, request, method, args)
    if scopes and not site.manifest.scopes.intersection(scopes):
        raise missing_scope(site, scopes)
    channel = args.get("channel")
    wait = site.rates.take(method, channel if isinstance(channel, str) else None)
    if wait:
        raise Refusal("ratelimited", seconds=wait)
    return {"ok": True, **function(Call(site, args, str(request.base_url)))}


def _check_token(site: Site, request: Request, method: str, args: Json) -> None:
    if method == _NO_TOKEN:
        _lift_client(request, args)
        return
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        token = str(args.get("token") or "")
    settings = site.settings
    if not token:
        raise Refusal("not_authed")
    if token not in {settings.bot_token, settings.app_token}:
        raise Refusal("invalid_auth")
    if (token == settings.app_token) != (method == _APP_TOKEN):
        raise Refusal("not_allowed_token_type")
    if token in site.world.revoked:
        raise Refusal("token_revoked")


def _lift_client(request: Request, args: Json) -> None:
    # oauth.v2.access may name the client in HTTP Basic, as slack_sdk does.
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(encoded).decode().partition(":")
        except ValueError:
            return
        args.setdefault("client_id", name)
        args.setdefault("client_secret", secret)


async def _arguments(request: Request) -> Json:
    args: Json = dict(request.query_params)
    if request.method != "POST":
        return args
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        return args | body
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form = await request.form()
        return args | {name: value for name, value in form.items() if isinstance(value, str)}
    if await request.body():
        raise Refusal("invalid_post_type" if kind else "missing_post_type")
    return args


def _headers(site: Site, method: str) -> dict[str, str]:
    scopes = METHODS[method][1] if method in METHODS else ()
    return {"X-OAuth-Scopes": ",".join(sorted(site.manifest.scopes)),
            "X-Accepted-OAuth-Scopes": ",".join(scopes),
            "Date": formatdate(site.world.now(), usegmt=True)}


def _limited(site: Site, seconds: int) -> Response:
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429,
                        {"Retry-After": str(seconds),
                         "Date": formatdate(site.world.now(), usegmt=True)})
