"""Each post is made once, whatever Slack and the network do meanwhile; the clock is the tests'."""

import base64
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.queue.claims import ClaimLost
from bot.schema import outgoing
from bot.slack.notes import note
from bot.slack.posting import Posting
from bot.slack.posts import FILES
from bot.turns.delivery import Outgoing
from bot.workspace.entities import TEAM_ID
from tests.operation.written import written
from tests.slack.playing import DEAL, words
from tests.slack.workbench import GRACE, TIMEOUT, Bench
from tests.workspace.running import BOT, DEALS, RANDOM, SAM, SAMS_DM, eventually

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


def test_the_bot_never_posts_where_it_was_not_asked(bench: Bench) -> None:
    bench.slack.say(DEAL, RANDOM)
    bench.slack.order("settle")

    assert bench.work() == 0


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
