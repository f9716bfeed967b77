"""What is deleted in Slack: on record at its turn, told to its author alone, and nothing undone."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.ledger import timestamp
from bot.record.log import rows
from bot.schema import deliveries, outgoing
from bot.slack.inbound import moment_of
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, actions, everything_stored, words
from tests.slack.second import answer_again
from tests.workspace.running import BOT, KIM, NOOR, PARTNER, SAM

TEAM = "T0ADVISOR1"
CANARY = "canteen-4712"
LATER = "1999999999.000010"
"""A moment after all others."""


@pytest.fixture(scope="session")
def transport() -> str:
    """What is kept does not depend on the transport."""
    return "http"


def told(bot: Bot, event: dict[str, Any], name: str = "") -> None:
    """Deliver *event* as Slack would, and let the bot do with it."""
    body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{name}{event['ts']}",
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "event": {"type": "message", "channel": OFFICE, "channel_type": "channel",
                      "hidden": True, "event_ts": event["ts"], **event}}
    assert bot.dispatch(body).status == 200


def deletion(ts: str, thread: str | None = None, user: str = SAM, **more: Any) -> dict[str, Any]:
    """The event of the deletion of *ts*, as Slack sends it."""
    before = {"type": "message", "user": user, "ts": ts, "text": CANARY, **more}
    if thread is not None:
        before["thread_ts"] = thread
    return {"subtype": "message_deleted", "ts": LATER, "deleted_ts": ts,
            "previous_message": before}


def tombstone(ts: str) -> dict[str, Any]:
    """The event of the deletion of *ts*, which has answers under it, as Slack sends it."""
    return {"subtype": "message_changed", "ts": LATER, "message": {
        "type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True,
        "text": "This message was deleted.", "ts": ts, "thread_ts": ts, "reply_count": 1},
        "previous_message": {"type": "message", "user": SAM, "text": CANARY, "ts": ts,
                             "thread_ts": ts}}


def deleted(bot: Bot, thread: str, channel: str = OFFICE) -> list[dict[str, Any]]:
    """What the log tells of deletions in a thread, without when."""
    kept = [(who, dict(told)) for kind, who, told in bot.happened(channel, thread)
            if kind == "deleted"]
    assert all(who == "" for who, _ in kept)
    assert all(told.pop("deleted_at") for _, told in kept)
    return [told for _, told in kept]


def key(ts: str, channel: str = OFFICE) -> str:
    return f"slack:{TEAM}:{channel}:{ts}"


def whispers(bot: Bot, thread: str, user: str = SAM, channel: str = OFFICE) -> list[str]:
    """What the bot has told *user* alone in a thread of its own."""
    return [words(m) for m in bot.messages(channel, thread=thread, user=user)
            if m["is_ephemeral"] and m["user"] == BOT]


# --- a message ------------------------------------------------------------------------------


def test_the_first_message_of_a_thread_is_on_record_as_deleted_and_its_author_is_told(bot: Bot):
    ts = bot.mention(DEAL)
    before = bot.deal(OFFICE, ts)

    bot.do("delete", SAM, channel=OFFICE, ts=ts)

    assert deleted(bot, ts) == [{"what": "message", "turn": 1, "message": key(ts)}]
    assert bot.deal(OFFICE, ts) == before
    assert len(bot.replies(OFFICE, ts)) == 1
    (word,) = whispers(bot, ts)
    assert word.startswith("Your message was deleted in Slack. What it told me of the deal still "
                           "counts, and it stays on record here.")
    assert "To have its words erased, ask your compliance lead." in word
    assert whispers(bot, ts, NOOR) == []
    assert bot.joined.store.verify_log() is None


def test_what_is_wrong_in_a_deleted_message_can_be_corrected_where_its_author_is_told(bot: Bot):
    ts = bot.mention(DEAL)
    bot.do("delete", SAM, channel=OFFICE, ts=ts)

    (word,) = [m for m in bot.messages(OFFICE, thread=ts) if m["is_ephemeral"]]
    assert actions(word) == ["correct"]
    bot.press(word, "correct")
    assert bot.view("correction")["callback_id"] == "correction"


def test_a_further_message_is_on_record_with_its_own_turn(bot: Bot):
    ts = bot.mention(DEAL)
    said = bot.say("to watch crowds at demonstrations", thread=ts)

    bot.do("delete", SAM, channel=OFFICE, ts=said)

    assert deleted(bot, ts) == [{"what": "message", "turn": 2, "message": key(said)}]
    assert bot.deal(OFFICE, ts)["end_use"] == ["crowd-monitoring"]
    assert len(bot.replies(OFFICE, ts)) == 2


def test_when_slack_says_that_it_was_deleted_is_on_record(bot: Bot):
    ts = bot.mention(DEAL)

    told(bot, tombstone(ts))
    bot.settle()

    ((_, _, kept),) = [one for one in bot.happened(OFFICE, ts) if one[0] == "deleted"]
    assert kept["deleted_at"] == timestamp(moment_of(LATER))


def test_what_a_later_message_added_to_still_counts(bot: Bot):
    ts = bot.mention(DEAL)
    said = bot.say("to watch crowds at demonstrations", thread=ts, user=NOOR)
    bot.say("It is also for border control.", thread=ts)
    assert set(bot.deal(OFFICE, ts)["end_use"]) == {"crowd-monitoring", "border-control"}

    bot.do("delete", NOOR, channel=OFFICE, ts=said)

    (word,) = whispers(bot, ts, NOOR)
    assert "What it told me of the deal still counts" in word


def test_what_is_not_certain_beside_what_was_known_still_counts(bot: Bot):
    ts = bot.mention(DEAL)
    said = bot.say("Maybe it is for the army.", thread=ts, user=NOOR)
    assert bot.conversation(OFFICE, ts).deal.answers["end_user"].instead

    bot.do("delete", NOOR, channel=OFFICE, ts=said)

    (word,) = whispers(bot, ts, NOOR)
    assert "What it told me of the deal still counts" in word


def test_of_a_question_its_author_is_not_told_that_it_counts(bot: Bot):
    ts = bot.mention("What is a red flag?")

    bot.do("delete", SAM, channel=OFFICE, ts=ts)

    assert whispers(bot, ts) == [
        "Your message was deleted in Slack. It stays on record here, with what I answered. "
        "To have its words erased, ask your compliance lead."]


def test_what_was_told_otherwise_since_does_not_count_any_more(bot: Bot):
    ts = bot.mention("for the police in Kenya")
    bot.say("it is Norway, not Kenya, and the health ministry, not the police", thread=ts)
    assert bot.deal(OFFICE, ts)["country"] == ["NO"]

    bot.do("delete", SAM, channel=OFFICE, ts=ts)

    (word,) = whispers(bot, ts)
    assert "still counts" not in word


@pytest.mark.parametrize("again", [deletion, tombstone])
def test_a_deletion_that_slack_tells_of_twice_is_on_record_once(bot: Bot, again: Any):
    ts = bot.mention(DEAL)

    told(bot, tombstone(ts))
    told(bot, again(ts), "again")
    bot.settle()

    assert len(deleted(bot, ts)) == 1
    assert len(whispers(bot, ts)) == 1


def test_after_an_edit_the_turn_of_the_first_wording_is_named_and_what_stands_counts(bot: Bot):
    ts = bot.mention(DEAL)
    bot.edit(OFFICE, ts, f"<@{BOT}> {DEAL.replace('Kenya', 'Norway')}")

    bot.do("delete", SAM, channel=OFFICE, ts=ts)

    assert deleted(bot, ts) == [{"what": "message", "turn": 1, "message": key(ts)}]
    assert bot.deal(OFFICE, ts)["country"] == ["NO"]
    (word,) = whispers(bot, ts)
    assert "still counts" in word


def test_whoever_deletes_it_the_author_is_told_and_nobody_is_named(bot: Bot):
    """An admin may delete what others wrote, and Slack doesn't tell who did."""
    ts = bot.mention(DEAL, user=NOOR)

    told(bot, {**tombstone(ts), "user": KIM})
    bot.settle()

    assert deleted(bot, ts) == [{"what": "message", "turn": 1, "message": key(ts)}]
    assert len(whispers(bot, ts, NOOR)) == 1
    assert whispers(bot, ts, KIM) == []


def test_an_author_who_has_left_the_channel_is_not_written_to_elsewhere(bot: Bot):
    bot.expected.add("user_not_in_channel")
    ts = bot.mention(DEAL)
    bot.workspace.order("faults", method="chat.postEphemeral", nth=1,
                        kind="refused:user_not_in_channel")
    before = len(bot.messages(bot.dm()))

    told(bot, tombstone(ts))
    bot.settle()

    assert len(deleted(bot, ts)) == 1
    assert len(bot.messages(bot.dm())) == before


def test_the_words_that_slack_sends_along_are_kept_nowhere(bot: Bot):
    ts = bot.mention(DEAL)

    told(bot, tombstone(ts))
    bot.settle()

    assert len(deleted(bot, ts)) == 1
    assert CANARY not in everything_stored(bot)


def test_a_deletion_is_found_where_slack_does_not_say_what_was_there(bot: Bot):
    ts = bot.mention(DEAL)
    said = bot.say("to watch crowds at demonstrations", thread=ts)

    told(bot, {"subtype": "message_deleted", "ts": LATER, "deleted_ts": said})
    bot.settle()

    assert deleted(bot, ts) == [{"what": "message", "turn": 2, "message": key(said)}]


def test_a_direct_message_is_on_record_as_deleted_too(bot: Bot):
    who = bot.newcomer()
    ts = bot.direct(DEAL, user=who)

    bot.do("delete", who, channel=bot.dm(who), ts=ts)

    assert deleted(bot, ts, bot.dm(who)) == [
        {"what": "message", "turn": 1, "message": key(ts, bot.dm(who))}]
    assert len(whispers(bot, ts, who, bot.dm(who))) == 1


def test_what_was_answered_in_private_is_told_of_in_private(bot: Bot):
    who = SAM
    ts = bot.mention(DEAL, channel=PARTNER, user=who)
    private = f"{key(ts, PARTNER)}:{who}"
    spoken = len(bot.messages(PARTNER, user=who))

    told(bot, {**deletion(ts), "channel": PARTNER})
    bot.settle()

    with bot.joined.store.reading() as connection:
        kept = [one for one in rows(connection, private) if one.kind == "deleted"]  # type: ignore[arg-type]
    assert [one.detail["turn"] for one in kept] == [1]
    assert len(bot.messages(PARTNER, user=who)) == spoken
    assert "Your message was deleted in Slack" in words(bot.whispers(bot.dm(who), user=who)[-1])


def test_whoever_was_answered_last_still_is_after_a_deletion(bot: Bot):
    """A deletion is nobody's having spoken: side talk stays side talk."""
    ts = bot.mention(DEAL)
    bot.mention("What is a red flag?", thread=ts, user=NOOR)
    bot.do("delete", SAM, channel=OFFICE, ts=ts)
    before = len(bot.replies(OFFICE, ts))

    bot.say(f"See you at three, {CANARY}", thread=ts)

    assert len(bot.replies(OFFICE, ts)) == before
    assert CANARY not in everything_stored(bot)


# --- what is none of ours -------------------------------------------------------------------


def test_what_the_bot_never_took_a_turn_of_leaves_nothing(bot: Bot):
    ts = bot.mention(DEAL)
    aside = bot.say("Did you book the canteen for Friday?", thread=ts, user=NOOR)
    elsewhere = bot.say("Lunch?")
    before = bot.happened(OFFICE, ts)

    bot.do("delete", NOOR, channel=OFFICE, ts=aside)
    bot.do("delete", SAM, channel=OFFICE, ts=elsewhere)
    told(bot, deletion("1790000000.000001", ts, user="U0OTHERBOT", bot_id="B0OTHER001"))
    bot.settle()

    assert bot.happened(OFFICE, ts) == before
    assert whispers(bot, ts, NOOR) == whispers(bot, ts) == []
    with bot.joined.store.reading() as connection:
        assert connection.scalar(select(deliveries.c.id).where(
            deliveries.c.key.startswith(key(elsewhere)))) is None


@pytest.mark.parametrize("event", [
    {"subtype": "message_deleted", "ts": LATER},
    {"subtype": "message_deleted", "ts": LATER, "deleted_ts": "yesterday"},
    {"subtype": "message_deleted", "ts": LATER, "deleted_ts": LATER, "previous_message": "gone"},
    {"subtype": "message_deleted", "ts": LATER, "deleted_ts": LATER,
     "previous_message": {"user": "not an id"}},
])
def test_a_deletion_that_is_not_as_slacks_are_is_set_aside(bot: Bot, event: dict[str, Any]):
    told(bot, event)
    bot.settle()

    with bot.joined.store.reading() as connection:
        assert connection.scalar(select(deliveries.c.id).where(
            deliveries.c.key.startswith(key(LATER)))) is None


# --- a reply of ours ------------------------------------------------------------------------


def test_a_reply_that_was_deleted_is_on_record_with_its_turn(bot: Bot):
    ts = bot.mention(DEAL)
    reply = bot.last(OFFICE, ts)

    told(bot, deletion(reply["ts"], ts, user=BOT, bot_id="B0ADVISOR1"))
    bot.settle()

    assert deleted(bot, ts) == [{"what": "reply", "turn": 1, "part": 1, "parts": 1,
                                 "post": f"{key(ts)}:reply:0"}]
    assert whispers(bot, ts) == []


def test_of_a_reply_in_several_messages_the_one_is_named(bot: Bot):
    ts = bot.mention(f"{DEAL} Advise now.")
    posts = bot.replies(OFFICE, ts)
    assert len(posts) > 1

    told(bot, deletion(posts[-1]["ts"], ts, user=BOT, bot_id="B0ADVISOR1"))
    bot.settle()

    (kept,) = deleted(bot, ts)
    assert (kept["part"], kept["parts"]) == (len(posts), len(posts))


def test_a_note_of_the_bot_that_was_deleted_is_none_of_the_record(bot: Bot):
    ts = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, ts), "pause")

    told(bot, deletion(bot.last(OFFICE, ts)["ts"], ts, user=BOT, bot_id="B0ADVISOR1"))
    bot.settle()

    assert deleted(bot, ts) == []


def test_what_the_bot_takes_away_itself_was_deleted_by_nobody(bot: Bot):
    """A second reply in fewer messages than the first takes the rest of it away."""
    ts = bot.mention(f"{DEAL} Advise now.")
    assert len(bot.replies(OFFICE, ts)) > 1
    answer_again(bot.joined, bot.case(OFFICE, ts).conversation, "In short.")
    bot.joined.desk.wake()
    bot.settle()
    removals = select(outgoing.c.state).where(outgoing.c.key.like(f"{key(ts)}:second:remove:%"))
    with bot.joined.store.reading() as connection:
        assert list(connection.scalars(removals)), "nothing was taken away"

    assert deleted(bot, ts) == []

    told(bot, deletion(bot.replies(OFFICE, ts)[0]["ts"], ts, user=BOT, bot_id="B0ADVISOR1"))
    bot.settle()
    (kept,) = deleted(bot, ts)
    assert (kept["turn"], kept["post"]) == (2, f"{key(ts)}:second:reply:0")


def test_what_the_bot_could_not_take_away_and_a_person_did_is_on_record(bot: Bot):
    bot.expected.add("is_archived")
    ts = bot.mention(f"{DEAL} Advise now.")
    bot.workspace.order("faults", method="chat.delete", nth=1, kind="refused:is_archived")
    answer_again(bot.joined, bot.case(OFFICE, ts).conversation, "In short.")
    bot.joined.desk.wake()
    bot.settle()
    removals = select(outgoing.c.state, outgoing.c.tries).where(
        outgoing.c.key == f"{key(ts)}:second:remove:1")
    with bot.joined.store.reading() as connection:
        assert connection.execute(removals).one() == ("dropped", 1)

    left = bot.replies(OFFICE, ts)[1]
    told(bot, deletion(left["ts"], ts, user=BOT, bot_id="B0ADVISOR1"))
    bot.settle()

    (kept,) = deleted(bot, ts)
    assert (kept["turn"], kept["post"]) == (1, f"{key(ts)}:reply:1")
