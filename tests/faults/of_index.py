"""Faults of the index: its folder deleted or damaged, its Chroma server gone."""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.assembly import Assembly
from bot.settings import Settings
from retrieval.matches import Query
from tests.evaluating.light import index_in
from tests.faults.kill_loop import free_ports
from tests.faults.mounted import NotHere
from tests.faults.row import Fault, Row
from tests.faults.started import QUESTIONS, READY_SECONDS, Serving
from tests.faults.uncaught import uncaught
from tests.retrieval.conftest import WordEmbeddings

FLIPPED_BYTES = 64


def deleted(times: int) -> Row:
    """The index folder is deleted under a running bot, and before the next start."""
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        serving = Serving(data)
        serving.ready()
        before = serving.cited()
        lost = unhandled = asked = 0
        back = 0.0
        for _ in range(times):
            shutil.rmtree(data / "index")
            lost += _differ(before, serving.cited())
            unhandled += uncaught(serving.written())
            serving.close()
            began = time.monotonic()
            serving = Serving(data)
            serving.ready()
            lost += _differ(before, serving.cited())
            back = max(back, round(time.monotonic() - began, 1))
            asked += 2 * len(before)
        unhandled += uncaught(serving.written())
        serving.close()
        return Row("Index folder deleted", "rm -r while it runs, then started again", times,
                   asked, asked, lost=lost, unhandled=unhandled, back_seconds=back,
                   note="a lost message is one that is answered with other citations than before")


def damaged(times: int) -> Row:
    """Each file of the index in turn is deleted, cut in half, or has bytes overwritten."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        sound = index_in(Path(place) / "sound")
        before = _found(sound)
        files = [f.relative_to(sound) for f in sorted((sound / "index").rglob("*"))
                 if f.is_file() and f.suffix != ".lock"]
        lost = rebuilt = 0
        for n in range(times):
            data = Path(place) / f"data{n}"
            shutil.copytree(sound, data)
            _damage(data / files[n % len(files)], n // len(files) % 3, chance)
            folders = {f.name for f in (data / "index").rglob("vectors-*")}
            lost += _differ(before, _found(data))
            rebuilt += folders != {f.name for f in (data / "index").rglob("vectors-*")}
            shutil.rmtree(data)
        return Row(
            "Index files damaged", f"{len(files)} files in turn: deleted, cut in half, "
            f"{FLIPPED_BYTES} bytes overwritten at random; then opened", times,
            times * len(before), times * len(before), lost=lost,
            note=f"{rebuilt} of {times} were found damaged and built again; the others hold what "
                 "no answer is drawn from, or open as they were")


def _damage(file: Path, how: int, chance: random.Random) -> None:
    size = file.stat().st_size
    if how == 0:
        file.unlink()
    elif how == 1:
        os.truncate(file, size // 2)
    else:
        with file.open("r+b") as bytes_:
            bytes_.seek(chance.randrange(max(1, size - FLIPPED_BYTES)))
            bytes_.write(chance.randbytes(FLIPPED_BYTES))


def _found(data: Path, server: str | None = None) -> list[list[str]]:
    """What a process that starts on *data* finds."""
    parts = Assembly(Settings(data_dir=data, chroma_url=server, _env_file=None))
    parts.__dict__["embeddings"] = WordEmbeddings()
    search = parts.search
    found = [[m.provision for m in search([Query(text, limit=5)])[0].matches]
             for text in QUESTIONS]
    parts.store.close()
    return found


def _differ(before: list[list[str]], now: list[list[str]]) -> int:
    return sum(a != b for a, b in zip(before, now, strict=True))


class ChromaServer:
    """A Chroma server on a port and a folder that stay the same when it is stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, program: str = str(Path(sys.executable).with_name("chroma"))) -> None:
        """Start *program*, and wait until it answers."""
        self._process = subprocess.Popen(
            [program, "run", "--path", str(self._folder),
             "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder.parent,
            env=os.environ | {"ANONYMIZED_TELEMETRY": "false"})
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat", trust_env=False).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the Chroma server does not start")

    def wipe(self) -> None:
        """Start it again with nothing."""
        self.stop()
        shutil.rmtree(self._folder)
        self.start()

    def stop(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


@contextmanager
def _chroma(folder: Path) -> Iterator[ChromaServer]:
    server = ChromaServer(folder)
    try:
        yield server
    finally:
        server.stop()


def server_gone(times: int) -> Row:
    """The Chroma server is not there yet at the start, goes while people ask, and comes back."""
    with tempfile.TemporaryDirectory() as place, _chroma(Path(place) / "chroma") as server:
        lost = unhandled = asked = 0
        back, told = 0.0, ""
        before: list[list[str]] | None = None
        for _ in range(times):
            serving = Serving(Path(place) / "data", ADVISOR_CHROMA_URL=server.url)
            until = time.monotonic() + READY_SECONDS
            while "Chroma" not in told and time.monotonic() < until:
                told = (serving.faults() or {}).get("loading", "")
                time.sleep(0.1)
            server.start()
            began = time.monotonic()
            lost += not serving.ready()
            back = max(back, round(time.monotonic() - began, 1))
            now = serving.cited()
            before = before or now
            lost += _differ(before, now)
            server.stop()
            lost += _differ(before, serving.cited())
            asked += 2 * len(QUESTIONS)
            unhandled += uncaught(serving.written())
            serving.close()
        return Row("Chroma server gone", "not there at the start, started, then killed", times,
                   asked, asked, lost=lost, unhandled=unhandled, told=told, back_seconds=back,
                   note="a process that runs answers from memory; one that starts takes messages "
                        "in and answers them once the server is there")


def collection_deleted(times: int) -> Row:
    """Somebody deletes the collection on the Chroma server."""
    with tempfile.TemporaryDirectory() as place, _chroma(Path(place) / "chroma") as server:
        server.start()
        data = Path(place) / "data"
        before = _found(data, server.url)
        lost = 0
        for _ in range(times):
            _without_collections(server)
            lost += _differ(before, _found(data, server.url))
        return Row("Collection deleted on the Chroma server", "over its HTTP interface, then "
                   "opened", times, times * len(before), times * len(before), lost=lost)


def emptied(times: int) -> Row:
    """All that a Chroma server holds is lost under a bot that runs, and before one that starts."""
    ways = (ChromaServer.wipe, _without_collections, _without_entries)
    lost = unhandled = asked = 0
    with tempfile.TemporaryDirectory() as place, _chroma(Path(place) / "chroma") as server:
        server.start()
        serving = Serving(Path(place) / "data", ADVISOR_CHROMA_URL=server.url)
        lost += not serving.ready()
        before = serving.cited()
        for n in range(times * len(ways)):
            ways[n % len(ways)](server)
            lost += _differ(before, serving.cited())
            unhandled += uncaught(serving.written())
            serving.close()
            serving = Serving(Path(place) / "data", ADVISOR_CHROMA_URL=server.url)
            lost += not serving.ready()
            lost += _differ(before, serving.cited())
            asked += 2 * len(QUESTIONS)
        unhandled += uncaught(serving.written())
        serving.close()
    return Row("Chroma server emptied", "its folder deleted and the server started again, its "
               "collections deleted, and their entries, under a bot that runs; then it is started "
               "again", times * len(ways), asked, asked, lost=lost, unhandled=unhandled,
               note="a lost message is one that is answered with other citations than before")


def _collections(server: ChromaServer) -> tuple[str, list[dict[str, str]]]:
    at = f"{server.url}/api/v2/tenants/default_tenant/databases/default_database/collections"
    return at, httpx.get(at, trust_env=False).json()


def _without_collections(server: ChromaServer) -> None:
    at, there = _collections(server)
    for one in there:
        httpx.delete(f"{at}/{one['name']}", trust_env=False).raise_for_status()


def _without_entries(server: ChromaServer) -> None:
    at, there = _collections(server)
    for one in there:
        held = httpx.post(f"{at}/{one['id']}/get", json={"include": []}, trust_env=False).json()
        httpx.post(f"{at}/{one['id']}/delete", json={"ids": held["ids"]}, trust_env=False,
                   timeout=60).raise_for_status()


def older(times: int) -> Row:
    """The Chroma server is started again in a version of another generation, and then as it was."""
    other = os.environ.get("OLD_CHROMA")
    if other is None:
        raise NotHere("OLD_CHROMA names no program 'chroma' of a version before 1.0")
    lost = unhandled = asked = 0
    back, told = 0.0, ""
    with tempfile.TemporaryDirectory() as place, _chroma(Path(place) / "chroma") as server:
        for _ in range(times):
            server.start()
            serving = Serving(Path(place) / "data", ADVISOR_CHROMA_URL=server.url)
            lost += not serving.ready()
            before = serving.cited()
            server.stop()
            server.start(other)
            lost += _differ(before, serving.cited())
            unhandled += uncaught(serving.written())
            serving.close()
            serving = Serving(Path(place) / "data", ADVISOR_CHROMA_URL=server.url)
            until = time.monotonic() + READY_SECONDS
            while "Chroma" not in (serving.faults() or {}).get("loading", "") and (
                    time.monotonic() < until):
                time.sleep(0.1)
            server.stop()
            server.start()
            began = time.monotonic()
            lost += not serving.ready()
            back = max(back, round(time.monotonic() - began, 1))
            lost += _differ(before, serving.cited())
            asked += 2 * len(QUESTIONS)
            unhandled += uncaught(serving.written())
            told = next((line for line in serving.written().splitlines() if "newer" in line), "")
            serving.close()
            server.stop()
    return Row("Chroma server of a version before 1.0", "started on the folder of today's, under "
               "a bot that runs and before one that starts, then today's again", times, asked,
               asked, lost=lost + (not told), unhandled=unhandled, back_seconds=back,
               told=re.sub(r"http://\S+", "http://chroma:8000", told),
               note="a process that starts takes messages in and answers them once the server is "
                    "of a version that can be used")


FAULTS: tuple[Fault, ...] = (deleted, damaged, server_gone, collection_deleted, emptied, older)
