"""A second reply takes the place of the first: whole or not at all, and never under a hand."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.queue.deliveries import Received
from bot.record.log import rows
from bot.schema import outgoing
from bot.second_look.looked import AnsweredMeanwhile
from bot.slack.audience import Audience
from bot.slack.inbound import from_action
from retrieval.guidance import Guidance
from tests.slack.joined import joined
from tests.slack.playing import actions, control, words
from tests.slack.second import LONG, TEAM, answer_again
from tests.slack.workbench import GRACE, Bench, Clock
from tests.workspace.running import BOT, DEALS, SAM, SAMS_DM

Json = dict[str, Any]

MARKED = "An agency that spies raises a red flag."
DEAL = ("We want to sell spyware to the intelligence agency of Kenya, through a reseller. "
        "To find terrorists.")
"""A deal whose first answer fits one message, questions and all."""
FULL = ("We want to sell drones with facial recognition to the police in Kenya, "
        "through a reseller. Advise now.")
"""A deal whose whole advice takes several messages, and one once a model has worded it in short."""


class Thread:
    """A thread in which an answer stands."""

    def __init__(self, bench: Bench, channel: str = DEALS, text: str = DEAL) -> None:
        self.bench, self.channel = bench, channel
        said = text if channel == SAMS_DM else f"<@{BOT}> {text}"
        self.ts = bench.ask(said, channel)
        bench.work()
        self.conversation = ConversationId(f"slack:{TEAM}:{channel}:{self.ts}")

    def posts(self) -> list[Json]:
        """What the bot has posted here, oldest first."""
        return [m for m in self.bench.slack.messages(self.channel)
                if m["user"] == BOT and m.get("thread_ts") == self.ts
                and not m["is_ephemeral"]]

    def again(self, *texts: str) -> None:
        """Record a second reply, and let the desk work."""
        answer_again(self.bench.made, self.conversation, *texts)
        self.bench.work()

    def press(self, message: Json, action: str) -> None:
        """Press a button as *message* shows it on a screen, whatever stands there by now."""
        _, element = control(message, action)
        pressed = {"value": element.get("positive_button", element)["value"],
                   "action_id": element["action_id"],
                   "action_ts": f"{self.bench.clock().timestamp():.6f}"}
        delivery = from_action({
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": SAM},
            "container": {"message_ts": message["ts"], "channel_id": self.channel},
            "actions": [pressed]})
        assert delivery is not None
        assert self.bench.made.deliveries.receive(delivery) is Received.NEW
        self.bench.work()

    def state(self) -> Conversation:
        return self.bench.made.store.load(self.conversation)

    def states(self) -> list[tuple[int | None, str, str]]:
        """Turn, kind and state of each post owed here."""
        query = (select(outgoing.c.turn, outgoing.c.method, outgoing.c.state)
                 .where(outgoing.c.conversation == self.conversation).order_by(outgoing.c.id))
        with self.bench.made.store.reading() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def happened(self) -> list[tuple[str, Json]]:
        with self.bench.made.store.reading() as connection:
            return [(row.kind, dict(row.detail)) for row in rows(connection, self.conversation)
                    if row.kind != "turn"]


@pytest.fixture
def thread(bench: Bench) -> Thread:
    return Thread(bench)


# --- in place -------------------------------------------------------------------------------


def test_the_plain_answer_stands_first_and_is_replaced_where_it_is(thread: Thread) -> None:
    (plain,) = thread.posts()
    assert "*Red flag*" in words(plain)

    thread.again(MARKED, "A reseller needs checks of its own.")

    (better,) = thread.posts()
    assert better["ts"] == plain["ts"]
    assert MARKED in words(better)
    assert "*Red flag*" not in words(better)
    assert [a for a in actions(better) if a != "plain_wording"] == actions(plain)
    assert thread.states() == [(1, "message", "sent"), (2, "replace", "sent")]
    first, second = thread.bench.made.store.turns(thread.conversation)
    assert first.posted_ref == second.posted_ref == f"{DEALS}:{plain['ts']}"


def test_a_replaced_message_says_that_it_was_edited_and_nobody_is_notified(
    thread: Thread
) -> None:
    thread.again(MARKED)
    (better,) = thread.posts()
    assert better["edited"]["user"] == BOT
    assert len(thread.bench.calls("chat.postMessage")) == 1
    (update,) = thread.bench.calls("chat.update")
    assert update["args"]["parse"] == "none"
    assert update["args"]["link_names"] in {False, "0"}


def test_a_streamed_answer_is_replaced_whole_and_never_streamed_again(bench: Bench) -> None:
    thread = Thread(bench, SAMS_DM)
    (plain,) = thread.posts()
    assert len(bench.calls("chat.startStream")) == 1

    thread.again(MARKED)

    (better,) = thread.posts()
    assert (better["ts"], MARKED in words(better)) == (plain["ts"], True)
    assert words(better).count("Stop and take this") == 1
    assert len(bench.calls("chat.startStream")) == 1


def test_several_messages_are_replaced_by_fewer_and_the_others_taken_away(
    bench: Bench
) -> None:
    thread = Thread(bench, text=FULL)
    plain = thread.posts()
    assert len(plain) > 1

    thread.again(MARKED)

    (better,) = thread.posts()
    assert better["ts"] == plain[0]["ts"]
    assert MARKED in words(better)
    assert {"compliance", "brief", "passages", "plain_wording", "feedback"} <= set(
        actions(better))
    assert [s for _, kind, s in thread.states() if kind == "remove"] == ["sent"] * (
        len(plain) - 1)
    second = bench.made.store.turns(thread.conversation)[-1]
    assert second.posted_ref == f"{DEALS}:{better['ts']}"


def test_a_message_is_replaced_by_several_and_the_others_follow(thread: Thread) -> None:
    (plain,) = thread.posts()

    thread.again(*[LONG] * 12)

    better = thread.posts()
    assert len(better) > 1
    assert better[0]["ts"] == plain["ts"]
    assert sum(words(m).count("A sentence of the model that goes on") for m in better) == 12 * 15
    assert "plain_wording" in actions(better[-1])
    assert thread.states()[1:3] == [(2, "replace", "sent"), (2, "message", "sent")]


# --- what Slack does meanwhile --------------------------------------------------------------


@pytest.mark.parametrize("kind", [
    "http_500", "reset_before", "reset_after_commit", "bad_json", "rate_limited"])
def test_an_update_of_unclear_end_is_made_again_and_the_answer_stands_once(
    thread: Thread, kind: str
) -> None:
    thread.bench.fault(kind, "chat.update", seconds=20)
    thread.again(MARKED)
    for _ in range(4):
        thread.bench.later(60.0)

    (better,) = thread.posts()
    assert MARKED in words(better)
    assert thread.states()[-1] == (2, "replace", "sent")


def test_a_removal_of_unclear_end_is_made_again(bench: Bench) -> None:
    thread = Thread(bench, text=FULL)
    bench.fault("reset_after_commit", "chat.delete")
    thread.again(MARKED)
    for _ in range(4):
        bench.later(60.0)

    (better,) = thread.posts()
    assert MARKED in words(better)
    assert {state for _, _, state in thread.states()} == {"sent"}


def test_a_process_that_ends_between_record_and_update_is_made_up_for(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> None:
    clock, journal = Clock(), tmp_path / "workspace.jsonl"
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0,
                grace_seconds=GRACE, now=clock, journal=journal) as made:
        thread = Thread(Bench(made, clock))
        (plain,) = thread.posts()
        answer_again(made, thread.conversation, MARKED)
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0,
                grace_seconds=GRACE, now=clock, journal=journal) as made:
        thread.bench = Bench(made, clock)
        assert words(thread.posts()[0]) == words(plain)
        thread.bench.work()
        (better,) = thread.posts()
        assert (better["ts"], MARKED in words(better)) == (plain["ts"], True)


@pytest.mark.parametrize("code", [
    "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive",
    "not_in_channel"])
def test_where_the_answer_cannot_be_replaced_it_stands_and_nobody_is_troubled(
    bench: Bench, code: str
) -> None:
    thread = Thread(bench, text=FULL)
    plain, direct = thread.posts(), bench.posts(SAMS_DM)
    bench.fault(f"refused:{code}", "chat.update")

    thread.again(*[LONG] * 40)

    assert thread.posts() == plain
    assert bench.posts(SAMS_DM) == direct
    assert {state for turn, kind, state in thread.states()
            if turn == 2 and kind != "message"} == {"dropped"}
    assert thread.happened()[0] == ("undelivered", {
        "turn": 2, "reason": code, "post": f"{thread.conversation}:second:reply:0"})


def test_an_answer_that_somebody_deleted_stays_deleted(thread: Thread) -> None:
    (plain,) = thread.posts()
    assert thread.bench.slack.call("chat.delete", channel=DEALS, ts=plain["ts"])["ok"]

    thread.again(MARKED)

    assert thread.posts() == []


def test_the_second_half_of_an_answer_that_is_gone_by_then_is_posted_anew(
    bench: Bench
) -> None:
    thread = Thread(bench, text=FULL)
    plain = thread.posts()
    bench.fault("refused:message_not_found", "chat.update", nth=2)

    thread.again(*[LONG] * 12)

    better = thread.posts()
    assert better[0]["ts"] == plain[0]["ts"]
    assert sum(words(m).count("A sentence of the model that goes on") for m in better) == 12 * 15


@pytest.mark.parametrize("code", ["cant_delete_message", "compliance_exports_prevent_deletion"])
def test_where_nothing_may_be_deleted_a_line_stands_in_place_of_what_is_said_above(
    bench: Bench, say: Wording, code: str
) -> None:
    thread = Thread(bench, text=FULL)
    plain = thread.posts()
    for nth in range(1, len(plain)):
        bench.fault(f"refused:{code}", "chat.delete", nth=nth)

    thread.again(MARKED)

    better = thread.posts()
    assert len(better) == len(plain)
    assert [words(m) for m in better[1:]] == [say.say("post.replaced")] * (len(plain) - 1)
    assert {state for _, _, state in thread.states()} == {"sent"}


def test_what_people_from_outside_have_come_to_read_is_not_replaced(
    thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Outsiders:
        def find(self, *_: str) -> Audience:
            return Audience.OUTSIDERS

    (plain,) = thread.posts()
    monkeypatch.setattr(thread.bench.desk._dispatcher._poster, "_audiences", Outsiders())
    thread.again(MARKED)
    assert thread.posts() == [plain]


# --- what the person does meanwhile ---------------------------------------------------------


def test_nothing_is_recorded_once_somebody_has_written_again(thread: Thread) -> None:
    thread.bench.slack.say("It is for the police.", DEALS, thread_ts=thread.ts)
    thread.bench.slack.order("settle")

    with pytest.raises(AnsweredMeanwhile):
        answer_again(thread.bench.made, thread.conversation, MARKED)

    assert thread.state().version == 1


def test_nothing_is_recorded_once_somebody_has_pressed_something_even_if_no_turn_came_of_it(
    bench: Bench
) -> None:
    thread = Thread(bench, text=FULL)
    thread.press(thread.posts()[-1], "feedback")

    with pytest.raises(AnsweredMeanwhile):
        answer_again(bench.made, thread.conversation, MARKED)

    assert thread.state().version == 1


def test_talk_that_was_none_for_us_keeps_nothing_from_being_replaced(thread: Thread) -> None:
    thread.bench.slack.say("@Noor have a look", DEALS, user=SAM, thread_ts=thread.ts)
    thread.bench.slack.order("settle")
    thread.bench.work()
    thread.again(MARKED)
    assert MARKED in words(thread.posts()[0])


def test_whoever_writes_before_the_update_keeps_the_answer_they_read(thread: Thread) -> None:
    (plain,) = thread.posts()
    answer_again(thread.bench.made, thread.conversation, MARKED)
    thread.bench.slack.say("It is for the police, too.", DEALS, thread_ts=thread.ts)
    thread.bench.slack.order("settle")
    thread.bench.work()

    first, answer = thread.posts()
    assert first == plain
    assert thread.states() == [(1, "message", "sent"), (2, "replace", "stale"),
                               (3, "message", "sent")]
    third = thread.bench.made.store.turns(thread.conversation)[-1]
    assert (third.version, third.shown_version) == (3, 1)
    assert MARKED not in words(answer)


def test_a_question_that_was_answered_twice_is_not_said_again_with_the_next(
    bench: Bench
) -> None:
    thread = Thread(bench, text="what does the guidance say about resellers?")
    answer_again(bench.made, thread.conversation, MARKED)
    bench.slack.say("and about the police?", DEALS, thread_ts=thread.ts)
    bench.slack.order("settle")
    bench.work()

    assert len(thread.posts()) == 2
    assert not any(MARKED in words(m) for m in thread.posts())


def test_whoever_presses_before_the_update_keeps_the_answer_they_pressed_on(
    bench: Bench
) -> None:
    thread = Thread(bench, text=FULL)
    plain = thread.posts()
    answer_again(bench.made, thread.conversation, MARKED)
    thread.press(plain[-1], "feedback")
    assert thread.posts() == plain
    assert (2, "replace", "dropped") in thread.states()

    bench.slack.say("It is for the police, too.", DEALS, thread_ts=thread.ts)
    bench.slack.order("settle")
    bench.work()

    assert {state for turn, _, state in thread.states() if turn == 2} == {"stale"}
    third = bench.made.store.turns(thread.conversation)[-1]
    assert (third.version, third.shown_version) == (3, 1)


def test_an_answer_half_replaced_is_finished_whoever_writes_meanwhile(
    bench: Bench
) -> None:
    thread = Thread(bench, text=FULL)
    bench.fault("rate_limited", "chat.update", nth=2, seconds=30)
    answer_again(bench.made, thread.conversation, *[LONG] * 12)
    bench.work()
    bench.slack.say("It is for the police, too.", DEALS, thread_ts=thread.ts)
    bench.slack.order("settle")
    bench.later(1.0)
    bench.later(60.0)

    said = [words(m) for m in thread.posts()]
    assert sum(text.count("A sentence of the model that goes on") for text in said) == 12 * 15
    assert {state for _, _, state in thread.states()} == {"sent"}
    assert bench.made.store.turns(thread.conversation)[-1].shown_version is None


def test_words_that_were_erased_are_not_gone_on_from(thread: Thread) -> None:
    answer_again(thread.bench.made, thread.conversation, MARKED)
    box = thread.bench.made.deliveries.outbox
    with thread.bench.made.store.writing() as connection:
        box.leave_standing(connection, thread.conversation, seen=False)
    assert box.unshown(thread.conversation).turns == (2,)
    assert box.unshown(thread.conversation).shown.version == 1


# --- buttons of the answer that was there before --------------------------------------------


def test_an_answer_pressed_on_the_first_reply_shows_on_the_second_where_it_stands(
    thread: Thread
) -> None:
    (plain,) = thread.posts()
    thread.again(*[LONG] * 12)
    thread.press(plain, "answer_unknown")

    better = thread.posts()[:-1]
    assert sum(words(m).count("A sentence of the model that goes on") for m in better) == 12 * 15
    assert "answer_unknown" not in actions(better[-1])
    assert "I don't know" in words(better[-1])
    assert "plain_wording" in actions(better[-1])
    assert thread.bench.made.store.turns(thread.conversation)[-1].version == 3


def test_a_deal_sent_on_from_the_first_reply_counts_as_sent_on_from_the_second(
    bench: Bench
) -> None:
    thread = Thread(bench, text=FULL)
    plain = thread.posts()
    thread.again(MARKED)
    thread.press(plain[-1], "compliance")

    better = thread.posts()[0]
    assert "Sent to compliance by" in str(better["blocks"])
    assert "compliance" not in actions(better)
    bench.clock.now += timedelta(minutes=1)
    kept = [kind for kind, _ in thread.happened()]
    thread.press(plain[-1], "compliance")
    assert [kind for kind, _ in thread.happened()] == kept


def test_a_thumb_on_the_first_reply_is_kept_with_the_turn_that_was_read(
    bench: Bench
) -> None:
    thread = Thread(bench, text=FULL)
    plain = thread.posts()
    thread.again(MARKED)
    thread.press(plain[-1], "feedback")
    assert ("feedback", {"turn": 1, "good": True}) in thread.happened()
    assert MARKED in words(thread.posts()[0])


