"""One call of Slack's Web API, which ends in time and with an answer that can be read, or fails.

The SDK's time-out starts anew with each byte that arrives: an answer that drips in would hold a
worker, and with it a conversation, for as long as it pleases.  And what it raises for an answer
that is cut off or is no JSON depends on where it was cut.  Here a call has its seconds from
beginning to end, and whatever can't be read is an `OSError` or a `SlackRequestError`.
"""

import io
import json
import socket
import threading
import time
from collections.abc import Callable
from email.message import Message
from functools import cache, cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLContext, create_default_context
from typing import Any
from urllib.error import HTTPError
from urllib.request import (
    BaseHandler,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from slack_sdk import WebClient
from slack_sdk.errors import SlackRequestError
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result

from bot.queue.baton import aside

MOST_BYTES = 50_000_000
"""Largest answer that is read; two hundred of the longest messages are less than half of it."""


class Caller(WebClient):
    """A client whose `timeout` is that of a whole call.

    Its calls raise what the SDK's raise, but of an answer that can't be read nothing else than
    `SlackApiError`, `SlackRequestError` and `OSError`.
    """

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """The SDK's one way out: status, headers and body of the answer to *req*."""
        if not url.lower().startswith("http"):
            raise SlackRequestError(f"Invalid URL detected: {url}")
        try:
            with aside(), self._opened(req) as answer:
                body = answer.read(MOST_BYTES + 1)
                if len(body) > MOST_BYTES:
                    raise SlackRequestError("The answer is too long to be read.")
                read = body.decode(answer.headers.get_content_charset() or "utf-8")
                _insist_on_object(read)
                return {"status": answer.status, "headers": answer.headers, "body": read}
        except HTTPError as error:
            raise _readable(error) from error
        except HTTPException as error:
            # The SDK tries a read again after a reset alone, and callers know nothing of HTTP.
            raise ConnectionResetError(type(error).__name__) from error
        except (UnicodeError, LookupError) as error:
            raise SlackRequestError("The answer is not text.") from error

    def put(self, name: str, data: bytes) -> str:
        """Put a file where Slack says; its id, by which it is shown once an upload is completed.

        Raises:
            SlackApiError, SlackRequestError, OSError: It wasn't taken, or nobody knows.
        """
        where = self.files_getUploadURLExternal(filename=name, length=len(data))
        taken = self._upload_file(url=str(where["upload_url"]), data=data)
        if taken.status != 200:
            raise SlackRequestError("The file was not taken.")
        return str(where["file_id"])

    def _upload_file(self, *, url: str, data: bytes, **_: Any) -> FileUploadV2Result:
        """Put a file where Slack said, within the same time."""
        if not url.lower().startswith("http"):
            raise SlackRequestError(f"Invalid URL detected: {url}")
        asked = Request(method="POST", url=url, data=data, headers={})  # noqa: S310  checked above
        try:
            with aside(), self._opened(asked) as answer:
                body = answer.read(MOST_BYTES).decode("utf-8", "replace")
                return FileUploadV2Result(status=answer.status, body=body)
        except HTTPException as error:
            raise ConnectionResetError(type(error).__name__) from error

    def _opened(self, asked: Request) -> Any:
        _CALL.ends = time.monotonic() + self.timeout
        return self._opener.open(asked, timeout=self.timeout)

    @cached_property
    def _opener(self) -> OpenerDirector:
        """What opens connections, a new one for each call: a post is never sent into an old one."""
        handlers: list[BaseHandler] = [_Plain(), _Sealed(context=self.ssl or trusting())]
        if self.proxy is not None:
            handlers.append(ProxyHandler({"http": self.proxy, "https": self.proxy}))
        return build_opener(*handlers)


@cache
def trusting() -> SSLContext:
    """Trusts whom this machine trusts, as http.client does by itself.

    It reads all certificates, which takes ten times as long as a call: once a process, not once a
    call.
    """
    made = create_default_context()
    made.set_alpn_protocols(["http/1.1"])
    # As http.client does: a proxy may ask for a certificate later.
    made.post_handshake_auth = True
    return made


def _readable(error: HTTPError) -> HTTPError:
    """The same, with a body that the SDK can read, whatever encoding it claims, or with none.

    The SDK, and whoever looks for Slack's code, take what is JSON for an object.
    """
    try:
        body = error.read(MOST_BYTES).decode("utf-8", "replace")
        _insist_on_object(body)
    except (HTTPException, SlackRequestError, ConnectionResetError):
        body = ""
    headers = Message()
    for name, value in error.headers.items():
        if name.lower() not in {"content-type", "content-length"}:
            headers[name] = value
    headers["Content-Type"] = "text/plain; charset=utf-8"
    return HTTPError(error.url, error.code, error.msg, headers, io.BytesIO(body.encode()))


def _insist_on_object(body: str) -> None:
    """Raise where *body* begins as an object and is none; what else it is, the SDK says."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        if not body.lstrip().startswith("{"):
            return
        raise ConnectionResetError("The answer is cut off.") from None
    if not isinstance(found, dict):
        raise SlackRequestError("The answer is not an object.")


class _Patient(io.RawIOBase):
    """Reads a socket until a moment and no longer."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("Slack's answer takes too long")
        self._sock.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _patient(ends: float) -> Callable[..., HTTPResponse]:
    def response(sock: socket.socket, *given: Any, **named: Any) -> HTTPResponse:
        made = HTTPResponse(sock, *given, **named)
        made.fp.close()
        made.fp = io.BufferedReader(_Patient(sock, ends))
        return made

    return response


class _Plain(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        def connection(host: str, **named: Any) -> HTTPConnection:
            made = HTTPConnection(host, **named)
            made.response_class = _patient(_CALL.ends)  # type: ignore[assignment]  # makes one
            return made

        return self.do_open(connection, req)


class _Sealed(HTTPSHandler):
    def __init__(self, context: SSLContext) -> None:
        super().__init__(context=context)
        self._tls = context

    def https_open(self, req: Request) -> HTTPResponse:
        def connection(host: str, **named: Any) -> HTTPSConnection:
            made = HTTPSConnection(host, context=self._tls, **named)
            made.response_class = _patient(_CALL.ends)  # type: ignore[assignment]  # makes one
            return made

        return self.do_open(connection, req)


_CALL = threading.local()
"""Until when the call of this thread may take, as `ends`, on `time.monotonic`."""
