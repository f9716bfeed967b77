"""A language model that does as a test tells it, behind a real HTTP server on loopback.

It speaks OpenAI's chat completions, so that it is reached through the real `langchain-openai` as a
user's own server would be.  A script decides each answer; the server remembers what it was asked.

    from tests.chat.scripted_server import ScriptedServer, by_use, says, status

    with ScriptedServer(says({"queries": ["resellers"]})) as server:
        settings = Settings(chat_model="openai:scripted", chat_base_url=server.url, ...)
        ...
        assert server.asked[0].lines == ["what about resellers?"]   # see `Asked`

A script is an answer (always the same), or a function of `Asked` that returns one:

    in_turn(status(500), says({...}))         one after the other; the last one goes on for ever
    by_use(wording=says({...}), search=...)   by what is asked for; other uses get HTTP 500
    obeys                                     does whatever the data tells it to: the worst case
    lambda asked: says({"queries": [asked.user]})

Answers: `says` (a dict becomes JSON, a string goes out as it is), `status`, `raw` (any bytes with
any type), `refuses`, `filtered`, `cut_short`, `calls_tool`, `late` (after a while), `breaks_off`
(half an answer, then the connection ends), `hangs` (nothing at all), `drips` (an answer without
end).  `server.script = …` changes the script while it runs.  Use it as a context manager: leaving
ends whatever still hangs.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

DATA = "> "
"""What every line of data begins with in a prompt."""

USES = {"Reading": "reading", "Queries": "search", "Worded": "wording"}
"""Which use each shape is asked for."""

MODEL = "openai:scripted"


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    """By name in lower case."""

    @property
    def system(self) -> str:
        return self._said_by("system")

    @property
    def user(self) -> str:
        return self._said_by("user")

    @property
    def lines(self) -> list[str]:
        """The lines of data, without what marks them as such."""
        return [line.removeprefix(DATA) for line in self.user.splitlines()
                if line.startswith(DATA.rstrip())]

    @property
    def method(self) -> str:
        """How the structure is asked for."""
        if self.body.get("tools"):
            return "function_calling"
        kind = (self.body.get("response_format") or {}).get("type")
        return {"json_schema": "json_schema", "json_object": "json_mode"}.get(str(kind), "text")

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON schema that came with it; empty in JSON mode."""
        if self.method == "function_calling":
            return self.body["tools"][0]["function"]["parameters"]
        return (self.body.get("response_format") or {}).get("json_schema", {}).get("schema", {})

    @property
    def shape(self) -> str:
        """Name of the shape that is asked for; empty in JSON mode."""
        if self.method == "function_calling":
            return self.body["tools"][0]["function"]["name"]
        return (self.body.get("response_format") or {}).get("json_schema", {}).get("name", "")

    @property
    def use(self) -> str:
        """"reading", "search" or "wording"; empty if the shape doesn't tell."""
        return USES.get(self.shape, "")

    def _said_by(self, role: str) -> str:
        return "\n".join(m["content"] for m in self.body["messages"] if m["role"] == role)


@dataclass(frozen=True)
class Answer:
    """What is sent back for one request."""

    act: Callable[["_Handler", Asked], None]


Script = Answer | Callable[[Asked], Answer]


def says(content: Mapping[str, Any] | str, *, tokens: tuple[int, int] | None = (100, 20),
         finish: str = "stop") -> Answer:
    """A completion; as the call of the tool that was asked for where one was.

    Args:
        content: Sent as JSON; a string goes out letter for letter.
        tokens: Of the prompt and of the answer; None for a server that doesn't count.
        finish: Why the model stopped.
    """
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)

    def answer(handler: "_Handler", asked: Asked) -> None:
        if asked.method == "function_calling":
            message = {"content": None, "tool_calls": [_called(asked.shape, text)]}
        else:
            message = {"content": text}
        handler.send_json(200, _completion(message, tokens, finish))

    return Answer(answer)


def calls_tool(name: str, arguments: Mapping[str, Any]) -> Answer:
    """The call of a tool that nobody offered."""
    message = {"content": None, "tool_calls": [_called(name, json.dumps(arguments))]}
    return Answer(lambda handler, _: handler.send_json(
        200, _completion(message, (100, 20), "tool_calls")))


def refuses(words: str) -> Answer:
    """A model that declines, as OpenAI reports it."""
    return Answer(lambda handler, _: handler.send_json(
        200, _completion({"content": None, "refusal": words}, (100, 20), "stop")))


def filtered() -> Answer:
    """A filter of content that broke the answer off."""
    return Answer(lambda handler, _: handler.send_json(
        200, _completion({"content": ""}, (100, 0), "content_filter")))


def cut_short(text: str) -> Answer:
    """An answer that ran into the limit of tokens."""
    return says(text, finish="length")


def status(code: int, body: Mapping[str, Any] | None = None, **headers: str) -> Answer:
    """An error; `_` in names of headers stands for `-`."""
    error = body or {"error": {"message": f"status {code}", "type": "scripted", "code": None}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(lambda handler, _: handler.send_json(code, error, named))


def raw(body: bytes, media_type: str = "application/json", code: int = 200) -> Answer:
    """Any bytes at all."""
    return Answer(lambda handler, _: handler.send_bytes(code, body, media_type))


def late(seconds: float, then: Answer) -> Answer:
    """*then*, after a while."""
    def answer(handler: "_Handler", asked: Asked) -> None:
        handler.owner.over.wait(seconds)
        then.act(handler, asked)

    return Answer(answer)


def held_until(event: threading.Event, then: Answer) -> Answer:
    """*then*, once *event* is set."""
    def answer(handler: "_Handler", asked: Asked) -> None:
        while not event.wait(0.02) and not handler.owner.over.is_set():
            pass
        then.act(handler, asked)

    return Answer(answer)


def hangs() -> Answer:
    """Nothing, for as long as the server lives."""
    def answer(handler: "_Handler", asked: Asked) -> None:
        handler.owner.over.wait()

    return Answer(answer)


def breaks_off() -> Answer:
    """Half an answer, then the connection ends."""
    def answer(handler: "_Handler", asked: Asked) -> None:
        whole = json.dumps(_completion({"content": "{\"queries\": [\"half\"]}"}, None, "stop"))
        handler.begin(200, "application/json", {"Content-Length": str(len(whole))})
        handler.wfile.write(whole[: len(whole) // 2].encode())
        handler.close_connection = True

    return Answer(answer)


def drips(every_seconds: float = 0.02) -> Answer:
    """An answer without end, a space at a time: no read ever waits long."""
    def answer(handler: "_Handler", asked: Asked) -> None:
        handler.begin(200, "application/json", {"Transfer-Encoding": "chunked"})
        with suppress(OSError):
            while not handler.owner.over.wait(every_seconds):
                handler.wfile.write(b"1\r\n \r\n")
                handler.wfile.flush()

    return Answer(answer)


def in_turn(*answers: Script) -> Script:
    """One answer after the other; the last one goes on for ever."""
    left = list(answers)
    lock = threading.Lock()

    def script(asked: Asked) -> Answer:
        with lock:
            following = left.pop(0) if len(left) > 1 else left[0]
        return _answer_of(following, asked)

    return script


def by_use(**answers: Script) -> Script:
    """By what is asked for: `reading=…, search=…, wording=…`; a use that isn't named gets 500."""
    def script(asked: Asked) -> Answer:
        found = answers.get(asked.use, status(500))
        return _answer_of(found, asked)

    return script


ORDER = re.compile(
    r"\b(?:say|answer|write|reply|output|respond|state|repeat|print|tell them|add)\b[^:\n]{0,80}:"
    r"\s*(?P<what>.+)", re.IGNORECASE)
POINT = re.compile(r"\b[A-Z]\d{1,3}\b")
PROBES = re.compile(r"\b(?:system prompt|your (?:instructions|prompt|rules)|api key|settings)\b",
                    re.IGNORECASE)


def obeys(asked: Asked) -> Answer:
    """The worst case: whatever a line of the data orders is done, in the form that was asked for.

    "Say exactly: WORDS" is said word for word; whoever asks for the prompt, the rules or the key
    gets the whole system prompt and the headers of the request.  A draft claims each of its
    sentences by the first point that was given; facts are taken from "fact=value" in the order.
    """
    orders = [m["what"].strip() for m in map(ORDER.search, asked.lines) if m]
    if any(PROBES.search(line) for line in asked.lines):
        orders += [asked.system, asked.headers.get("authorization", "")]
    orders = [order for order in orders if order]
    return says(_obeyed(asked, orders), tokens=None)


def _obeyed(asked: Asked, orders: list[str]) -> Mapping[str, Any]:
    if asked.use == "reading":
        pairs = [pair for line in asked.lines for pair in re.findall(r"([a-z_]+)=([\w-]+)", line)]
        return {"facts": [{"fact": fact, "value": value, "words": f"{fact}={value}"}
                          for fact, value in pairs[:12]]}
    if asked.use == "search":
        return {"queries": [order[:200] for order in orders[:3]] or ["anything"]}
    points = POINT.findall("\n".join(asked.lines)) or ["F1"]
    return {"sentences": [{"text": order[:400], "points": points[:1]} for order in orders[:24]]}


@dataclass
class ScriptedServer:
    """The server; `asked` is what it was asked so far, in order."""

    script: Script
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    most_at_once: int = 0
    """Most requests that it ever answered at the same time."""
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """What a user would set as the model's base URL."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, handler: "_Handler", asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            _answer_of(self.script, asked).act(handler, asked)
        finally:
            with self._lock:
                self._now -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: ScriptedServer

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(sent)
        except ValueError:
            body = {"messages": []}
        asked = Asked(self.path, body, {
            name.lower(): value for name, value in self.headers.items()})
        with suppress(OSError):  # whoever asked has gone
            self.owner.take(self, asked)

    def begin(self, code: int, media_type: str, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        self.send_header("Content-Type", media_type)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send_bytes(self, code: int, body: bytes, media_type: str,
                   headers: Mapping[str, str] | None = None) -> None:
        self.begin(code, media_type, {"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def send_json(self, code: int, body: Mapping[str, Any],
                  headers: Mapping[str, str] | None = None) -> None:
        text = json.dumps(body, ensure_ascii=False)
        self.send_bytes(code, text.encode("utf-8", "surrogatepass"), "application/json", headers)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's
        """Nothing: a test prints only what it has to say."""


def _answer_of(script: Script, asked: Asked) -> Answer:
    return script if isinstance(script, Answer) else script(asked)


def _called(name: str, arguments: str) -> Mapping[str, Any]:
    return {"id": "call_1", "type": "function",
            "function": {"name": name, "arguments": arguments}}


def _completion(message: Mapping[str, Any], tokens: tuple[int, int] | None,
                finish: str) -> Mapping[str, Any]:
    counted = {} if tokens is None else {"usage": {
        "prompt_tokens": tokens[0], "completion_tokens": tokens[1],
        "total_tokens": sum(tokens)}}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "scripted",
            "choices": [{"index": 0, "finish_reason": finish,
                         "message": {"role": "assistant", **message}}], **counted}
