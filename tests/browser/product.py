"""The product as a user starts it: `advisor serve`, with nothing set but its data folder."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[2]
START_SECONDS = 300
"""How long a start may take that exports the model and builds the index on a busy machine."""
STOP_SECONDS = 40
SHARED = ("models", "index")
"""What is made once from the content alone; everything else belongs to one server."""


@contextmanager
def serving(folder: Path, made: Path, log: Path) -> Iterator[str]:
    """Run `advisor serve` over *folder* until the block ends; gives its address.

    Args:
        folder: Its data folder, new.
        made: A data folder of the same content, whose model and index are used, and made if
            they are missing.
        log: Takes what the server writes.
    """
    folder.mkdir(parents=True)
    for name in SHARED:
        (made / name).mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to((made / name).resolve(), target_is_directory=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    # Nothing that is set on this machine may lead the server to a real Slack.
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ADVISOR_", "SLACK_"))}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"], cwd=folder, stdout=written,
            stderr=subprocess.STDOUT,
            env={**kept, "PYTHONPATH": str(PROJECT), "ADVISOR_DATA_DIR": str(folder),
                 "ADVISOR_PORT": str(port)})
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not ready after {START_SECONDS} s: {log.read_text(encoding='utf-8')}")
