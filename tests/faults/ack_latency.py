"""`python -m tests.faults.ack_latency`: how long Slack waits for an acknowledgement.

The real `advisor serve` gets 50 signed events a second over HTTP, first while it loads guidance,
model and index into an empty data folder, then while it works on the turns.  The same load on a
route that only checks the signature tells what the machine itself takes.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.workspace.deliveries import sign
from bot.workspace.world import APP_ID, BOT_USER, TEAM_ID
from tests.faults.kill_loop import FURTHER, OPENERS, Slack
from tests.faults.nursery import PROJECT
from tests.workspace.running import BOT_TOKEN, DEALS, NOOR, SAM, SAMS_DM, SECRET

EVENTS_PER_SECOND = 50
SLACK_WAITS_SECONDS = 3.0
"""After this Slack counts an event as not delivered."""
PAUSE = 120
"""Seconds of Slack's clock between messages: nobody goes on with what they said before."""
MOST_MS = 1000.0
"""What the 99th percentile must not exceed: a third of what Slack waits, on a busy machine."""


@dataclass(frozen=True)
class Latency:
    """Times of one phase, in milliseconds."""

    name: str
    times: tuple[float, ...]
    failures: dict[str, int]
    """Answers other than 200 and broken connections."""

    def percentile(self, share: int) -> float:
        """The time that *share* percent did not exceed."""
        return statistics.quantiles(self.times, n=100, method="inclusive")[share - 1]

    def __str__(self) -> str:
        p50, p95, p99 = (self.percentile(share) for share in (50, 95, 99))
        return (f"{self.name:<22} {len(self.times):>5} events  p50 {p50:7.1f}  p95 {p95:7.1f}  "
                f"p99 {p99:7.1f}  max {max(self.times):7.1f} ms  "
                f"failures {self.failures or 'none'}")


def numbered(text: str, number: int) -> str:
    """*text* as it was not said before: what is said again within a minute is read from memory."""
    return f"{text} Our reference: {number}."


class Load:
    """Signed events, each of its own message, at an even pace."""

    def __init__(
        self, url: str, rate: float = EVENTS_PER_SECOND, first: int = 0
    ) -> None:
        self._url = url
        self._rate = rate
        self._count = first
        self._base = int(time.time()) - 30_000 * PAUSE

    async def run(self, name: str, go_on: Callable[[float], bool]) -> Latency:
        """Send until *go_on* says no to the seconds that have passed."""
        times: list[float] = []
        failures: Counter[str] = Counter()
        async with httpx.AsyncClient(
            timeout=SLACK_WAITS_SECONDS, trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=50),
        ) as client:
            tasks: set[asyncio.Task[None]] = set()
            began = time.perf_counter()
            while go_on(time.perf_counter() - began):
                tasks.add(asyncio.create_task(self._send(client, times, failures)))
                due = began + len(tasks) / self._rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await asyncio.gather(*tasks)
        return Latency(name, tuple(times), dict(failures))

    async def _send(
        self, client: httpx.AsyncClient, times: list[float], failures: Counter[str]
    ) -> None:
        body = json.dumps(self._event()).encode()
        stamp = str(int(time.time()))
        headers = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp,
                   "X-Slack-Signature": sign(SECRET, stamp, body)}
        began = time.perf_counter()
        try:
            answer = await client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            failures[type(error).__name__] += 1
        else:
            if answer.status_code != 200:
                failures[str(answer.status_code)] += 1
        times.append((time.perf_counter() - began) * 1000)

    def _event(self) -> dict[str, Any]:
        """A direct message, a mention, or a further message in the thread of the one before."""
        self._count += 1
        n = self._count
        ts, kind = f"{self._base + n * PAUSE}.000001", n % 4
        event = {"type": "message", "user": SAM, "channel": SAMS_DM, "channel_type": "im",
                 "ts": ts, "event_ts": ts, "text": numbered(OPENERS[n % len(OPENERS)], n)}
        if kind == 1:
            event |= {"thread_ts": f"{self._base + (n - 1) * PAUSE}.000001",
                      "text": numbered(FURTHER[n % len(FURTHER)], n)}
        elif kind == 3:
            event |= {"type": "app_mention", "user": NOOR, "channel": DEALS,
                      "text": f"<@{BOT_USER}> {event['text']}"}
            event.pop("channel_type")
        return {
            "token": "x", "team_id": TEAM_ID, "api_app_id": APP_ID, "type": "event_callback",
            "event_id": f"Ev{n}", "event_time": self._base + n * PAUSE, "event": event,
            "authorizations": [{"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER,
                                "is_bot": True, "is_enterprise_install": False}],
        }


def bare() -> Starlette:
    """A route that checks the signature and nothing else."""
    verifier = SignatureVerifier(SECRET)

    async def take(request: Request) -> Response:
        known = verifier.is_valid_request(await request.body(), dict(request.headers))
        return Response(status_code=200 if known else 401)

    return Starlette(routes=[Route("/slack/events", take, methods=["POST"])])


@contextmanager
def process(*arguments: str, log: Path, **environment: str) -> Iterator[int]:
    """A program that runs meanwhile; its process id."""
    with log.open("w", encoding="utf-8") as errors:
        running = subprocess.Popen([sys.executable, *arguments], cwd=PROJECT, stdout=errors,
                                   stderr=errors, env={**os.environ, **environment})
        try:
            yield running.pid
        finally:
            running.terminate()
            running.wait(60)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def wait_for(url: str, *, ok: bool = False) -> None:
    """Return once something answers at *url*, and with 200 if *ok*."""
    until = time.monotonic() + (300 if ok else 60)
    while time.monotonic() < until:
        with suppress(httpx.HTTPError):
            if httpx.get(url, trust_env=False, timeout=10).is_success or not ok:
                return
        time.sleep(0.02)
    raise AssertionError(f"nothing answers at {url}")


class Loading:
    """Whether the bot at *base* is still loading."""

    def __init__(self, base: str, most_seconds: float) -> None:
        self._base, self._most, self._ready = base, most_seconds, False

    def __call__(self, seconds: float) -> bool:
        """Whether to go on."""
        return seconds < self._most and not self._ready

    async def watch(self) -> None:
        """Look until it is ready."""
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            while not self._ready:
                with suppress(httpx.HTTPError):
                    self._ready = (await client.get(f"{self._base}/readyz")).is_success
                await asyncio.sleep(0.5)


def measure(folder: Path, seconds: float) -> list[Latency]:
    """The phases in order: the bare route, loading, working."""
    with ExitStack() as stack:
        slack = Slack(None, folder / "workspace.jsonl")
        stack.callback(slack.close)
        found = []
        port = free_port()
        with process("-m", "tests.faults.ack_latency", "--bare", str(port),
                     log=folder / "bare.log"):
            base = f"http://127.0.0.1:{port}"
            wait_for(base)
            load = Load(f"{base}/slack/events")
            found.append(asyncio.run(load.run("bare route", lambda s: s < seconds / 3)))
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        stack.enter_context(process(
            "-m", "bot", "serve", log=folder / "bot.log",
            ADVISOR_DATA_DIR=str(folder / "data"), ADVISOR_PORT=str(port),
            SLACK_SIGNING_SECRET=SECRET, SLACK_BOT_TOKEN=BOT_TOKEN,
            SLACK_API_URL=f"{slack.url}api/"))
        wait_for(f"{base}/healthz")
        load = Load(f"{base}/slack/events")
        found.append(asyncio.run(_while_loading(load, Loading(base, 4 * seconds))))
        found.append(asyncio.run(load.run("while working", lambda s: s < seconds)))
    return found


async def _while_loading(load: Load, loading: Loading) -> Latency:
    watching = asyncio.create_task(loading.watch())
    found = await load.run("while loading", loading)
    watching.cancel()
    return found


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 if Slack would have had to wait or to try again."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.ack_latency",
                                     description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of the phase of work")
    parser.add_argument("--folder", type=Path, help="kept; a temporary one if left out")
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.bare is not None:
        uvicorn.run(bare(), port=chosen.bare, log_level="warning", access_log=False)
        return 0
    with ExitStack() as stack:
        folder = chosen.folder or Path(stack.enter_context(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.mkdir(parents=True, exist_ok=True)
        found = measure(folder, chosen.seconds)
    sys.stdout.write("\n".join(map(str, found)) + "\n")
    return int(any(f.failures or f.percentile(99) > MOST_MS for f in found))


if __name__ == "__main__":
    sys.exit(main())
