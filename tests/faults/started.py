"""`python -m tests.faults.started`: `advisor serve` in a process of its own, words for a model.

All else is real: the command, the settings, the index and the database.  So a start costs seconds
and not half a minute, and can fail as often as a fault wants it to.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.faults.kill_loop import free_ports
from tests.faults.nursery import PROJECT

PATIENCE_SECONDS = 90.0
READY_SECONDS = 600.0
"""How long it may take to be ready: tens of seconds, and minutes on a busy machine."""
QUESTIONS = (
    "What does the guidance say about resellers?",
    "What are the red flags about journalists?",
    "What safeguards are there for facial recognition?",
    "When does a sale need an export licence?",
)


class Serving:
    """A process that serves a data folder, with a local workspace in place of Slack."""

    def __init__(self, data: Path, **environment: str) -> None:
        data.mkdir(exist_ok=True)
        self.errors = data.with_name(f"{data.name}-{time.monotonic_ns()}.err")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ADVISOR_", "SLACK_"))}
        (port,) = free_ports(1)
        with self.errors.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.started"], cwd=PROJECT, stderr=errors,
                env={**kept, "ADVISOR_DATA_DIR": str(data), "ADVISOR_PORT": str(port),
                     **environment})
        base = f"http://127.0.0.1:{port}/"
        self.events = f"{base}slack/events"
        self._http = httpx.Client(base_url=base, trust_env=False, timeout=30)

    def faults(self) -> dict[str, str] | None:
        """What keeps it from being ready, empty if nothing does; None while nobody answers."""
        try:
            found: dict[str, str] = self._http.get("readyz").json()["faults"]
        except httpx.HTTPError:
            return None
        return found

    def ready(self) -> bool:
        """Wait until it is ready; whether it became so."""
        until = time.monotonic() + READY_SECONDS
        while self.faults() != {} and self._process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        return self.faults() == {}

    def ask(self, text: str) -> dict[str, Any]:
        """The answer to *text* in a conversation of its own; what went wrong under `error`."""
        answer: dict[str, Any] = self._http.post("api/turns", json={
            "conversation": f"c{time.monotonic_ns()}", "text": text}).json()
        return answer

    def cited(self) -> list[list[str]]:
        """What the answers to `QUESTIONS` cite."""
        return [[one["id"] for one in self.ask(text).get("citations", ())] for text in QUESTIONS]

    def ended(self) -> int | None:
        """Wait for its end; the status, None where it goes on."""
        try:
            return self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def written(self) -> str:
        """What it wrote to standard error."""
        return self.errors.read_text(encoding="utf-8")

    def last_words(self) -> str:
        """The last line that it wrote: why it ended."""
        return (self.written().strip().splitlines() or [""])[-1]

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        self._http.close()
        self._process.kill()
        self._process.wait(40)

    def close(self) -> None:
        """End it."""
        self._http.close()
        self._process.terminate()
        self._process.wait(40)


def main() -> None:
    """Serve, with words in place of the model."""
    from bot import cli
    from bot.assembly import Assembly
    from tests.faults.vendor import remote_words
    from tests.retrieval.conftest import WordEmbeddings

    vendor = os.environ.get("FAULT_VENDOR")
    Assembly.embeddings = (  # type: ignore[assignment]
        remote_words(vendor) if vendor else WordEmbeddings())
    sys.argv = ["advisor", "serve"]
    cli.main()


if __name__ == "__main__":
    main()
