"""Whether a request is made to this machine by a name of its own, and by no other site's page.

Nothing here asks for a password.  A page elsewhere can have a name of its own lead to this machine,
and then its script reads what is answered under that name: so nothing is, but what needs a token.
"""

from urllib.parse import urlsplit

from starlette.requests import Request

OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
"""Under which loopback is reached."""


def is_ours(request: Request) -> bool:
    """Whether *request* names this machine as only it is called."""
    return request.url.hostname in OWN_NAMES


def is_from_here(request: Request) -> bool:
    """Whether no other site's page makes the browser ask this."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None:  # a program, or a browser of before it was told
        return is_ours(request) and (origin is None or _host(origin) in OWN_NAMES)
    return site in {"same-origin", "none"} and is_ours(request)


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None
