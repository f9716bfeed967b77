"""Reads a document in a process of its own, which may break without harm to anybody.

A parser is the one part of the program that a stranger's bytes reach directly.  So it runs in a
new Python without our settings or secrets in its environment, behind the walls of
`retrieval.ingesting.walls`, and against a clock.  Whatever becomes of it, the caller gets a
document or one sentence.

The process is started by exec, never by a bare fork, so servers may call this from any thread.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from retrieval.errors import NotIngested
from retrieval.ingesting.child import ANSWER, costs_too_much
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.limits import LIMITS, MB, Limits

_PROGRAM = Path(__file__).resolve().parents[2]

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from retrieval.ingesting.child import main; main()"
)
"""`-m` would look for the package in the folder it starts in or in PYTHONPATH, and an isolated
Python has neither."""

_LONGEST_SENTENCE = 1_000

_AT_ONCE = threading.BoundedSemaphore(2)
"""Each may take as much memory as the limits say, so there are never many."""

_BROKEN = (
    "Reading this file made its reader break off, so it is damaged or was made to do harm; "
    "if you trust where it came from, open it, save it anew and try again."
)


def read_document(data: bytes, name: str, limits: Limits = LIMITS) -> Extracted:
    """Read a document, whatever it may do to its reader.

    Args:
        data: The file's bytes.
        name: What the file is called; it only tells Markdown from plain text.
        limits: How large it may be and what reading it may cost.

    Raises:
        NotIngested: It can't be read; one sentence says why, and what to do about it.
    """
    if len(data) > limits.file_bytes:
        raise NotIngested(
            f"The file is larger than {limits.file_bytes // MB} MB, which is the most that is "
            "read; save it without pictures, or split it into parts."
        )
    with (
        _AT_ONCE,
        tempfile.TemporaryDirectory() as empty,
        tempfile.TemporaryFile() as question,
        tempfile.TemporaryFile() as answer,
    ):
        head = json.dumps({"name": name, "limits": asdict(limits)})
        question.write(head.encode("ascii") + b"\n")
        question.write(data)
        question.seek(0)
        ended = _run(question, answer, empty, limits)
        if ended is None or ended == _RANG:
            raise NotIngested(
                f"Reading this file wasn't done after {limits.wall_seconds} seconds, since this "
                "machine is busy or the file is too much for it; try again later, or split the "
                "file into parts."
            )
        if ended == _OUT_OF_TIME:
            raise NotIngested(
                f"Reading this file took more than {limits.cpu_seconds} seconds of computing; save "
                "it anew without pictures and attachments, or split it into parts, and try again."
            )
        if ended == _KILLED:
            raise NotIngested(costs_too_much(limits))
        size = answer.seek(0, os.SEEK_END)
        if ended != 0 or not 0 < size < limits.answer_bytes:
            raise NotIngested(_BROKEN)
        answer.seek(0)
        return _understood(answer.read())


_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None
_RANG = -getattr(signal, "SIGALRM", 0) or None
_KILLED = -getattr(signal, "SIGKILL", 0) or None
"""Not by us: a system that is short of memory kills whoever takes most."""


def _run(question: IO[bytes], answer: IO[bytes], folder: str, limits: Limits) -> int | None:
    """How the reader ended; None where its time was up."""
    # Windows finds none of its own libraries without SYSTEMROOT.
    environment = {k: v for k, v in os.environ.items() if k.upper() == "SYSTEMROOT"}
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-I", "-B", "-X", "utf8", "-c", _START, str(_PROGRAM)],
        stdin=question,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the reader, and whatever it may have started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _understood(written: bytes) -> Extracted:
    """What the reader handed back, which is believed no more than the file is."""
    try:
        answer = ANSWER.validate_json(written, strict=False)
    except ValidationError as error:
        raise NotIngested(_BROKEN) from error
    if answer.extracted is None:
        sentence = answer.refused
        raise NotIngested(sentence if 0 < len(sentence) < _LONGEST_SENTENCE else _BROKEN)
    if not _sound(answer.extracted):
        raise NotIngested(_BROKEN)
    return answer.extracted


def _sound(extracted: Extracted) -> bool:
    """Whether its blocks are stretches of its text, one after the other."""
    end = 0
    for block in extracted.blocks:
        if not end <= block.start < block.end <= len(extracted.text):
            return False
        end = block.end
    return True
