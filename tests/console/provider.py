"""An identity provider that speaks as Slack does, and lies as it is told to."""

import base64
import json
import secrets
import time
from functools import cache
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.console.entry.signing_in import ISSUER, TEAM_CLAIM, USER_CLAIM

CLIENT_ID, CLIENT_SECRET = "10.20", "app-s3cret"


@cache
def _key() -> RSAKey:
    # A fifth of a second of work, which every console of every test would wait for.
    return RSAKey.generate_key(2048, parameters={"kid": "k1"})


class Provider:
    """Slack's side of signing in.

    Attributes:
        metadata: What it says of itself; may be altered.
        claims: What an id token says other than it should; None takes a claim out.
        algorithm: What an id token is signed with.
        key: What it is signed with, if not its own key.
        gone: Whether nothing answers.
    """

    def __init__(self) -> None:
        self.own = _key()
        self.key = self.own
        self.kid = "k1"
        self.metadata = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/openid/connect/authorize",
            "token_endpoint": f"{ISSUER}/api/openid.connect.token",
            "jwks_uri": f"{ISSUER}/openid/connect/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        self.claims: dict[str, object] = {}
        self.token: dict[str, object] = {}
        self.algorithm = "RS256"
        self.gone = False
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        app = Starlette(routes=[
            Route("/.well-known/openid-configuration", self._metadata),
            Route("/openid/connect/keys", self._keys),
            Route("/api/openid.connect.token", self._token, methods=["POST"]),
        ])
        inner = httpx2.ASGITransport(app)
        provider = self

        class Transport(httpx2.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
                if provider.gone:
                    raise httpx2.ConnectError("gone")
                return await inner.handle_async_request(request)

        self.transport = Transport()

    def approve(self, location: str, team: str = "T1", user: str = "U1", **more: object) -> str:
        """What a person who is sent to *location* is sent back to, once they have agreed."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        self.asked.append(asked)
        assert location.startswith(f"{ISSUER}/openid/connect/authorize?")
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self._codes[code] = asked | {"team": team, "user": user, "name": str(
            more.get("name", "Ada Lovelace"))}
        query = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{query}"

    async def _metadata(self, _: Request) -> JSONResponse:
        return JSONResponse(self.metadata)

    async def _keys(self, _: Request) -> JSONResponse:
        return JSONResponse(KeySet([self.own]).as_dict(private=False))

    async def _token(self, request: Request) -> JSONResponse:
        form = await request.form()
        asked = self._codes.pop(str(form.get("code")), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"ok": False, "error": "invalid_code"})
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return JSONResponse({"ok": False, "error": "bad_client_secret"})
        hashed = sha256(str(form.get("code_verifier")).encode()).digest()
        if base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"ok": False, "error": "invalid_grant"})
        answer = {"ok": True, "access_token": "xoxp-1", "token_type": "Bearer",
                  "id_token": self._signed(asked), **self.token}
        return JSONResponse({k: v for k, v in answer.items() if v is not None})

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {
            "iss": ISSUER, "sub": asked["user"], "aud": CLIENT_ID, "exp": now + 300, "iat": now,
            "nonce": asked["nonce"], "name": asked["name"],
            TEAM_CLAIM: asked["team"], USER_CLAIM: asked["user"], **self.claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        if self.algorithm == "none":
            head = {"alg": "none", "typ": "JWT"}
            return ".".join([*(_encoded(part) for part in (head, said)), ""])
        return jwt.encode({"alg": self.algorithm, "kid": self.kid}, said, self.key,
                          algorithms=[self.algorithm])


def _encoded(part: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
