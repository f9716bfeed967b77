"""Malformed payloads: what Slack sends, and what nobody should, at every door of the bot.

    python -m tests.faults.of_payloads --seed 100 --size 10000     # look for more of them

Each round draws from a seed of its own, so that a round that found something can be run again.
"""

import argparse
import copy
import functools
import json
import sys
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.schema import deliveries, outgoing
from bot.workspace.deliveries import sign
from bot.workspace.world import TEAM_ID
from tests.faults.row import Fault, Row
from tests.faults.samples import ANSWER, COMMANDS, EVENTS, INTERACTIONS, PRESS
from tests.faults.stage import Stage, staged
from tests.faults.uncaught import told_of
from tests.workspace.running import DEALS, NOOR, SAM, SECRET

Json = dict[str, Any]

ROUND = 2_000
"""Requests that are drawn from one seed."""
FIRST_SEED = 1
NOBODY = frozenset({"channel_not_found", "user_not_found"})
"""What Slack says of a place or a person that a payload has made up."""
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "x" * 1_000, "\0", "a\0b", "\ud800",
    "\udfff\ud800", "\u202edrones\u202c", "../../etc/passwd", "<!channel>", "{}",
    "9" * 40, "-1.0", "NaN", "[" * 5_000, '{"c":"x","t":-1}', f'{{"c":"x","t":{10**30}}}',
    "C0\n", [], {}, [[]], [None], {"": ""}, {"id": None},
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
        elif how == 5 and holder[last] in (PRESS, ANSWER):
            holder[last] = json.dumps(draw(mangled(json.loads(holder[last]))))
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


@dataclass
class _Answers:
    """What the bot said, and what it grew by."""

    pid: int
    size: int
    counted: Counter[int] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    """Those that are neither taken nor refused, with what they were said to."""
    began_mb: float = 0.0

    def add(self, status: int, said: str, asked: object) -> None:
        """Count one."""
        self.counted[status] += 1
        if not 200 <= status < 500:
            self.odd.append(f"{status} {said!r} to {str(asked)[:2_000]}")
        if self.counted.total() == max(1, self.size // 10):
            self.began_mb = memory_mb(self.pid)


def over_http(size: int, first_seed: int = FIRST_SEED) -> Row:
    """*size* of them, over HTTP."""
    with staged() as stage, httpx.Client(trust_env=False, timeout=20) as client:
        answers = _Answers(stage.pid, size)

        def send(sent: Sent) -> None:
            answer = client.post(stage.bot_url, content=sent.body, headers={
                "Content-Type": sent.content_type,
                "X-Slack-Request-Timestamp": sent.stamp.encode(),  # type: ignore[dict-item]
                "X-Slack-Signature": sent.signature})
            answers.add(answer.status_code, answer.text, sent)

        _draw(requests(), send, size, first_seed)
        return _judged(stage, f"{size} malformed requests over HTTP", answers)


def over_a_socket(size: int, first_seed: int = FIRST_SEED) -> Row:
    """*size* of them, through a Socket Mode connection."""
    with staged(socket=True) as stage:
        answers = _Answers(stage.pid, size)

        def send(one: tuple[str, Json]) -> None:
            kind, payload = one
            told = stage.slack.control("payload", kind=kind, payload=payload)
            answers.add(200 if told["acknowledged"] else 504, "", one)

        _draw(payloads(), send, size, first_seed)
        return _judged(stage, f"{size} malformed payloads through a socket", answers)


def _draw(
    what: st.SearchStrategy[Any], send: Callable[[Any], None], size: int, first_seed: int
) -> None:
    """Send *size* of *what*, in rounds."""
    for number in range(-(-size // ROUND)):
        drawn = seed(first_seed + number)(given(what)(send))
        settings(max_examples=min(ROUND, size - number * ROUND), deadline=None, database=None,
                 phases=[Phase.generate], suppress_health_check=list(HealthCheck))(drawn)()


def _judged(stage: Stage, fault: str, answers: _Answers) -> Row:
    back = stage.back(NOOR)
    stage.settle()
    grown = memory_mb(stage.pid) - answers.began_mb
    verdict = stage.verdict()
    lost = [one for one in verdict.lost if not any(
        one.startswith(f"turn {where} ") for where in _of_nobody(stage))]
    nobodys = len(verdict.lost) - len(lost)
    written = stage.bots_log.read_text(encoding="utf-8")
    for one in (*answers.odd, *lost, *verdict.doubled, told_of(written)):
        sys.stderr.write(f"{one}\n" if one else "")
    return Row(
        fault, "samples of every kind with keys gone, wrong types, NUL, halves of characters, "
        "deep nesting, broken encodings, signatures and times", answers.counted.total(),
        verdict.messages, verdict.turns, lost=len(lost), doubled=len(verdict.doubled),
        misordered=len(verdict.misordered), chain=verdict.broken is None,
        unhandled=stage.unhandled() + len(answers.odd) + _foreign(stage), back_seconds=back,
        note="answers " + ", ".join(f"{n} × {s}" for s, n in sorted(answers.counted.items()))
             + f"; memory {grown:+.0f} MB; {nobodys} turns for people and channels that Slack "
             "doesn't know")


def _of_nobody(stage: Stage) -> set[str]:
    """Conversations with people and in channels that the workspace doesn't have."""
    with stage.store.reading() as connection:
        return set(connection.scalars(select(outgoing.c.conversation).where(
            outgoing.c.state == "refused", outgoing.c.error.in_(NOBODY))))


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


def main() -> int:
    """Look for what goes wrong; 1 if anything did."""
    options = argparse.ArgumentParser(prog="python -m tests.faults.of_payloads")
    options.add_argument("--seed", type=int, default=FIRST_SEED)
    options.add_argument("--size", type=int, default=2_000)
    options.add_argument("--socket", action="store_true")
    given_ = options.parse_args()
    row = (over_a_socket if given_.socket else over_http)(given_.size, given_.seed)
    sys.stdout.write(f"{row}\n")
    return int(not row.clean)


if __name__ == "__main__":
    sys.exit(main())
