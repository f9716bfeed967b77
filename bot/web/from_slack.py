"""Requests that say they are Slack's, as Bolt takes them; anybody may have sent them."""

from slack_bolt import BoltRequest
from slack_bolt.adapter.starlette.handler import to_bolt_request
from starlette.requests import Request

_LONGEST_STAMP = 12
"""Digits of a time that is looked at; Slack's have ten."""


def bolt_request(request: Request, body: bytes) -> BoltRequest:
    """The request as Bolt takes it; anybody may have sent it, since no signature is checked yet.

    Raises:
        ValueError: The body is not UTF-8, or not an object in JSON or in a form.
    """
    try:
        asked = to_bolt_request(request, _without_payload(body))
    except (AttributeError, LookupError, TypeError, RecursionError) as error:
        # Bolt looks into whatever was sent as if it were an object.
        raise ValueError("not an object") from error
    if not isinstance(asked.body, dict):
        raise ValueError("not an object")
    asked.raw_body = body.decode()  # what was signed
    return asked


def _without_payload(body: bytes) -> bytes:
    """The same form, so written that Bolt reads its fields.

    In a form Bolt looks for the word "payload" anywhere, and then for nothing but the field of
    that name: a command with the word in its text would come out empty.
    """
    form = not body.startswith((b"{", b"payload=")) and b"&payload=" not in body
    return body.replace(b"payload", b"%70ayload") if form else body


def looks_signed(request: Request) -> bool:
    """Whether the headers can be checked at all.

    The SDK's check fails on other characters, and on a number that is too long to be read.
    """
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    return (len(timestamp) <= _LONGEST_STAMP and timestamp.isascii() and timestamp.isdecimal()
            and bool(signature) and signature.isascii())
