"""Malformed payloads: what Slack sends, and what nobody should, at every door of the bot."""

import copy
import functools
import json
import time
import urllib.parse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.schema import deliveries
from bot.workspace.deliveries import sign
from bot.workspace.world import TEAM_ID
from tests.faults.row import Fault, Row
from tests.faults.samples import COMMANDS, EVENTS, INTERACTIONS
from tests.faults.stage import Stage, staged
from tests.workspace.running import DEALS, NOOR, SAM, SECRET

Json = dict[str, Any]

GROWTH_MB = 40
"""What the bot may grow by over ten thousand of them."""
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "x" * 1_000, "\0", "a\0b", "\ud800",
    "\udfff\ud800", "\u202edrones\u202c", "../../etc/passwd", "<!channel>", "{}",
    "9" * 40, "-1.0", "NaN", "C0\n", [], {}, [[]], [None], {"": ""}, {"id": None},
    {"$ref": "#"}, ["a"] * 50, "🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 20, "x" * 300_000)
ENCODINGS = ("application/json", "application/x-www-form-urlencoded", "text/plain", "",
             "application/json; charset=utf-16", "multipart/form-data; boundary=x",
             "application/xml")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request."""

    body: bytes
    content_type: str
    stamp: str
    signature: str


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(value, dict):
        for name, one in value.items():
            found += _paths(one, (*at, name))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            found += _paths(one, (*at, n))
    return found


@st.composite
def mangled(draw: st.DrawFn, sample: Json) -> Json:
    """*sample* with some of it taken away, replaced, or wrapped."""
    made: Any = copy.deepcopy(sample)
    for _ in range(draw(st.integers(0, 4))):
        paths = _paths(made)
        if not paths:
            break
        *before, last = draw(st.sampled_from(paths))
        holder = made
        for step in before:
            holder = holder[step]
        how = draw(st.integers(0, 5))
        if how <= 1:
            del holder[last]
        elif how <= 4:
            junk = draw(st.sampled_from(JUNK) | st.text(max_size=20) | st.integers())
            holder[last] = copy.deepcopy(junk)
        else:
            for _ in range(draw(st.sampled_from([1, 3, 60]))):
                holder[last] = [holder[last]]
    result: Json = made
    return result


@st.composite
def payloads(draw: st.DrawFn) -> tuple[str, Json]:
    """A kind of request and what is in it."""
    kind, samples = draw(st.sampled_from([
        ("event", EVENTS), ("interaction", INTERACTIONS), ("command", COMMANDS)]))
    name = draw(st.sampled_from(sorted(samples)))
    return kind, draw(mangled(samples[name]))


@st.composite
def requests(draw: st.DrawFn) -> Sent:
    """A request, most of them signed as Slack's are."""
    kind, payload = draw(payloads())
    if kind == "command":
        body = urllib.parse.urlencode(
            {k: v if isinstance(v, str) else json.dumps(v) for k, v in payload.items()},
            errors="replace").encode()
        encoding = "application/x-www-form-urlencoded"
    elif kind == "interaction":
        body = urllib.parse.urlencode({"payload": json.dumps(payload)}).encode()
        encoding = "application/x-www-form-urlencoded"
    else:
        body, encoding = json.dumps(payload).encode(), "application/json"
    twist = draw(st.integers(0, 19))
    if twist == 0:
        body = body[:draw(st.integers(0, len(body)))]
    elif twist == 1:
        body = draw(st.sampled_from([
            b"", b"null", b"[]", b"7", b'"x"', b"[" * 5_000, b'{"a":' * 5_000, b"\xff\xfe{}",
            b"payload=", b"payload=%7B", b"payload=%ff", b"payload=[1]", b"payload=null", b"%%%",
            b"a&b&c", b"{", b"x" * 1_000_001, b"payload=" + b"x" * 1_000_001]))
    elif twist == 2:
        encoding = draw(st.sampled_from(ENCODINGS))
    elif twist == 3:
        at = draw(st.integers(0, max(0, len(body) - 1)))
        body = body[:at] + draw(st.binary(min_size=1, max_size=4)) + body[at + 1:]
    stamp = str(int(time.time()))
    if twist == 4:
        stamp = draw(st.sampled_from(["", "0", "-1", "x", "1e9", "9" * 30, "١٢٣",
                                      str(int(stamp) - 400), str(int(stamp) + 400)]))
    signature = sign(SECRET, stamp, body)
    if twist == 5:
        signature = draw(st.sampled_from(["", "v0=", "v0=" + "0" * 64, "v1=x", signature[:-1]]))
    return Sent(body, encoding, stamp, signature)


def over_http(size: int) -> Row:
    """*size* of them, over HTTP."""
    with staged() as stage:
        answers: Counter[int] = Counter()
        client = httpx.Client(trust_env=False, timeout=20)
        before = 0.0

        def send(sent: Sent) -> None:
            nonlocal before
            answer = client.post(stage.bot_url, content=sent.body, headers={
                "Content-Type": sent.content_type,
                "X-Slack-Request-Timestamp": sent.stamp.encode(),  # type: ignore[dict-item]
                "X-Slack-Signature": sent.signature})
            answers[answer.status_code] += 1
            if answers.total() == max(1, size // 10):
                before = memory_mb(stage.pid)

        drawn = given(requests())(send)
        settings(max_examples=size, deadline=None, database=None, derandomize=True,
                 phases=[Phase.generate], suppress_health_check=list(HealthCheck))(drawn)()
        client.close()
        return _judged(stage, f"{size} malformed requests over HTTP", before, answers)


def over_a_socket(size: int) -> Row:
    """*size* of them, through a Socket Mode connection."""
    with staged(socket=True) as stage:
        answers: Counter[int] = Counter()
        before = 0.0

        def send(one: tuple[str, Json]) -> None:
            nonlocal before
            kind, payload = one
            told = stage.slack.control("payload", kind=kind, payload=payload)
            answers[200 if told["acknowledged"] else 504] += 1
            if answers.total() == max(1, size // 10):
                before = memory_mb(stage.pid)

        drawn = given(payloads())(send)
        settings(max_examples=size, deadline=None, database=None, derandomize=True,
                 phases=[Phase.generate], suppress_health_check=list(HealthCheck))(drawn)()
        return _judged(stage, f"{size} malformed payloads through a socket", before, answers)


def _judged(stage: Stage, fault: str, before: float, answers: Counter[int]) -> Row:
    odd = sum(count for status, count in answers.items() if not 200 <= status < 500)
    back = stage.back(NOOR)
    stage.settle()
    grown = memory_mb(stage.pid) - before
    verdict = stage.verdict()
    return Row(
        fault, "samples of every kind with keys gone, wrong types, NUL, halves of characters, "
        "deep nesting, broken encodings, signatures and times", answers.total(),
        verdict.messages, verdict.turns, lost=len(verdict.lost), doubled=len(verdict.doubled),
        misordered=len(verdict.misordered), chain=verdict.broken is None,
        unhandled=stage.unhandled() + odd + _foreign(stage), back_seconds=back,
        note="answers " + ", ".join(f"{n} × {s}" for s, n in sorted(answers.items()))
             + f"; memory {grown:+.0f} MB")


def _foreign(stage: Stage) -> int:
    """Rows of workspaces that are not ours."""
    with stage.store.reading() as connection:
        return len(connection.execute(
            select(deliveries.c.id).where(deliveries.c.team != TEAM_ID)).all())


def memory_mb(pid: int) -> float:
    """What a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def oversized(_: int) -> Row:
    """The longest of everything that still arrives, and what is over the limit."""
    with staged() as stage:
        direct = f"D{SAM[1:]}"
        too_long: set[str] = set()
        answers = Counter(_post(stage, body) for body in (
            b"x" * 1_000_001, b'{"a":"' + b"x" * 2_000_000 + b'"}'))
        for text in ("drones for Kenya. " * 500, "\n".join(["drones for Kenya"] * 3_000),
                     "word " * 2_200, "ஃ" * 10_000):
            too_long.add(f"{direct}:{stage.say(text[:12_000], direct, SAM)}")
        root = stage.ask_in_channel("Drones with facial recognition for the police.", NOOR)
        stage.settle()
        for n in range(30):
            stage.say(f"The country is Kenya, and that is line {n}.", DEALS, NOOR, root)
        stage.people(1_000)
        stage.ask_in_channel("What is a red flag?", NOOR)
        settled = stage.settle()
        verdict = stage.verdict()
        told = stage.told("8,000")
        # Told so, they take no turn.
        lost = [one for one in verdict.lost if not any(at in one for at in too_long)]
        return Row(
            "oversized everything", "bodies over 1 MB; messages of up to 12,000 characters "
            "and 3,000 lines; a thread of 30 messages at once; a channel of 1,000 people",
            sum(answers.values()) + 6, verdict.messages, verdict.turns, lost=len(lost),
            doubled=len(verdict.doubled), misordered=len(verdict.misordered),
            chain=verdict.broken is None, unhandled=stage.unhandled(), told=told,
            back_seconds=stage.back(NOOR),
            note=f"over 1 MB: {dict(answers)}; what is over 8,000 characters is told so and takes "
                 "no turn" + ("" if settled else "; not finished in time"))


def _post(stage: Stage, body: bytes) -> int:
    stamp = str(int(time.time()))
    return httpx.post(stage.bot_url, content=body, trust_env=False, headers={
        "Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(SECRET, stamp, body)}).status_code


def _many(fault: Fault) -> Fault:
    """The same with ten for each one: they take milliseconds."""
    @functools.wraps(fault)
    def sized(size: int) -> Row:
        return fault(size * 10)

    return sized


FAULTS: tuple[Fault, ...] = (_many(over_http), _many(over_a_socket), oversized)

