"""What Slack, or somebody who plays Slack, may send: the right thing is done once, the rest not."""

import hashlib
import hmac
import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.outages import NoTurn
from bot.queue import dispatching
from bot.slack import inbound
from bot.slack.app import QUIET
from bot.web import bodies
from bot.web.app import Site, build_web
from bot.web.bodies import MOST_BYTES
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE, joined
from tests.slack.limits import objects
from tests.slack.mentions import TEAM, event
from tests.slack.playing import DEAL, Bot, advised
from tests.workspace.running import (
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    KIM,
    NOOR,
    SAM,
    SECRET,
    serving,
)


@pytest.fixture(scope="session")
def transport() -> str:
    """Signatures and bodies are matters of HTTP."""
    return "http"


# --- requests -------------------------------------------------------------------------------


class Caller:
    """Somebody who calls the bot's address."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=10)

    def send(
        self, body: bytes, *, secret: str = SECRET, skew: float = 0, signed: bool = True,
        kind: str = "application/json", **headers: str,
    ) -> httpx.Response:
        """POST *body*, signed as Slack does."""
        at = str(int(time.time() + skew))
        known = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
        sent = {"Content-Type": kind, **headers}
        if signed:
            sent = {"X-Slack-Request-Timestamp": at,
                    "X-Slack-Signature": f"v0={known.hexdigest()}", **sent}
        latin = [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]
        return self._http.post("slack/events", content=body, headers=latin)

    def close(self) -> None:
        self._http.close()


@pytest.fixture(scope="module")
def caller(shared_bot: Bot) -> Iterator[Caller]:
    site = Site(slack=shared_bot.joined.app, install=None, advisor=lambda: None, faults=dict,
                api_token=None)
    with serving(build_web(site)) as url:
        made = Caller(url)
        yield made
        made.close()


def as_bytes(body: Any) -> bytes:
    return json.dumps(body).encode()


def stored(bot: Bot) -> int:
    with bot.joined.store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM deliveries").scalar() or 0)


def thread(bot: Bot) -> str:
    """A message to which the bot can answer."""
    return bot.say("Morning")


@pytest.mark.parametrize(("how", "status"), [
    ({"secret": "not-the-secret"}, 401),
    ({"skew": -301}, 401),
    ({"skew": 330}, 401),
    ({"signed": False}, 401),
    ({"signed": False, "X-Slack-Signature": "v0=00"}, 401),
    ({"signed": False, "X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=00"}, 401),
    ({"X-Slack-Signature": "v0=\u00e9"}, 401),
    ({"X-Slack-Request-Timestamp": "\u00b2"}, 401),
    ({"X-Slack-Request-Timestamp": "9" * 4_300}, 401),
    ({"X-Slack-Request-Timestamp": "9" * 4_301}, 401),
])
def test_what_slack_did_not_sign_just_now_is_refused_and_not_kept(
    bot: Bot, caller: Caller, how: dict[str, Any], status: int
) -> None:
    before = stored(bot)

    answer = caller.send(as_bytes(event(thread(bot))), **how)

    assert answer.status_code == status
    assert stored(bot) == before


@pytest.mark.parametrize("head", [
    ("POST /slack/events", "X-Slack-Request-Timestamp: 1790000000", "X-Slack-Signature: v0=00"),
    ("POST /api/turns", "Content-Type: application/json"),
])
def test_a_body_that_does_not_come_ends_the_request(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, head: tuple[str, ...]
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.5)

    answer = slow(bot, *head)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"too_slow"' in answer


def slow(bot: Bot, line: str, *headers: str) -> bytes:
    """What is answered to a request of which only a part comes, until the bot hangs up."""
    address = urlsplit(bot.joined.web)
    method, path = line.split()
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall("\r\n".join([
            f"{method} {address.path.rstrip('/')}{path} HTTP/1.1", "Host: 127.0.0.1", *headers,
            "Content-Length: 900", "", "half"]).encode())
        parts = iter(lambda: connection.recv(4096), b"")
        return b"".join(parts)


@pytest.mark.parametrize(("skew", "status"), [(-290, 200), (290, 200)])
def test_a_clock_a_little_off_is_forgiven(
    bot: Bot, caller: Caller, skew: float, status: int
) -> None:
    assert caller.send(as_bytes(event(thread(bot))), skew=skew).status_code == status
    bot.settle()


@pytest.mark.parametrize(("body", "status"), [
    (b"x" * (MOST_BYTES + 1), 413),
    (b"\xff\xfe{", 400),
    (b"{", 400),
    (b"[" * 50_000, 400),
    (b'{"a":' * 50_000, 400),
    (b"payload=%7B", 400),
    (b"payload=7", 400),
    (b"[]", 400),
    (b"null", 400),
    (b"7", 400),
])
@pytest.mark.parametrize("signed", [True, False])
def test_a_body_that_makes_no_sense_is_refused_in_peace(
    bot: Bot, caller: Caller, body: bytes, status: int, signed: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kind = "application/x-www-form-urlencoded" if body.startswith(b"payload") else (
        "application/json")
    assert caller.send(body, signed=signed, kind=kind).status_code == status
    assert not [r for r in caplog.records if r.exc_info]


def test_what_slack_signed_and_nobody_expects_is_acknowledged(bot: Bot, caller: Caller) -> None:
    """A 404 would be tried again, and in the end the subscription be switched off."""
    before = stored(bot)
    strange: list[dict[str, Any]] = [
        {**event("1.1"), "event": {"type": "reaction_added", "user": SAM}},
        {**event("1.2"), "event": {"type": "message", "subtype": "brand_new", "channel": OFFICE}},
        {**event("1.3"), "event": {"type": "message", "channel": OFFICE, "ts": "x"}},
        {**event("1.4"), "authorizations": []},
    ]
    for body in strange:
        assert caller.send(as_bytes(body)).status_code == 200, body
    assert stored(bot) == before + 1  # the mention without authorizations is still a mention
    press = {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": SAM},
             "trigger_id": "1.2.3", "container": {"type": "message", "channel_id": OFFICE},
             "actions": [{"action_id": "somebody_elses", "block_id": "b", "type": "button",
                          "value": "what", "action_ts": "1.5"}]}
    form = urlencode({"payload": json.dumps(press)}).encode()
    assert caller.send(form, kind="application/x-www-form-urlencoded").status_code == 200
    bot.expected |= {"thread_not_found", "message_not_found"}
    bot.settle()


@pytest.mark.parametrize(("wrong", "status", "code", "why"), [
    (NoTurn(), 503, "away", "writing to the database takes too long"),
    (OperationalError("INSERT", {}, psycopg.OperationalError("10.0.0.7 refused")), 503, "away",
     "the database can't be reached"),
    (KeyError("Kenya"), 500, "internal", "the log says where"),
])
def test_what_could_not_be_kept_is_refused_in_words(
    bot: Bot, caller: Caller, monkeypatch: pytest.MonkeyPatch, wrong: Exception, status: int,
    code: str, why: str,
) -> None:
    """A busy machine answered an empty 503 once, and nobody could say what it came of."""
    ts = thread(bot)
    bot.settle()

    def away(_: object) -> None:
        raise wrong

    with monkeypatch.context() as patched:
        patched.setattr(bot.joined.deliveries, "receive", away)
        answer = caller.send(as_bytes(event(ts)))

    told = answer.json()["error"]
    assert (answer.status_code, told["code"]) == (status, code)
    assert why in told["message"]
    # Neither what was said nor what the driver says has left the house.
    assert not {"Kenya", "10.0.0.7", "INSERT"} & set(re.findall(r"[\w.]+", answer.text))
    assert caller.send(as_bytes(event(ts))).status_code == 200
    bot.settle()


def test_the_address_is_confirmed_to_slack(caller: Caller) -> None:
    answer = caller.send(as_bytes({"type": "url_verification", "challenge": "c-4711"}))

    assert (answer.status_code, answer.json()) == (200, {"challenge": "c-4711"})


# --- repeats, twins and our own words -------------------------------------------------------


def test_a_delivery_that_slack_repeats_is_answered_once(bot: Bot, caller: Caller) -> None:
    ts = thread(bot)
    body = as_bytes(event(ts))

    for n in range(4):
        headers = {"X-Slack-Retry-Num": str(n), "X-Slack-Retry-Reason": "http_timeout"} if n else {}
        assert caller.send(body, **headers).status_code == 200
    bot.settle()
    assert caller.send(body, **{"X-Slack-Retry-Num": "3"}).status_code == 200
    bot.settle()

    assert len(bot.replies(OFFICE, ts)) == 1


def test_a_first_delivery_with_a_retry_header_counts(bot: Bot, caller: Caller) -> None:
    """The first try may never have arrived."""
    ts = thread(bot)

    caller.send(as_bytes(event(ts)), **{"X-Slack-Retry-Num": "2"})
    bot.settle()

    assert len(bot.replies(OFFICE, ts)) == 1


@pytest.mark.parametrize("order", [("app_mention", "message"), ("message", "app_mention")])
def test_the_two_events_of_one_mention_are_one_turn(
    bot: Bot, caller: Caller, order: tuple[str, str]
) -> None:
    ts = thread(bot)

    for n, kind in enumerate(order):
        body = event(ts, type=kind, channel_type="channel")
        assert caller.send(as_bytes({**body, "event_id": f"Ev{n}{ts}"})).status_code == 200
    bot.settle()

    assert len(bot.turns(OFFICE, ts)) == 1
    assert len(bot.replies(OFFICE, ts)) == 1


@pytest.mark.parametrize("deliveries", [{"duplicate": 3}, {"reorder": 2}, {"delay": 0.05}])
def test_however_deliveries_arrive_each_message_is_answered_once(
    bot: Bot, deliveries: dict[str, Any]
) -> None:
    bot.workspace.order("deliveries", **deliveries)
    try:
        ts = bot.mention(DEAL)
        bot.say("to watch crowds at demonstrations", thread=ts)
    finally:
        bot.workspace.order("faults", clear=True)

    assert [t.message.text for t in bot.turns(OFFICE, ts)] == [
        DEAL, "to watch crowds at demonstrations"]
    assert 1 <= len(bot.replies(OFFICE, ts)) <= 2


@pytest.mark.parametrize(("us", "text"), [
    (BOT, f"<@{BOT}9> over to you"), (BOT, f"<@{KIM}> over to you"), ("", f"<@{KIM}> to you"),
])
def test_a_mention_of_somebody_with_a_longer_id_is_not_one_of_the_bot(us: str, text: str) -> None:
    said = event("1790000000.000002", text, type="message", thread_ts="1790000000.000001")

    delivery = inbound.from_event(said, us)

    assert delivery is not None
    assert (delivery.body["mentioned"], delivery.body["to_others"], delivery.body["text"]) == (
        False, True, "")


def test_what_no_person_says_to_it_is_ignored(bot: Bot, caller: Caller) -> None:
    ts = bot.mention(DEAL)
    before = stored(bot)
    for n, more in enumerate([
        {"user": BOT, "bot_id": "B0ADVISOR1"}, {"user": BOT}, {"bot_id": "B0OTHER001"},
        {"user": "USLACKBOT"}, {"subtype": "bot_message", "bot_id": "B0OTHER001", "user": None},
        {"subtype": "channel_join"}, {"subtype": "channel_topic"}, {"subtype": "message_deleted"},
        {"subtype": "message_replied"}, {"subtype": "tombstone"},
    ]):
        body = event(f"1795000000.{n:06}", type="message", channel_type="channel", thread_ts=ts,
                     **more)
        assert caller.send(as_bytes(body)).status_code == 200
    bot.settle()

    assert stored(bot) == before
    assert len(bot.replies(OFFICE, ts)) == 1


# --- text that comes back -------------------------------------------------------------------

HOSTILE = (f"We want to sell drones with facial recognition <!channel> to the police <@{KIM}> in "
           "Kenya <http://evil.example|state.gov>, through a reseller &lt;!here&gt; "
           "[state.gov](http://evil.example) *bold* _it_ ~gone~ `code`")
LIVE = re.compile(r"<!(?:channel|here|everyone|subteam)|<@U0KIM|<http://evil")
"""What would ring a channel, or hide where a link leads."""


def surfaces(bot: Bot) -> list[tuple[str, str]]:
    """Every text that Slack reads as markup in what the bot sent, and where it stood."""
    found = []
    for call in bot.log("call"):
        args = {k: _read(v) for k, v in call["args"].items()}
        found += [(call["method"], args[key])
                  for key in ("text", "initial_comment", "markdown_text")
                  if isinstance(args.get(key), str)]
        found += [(call["method"], o["text"]) for o in objects([args])
                  if o.get("type") == "mrkdwn" and isinstance(o.get("text"), str)]
    return found


def markdown(bot: Bot) -> list[str]:
    """The same for Markdown, which has links of its own."""
    return [str(call["args"]["markdown_text"]) for call in bot.log("call")
            if call["args"].get("markdown_text")]


def _read(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) and value[:1] in "[{" else value
    except ValueError:
        return value


@pytest.mark.long
def test_no_markup_of_a_person_comes_alive_anywhere(bot: Bot) -> None:
    user = bot.newcomer()
    ts = bot.direct(HOSTILE, user=user)
    dm = bot.dm(user)
    bot.press(bot.last(dm, ts, user=user), "advise_now", user=user)
    last = bot.last(dm, ts, user=user)
    bot.press(last, "passages", user=user)
    bot.close_views(user)
    bot.press(bot.replies(dm, ts, user=user)[0], "correct", user=user)
    bot.close_views(user)
    bot.press(last, "compliance", user=user)
    bot.press(last, "brief", user=user)
    bot.check(dm, ts, user=user)
    bot.close_views(user)
    bot.command(HOSTILE, user=user)
    bot.command("status", user=user)
    bot.look_home(user)
    bot.look_home(KIM)
    elsewhere = bot.mention(HOSTILE)
    bot.edit(OFFICE, elsewhere, f"<@{BOT}> {HOSTILE.replace('Kenya', 'Norway')}")

    shown = surfaces(bot)
    methods = {method for method, _ in shown}
    assert methods >= {"chat.postMessage", "chat.startStream", "views.open", "views.publish",
                       "files.completeUploadExternal", "chat.update"}
    assert [(m, t) for m, t in shown if LIVE.search(t)] == []
    assert markdown(bot)
    assert [t for t in markdown(bot) if "](http://evil" in t] == []
    briefs = [f.content.decode() for f in bot.joined.world.files.values()
              if f.name.endswith(".md") and f.content]
    assert briefs
    assert [b for b in briefs if "](http://evil" in b or "<!channel>" in b] == []
    assert any("evil.example" in t for _, t in shown), "the words were never shown at all"


# --- what is never written to a log ---------------------------------------------------------

CANARIES = ("zyxcanary", "Kenya", BOT_TOKEN, APP_TOKEN, SECRET)


def test_no_token_and_no_words_of_a_person_are_logged(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, guidance: Guidance, reader: PlainReader,
    sentences: Wording, say: Wording, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatching, "POSTING_WAITS", (0.1,))
    with caplog.at_level(logging.DEBUG), joined(
            "http", tmp_path, guidance, reader, sentences, say) as made:
        bot = Bot(made)
        ts = advised(bot, f"{DEAL} zyxcanary")
        advice = bot.last(OFFICE, ts)
        bot.press(advice, "brief")
        bot.command("zyxcanary drones to the police in Kenya")
        bot.direct("zyxcanary drones to Kenya", user=NOOR)
        for nth, kind in enumerate(("bad_json", "http_500", "reset_after_commit"), start=1):
            bot.workspace.order("faults", method="chat.postMessage", nth=nth, kind=kind)
        bot.say("zyxcanary to watch crowds at demonstrations", thread=ts)

    ours = [f"{r.name} {r.levelname} {r.getMessage()} {r.exc_text or ''}" for r in caplog.records
            if not r.name.startswith(("bot.workspace", "python_multipart", "httpx", "httpcore"))]
    assert ours
    for canary in CANARIES:
        assert [line for line in ours if canary in line] == []


def test_the_libraries_that_log_payloads_are_kept_from_it(bot: Bot) -> None:
    for name, level in QUIET.items():
        assert logging.getLogger(name).getEffectiveLevel() >= level >= logging.WARNING
