"""Sign in with Slack: OpenID Connect's code flow with PKCE, state and nonce, through Authlib.

What has to be remembered while the person is at Slack travels in a cookie that only we can open,
so that any process of an installation can finish what another began.  Slack must not count the app
as a public client (its option "PKCE"): it would then refuse the secret, which we send as well.
"""

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.integrations.starlette_client import OAuthError, StarletteIntegration
from authlib.integrations.starlette_client.apps import StarletteOAuth2App
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from bot.console.entry.access import HOME, Address

ISSUER = "https://slack.com"
METADATA = f"{ISSUER}/.well-known/openid-configuration"
TEAM_CLAIM = "https://slack.com/team_id"
USER_CLAIM = "https://slack.com/user_id"
ALGORITHMS = ("RS256",)
COOKIE = "advisor_signing_in"
SIGN_IN_SECONDS = 600
"""How long a person may take over Slack's page."""
LEEWAY_SECONDS = 60
"""How far Slack's clock and ours may differ."""
TIMEOUT_SECONDS = 10.0
REFUSALS = frozenset({
    "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type",
    "invalid_scope", "server_error", "temporarily_unavailable", "interaction_required",
    "login_required", "account_selection_required", "consent_required"})
"""Why a provider sends somebody back without a code (RFC 6749, 4.1.2.1; OpenID Connect 3.1.2.6)."""
_NEXT = "next"


class NotSignedIn(Exception):
    """Somebody could not be signed in; `reason` is for the log, and names no secret."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class OutOfReach(Exception):
    """Slack did not answer."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as Slack has signed it."""

    workspace: str
    user: str
    name: str
    way_back: str
    """Where they wanted to go, as it was given."""


class SlackSignIn:
    """Signs people in.

    Args:
        client_id: Of the app.
        client_secret: Of the app.
        address: Where the console is reached; Slack sends people back there.
        transport: Instead of the network, for tests.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        address: Address,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client_id = client_id
        self._address = address
        self._clock = clock
        self._fernet = _sealing(client_secret)
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()
        self._client = _Slack(
            StarletteIntegration("slack"), "slack", client_id=client_id,
            client_secret=client_secret, server_metadata_url=METADATA,
            client_kwargs={
                "scope": "openid profile", "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_post",
                "timeout": TIMEOUT_SECONDS,
                **({} if transport is None else {"transport": transport}),
            })

    async def begin(self, request: Request, way_back: str) -> Response:
        """Send the person to Slack.

        Raises:
            OutOfReach: Slack does not answer.
        """
        remembered: dict[str, Any] = {}
        request.scope["session"] = remembered
        try:
            answer: Response = await self._client.authorize_redirect(
                request, f"{self._address.base}{HOME}/callback")
        except (OAuthError, httpx2.HTTPError, ValueError, RuntimeError) as error:
            raise OutOfReach(type(error).__name__) from error
        remembered[_NEXT] = way_back
        sealed = self._fernet.encrypt_at_time(
            json.dumps(remembered).encode(), int(self._clock()))
        answer.set_cookie(COOKIE, sealed.decode(), max_age=SIGN_IN_SECONDS, path=HOME,
                          httponly=True, samesite="lax", secure=not self._address.near)
        return answer

    async def finish(self, request: Request) -> Identity:
        """Take in what Slack sends the person back with.

        Raises:
            NotSignedIn: It is not what Slack sends to whom we sent there.
            OutOfReach: Slack does not answer.
        """
        remembered = self._remembered(request)
        self._use(request.query_params.get("state", ""))
        request.scope["session"] = remembered
        try:
            token = await self._client.authorize_access_token(
                request, leeway=LEEWAY_SECONDS, claims_options={
                    "iss": {"essential": True, "value": ISSUER},
                    "aud": {"essential": True, "value": self._client_id},
                    TEAM_CLAIM: {"essential": True},
                    USER_CLAIM: {"essential": True},
                })
        except (OAuthError, JoseError) as error:
            # What stands in the address anybody can write, and the log keeps it for ever.
            given = request.query_params.get("error")
            known = given is None or given in REFUSALS
            raise NotSignedIn(str(error.error or "refused") if known else "refused") from error
        except httpx2.HTTPError as error:
            raise OutOfReach(type(error).__name__) from error
        except (ValueError, RuntimeError, KeyError, TypeError) as error:
            raise NotSignedIn("unreadable") from error
        claims = token.get("userinfo")
        if claims is None:
            raise NotSignedIn("no_id_token")
        team, user, name = (claims.get(key) for key in (TEAM_CLAIM, USER_CLAIM, "name"))
        if not (isinstance(team, str) and isinstance(user, str) and team and user):
            raise NotSignedIn("no_identity")
        return Identity(team, user, name if isinstance(name, str) and name else user,
                        str(remembered.get(_NEXT, "")))

    def forget(self, response: Response) -> None:
        """Take back the cookie that remembered; what it says is done, one way or the other."""
        response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="lax",
                               secure=not self._address.near)

    def _remembered(self, request: Request) -> dict[str, Any]:
        sealed = request.cookies.get(COOKIE, "")
        try:
            opened = self._fernet.decrypt_at_time(
                sealed.encode("utf-8", "surrogateescape"), SIGN_IN_SECONDS, int(self._clock()))
        except InvalidToken:
            raise NotSignedIn("not_begun_here") from None
        remembered: dict[str, Any] = json.loads(opened)
        return remembered

    def _use(self, state: str) -> None:
        """Let *state* count once; Slack lets each code count once, too."""
        if not state:
            return
        now = self._clock()
        with self._lock:
            self._used = {one: until for one, until in self._used.items() if until > now}
            if state in self._used:
                raise NotSignedIn("replayed")
            self._used[state] = now + SIGN_IN_SECONDS


class _Slack(StarletteOAuth2App):  # type: ignore[misc]  # authlib has no types
    """Slack as a provider: what it says of itself is believed as far as it is what we know."""

    async def load_server_metadata(self) -> dict[str, Any]:
        known: dict[str, Any] = await super().load_server_metadata()
        if known.get("issuer") != ISSUER:
            self.server_metadata.clear()
            raise OAuthError("other_issuer", "the metadata names another issuer")
        # Authlib would take whatever the metadata lists, "none" too.
        known["id_token_signing_alg_values_supported"] = list(ALGORITHMS)
        return known


def _sealing(client_secret: str) -> Fernet:
    # Derived, so that replicas share it and no further secret has to be set.
    key = HKDF(SHA256(), 32, None, b"advisor console sign-in").derive(client_secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
