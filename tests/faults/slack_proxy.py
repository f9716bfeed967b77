"""Stands between the bots and the workspace's Web API, and answers as badly as a network may.

A call is broken before the workspace has heard of it, or after it has carried it out, which the
bot cannot tell apart.
"""

import asyncio
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HELD_SECONDS = 60.0
"""Longest that a call is held without an answer; the bot gives up long before."""
POSTS = frozenset({"chat.postMessage", "chat.startStream", "chat.stopStream", "chat.update"})
"""Calls that make a reply, or a part of it."""
_TCP = Path("/proc/net/tcp")


@dataclass(frozen=True, slots=True)
class Break:
    """One way in which a call goes wrong.

    Attributes:
        name: For the table.
        carried_out: Whether the workspace hears of it first.
        answer: What comes back, made of what the workspace said; None to close at once.
        seconds: Waited before the first byte.
        per_byte: Waited between bytes.
        reset: Whether the connection ends with a reset.
    """

    name: str
    carried_out: bool = False
    answer: Callable[[bytes], bytes] | None = None
    seconds: float = 0.0
    per_byte: float = 0.0
    reset: bool = False


def status(code: int, body: str = "", kind: str = "text/plain", **headers: str) -> Break:
    """An answer that the workspace has no part in."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    raw = (f"HTTP/1.1 {code} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body.encode())}\r\n"
           f"{named}Connection: close\r\n\r\n{body}").encode()
    label = "".join(f", {n.replace('_', '-')} {v!r}" for n, v in headers.items())
    return Break(f"HTTP {code}{label}", answer=lambda _: raw)


def refusal(code: str) -> Break:
    """`ok: false` with a code of Slack's."""
    made = status(200, json.dumps({"ok": False, "error": code}), "application/json")
    return Break(code, answer=made.answer)


@dataclass(slots=True)
class Hold:
    """The next of some calls, which gets no answer at all.

    Attributes:
        methods: Which calls.
        carried_out: Whether the workspace hears of it.
        reached: Set once the call is there, and the workspace has carried it out if it is to.
        port: From which it came.
    """

    methods: frozenset[str]
    carried_out: bool
    reached: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def caller(self, pids: Sequence[int]) -> int | None:
        """Which of the processes *pids* made the call, by its place among them; None if none."""
        inodes = {f"socket:[{fields[9]}]" for line in _TCP.read_text("ascii").splitlines()[1:]
                  if (fields := line.split())[1].endswith(f":{self.port:04X}")}
        for number, pid in enumerate(pids):
            with suppress(OSError):
                if inodes & {str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()}:
                    return number
        return None


@dataclass
class SlackProxy:
    """A server on loopback; its methods may be called from any thread.

    Attributes:
        target: The workspace's address.
        breaks: Ways that are drawn from.
        share: How many of the calls go wrong, from 0 to 1.
        methods: Which calls may.
        touching: What must stand in the body of those that do.
    """

    target: str
    chance: random.Random
    breaks: Sequence[Break] = ()
    share: float = 0.0
    methods: frozenset[str] = frozenset({"chat.postMessage"})
    touching: bytes = b""
    broken: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    """Seconds that the workspace took over each post."""
    port: int = 0
    _hold: Hold | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The address of the Web API as the bots are told it."""
        return f"http://127.0.0.1:{self.port}/api/"

    def start(self) -> None:
        """Listen, in a thread of its own."""
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait(5)

    def hold(self, methods: frozenset[str], *, carried_out: bool) -> Hold:
        """Leave the next call of *methods* without an answer until whoever made it goes away."""
        self._hold = Hold(methods, carried_out)
        return self._hold

    def let_go(self) -> None:
        """Hold nothing that is still to come."""
        self._hold = None

    def refuse(self) -> None:
        """Take no connections."""
        self._in_loop(self._refuse())

    def listen(self) -> None:
        """Take connections again, at the same port."""
        self._in_loop(self._listen())

    def close(self) -> None:
        """End."""
        self.refuse()
        assert self._loop is not None
        self._in_loop(_end_all())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _in_loop(self, work: Any) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _run(self, ready: threading.Event) -> None:
        assert self._loop is not None
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        ready.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._quietly, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _quietly(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"upgrade: websocket" in head.lower():
            await self._tunnel(head, reader, writer)
            return
        body = await reader.readexactly(_length(head))
        method = head.split(b" ")[1].decode().rpartition("/")[2].partition("?")[0]
        self.calls[method] += 1
        held = self._hold
        if held is not None and method in held.methods:
            self._hold = None
            if held.carried_out:
                await self._passed_on(head, body)
            held.port = writer.get_extra_info("peername")[1]
            held.reached.set()
            async with asyncio.timeout(HELD_SECONDS):
                await reader.read()  # ends with the connection
            return
        struck = None
        may = self.breaks and method in self.methods and self.touching in body
        if may and self.chance.random() < self.share:
            struck = self.chance.choice(self.breaks)
            self.broken[struck.name] += 1
        said = b""
        if struck is None or struck.carried_out:
            said = await self._passed_on(head, body)
        if struck is None:
            writer.write(said)
            await writer.drain()
            return
        await self._misbehave(struck, said, writer)

    async def _tunnel(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        at = urlsplit(self.target)
        there, back = await asyncio.open_connection(at.hostname, at.port)
        back.write(head)
        ways = [asyncio.create_task(_pump(reader, back)), asyncio.create_task(_pump(there, writer))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        back.close()

    async def _passed_on(self, head: bytes, body: bytes) -> bytes:
        at, began = urlsplit(self.target), time.monotonic()
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        writer.write(head + body)
        said = await reader.read()
        writer.close()
        if any(f"/api/{post} ".encode() in head for post in POSTS):
            self.took.append(time.monotonic() - began)
        return said

    async def _misbehave(
        self, struck: Break, said: bytes, writer: asyncio.StreamWriter
    ) -> None:
        await asyncio.sleep(min(struck.seconds, HELD_SECONDS))
        answer = b"" if struck.answer is None else struck.answer(said)
        if struck.per_byte:
            async with asyncio.timeout(HELD_SECONDS):
                for byte in answer:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(struck.per_byte)
        else:
            writer.write(answer)
            await writer.drain()
        if struck.reset:
            writer.transport.abort()


async def _end_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()


def _length(head: bytes) -> int:
    headers: Mapping[bytes, bytes] = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])}
    return int(headers.get(b"content-length", b"0"))
