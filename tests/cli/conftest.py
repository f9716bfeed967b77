"""The command as a user starts it: in a process of its own, on the run's data folder."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.nursery import Nursery

PROJECT = Path(__file__).parents[2]
PATIENCE_SECONDS = 300

# A process that runs commands has imported everything, and one that talks has loaded the guidance:
# some ten seconds of work each, so two of the processes that share the tests have them, not all.
_FIRST = {"test_commands", "test_protocol", "test_readme"}

Run = Callable[..., subprocess.CompletedProcess[str]]
Talk = Callable[..., list[dict[str, Any]]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have what is in no group yet run in one of two processes, by its module."""
    for item in items:
        if item.path.parent == Path(__file__).parent and (
                item.get_closest_marker("xdist_group") is None):
            group = "commands" if item.path.stem in _FIRST else "further-commands"
            item.add_marker(pytest.mark.xdist_group(group))


def environment(data_dir: Path, more: dict[str, str] | None) -> dict[str, str]:
    """Nothing that is set on this machine may lead a command to a real Slack or other data."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ADVISOR_", "SLACK_"))}
    return {**kept, "ADVISOR_DATA_DIR": str(data_dir), **(more or {})}


@pytest.fixture(scope="session")
def cold(data_dir: Path) -> Run:
    """Run `advisor` with arguments, started afresh; `stdin` is its input, `env` adds to it."""

    def start(
        *arguments: str, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments], input=stdin, capture_output=True,
            text=True, cwd=PROJECT, env=environment(data_dir, env), timeout=PATIENCE_SECONDS,
            check=False)

    return start


@pytest.fixture(scope="session")
def run(data_dir: Path) -> Iterator[Run]:
    """As `cold`, in a process that is forked from one which has imported everything."""
    nursery = Nursery()
    yield lambda *arguments, stdin="", env=None: nursery.run(
        *arguments, stdin=stdin, env=environment(data_dir, env))
    nursery.close()


@pytest.fixture(scope="session")
def talk(data_dir: Path) -> Iterator[Talk]:
    """Send lines of the machine protocol to one process and give back what came of each."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--jsonl"], text=True, cwd=PROJECT,
        env=environment(data_dir, None), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    given, got = process.stdin, process.stdout

    def send(*lines: dict[str, Any] | str | bytes) -> list[dict[str, Any]]:
        said = [json.dumps(x) if isinstance(x, dict) else x for x in lines]
        given.buffer.write(b"".join(
            (x.encode() if isinstance(x, str) else x) + b"\n" for x in said))
        given.flush()
        return [json.loads(got.readline()) for _ in said]

    yield send
    assert process.communicate(timeout=PATIENCE_SECONDS)[0] == "", "it said more than it was asked"
    assert process.returncode == 0


@pytest.fixture(scope="session")
def told_once(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one conversation; to be copied."""
    file = tmp_path_factory.mktemp("told") / "log.sqlite3"
    lines = "\n".join(json.dumps({"conversation": "c1", "text": text}) for text in
                      ["spyware for the Wolpertinger police in chad", "they never ask a judge"])
    run("chat", "--jsonl", stdin=lines + "\n", env={"ADVISOR_DATABASE_URL": f"sqlite:///{file}"})
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    return file


@pytest.fixture
def spoken(run: Run, told_once: Path, tmp_path: Path) -> Run:
    """What runs commands of the log on a database of its own with one conversation."""
    file = shutil.copy(told_once, tmp_path)
    own = {"ADVISOR_DATABASE_URL": f"sqlite:///{file}"}
    return lambda *words: run("log", *words, env=own)
