"""`advisor serve` started as in Slack, with a Slack that never answers, and asked over HTTP."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOKEN = "t" * 32
LIMIT_SECONDS = 900
"""How long a first start may take on a busy machine."""

_START = "import sys; sys.argv = ['advisor', 'serve']; from bot.starting import main; main()"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was started."""

    process: "subprocess.Popen[bytes]"
    url: str
    begun: float
    """Of `time.perf_counter`."""

    def until(self, path: str) -> float:
        """Seconds from the start of the process until *path* answers with status 200."""
        while time.perf_counter() - self.begun < LIMIT_SECONDS:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with status {self.process.returncode}")
            try:
                with urllib.request.urlopen(self.url + path, timeout=2):  # noqa: S310
                    return time.perf_counter() - self.begun
            except OSError:
                time.sleep(0.005)
        raise TimeoutError(f"{path} did not answer within {LIMIT_SECONDS} seconds")

    def answer(self, conversation: str, text: str) -> dict[str, object]:
        """Its answer to one message, once it is loaded."""
        asked = urllib.request.Request(  # noqa: S310
            f"{self.url}/api/turns",
            json.dumps({"conversation": conversation, "text": text}).encode(),
            {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=60) as reply:  # noqa: S310
            found: dict[str, object] = json.load(reply)
            return found

    def first_answer(self, text: str) -> float:
        """Seconds from the start of the process until it has answered *text*."""
        while time.perf_counter() - self.begun < LIMIT_SECONDS:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with status {self.process.returncode}")
            try:
                self.answer("first", text)
                return time.perf_counter() - self.begun
            except OSError:
                time.sleep(0.005)
        raise TimeoutError(f"no answer within {LIMIT_SECONDS} seconds")


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """A server over the data folder *data*, ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ADVISOR_", "SLACK_"))}
    env |= {
        "PYTHONPATH": str(ROOT), "ADVISOR_DATA_DIR": str(data), "ADVISOR_PORT": str(port),
        "ADVISOR_API_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": "secret",
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://127.0.0.1:9/"}
    # Compiled modules are kept, as they are wherever people start programs twice.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", _START], env=env, cwd=ROOT,
                               stderr=subprocess.DEVNULL)
    try:
        yield Server(process, f"http://127.0.0.1:{port}", begun)
    finally:
        process.terminate()
        process.wait()


def megabytes(pid: int) -> tuple[float, float, float]:
    """Resident memory of a process, what of it is its own, and the most that it ever was (MB)."""
    lines = dict(line.split(":", 1) for line in
                 Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    rss, own, peak = (int(lines[name].split()[0]) * 1024 / 1e6
                      for name in ("VmRSS", "RssAnon", "VmHWM"))
    return rss, own, peak
