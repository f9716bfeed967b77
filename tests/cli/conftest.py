"""The command as a user starts it: in a process of its own, on the run's data folder."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run(data_dir: Path) -> Run:
    """Run `advisor` with arguments; `stdin` is its input, `env` adds to its environment."""

    def start(
        *arguments: str, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ADVISOR_", "SLACK_"))}
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env={**kept, "ADVISOR_DATA_DIR": str(data_dir), **(env or {})},
            timeout=300,
            check=False,
        )

    return start


@pytest.fixture(scope="session")
def talk(run: Run) -> Callable[..., list[dict[str, Any]]]:
    """Send lines of the machine protocol in one process; give back what came out."""

    def send(*lines: dict[str, Any] | str) -> list[dict[str, Any]]:
        text = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines)
        done = run("chat", "--jsonl", stdin=text + "\n")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return send
