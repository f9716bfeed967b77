"""Who may ask: whoever brings the token, or where there is none only this machine."""

import hmac
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.web.failures import failed

LOOPBACK = frozenset({"127.0.0.1", "::1"})
OWN_NAMES = LOOPBACK | {"localhost"}
_FORWARDED = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip",
                        "client-ip", "true-client-ip", "cf-connecting-ip"})
"""What proxies add, beside all that begins with "x-forwarded"."""


def refused(request: Request, token: str | None, setting: str) -> Response | None:
    """What *request* is told if it doesn't bring *token*, or where there is none is not from here.

    Args:
        request: Whoever's.
        token: As *setting* has it; None where it is not set.
        setting: Its name.
    """
    if token is None:
        allowed = _is_near(request)
    else:
        given = request.headers.get("authorization", "")
        allowed = hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if not allowed:
        return failed(401, "unauthorized", f"Send 'Authorization: Bearer' with the value of "
                      f"{setting}; while that is not set, only this machine may ask.")
    if token is None and not _names_us(f"http://{request.headers.get('host', '')}"):
        # A name elsewhere may lead to this machine, and its pages would count as ours.
        return failed(421, "not_here", "Ask 127.0.0.1 or localhost by that name; another one needs "
                      f"{setting}.")
    origin = request.headers.get("origin")
    if token is None and origin is not None and not _names_us(origin):
        return failed(403, "elsewhere", "The request came from a page of another site.")
    return None


def _is_near(request: Request) -> bool:
    """Whether *request* comes from this machine, and no proxy here brings it from elsewhere."""
    near = request.client is not None and request.client.host in LOOPBACK
    return near and not any(
        name in _FORWARDED or name.startswith("x-forwarded") for name in request.headers)


def _names_us(address: str) -> bool:
    try:
        return urlsplit(address).hostname in OWN_NAMES
    except ValueError:
        return False
