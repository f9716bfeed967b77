"""Faults of Slack: its Web API fails in every way, its sockets close, its deliveries repeat."""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import httpx

from bot.queue.cases import DOUBLE_TAP
from bot.workspace.deliveries import sign
from tests.faults.row import Fault, Row, row_of
from tests.faults.samples import COMMANDS
from tests.faults.slack_proxy import Break, SlackProxy, refusal, status
from tests.faults.stage import Stage, at_once, staged
from tests.workspace.running import DEALS, NOOR, SAM, SAMS_DM, SECRET

SAID = (
    "We want to sell drones with facial recognition to the police in Kenya.",
    "A reseller in Dubai asks for twenty IMSI catchers, end user not named.",
    "Thermal cameras for a university in Chile that studies frost.",
)
FURTHER = ("The end user is the national police.", "The country is Kenya.", "I don't know.")
CHANGING = frozenset({
    "chat.postMessage", "chat.startStream", "chat.stopStream", "chat.update",
    "chat.postEphemeral"})
READING = frozenset({"conversations.replies", "conversations.history", "conversations.open",
                     "conversations.info", "users.info", "auth.test",
                     "assistant.threads.setStatus"})
UNDELIVERED = "could not post"
"""What a person is told stands in a sentence with these words."""
SHARE = 0.3
"""Of the calls, those that go wrong."""
AT_ONCE = 6
SHORT_CALL_SECONDS = 12
"""A call has ten seconds; a little more shows that it did not have the drip's minutes."""

_LIMIT = '{"ok": false, "error": "ratelimited"}'
LIMITED = (
    *(status(429, _LIMIT, "application/json", Retry_After=wait)
      for wait in ("1", "0", "-5", "soon", "1e400", "")),
    status(429, _LIMIT, "application/json"), status(429))
SERVER_ERRORS = tuple(status(code, "<html>oops</html>", "text/html") for code in (500, 502, 503,
                                                                                  504))
BROKEN = (
    Break("reset before Slack heard of it", reset=True),
    Break("reset after Slack had carried it out", carried_out=True, reset=True),
    Break("closed without an answer after it was carried out", carried_out=True),
    Break("half an answer", carried_out=True, answer=lambda said: said[:len(said) // 2],
          reset=True),
    Break("half an answer, closed in order", carried_out=True,
          answer=lambda said: said[:-20]),
    Break("HTML with status 200", carried_out=True,
          answer=status(200, "<html>maintenance</html>", "text/html").answer),
    Break("an answer without what belongs into it", carried_out=True,
          answer=status(200, '{"ok": true}', "application/json").answer),
    Break("a list", carried_out=True, answer=status(200, "[]", "application/json").answer),
    Break("no text", carried_out=True,
          answer=lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe"),
)
SLOW = (Break("one byte in 50 ms", carried_out=True, answer=lambda said: said, per_byte=0.05),
        Break("nothing for 15 s", carried_out=True, answer=lambda said: said, seconds=15.0))
LATER_CODES = ("ratelimited", "rate_limited", "internal_error", "fatal_error",
               "service_unavailable", "request_timeout")
FINAL_CODES = (
    "channel_not_found", "not_in_channel", "is_archived", "msg_too_long", "no_text",
    "invalid_blocks", "invalid_blocks_format", "restricted_action", "cannot_reply_to_message",
    "message_limit_exceeded", "metadata_too_large", "as_user_not_supported", "no_permission",
    "user_not_found", "user_is_bot", "thread_not_found", "method_deprecated",
    "deprecated_endpoint", "invalid_arguments", "invalid_arg_name", "invalid_charset",
    "invalid_form_data", "invalid_post_type", "missing_post_type", "missing_charset",
    "enterprise_is_restricted", "not_allowed_token_type", "duplicate_channel_not_found",
    "external_channel_migrating",
    "slack_connect_file_link_sharing_blocked", "too_many_attachments", "something_new")


def _talk(stage: Stage, size: int) -> None:
    """So many messages, two thirds of them in threads that go on."""
    roots: list[tuple[str, str, str]] = []

    def begin(n: int) -> None:
        channel, user = ((DEALS, NOOR), (SAMS_DM, SAM))[n % 2]
        ts = (stage.ask_in_channel(SAID[n % 3], user) if channel == DEALS
              else stage.say(SAID[n % 3], channel, user))
        roots.append((channel, user, ts))

    at_once([lambda n=n: begin(n) for n in range(-(-size // 3))], AT_ONCE)
    # A thread can be gone on with once its beginning has arrived.
    stage.settle()
    chance = random.Random(size)
    rest = [chance.choice(roots) for _ in range(size - len(roots))]
    at_once([lambda at=at, n=n: stage.say(FURTHER[n % 3], at[0], at[1], at[2])
             for n, at in enumerate(rest)], AT_ONCE)


def _breaking(
    size: int, fault: str, how: str, breaks: Sequence[Break], *, methods: frozenset[str] = CHANGING,
    share: float = SHARE, grace: float = 1.0,
) -> Row:
    with staged(grace_seconds=grace) as stage:
        _set(stage.proxy, breaks, share, methods)
        _talk(stage, size)
        settled = stage.settle()
        stage.proxy.share = 0.0
        settled = settled or stage.settle()
        back = stage.back(NOOR)
        broken = sum(stage.proxy.broken.values())
        return row_of(
            stage.verdict(), fault, how, broken, back_seconds=back,
            unhandled=stage.unhandled(), note="" if settled else "not finished in time")


def _set(proxy: SlackProxy, breaks: Sequence[Break], share: float, methods: frozenset[str]) -> None:
    proxy.breaks, proxy.share, proxy.methods = breaks, share, methods


def rate_limited(size: int) -> Row:
    """429 with a time to wait, with a silly one, and with none."""
    return _breaking(size, "Slack answers 429", "three in ten posts, `Retry-After` 1 and 0",
                     LIMITED[:2])


def rate_limited_sillily(size: int) -> Row:
    """429 that doesn't say how long: half a minute is waited each time."""
    return _breaking(min(size, 60), "Slack answers 429 and doesn't say for how long",
                     "one in ten posts, `Retry-After` -5, \"soon\", 1e400, empty and missing",
                     LIMITED[2:], share=0.1)


def server_errors(size: int) -> Row:
    """5xx with a page of HTML."""
    return _breaking(size, "Slack answers 500, 502, 503, 504",
                     "three in ten posts get a page of HTML instead", SERVER_ERRORS)


def connections(size: int) -> Row:
    """Connections that break before and after, and answers that can't be read."""
    return _breaking(size, "connections to Slack break; half, empty and unreadable answers",
                     "three in ten posts, most of them after Slack had carried them out", BROKEN)


def reads_fail(size: int) -> Row:
    """All that the bot asks, rather than posts, fails."""
    return _breaking(size, "what the bot asks of Slack fails",
                     "three in ten reads: 429, 5xx, resets, half answers",
                     (*LIMITED[:2], *SERVER_ERRORS, *BROKEN), methods=READING)


def slow(size: int) -> Row:
    """Answers that drip in, or come after the bot has given up."""
    return _breaking(min(size, 60), "Slack answers slowly",
                     "one in ten posts: a byte each 50 ms, or nothing for 15 s; the post stands",
                     SLOW, share=0.1, grace=float(SHORT_CALL_SECONDS))


def later_codes(size: int) -> Row:
    """`ok: false` with what passes."""
    return _breaking(size, "Slack refuses for now (" + ", ".join(LATER_CODES) + ")",
                     "one in ten posts answered `ok: false`",
                     tuple(refusal(code) for code in LATER_CODES if "limited" not in code
                           and code != "service_unavailable"), share=0.1)


def unreachable(size: int) -> Row:
    """Slack can't be reached at all for a while."""
    with staged() as stage:
        stage.proxy.refuse()
        _talk_unanswered(stage, size)
        time.sleep(2)
        stage.proxy.listen()
        began = time.monotonic()
        stage.settle()
        took = round(time.monotonic() - began, 1)
        back = stage.back(NOOR)
        return row_of(stage.verdict(), "Slack refuses connections",
                      "nobody listens at the Web API's port while people write; then again", 1,
                      unhandled=stage.unhandled(), back_seconds=back,
                      note=f"all that waited was posted {took} s after Slack was back")


def _talk_unanswered(stage: Stage, size: int) -> None:
    at_once([lambda n=n: stage.ask_in_channel(SAID[n % 3], (NOOR, SAM)[n % 2])
             for n in range(size)], AT_ONCE)


def final_codes(size: int) -> Row:
    """`ok: false` for good: the person is told by direct message, and the log says so."""
    codes = (FINAL_CODES * (size // len(FINAL_CODES) + 1))[:size]
    with staged() as stage:
        # Posts to the channel alone: the word to the person goes by direct message.
        _set(stage.proxy, (), 1.0, frozenset({"chat.postMessage"}))
        stage.proxy.touching = DEALS.encode()
        for code in codes:
            stage.proxy.breaks = (refusal(code),)
            before = sum(stage.proxy.broken.values())
            stage.ask_in_channel(SAID[0], NOOR)
            _broken_again(stage, before)
        stage.proxy.share = 0.0
        stage.settle()
        back = stage.back(NOOR)
        verdict = stage.verdict()
        refused = stage.post_states().get("refused", 0)
        told = stage.told(UNDELIVERED)
        # What Slack refuses for good is not lost where its person was told.
        untold = max(0, refused - stage.sent("%:undelivered"))
        lost = [one for one in verdict.lost if "was never answered" not in one]
        return Row(
            f"Slack refuses for good ({len(set(codes))} codes)",
            "each post answered `ok: false` with each code of the documentation",
            len(codes), verdict.messages, verdict.turns, lost=len(lost) + untold,
            doubled=len(verdict.doubled), misordered=len(verdict.misordered),
            chain=verdict.broken is None, unhandled=stage.unhandled(), told=told,
            back_seconds=back, note=f"{refused} posts refused, as they had to be")


def _broken_again(stage: Stage, before: int) -> None:
    """Return once more calls were broken than *before*, or after 20 seconds."""
    until = time.monotonic() + 20
    while time.monotonic() < until and sum(stage.proxy.broken.values()) <= before:
        time.sleep(0.02)


def uploads(size: int) -> Row:
    """A brief's files are there, and the answer that says so is lost; or they never came."""
    with staged() as stage:
        stage.ask_in_channel(SAID[0], SAM)
        stage.settle()
        _set(stage.proxy, BROKEN, 0.5, frozenset({"files.completeUploadExternal"}))
        for n in range(size):
            _command(stage, {**COMMANDS["/advisor brief"], "trigger_id": f"13345224609.{n}.8088"})
            stage.settle()  # who asks again before it stands gets one
            time.sleep(DOUBLE_TAP.total_seconds())  # and who asks again at once, too
        stage.proxy.share = 0.0
        stage.settle()
        back = stage.back(NOOR)
        sent = stage.sent("%:brief")
        row = row_of(
            stage.verdict(), "the answer to an upload breaks",
            "half of the calls that complete one, most of them after Slack had carried them out",
            sum(stage.proxy.broken.values()), unhandled=stage.unhandled(), back_seconds=back,
            note=f"{sent} of {size} briefs stand once each, known by the names of their files")
        return replace(row, lost=row.lost + size - sent)


def _command(stage: Stage, given: dict[str, str]) -> None:
    body = urlencode(given).encode()
    stamp = str(int(time.time()))
    httpx.post(stage.bot_url, content=body, trust_env=False, headers={
        "Content-Type": "application/x-www-form-urlencoded", "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(SECRET, stamp, body)}).raise_for_status()


def sockets(size: int) -> Row:
    """Socket Mode: asked to go, cut off in the middle, envelopes twice."""
    with staged(socket=True) as stage:
        stage.slack.control("deliveries", duplicate=1)
        closed = 0
        for n in range(size):
            if n % 5 == 1:
                order = ({"disconnect": "warning"}, {"disconnect": "refresh_requested"},
                         {"abrupt": True})[closed % 3]
                stage.slack.control("sockets", **order)
                closed += 1
            stage.ask_in_channel(SAID[n % 3], (NOOR, SAM)[n % 2])
        stage.settle()
        back = stage.back(NOOR)
        return row_of(stage.verdict(), "Socket Mode connections close",
                      "asked to go, told to refresh, and cut off in mid-envelope, in turn, "
                      "every envelope sent twice", closed, back_seconds=back,
                      unhandled=stage.unhandled())


def deliveries(size: int) -> Row:
    """Each event one to five times, in any order, over seconds; with Slack's retry headers."""
    with staged() as stage:
        stage.relay.copies_each = (1, 5)
        stage.relay.latest_seconds = 3.0
        _talk(stage, size)
        stage.settle()
        return row_of(stage.verdict(), "deliveries repeat and overtake each other",
                      "each event one to five times, each copy up to 3 s late, in any order",
                      stage.relay.copies, unhandled=stage.unhandled(),
                      note=f"{stage.relay.copies} deliveries of {stage.relay.events} events")


def too_late(size: int) -> Row:
    """Signed longer than five minutes ago, or by nobody: refused; told again, it is answered."""
    with staged() as stage:
        refused = 0
        for n in range(size):
            refused += _refused_when_late(stage, n)
        ts = stage.ask_in_channel(SAID[0], NOOR)
        stage.settle()
        verdict = stage.verdict()
        return row_of(
            verdict, "requests signed more than five minutes ago, or not by Slack",
            "events with an old, a future, no or a wrong signature", size,
            unhandled=stage.unhandled(), told=f"HTTP 401, {refused} of {size}",
            note="Slack signs each try anew, so a late delivery carries a fresh signature and is "
                 f"taken; {len(stage.answers_in(DEALS, ts))} answer to one sent in time")


def _refused_when_late(stage: Stage, n: int) -> int:
    body = json.dumps({"type": "event_callback", "event": {}, "n": n}).encode()
    skew = (-301, -86_400, 301, 0)[n % 4]
    stamp = str(int(time.time()) + skew)
    secret = SECRET if skew else "another"
    answer = httpx.post(stage.bot_url, content=body, trust_env=False, headers={
        "Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(secret, stamp, body)})
    return int(answer.status_code == 401)


FAULTS: tuple[Fault, ...] = (
    rate_limited, rate_limited_sillily, server_errors, connections, reads_fail, slow, later_codes,
    unreachable, final_codes, uploads, sockets, deliveries, too_late)
