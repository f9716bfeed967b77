"""A deal that waits to be posted in the compliance channel: who reads along when it is, and what
else is said meanwhile; the clock is the tests'."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.queue.desk import Desk
from bot.record.log import TURN, rows
from bot.slack import clients
from bot.slack.notes import note
from bot.slack.posting import Posting
from bot.slack.posts import MESSAGE
from bot.turns.delivery import Outgoing
from retrieval.guidance import Guidance
from tests.slack.joined import COMPLIANCE_CHANNEL, joined
from tests.slack.playing import DEAL, actions, control, words
from tests.slack.workbench import GRACE, TIMEOUT, Bench, Clock
from tests.workspace.running import ALEX, BOT, DEALS, KIM, NOOR, SAM, SAMS_DM

pytestmark = pytest.mark.long

CROWDS = DEAL + " It is to watch crowds at demonstrations."
NOORS_DM = "D0NOOR0001"


@pytest.fixture
def bench(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Bench]:
    """A bot that looks before each post who reads along, as the one that is served does."""
    monkeypatch.setattr(clients, "TIMEOUT_SECONDS", TIMEOUT)
    clock = Clock()
    clock.now = datetime.now(UTC)
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0,
                grace_seconds=GRACE, now=clock) as made:
        bench = Bench(made, clock)
        bench.desk = Desk(
            made.deliveries, made.desk._handler,
            Posting(made.clients, made.cases, made.deliveries.outbox.posts.ref_of,
                    audiences=made.parts.audiences, waits=made.deliveries.outbox.posts.waits),
            workers=0, grace_seconds=GRACE, now=clock)
        yield bench


def advised(bench: Bench, channel: str) -> dict[str, Any]:
    """Advice on a deal in *channel*: the message with its buttons."""
    bench.ask(f"<@{BOT}> {CROWDS}", channel)
    bench.work()
    press(bench, bench.posts(channel)[-1], "advise_now")
    bench.work()
    return buttons(bench, channel)


def buttons(bench: Bench, channel: str) -> dict[str, Any]:
    """The last message of the bot in *channel* that has the buttons of its advice."""
    return next(m for m in reversed(bench.posts(channel))
                if m.get("blocks") and "brief" in actions(m))


def press(bench: Bench, message: dict[str, Any], action: str, user: str = SAM) -> None:
    block, button = control(message, action)
    answer = bench.slack.do(
        "press", user, channel=message["channel"], ts=message["ts"], block_id=block["block_id"],
        action_id=button["action_id"], value=button.get("value"))
    assert answer["ok"], answer
    bench.slack.order("settle")


def failing(bench: Bench, times: int, method: str = "chat.postMessage") -> None:
    """Have Slack fail for the next *times* posts."""
    for nth in range(1, times + 1):
        bench.fault("http_500", method, nth)


def healed(bench: Bench) -> None:
    bench.slack.order("faults", clear=True)


def guest_joins(bench: Bench) -> None:
    bench.slack.order("guest", user=ALEX, restricted=True)
    assert bench.slack.do("invite", KIM, channel=COMPLIANCE_CHANNEL, invited=ALEX)["ok"]
    bench.slack.order("settle")


def sent(bench: Bench) -> list[dict[str, Any]]:
    """What the bot has posted in the compliance channel."""
    return [m for m in bench.slack.messages(COMPLIANCE_CHANNEL, KIM) if m["user"] == BOT]


def kept(bench: Bench, message: dict[str, Any]) -> list[str]:
    """Kinds of what is in the log of a message's conversation beside its turns."""
    case = bench.made.cases.at("T0ADVISOR1", message["channel"], message["thread_ts"])
    assert case is not None
    with bench.made.store.reading() as connection:
        return [one.kind for one in rows(connection, case.conversation) if one.kind != TURN]


def told(bench: Bench, channel: str, user: str) -> list[str]:
    return [words(m) for m in bench.slack.messages(channel, user) if m["user"] == BOT]


def test_a_deal_that_waited_is_not_posted_where_a_guest_has_joined_and_sam_is_told(
    bench: Bench, say: Wording
) -> None:
    advice = advised(bench, SAMS_DM)
    failing(bench, 1)
    press(bench, advice, "compliance")
    bench.work()
    guest_joins(bench)

    for _ in range(4):
        bench.later(400.0)

    assert sent(bench) == []
    assert words(bench.posts(SAMS_DM)[-1]) == say.say("acts.unsafe_channel")
    assert bench.posts(SAMS_DM)[-1]["thread_ts"] == advice["thread_ts"]
    assert kept(bench, advice) == ["undelivered"]
    assert "compliance" in actions(buttons(bench, SAMS_DM))


def test_who_reads_along_is_asked_of_slack_once_for_all_that_is_sent(bench: Bench) -> None:
    """Slack lets a workspace ask for 100 people in a minute; of each it was asked three times."""
    advice = advised(bench, SAMS_DM)
    before = len(bench.calls("users.info"))
    press(bench, advice, "compliance")
    bench.work()

    members = bench.made.world.channels[COMPLIANCE_CHANNEL].members
    asked = [c["args"]["user"] for c in bench.calls("users.info")[before:]]
    assert len(sent(bench)) == 2
    assert {user: asked.count(user) for user in members if user != SAM} == {
        user: 1 for user in members if user != SAM}


def test_the_guest_is_seen_by_a_replica_that_did_not_hear_of_their_coming(bench: Bench) -> None:
    advice = advised(bench, SAMS_DM)
    failing(bench, 1)
    press(bench, advice, "compliance")
    bench.work()
    channel = bench.made.world.channels[COMPLIANCE_CHANNEL]
    bench.slack.order("guest", user=ALEX, restricted=True)
    bench.made.world.put_channel(replace(channel, members=(*channel.members, ALEX)))

    bench.later(30.0)

    assert sent(bench) == []


def test_once_the_guest_has_left_the_deal_can_be_sent_by_pressing_again(
    bench: Bench, say: Wording
) -> None:
    advice = advised(bench, SAMS_DM)
    failing(bench, 1)
    press(bench, advice, "compliance")
    bench.work()
    channel = bench.made.world.channels[COMPLIANCE_CHANNEL]
    guest_joins(bench)
    bench.later(30.0)
    bench.made.world.put_channel(channel)

    bench.clock.now = datetime.now(UTC)
    press(bench, buttons(bench, SAMS_DM), "compliance")
    bench.later(1.0)

    assert "Kenya" in words(sent(bench)[0]) and len(sent(bench)[1]["files"]) == 2
    assert words(bench.posts(SAMS_DM)[-1]) == say.say("acts.handed_over_direct")
    assert kept(bench, advice) == ["undelivered", "handed_over"]
    assert "compliance" not in actions(buttons(bench, SAMS_DM))


def test_a_brief_that_waited_is_not_posted_where_a_guest_has_joined(
    bench: Bench, say: Wording
) -> None:
    advice = advised(bench, SAMS_DM)
    failing(bench, 1, "files.getUploadURLExternal")
    press(bench, advice, "compliance")
    bench.work()
    assert len(sent(bench)) == 1
    guest_joins(bench)

    for _ in range(4):
        bench.later(400.0)

    assert [m.get("files") for m in sent(bench)] in ([None], [[]])
    assert words(bench.posts(SAMS_DM)[-1]) == say.say(
        "acts.brief_not_sent", reason="people from outside can read it now")


def test_whoever_pressed_in_a_channel_is_told_and_not_whose_deal_it_is(
    bench: Bench, say: Wording
) -> None:
    advice = advised(bench, DEALS)
    failing(bench, 1)
    press(bench, advice, "compliance", user=NOOR)
    bench.work()
    guest_joins(bench)

    for _ in range(4):
        bench.later(400.0)

    assert told(bench, NOORS_DM, NOOR) == [say.say("acts.unsafe_channel")]
    assert told(bench, SAMS_DM, SAM) == []


def test_what_compliance_is_not_taken_holds_up_no_answer(bench: Bench) -> None:
    advice = advised(bench, SAMS_DM)
    failing(bench, 1)
    press(bench, advice, "compliance")
    bench.work()
    before = len(bench.posts(SAMS_DM))

    bench.slack.say("what does the guidance say about resellers?", SAMS_DM,
                    thread_ts=advice["thread_ts"])
    bench.slack.order("settle")
    bench.later(1.0)

    assert len(bench.posts(SAMS_DM)) == before + 1
    assert sent(bench) == []
    bench.later(400.0)
    assert len(sent(bench)) == 2


def test_who_sent_it_is_told_once_that_it_is_late_and_then_that_it_is_there(
    bench: Bench, say: Wording
) -> None:
    advice = advised(bench, SAMS_DM)
    before = len(bench.posts(SAMS_DM))
    press(bench, advice, "compliance")
    bench.fault("http_500")
    bench.work()
    assert len(bench.posts(SAMS_DM)) == before, "a moment is not worth a word"

    for _ in range(3):
        bench.fault("http_500")
        bench.later(61.0)
    late = [words(m) for m in bench.posts(SAMS_DM)[before:]]
    assert late == [say.say("acts.hand_over_late")]
    assert kept(bench, advice) == []

    healed(bench)
    for _ in range(3):
        bench.later(400.0)
    assert [words(m) for m in bench.posts(SAMS_DM)[before:]] == [
        say.say("acts.hand_over_late"), say.say("acts.handed_over_direct")]
    assert len(sent(bench)) == 2
    assert kept(bench, advice) == ["handed_over"]


def test_pressed_again_while_it_is_late_it_is_sent_once(bench: Bench, say: Wording) -> None:
    advice = advised(bench, SAMS_DM)
    failing(bench, 1)
    press(bench, advice, "compliance")
    bench.work()

    press(bench, advice, "compliance")
    bench.later(1.0)
    assert words(bench.posts(SAMS_DM)[-1]) == say.say("acts.hand_over_late")
    assert "compliance" in actions(buttons(bench, SAMS_DM)), "it is not sent yet"

    for _ in range(3):
        bench.later(400.0)
    assert len(sent(bench)) == 2
    assert kept(bench, advice) == ["handed_over"]


def test_what_a_version_before_this_one_owes_waits_for_the_post_that_it_needs(
    bench: Bench
) -> None:
    advice = advised(bench, SAMS_DM)
    case = bench.made.cases.at("T0ADVISOR1", SAMS_DM, advice["thread_ts"])
    assert case is not None
    before = len(bench.states())
    with bench.made.store.writing() as connection:
        bench.made.deliveries.outbox.owe_all(connection, case.conversation, case.team, [
            Outgoing("a:summary", MESSAGE, note("the deal"),
                     target={"channel": COMPLIANCE_CHANNEL}),
            Outgoing("a:brief", MESSAGE, note("the brief"), target={"after": "a:summary"}),
            Outgoing("a:note", MESSAGE, {**note("it was sent"), "needs": "a:summary"})])

    failing(bench, 1)
    bench.work()
    assert bench.states()[before:] == ["waiting"] * 3
    for _ in range(3):
        bench.later(30.0)

    assert bench.states()[before:] == ["sent"] * 3
