"""Log lines: what happened, where and to which delivery; never what somebody said.

A line holds only what can't be a person's words.  The event is the message as it stands in the
source code: one that was made at run time is not shown, whoever made it.  Of the values only known
fields pass, each in a shape of its own, and of an error its kind and where it was raised, not what
it says, since libraries put statements and payloads there.
"""

import errno
import hashlib
import json
import logging
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from os import getpid
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any, TextIO

from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.processors import JSONRenderer

from bot.errors import AdvisorError
from bot.outages import SENTENCES

__all__ = ["FIELDS", "Lines", "about", "begin_logging", "reclaim", "replica"]

OURS = ("advisor", "bot", "retrieval")
"""Loggers of this program; numbers and kinds in their messages are shown."""
NOT_SHOWN = "(a message made at run time, not shown)"
HIDDEN = "…"
MOST_FRAMES = 16
"""Frames of an error that a line holds, the innermost ones."""
MOST_CAUSES = 4

_CODE = r"[a-z][a-z0-9_]{1,63}"
_ID = r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,159}"
_NUMBER = r"-?\d{1,15}(\.\d{1,6})?"
FIELDS: Mapping[str, str] = {
    "workspace": r"[TE][A-Z0-9]{1,20}",
    "conversation": rf"slack:{_ID}",
    "delivery": rf"slack:{_ID}",
    "act": _CODE,
    "post": _CODE,
    "turn": r"\d{1,9}",
    "release": _ID,
    "replica": _ID,
    "reference": r"(T-[0-9A-F]{6}|[0-9a-f]{8})",
    "slack_error": _CODE,
    "slack_method": r"[A-Za-z][A-Za-z0-9.]{1,63}",
    "status": r"\d{3}",
    "seconds": _NUMBER,
    "tries": r"\d{1,6}",
    "count": r"\d{1,12}",
    "code": _CODE,
    "outage": "|".join(map(re.escape, sorted(SENTENCES))),
}
"""Every field that a line may hold beside the event, with what its value has to look like."""
_DIGESTED = frozenset({"conversation", "delivery"})
"""Ids that whoever speaks the machine protocol makes up; a made-up one is shown as its digest."""

_SHAPES = {name: re.compile(shape) for name, shape in FIELDS.items()}
_LOGGER = re.compile(r"[A-Za-z_][\w.\-]{0,99}")
_PLACE = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z%]")


def about(**fields: object) -> Any:
    """Have every line of this thread carry *fields*, for as long as the block goes on."""
    return bound_contextvars(**fields)


class Lines(logging.Formatter):
    """Makes a line of a record.

    Args:
        as_json: One JSON object a line; otherwise for a person at a terminal.
        with_text: Show messages and errors whole, with all that was said: only to look into a
            fault, with the consent of those whose words they are.
        always: Fields of every line, asked for each.
    """

    def __init__(
        self, *, as_json: bool, with_text: bool = False,
        always: Callable[[], Mapping[str, object]] = dict,
    ) -> None:
        super().__init__()
        self._json = JSONRenderer(ensure_ascii=False) if as_json else None
        self._with_text = with_text
        self._always = always

    def format(self, record: logging.LogRecord) -> str:
        """The line of *record*."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower() if record.levelname.isalpha() else "info",
            "logger": record.name if _LOGGER.fullmatch(record.name) else HIDDEN,
            "event": record.getMessage() if self._with_text else _event(record),
            "from": f"{record.module}:{record.funcName}:{record.lineno}",
        }
        given = {**self._always(), **get_contextvars(), **record.__dict__}
        for name, shape in _SHAPES.items():
            if (value := given.get(name)) is not None:
                line[name] = _field(name, value, shape)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = list(_causes(error))
            if self._with_text and record.exc_info:
                line["traceback"] = self.formatException(record.exc_info)
        return str(self._json(None, "", line)) if self._json else _read_by_a_person(line)


def _event(record: logging.LogRecord) -> str:
    """The message of *record* as it stands in the code that logs it."""
    template = record.msg
    if not isinstance(template, str) or not _in_source(record, template):
        return NOT_SHOWN
    ours = record.name.split(".")[0] in OURS
    args = record.args if isinstance(record.args, tuple) else ()
    if not args:
        return template
    left = iter(args)

    def filled(place: re.Match[str]) -> str:
        if place.group().endswith("%"):
            return "%"
        return _harmless(next(left, None)) if ours else HIDDEN

    return _PLACE.sub(filled, template)


def _in_source(record: logging.LogRecord, template: str) -> bool:
    """Whether *template* is written out in the function that logs *record*."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        code: CodeType = frame.f_code
        if code.co_filename == record.pathname and code.co_name == record.funcName:
            return any(type(one) is str and one == template for one in code.co_consts)
        frame = frame.f_back
    return False


def _harmless(value: object) -> str:
    """A number, a kind or the type of an error; of anything else that there was something."""
    if isinstance(value, Enum):
        return str(value.value) if re.fullmatch(_CODE, str(value.value)) else value.name
    if isinstance(value, bool | int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, BaseException):
        return _kind(value)
    return HIDDEN


def _field(name: str, value: object, shape: re.Pattern[str]) -> str:
    text = str(value)
    if shape.fullmatch(text):
        return text
    if isinstance(value, BaseException):
        return _kind(value)
    if name in _DIGESTED:
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return HIDDEN


# --- errors -----------------------------------------------------------------------------------


def _causes(error: BaseException) -> Iterator[dict[str, Any]]:
    """*error* and what it came of, the latest first."""
    told: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in told and len(told) < MOST_CAUSES:
        told.add(id(one))
        yield {"type": _kind(one), **_details(one), "frames": _frames(one.__traceback__)}
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _kind(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}"
    return kind.__qualname__ if kind.__module__ == "builtins" else name


def _details(error: BaseException) -> dict[str, Any]:
    """What can be told of *error* beside its kind: codes, never sentences."""
    told: dict[str, Any] = {}
    if isinstance(error, AdvisorError):
        told["code"] = error.code
    if isinstance(error, OSError) and error.errno is not None:
        told["errno"] = errno.errorcode.get(error.errno, str(error.errno))
    origin = getattr(error, "orig", None)  # of SQLAlchemy: what the driver raised
    if isinstance(origin, BaseException):
        told["driver"] = _kind(origin)
        told |= {name: value for name in ("sqlite_errorname", "sqlstate")
                 if re.fullmatch(r"[A-Z0-9_]{5,40}", value := str(getattr(origin, name, "")))}
    response = getattr(error, "response", None)  # of the Slack SDK
    status, answer = getattr(response, "status_code", None), getattr(response, "data", None)
    if isinstance(status, int):
        told["status"] = status
    if isinstance(answer, dict) and re.fullmatch(_CODE, str(answer.get("error"))):
        told["slack_error"] = str(answer["error"])
    return told


def _frames(traceback: TracebackType | None) -> list[str]:
    """Where *traceback* went, the raising call last: file, function and line, no values."""
    frames: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = Path(code.co_filename)
        frames.append(f"{file.parent.name}/{file.name}:{code.co_name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return frames[-MOST_FRAMES:]


def _read_by_a_person(line: Mapping[str, Any]) -> str:
    fields = " ".join(f"{name}={line[name]}" for name in _SHAPES if name in line)
    text = f"{line['at'][11:19]} {line['level'].upper()} {line['logger']}: {line['event']}"
    rows = [f"{text} [{fields}]" if fields else text]
    for n, one in enumerate(line.get("error", ())):
        details = " ".join(f"{k}={v}" for k, v in one.items() if k not in {"type", "frames"})
        rows.append(f"  {'because of ' if n else ''}{one['type']} {details}".rstrip())
        rows += [f"    {frame}" for frame in one["frames"]]
    return "\n".join([*rows, *([line["traceback"]] if "traceback" in line else [])])


# --- joining ----------------------------------------------------------------------------------


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; one that can't be written is told without what it would have held."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """Say that a line is missing; Python's own way prints the record's values."""
        error = sys.exc_info()[1]
        kind = HIDDEN if error is None else _kind(error)
        try:
            self.stream.write(json.dumps({"event": "a log line could not be written",
                                          "from": f"{record.module}:{record.lineno}",
                                          "error": [{"type": kind}]}) + "\n")
        except (OSError, ValueError):
            return  # standard error is gone


def replica() -> str:
    """What tells this process from others: the machine's name and the process id."""
    name = re.sub(r"[^A-Za-z0-9.\-]", "-", socket.gethostname())[:60] or "machine"
    return f"{name}-{getpid()}"


def begin_logging(
    stream: TextIO, level: str, *, as_json: bool, with_text: bool = False,
    always: Callable[[], Mapping[str, object]] = dict,
) -> logging.Handler:
    """Write everything that anything logs to *stream*, as `Lines` makes it.

    What would else go to standard error by itself is logged too: warnings, and what ends a thread
    or is raised where nobody can catch it.

    Returns:
        The one handler, for whoever has to take it away again.
    """
    handler = _Handler(stream)
    # Of the handler too: some libraries set a level of their own when they are imported.
    handler.setLevel(level)
    handler.setFormatter(Lines(as_json=as_json, with_text=with_text, always=always))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    logging.captureWarnings(True)
    threading.excepthook = _of_a_thread
    sys.unraisablehook = _of_nobody
    reclaim()
    return handler


def reclaim() -> None:
    """Take from libraries the handlers of their own, which write past ours."""
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers[:] = []
            logger.propagate = True


_log = logging.getLogger("advisor")


def _of_a_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
        _log.error("a thread was ended by an error", exc_info=ended.exc_value)


def _of_nobody(raised: Any) -> None:
    if raised.exc_value is not None:
        _log.error("an error was raised where nothing can catch it", exc_info=raised.exc_value)
