"""What waited is posted only where nobody from outside reads it by then."""

from types import SimpleNamespace

import pytest

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.queue.desk import Desk
from bot.queue.door import POSTING_WAITS
from bot.slack.audience import Audience, Audiences
from bot.slack.posting import Posting
from bot.turns.delivery import Act, Delivery
from tests.slack.playing import control, words
from tests.slack.workbench import GRACE, Bench
from tests.workspace.running import DEALS, SAM, SAMS_DM


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


@pytest.fixture
def looking_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose poster has kept nothing of who reads a channel."""
    monkeypatch.setattr(bench.desk._dispatcher._poster, "_audiences", Audiences(bench.made.clients))
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
        looking_anew.desk._dispatcher._poster, "_audiences",
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
    monkeypatch.setattr(looking_anew.desk._dispatcher._poster, "_audiences",
                        SimpleNamespace(find=lambda *_: Audience.GUESTS))
    looking_anew.made.deliveries.receive(Delivery(
        key=MessageKey(f"{conversation}:watch:2026-11-25"), act=Act.REMINDER, team="T0ADVISOR1",
        author=SAM, sent_at=looking_anew.clock(), body={"on": "2026-11-25"},
        conversation=conversation))

    looking_anew.work()

    assert looking_anew.posts() == [asked]
    assert looking_anew.states()[-2:] == ["refused", "sent"]
    assert "people from outside can read it now" in looking_anew.posts(SAMS_DM)[-1]["text"]
