"""What an error of a call means, whichever vendor's client raised it.

Clients share no base class and are loaded only when one is set, so an error is told by its HTTP
status and, without one, by what caused it.  Nothing of an error's own message is passed on: it may
quote what was sent.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

from bot.chat.calls import Ended

_MAY_PASS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_OF_WHAT_WAS_SENT = frozenset({400, 413, 422, 501})
"""Statuses that blame the request: they say nothing of whether the model is well."""
_FORM = "response_format"
"""What llama.cpp's server names with a status of 500 where it doesn't know a form."""
_LIMIT = "max_tokens"
_TRANSPORT = frozenset({"TransportError", "APIConnectionError", "ClientConnectionError"})
"""Base classes of what HTTP clients raise where a connection fails."""
_NOT_CONNECTED = frozenset({"ConnectError", "ConnectionRefusedError", "gaierror"})
_CODE = re.compile(r"[a-z][a-z0-9_.-]{1,60}")
_ADVICE = {
    401: "look at ADVISOR_CHAT_API_KEY",
    403: "look at ADVISOR_CHAT_API_KEY and what it allows",
    404: "look at ADVISOR_CHAT_MODEL and ADVISOR_CHAT_BASE_URL",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with one try."""

    ended: Ended
    why: str
    """In our own words."""
    received: str = ""
    """What came back, as far as the client gives it."""
    passing: bool = False
    """Whether the same call may go well in a moment."""
    wait_seconds: float | None = None
    """How long the server asks to wait before another try."""
    unwell: bool = True
    """Whether it says that the model can't be had, rather than that this call was wrong."""
    left: bool = True
    """Whether anything can have been sent."""
    refused_form: bool = False
    """Whether the server may not know the form in which structure was asked for."""
    refused_limit: bool = False
    """Whether it refuses the name of the limit of tokens."""
    tokens: tuple[int, int] | None = None


def fault_of(error: BaseException) -> Fault:
    """What *error* means."""
    chain = list(_chain(error))
    kinds = {kind.__name__ for one in chain for kind in type(one).__mro__}
    status = next((told for told in map(_status, chain) if told is not None), None)
    received = next(filter(None, map(_body, chain)), "")
    if any("Timeout" in kind for kind in kinds) and status is None:
        return Fault(Ended.TIMED_OUT, "no answer in time", left=not _NOT_CONNECTED & kinds)
    if status is None and (_TRANSPORT & kinds or any(isinstance(e, OSError) for e in chain)):
        if _NOT_CONNECTED & kinds:
            return Fault(Ended.FAILED, "can't be reached; look at ADVISOR_CHAT_BASE_URL and "
                         "whether the server runs", passing=True, left=False)
        return Fault(Ended.FAILED, "the connection broke off", received, passing=True)
    if status is not None and status < 400:
        return _unusable(kinds, received, type(error).__name__)
    if status is None:
        return Fault(Ended.FAILED, f"the client failed with {type(error).__name__}", received)
    code = _code(received)
    wait = next((seconds for seconds in map(_wait, chain) if seconds is not None), None)
    told = [f"HTTP {status}", code, "" if wait is None else f"asks to wait {wait:.0f} seconds",
            _ADVICE.get(status, "")]
    return Fault(Ended.FAILED, ", ".join(filter(None, told)), received,
                 passing=status in _MAY_PASS, wait_seconds=wait,
                 unwell=status not in _OF_WHAT_WAS_SENT,
                 refused_form=status in _OF_WHAT_WAS_SENT - {413}
                 or (status == 500 and _FORM in received),
                 refused_limit=status in _OF_WHAT_WAS_SENT and _LIMIT in received)


def _unusable(kinds: set[str], received: str, name: str) -> Fault:
    """An answer that a client made nothing of: cut off, held back, or no completion at all."""
    content, tokens = _completion(received)
    why = next((why for part, why in (
        ("ContentFilter", "a filter of content stopped the answer"),
        ("LengthFinish", "the answer ran into the limit of tokens"))
        if any(part in kind for kind in kinds)), "")
    if why:
        return Fault(Ended.MALFORMED, why, content, unwell=False, tokens=tokens)
    return Fault(Ended.MALFORMED, f"what came back is no chat completion ({name})", received)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _response(error: BaseException) -> Any:
    return getattr(error, "response", None)


def _status(error: BaseException) -> int | None:
    for holder in (error, _response(error)):
        found = getattr(holder, "status_code", None)
        if isinstance(found, int):
            return found
    return None


def _body(error: BaseException) -> str:
    try:
        return str(getattr(_response(error), "text", None) or "")
    except Exception:
        # Of an answer that was never read httpx has no text, and vendors have clients of their own.
        return ""


def _wait(error: BaseException) -> float | None:
    try:
        told = str(_response(error).headers["retry-after"])
    except (AttributeError, KeyError, TypeError):
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
    return max(0.0, seconds) if isfinite(seconds) else None


def _code(body: str) -> str:
    """The server's own short name for the error, such as "insufficient_quota"."""
    error = _json(body).get("error")
    if not isinstance(error, dict):
        return ""
    named = (error.get("code"), error.get("type"))
    return next((n for n in named if isinstance(n, str) and _CODE.fullmatch(n)), "")


def _completion(body: str) -> tuple[str, tuple[int, int] | None]:
    """What the answer says and its tokens; the whole body where it is no completion."""
    whole = _json(body)
    try:
        content = whole["choices"][0]["message"]["content"]
        usage = whole["usage"]
        tokens = usage["prompt_tokens"], usage["completion_tokens"]
    except (KeyError, IndexError, TypeError):
        return body, None
    if not all(isinstance(n, int) for n in tokens):
        return body, None
    return content if isinstance(content, str) else body, tokens


def _json(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
