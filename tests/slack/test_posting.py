"""Each post is made once, whatever Slack and the network do meanwhile; the clock is the tests'."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.erasure.erasing import Erasing
from bot.queue.claims import ClaimLost
from bot.queue.desk import Desk
from bot.queue.door import POSTING_WAITS
from bot.schema import outgoing
from bot.slack import clients
from bot.slack.audience import Audience, Audiences
from bot.slack.notes import note
from bot.slack.posting import STREAMS_PER_MINUTE, Posting
from bot.slack.posts import FILES
from bot.turns.delivery import Act, Delivery, Outgoing, Queued
from bot.workspace.entities import TEAM_ID
from retrieval.guidance import Guidance
from tests.operation.written import written
from tests.slack.joined import Joined, joined
from tests.slack.playing import DEAL, actions, control, words
from tests.workspace.running import BOT, DEALS, RANDOM, SAM, SAMS_DM, eventually

GRACE = 12.0
#: Seconds that the bot waits for the workspace; a busy machine answers late, but not as late.
TIMEOUT = 3.0


class Clock:
    """The bot's time, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Bench:
    """A bot whose desk works only when a test tells it to."""

    def __init__(self, made: Joined, clock: Clock) -> None:
        self.made, self.slack, self.clock = made, made.workspace, clock
        self.desk = made.desk

    def ask(self, text: str = f"<@{BOT}> {DEAL}", channel: str = DEALS) -> str:
        """Somebody writes; the ts, once the bot has taken it in."""
        ts = self.slack.say(text, channel)
        self.slack.order("settle")
        return ts

    def fault(self, kind: str, method: str = "chat.postMessage", nth: int = 1,
              seconds: float = 0) -> None:
        self.slack.order("faults", method=method, nth=nth, kind=kind, seconds=seconds)

    def work(self) -> int:
        """Let the desk work while there is something; how often there was."""
        times = 0
        while self.desk.work():
            times += 1
        return times

    def later(self, seconds: float) -> int:
        """Let time go by, then let the desk work."""
        self.clock.now += timedelta(seconds=seconds)
        return self.work()

    def calls(self, method: str = "chat.postMessage") -> list[dict[str, Any]]:
        return [c for c in self.slack.log("call") if c["method"] == method]

    def posts(self, channel: str = DEALS) -> list[dict[str, Any]]:
        """What the bot has said in a channel."""
        return [m for m in self.slack.messages(channel) if m["user"] == BOT]

    @contextmanager
    def due(self) -> Iterator[Queued]:
        """The reply that is due, with its conversation in hand."""
        deliveries = self.made.deliveries
        with deliveries.claims.claim() as conversation:
            assert conversation is not None
            taken = deliveries.next_delivery(conversation)
            assert taken is not None
            self.desk._handle(taken)
            queued = deliveries.outbox.next_outgoing(conversation)
            assert queued is not None
            yield queued

    def states(self) -> list[str]:
        with self.made.store.reading() as connection:
            return list(connection.scalars(select(outgoing.c.state).order_by(outgoing.c.id)))


@pytest.fixture
def bench(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Bench]:
    monkeypatch.setattr(clients, "TIMEOUT_SECONDS", TIMEOUT)
    clock = Clock()
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0,
                grace_seconds=GRACE, now=clock) as made:
        yield Bench(made, clock)


# --- messages -------------------------------------------------------------------------------


def test_a_post_that_slack_wants_later_is_not_tried_before(bench: Bench) -> None:
    bench.ask()
    bench.fault("rate_limited", seconds=30)

    bench.work()
    assert [c["error"] for c in bench.calls()] == ["ratelimited"]
    assert bench.later(29.0) == 0
    assert len(bench.calls()) == 1

    bench.later(1.1)
    assert len(bench.calls()) == 2
    assert len(bench.posts()) == 1


@pytest.mark.parametrize(("kind", "seconds", "tries"), [
    ("http_500", 0, 2), ("http_502", 0, 2), ("html_500", 0, 2), ("reset_before", 0, 2),
    ("reset_after_commit", 0, 1), ("bad_json", 0, 1), ("latency", TIMEOUT + 0.5, 1),
])
def test_a_post_of_unclear_end_stands_once(
    bench: Bench, kind: str, seconds: float, tries: int
) -> None:
    bench.ask()
    bench.fault(kind, seconds=seconds)

    bench.work()
    assert bench.later(GRACE - 0.5) == 0, "it may be under way still"
    for _ in range(5):
        bench.later(60.0)

    assert len(bench.calls()) == tries
    assert len(bench.posts()) == 1
    assert bench.states() == ["sent"]


@pytest.mark.parametrize(("kind", "seconds", "why"), [
    ("html_500", 0, "http_500"), ("reset_before", 0, "no_answer"), ("bad_json", 0, "no_answer"),
    ("latency", TIMEOUT + 0.5, "timed_out")])
def test_the_log_says_why_a_post_waits(
    bench: Bench, kind: str, seconds: float, why: str
) -> None:
    """It said "…": nobody could tell a Slack that is slow from one that can't be reached."""
    bench.ask()
    bench.fault(kind, seconds=seconds)
    with written() as lines:
        bench.work()
    assert [line["slack_error"] for line in lines if line["event"] == "a post waits"] == [why]


def test_a_post_of_unclear_end_is_looked_for_until_slack_answers(bench: Bench) -> None:
    bench.ask()
    bench.fault("reset_after_commit")
    for nth in (1, 2, 3, 4):
        bench.fault("http_500", "conversations.replies", nth)

    bench.work()
    bench.later(GRACE + 1)
    assert bench.states() == ["waiting"]
    for _ in range(4):
        bench.later(400.0)

    assert len(bench.calls()) == 1
    assert len(bench.posts()) == 1
    assert bench.states() == ["sent"]


def test_files_are_put_before_the_claim_is_asked_for_and_shown_after(bench: Bench) -> None:
    """Five calls of ten seconds each, of which the last alone shows something."""
    bench.ask()
    made, seen = bench.made, []

    def insist() -> None:
        seen.append([len(bench.calls(f"files.{one}")) for one in (
            "getUploadURLExternal", "completeUploadExternal")])

    with bench.due() as queued:
        body = {"text": "Two files", "files": [
            {"name": name, "title": name, "content": base64.b64encode(b"words").decode()}
            for name in ("a.md", "b.md")]}
        files = replace(queued, outgoing=replace(
            queued.outgoing, method=FILES, body=body, turn=None))
        Posting(made.clients, made.cases, made.deliveries.outbox.posts.ref_of).post(
            files, lambda _: None, insist)

    assert seen == [[2, 0]]
    assert len(bench.calls("files.completeUploadExternal")) == 1
    (shown,) = [m for m in bench.slack.messages(DEALS) if m.get("files")]
    assert [one["name"] for one in shown["files"]] == ["a.md", "b.md"]


def test_a_restart_in_the_middle_of_a_post_does_not_post_again(bench: Bench) -> None:
    bench.ask()
    made = bench.made
    with bench.due() as queued:
        made.deliveries.outbox.begin(queued)
        posting = Posting(made.clients, made.cases, made.deliveries.outbox.posts.ref_of)
        posting.post(queued, lambda _: None, lambda: None)
        # Here the process dies, before it notes that the post stands.

    bench.later(GRACE + 1)

    assert len(bench.posts()) == 1
    assert bench.states() == ["sent"]


@pytest.mark.parametrize("streams", [True, False])
def test_who_was_taken_for_dead_meanwhile_posts_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, streams: bool
) -> None:
    """A process may be frozen after it has asked whether the conversation is still its own."""
    bench.ask()
    made = bench.made
    asked: list[str] = []

    def lost() -> None:
        asked.append("asked")
        raise ClaimLost("frozen for a minute")

    with bench.due() as queued:
        posting = Posting(made.clients, made.cases, made.deliveries.outbox.posts.ref_of)
        monkeypatch.setattr(posting, "_may_stream", lambda _: streams)
        with pytest.raises(ClaimLost):
            posting.post(queued, lambda _: None, lost)

    assert asked == ["asked"]
    assert bench.posts() == []
    assert bench.calls() == bench.calls("chat.startStream") == []


def test_what_was_posted_a_second_time_by_whoever_was_frozen_is_taken_away(bench: Bench) -> None:
    """Between the last question and the call nobody can look: so it is looked at afterwards."""
    bench.ask()
    made = bench.made
    outbox = made.deliveries.outbox
    with bench.due() as queued:
        outbox.begin(queued)
        posting = Posting(made.clients, made.cases, outbox.posts.ref_of)
        first = posting.post(queued, lambda _: None, lambda: None)
        assert outbox.sent(queued, first.ref, first.place)
        posting.take_back(queued, first)  # it is the one that stands
        second = posting.post(queued, lambda _: None, lambda: None)
        assert len(bench.posts()) == 2

        assert not outbox.sent(queued, second.ref, second.place)
        posting.take_back(queued, second)

    assert [f"{DEALS}:{one['ts']}" for one in bench.posts()] == [first.ref]
    assert outbox.posts.ref_of(queued.outgoing.key) == first.ref


def test_a_post_that_slack_refuses_is_kept_and_told_in_a_direct_message(bench: Bench) -> None:
    ts = bench.ask()
    channel = bench.made.world.channels[DEALS]
    bench.made.world.put_channel(replace(
        channel, members=tuple(m for m in channel.members if m != BOT)))

    bench.work()

    assert bench.posts() == []
    assert [words(m) for m in bench.posts(SAMS_DM)] == [
        "I could not post my answer in the channel: not in channel. Invite me there "
        "(/invite @Advisor) and I post it, or go on with me here."]
    assert bench.states() == ["refused", "sent"]
    with bench.made.store.reading() as connection:
        kept = connection.scalar(select(outgoing.c.body).where(outgoing.c.state == "refused"))
    assert "Kenya" in str(kept)

    bench.made.world.put_channel(channel)
    bench.ask(f"<@{BOT}> go on", DEALS)
    bench.slack.say("to watch crowds at demonstrations", DEALS, thread_ts=ts)
    bench.slack.order("settle")
    bench.work()
    assert any("Watching crowds" in words(m) for m in bench.posts())


def test_once_invited_it_posts_what_it_could_not_post_before(bench: Bench) -> None:
    bench.ask()
    channel = bench.made.world.channels[DEALS]
    bench.made.world.put_channel(replace(
        channel, members=tuple(m for m in channel.members if m != BOT)))
    bench.work()

    bench.slack.do("invite", SAM, channel=DEALS)
    eventually(lambda: bench.states() == ["waiting", "sent"])
    bench.work()

    assert sum("Kenya" in str(post.get("blocks")) for post in bench.posts()) == 1
    assert bench.states() == ["sent", "sent"]


@pytest.mark.parametrize(("reason", "told"), [
    ("not_in_channel", "not in channel. Invite me there (/invite @Advisor) and I post it, or go on "
     "with me here."),
    ("is_archived", "is archived. Go on with me here, or tell whoever keeps this app."),
])
def test_slacks_reason_is_told_in_words_that_help(bench: Bench, reason: str, told: str) -> None:
    bench.ask()
    with bench.made.deliveries.claims.claim() as conversation:
        assert conversation is not None
        taken = bench.made.deliveries.next_delivery(conversation)
        assert taken is not None
        bench.desk._handle(taken)
        queued = bench.made.deliveries.outbox.next_outgoing(conversation)
    assert queued is not None

    post = bench.desk._handler.undelivered(queued, reason)

    assert post is not None
    assert post.target == {"user": SAM}
    assert post.body["text"] == f"I could not post my answer in the channel: {told}"


def test_a_reply_that_waited_is_not_posted_where_outsiders_have_come_to_read(
    bench: Bench,
) -> None:
    made = bench.made
    bench.desk = Desk(
        made.deliveries, made.desk._handler,
        Posting(made.clients, made.cases, made.deliveries.outbox.posts.ref_of,
                audiences=made.parts.audiences),
        workers=0, grace_seconds=GRACE, now=bench.clock)
    bench.ask()
    bench.fault("rate_limited", seconds=30)
    bench.work()

    bench.slack.order("external", channel=DEALS)
    bench.slack.order("event", type="channel_shared", channel=DEALS)
    bench.slack.order("settle")
    bench.later(31.0)

    assert bench.posts() == []
    assert [words(m) for m in bench.posts(SAMS_DM)] == [
        "I could not post my answer in the channel: people from outside can read it now. "
        "Go on with me here, or tell whoever keeps this app."]


def test_what_was_answered_is_not_shown_where_outsiders_have_come_to_read(bench: Bench) -> None:
    made = bench.made
    bench.desk = Desk(
        made.deliveries, made.desk._handler,
        Posting(made.clients, made.cases, made.deliveries.outbox.posts.ref_of,
                audiences=made.parts.audiences),
        workers=0, grace_seconds=GRACE, now=bench.clock)
    bench.ask()
    bench.work()
    (asking,) = bench.posts()
    block, button = control(asking, "answer_unknown")
    bench.slack.do("press", SAM, channel=DEALS, ts=asking["ts"], block_id=block["block_id"],
                   action_id=button["action_id"], value=button["value"])
    bench.fault("rate_limited", "chat.update", seconds=30)
    bench.work()

    bench.slack.order("external", channel=DEALS)
    bench.slack.order("event", type="channel_shared", channel=DEALS)
    bench.slack.order("settle")
    bench.later(31.0)

    (stands,) = bench.posts()
    assert stands["blocks"] == asking["blocks"]
    assert [c["error"] for c in bench.calls("chat.update")] == ["ratelimited"]


def test_a_refused_direct_message_makes_no_further_one(bench: Bench) -> None:
    bench.made.world.put_channel(replace(bench.made.world.channels[SAMS_DM], members=(SAM,)))
    channel = bench.made.world.channels[DEALS]
    bench.ask()
    bench.made.world.put_channel(replace(
        channel, members=tuple(m for m in channel.members if m != BOT)))

    bench.work()
    assert bench.later(1000.0) == 0

    assert bench.states() == ["refused", "refused"]


def test_nobody_is_told_of_a_refused_post_where_whoever_asked_was_erased(bench: Bench) -> None:
    """Slack knows nobody without an id: the word to them is refused, and so is each on that."""
    made = bench.made
    thread = bench.ask()
    bench.work()
    name = ConversationId(f"slack:{TEAM_ID}:{DEALS}:{thread}")
    Erasing(made.store, bench.clock).conversation(TEAM_ID, name, by="U-lead", reason="asked")
    channel = made.world.channels[DEALS]
    made.world.put_channel(replace(
        channel, members=tuple(m for m in channel.members if m != BOT)))
    with made.store.writing() as connection:
        made.deliveries.outbox.owe(
            connection, name, TEAM_ID, Outgoing("notice", "message", note("Guidance changed")))

    for _ in range(5):
        bench.desk.work()

    assert bench.states()[-1:] == ["refused"]
    assert len(bench.states()) == 2


def test_no_post_unfolds_links_or_names_anybody(bench: Bench) -> None:
    bench.ask()
    bench.ask("what is a red flag?", SAMS_DM)
    bench.ask(f"<@{BOT}> what does the guidance say about resellers?")
    bench.work()

    posts = [c["args"] for c in bench.calls()]
    assert len(posts) >= 2
    for args in posts:
        assert args["unfurl_links"] in {False, "0", "false"}
        assert args["unfurl_media"] in {False, "0", "false"}
        assert not args.keys() & {"link_names", "parse", "as_user", "username", "icon_url"}


# --- streams --------------------------------------------------------------------------------


def streamed(bench: Bench) -> dict[str, Any]:
    """The one answer in the direct messages, complete and no longer being written."""
    (message,) = bench.posts(SAMS_DM)
    assert not message.get("streaming")
    assert words(message).count("The guidance and the UN texts speak to this.") == 1
    assert "This is not legal advice." in words(message)
    assert "feedback" in actions(message)
    return message


def test_an_answer_in_a_direct_message_is_streamed(bench: Bench) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.work()

    assert bench.calls() == []
    assert len(bench.calls("chat.startStream")) == len(bench.calls("chat.stopStream")) == 1
    assert streamed(bench)


def test_a_stream_that_slack_does_not_give_is_posted_whole(bench: Bench) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.fault("rate_limited", "chat.startStream", seconds=30)
    bench.work()

    assert len(bench.calls()) == 1
    assert streamed(bench)


@pytest.mark.parametrize(("kind", "method"), [
    (kind, method) for method in ("chat.startStream", "chat.stopStream")
    for kind in ("reset_before", "reset_after_commit", "http_500", "bad_json")
] + [("rate_limited", "chat.stopStream")])
def test_a_stream_that_is_cut_off_is_finished_and_stands_once(
    bench: Bench, kind: str, method: str
) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.fault(kind, method)

    bench.work()
    for _ in range(4):
        bench.later(60.0)

    assert streamed(bench)
    assert bench.states() == ["sent"]


def test_a_stream_that_died_is_rewritten_in_place(bench: Bench) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.fault("reset_before", "chat.stopStream")
    bench.work()

    bench.slack.order("clock", advance=301)
    bench.later(GRACE + 1)

    assert [c["error"] for c in bench.calls("chat.stopStream")][-1] == (
        "message_not_in_streaming_state")
    assert len(bench.calls("chat.update")) == 1
    assert streamed(bench)


def test_a_stream_that_the_person_stopped_is_completed(bench: Bench) -> None:
    bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.fault("reset_before", "chat.stopStream")
    bench.work()
    (begun,) = bench.posts(SAMS_DM)

    assert bench.slack.do("stop_stream", channel=SAMS_DM, ts=begun["ts"])["ok"]
    bench.later(GRACE + 1)

    assert [c["error"] for c in bench.calls("chat.stopStream")][-1] == "stopped_by_user"
    assert streamed(bench)


def test_streams_beyond_slacks_rate_are_posted_whole(bench: Bench) -> None:
    made = bench.made
    bench.desk = Desk(
        made.deliveries, made.desk._handler,
        Posting(made.clients, made.cases, made.deliveries.outbox.posts.ref_of, clock=lambda: 0.0),
        workers=0, grace_seconds=GRACE, now=bench.clock)
    for _ in range(STREAMS_PER_MINUTE + 2):
        bench.ask("what does the guidance say about resellers?", SAMS_DM)
    bench.work()

    assert len(bench.calls("chat.startStream")) == STREAMS_PER_MINUTE
    assert len(bench.calls()) == 2
    assert len(bench.posts(SAMS_DM)) == STREAMS_PER_MINUTE + 2


def test_the_bot_never_posts_where_it_was_not_asked(bench: Bench) -> None:
    bench.slack.say(DEAL, RANDOM)
    bench.slack.order("settle")

    assert bench.work() == 0


# --- who can read it by then -----------------------------------------------------------------


@pytest.fixture
def looking_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose poster has kept nothing of who reads a channel."""
    monkeypatch.setattr(bench.desk._poster, "_audiences", Audiences(bench.made.clients))
    return bench


def fail_at_posting(bench: Bench, kind: str, seconds: float = 0) -> None:
    """Let Slack tell who reads the channel while the message is handled, and not later."""
    for nth in range(2, 8):
        bench.fault(kind, "conversations.info", nth, seconds)


@pytest.mark.parametrize(("kind", "seconds"), [
    ("http_500", 0), ("html_500", 0), ("reset_before", 0), ("bad_json", 0),
    ("refused:internal_error", 0), ("rate_limited", 1)])
def test_while_nobody_knows_who_can_read_it_a_reply_waits_and_is_not_lost(
    looking_anew: Bench, kind: str, seconds: float
) -> None:
    looking_anew.ask()
    fail_at_posting(looking_anew, kind, seconds)

    looking_anew.work()
    assert looking_anew.calls() == []
    assert looking_anew.states() == ["waiting"]

    looking_anew.slack.order("faults", clear=True)
    looking_anew.later(301.0)
    assert len(looking_anew.posts()) == 1
    assert looking_anew.states() == ["sent"]


def test_a_reply_that_waits_for_its_readers_to_be_known_is_tried_ever_more_seldom(
    looking_anew: Bench
) -> None:
    looking_anew.ask()
    for nth in range(2, 40):
        looking_anew.fault("http_500", "conversations.info", nth)
    looking_anew.work()
    for wait in POSTING_WAITS:
        asked = len(looking_anew.calls("conversations.info"))
        looking_anew.later(wait - 0.5)
        assert len(looking_anew.calls("conversations.info")) == asked
        looking_anew.later(0.6)
        assert len(looking_anew.calls("conversations.info")) > asked
    assert looking_anew.states() == ["waiting"]
    assert looking_anew.calls() == []


@pytest.mark.parametrize("code", ["channel_not_found", "missing_scope"])
def test_where_slack_will_never_say_who_reads_it_the_asker_is_told(
    looking_anew: Bench, code: str
) -> None:
    looking_anew.ask()
    fail_at_posting(looking_anew, f"refused:{code}")

    looking_anew.work()

    assert looking_anew.posts() == []
    (told,) = looking_anew.posts(SAMS_DM)
    assert code.replace("_", " ") in told["text"]


def test_a_reply_waits_for_no_channel_that_has_too_many_readers_to_be_looked_through(
    looking_anew: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking_anew.ask()
    monkeypatch.setattr(
        looking_anew.desk._poster, "_audiences",
        SimpleNamespace(find=lambda *_: Audience.UNKNOWN))

    looking_anew.work()

    assert looking_anew.posts() == []
    (told,) = looking_anew.posts(SAMS_DM)
    assert "who can read it can not be found out" in told["text"]


def test_a_reminder_that_names_the_deal_is_not_posted_where_guests_have_come_to_read(
    looking_anew: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking_anew.ask()
    looking_anew.work()
    (asked,) = looking_anew.posts()
    conversation = ConversationId(f"slack:T0ADVISOR1:{DEALS}:{asked['thread_ts']}")
    monkeypatch.setattr(looking_anew.desk._poster, "_audiences",
                        SimpleNamespace(find=lambda *_: Audience.GUESTS))
    looking_anew.made.deliveries.receive(Delivery(
        key=MessageKey(f"{conversation}:watch:2026-11-25"), act=Act.REMINDER, team="T0ADVISOR1",
        author=SAM, sent_at=looking_anew.clock(), body={"on": "2026-11-25"},
        conversation=conversation))

    looking_anew.work()

    assert looking_anew.posts() == [asked]
    assert looking_anew.states()[-2:] == ["refused", "sent"]
    assert "people from outside can read it now" in looking_anew.posts(SAMS_DM)[-1]["text"]


# --- posts that need another ----------------------------------------------------------------


def test_what_says_that_something_was_sent_is_not_posted_unless_it_was(bench: Bench) -> None:
    bench.ask()
    bench.work()
    (asked,) = bench.posts()
    conversation = ConversationId(f"slack:T0ADVISOR1:{DEALS}:{asked['thread_ts']}")
    with bench.made.store.writing() as connection:
        for post in (
            Outgoing("summary", "message", note("A deal."), target={"channel": RANDOM}),
            Outgoing("note", "message", {**note("I sent it."), "needs": "summary"}),
        ):
            bench.made.deliveries.outbox.owe(connection, conversation, "T0ADVISOR1", post)

    bench.work()

    assert bench.states()[-3:-1] == ["refused", "refused"]
    assert len(bench.posts()) == 1
    (told,) = bench.posts(SAMS_DM)
    assert "not in channel" in told["text"]
