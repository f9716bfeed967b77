"""How the bot behaves among people: when it speaks, when it keeps quiet, and what it forgets."""

from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.slack.rewording import says_otherwise
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE, joined
from tests.slack.playing import DEAL, Bot, actions, everything_stored, words
from tests.workspace.running import BOT, KIM, NOOR, SAM, eventually

CANARY = "canteen-4711"


@pytest.fixture(scope="session")
def transport() -> str:
    """The manners are the same over Socket Mode."""
    return "http"


def hold_next_post(bot: Bot, seconds: int = 1) -> None:
    """Let the next post wait at Slack's wish."""
    bot.expected.add("ratelimited")
    bot.workspace.order("faults", method="chat.postMessage", nth=1, kind="rate_limited",
                        seconds=seconds)


def held(bot: Bot, times: int = 1) -> None:
    """Wait until that post has been tried, and those held before it."""
    assert eventually(lambda: [c["error"] for c in bot.calls("chat.postMessage")].count(
        "ratelimited") == times)


# --- whose thread it is ---------------------------------------------------------------------


def test_in_a_thread_of_its_own_no_mention_is_needed(bot: Bot) -> None:
    ts = bot.mention(DEAL)
    assert len(bot.replies(OFFICE, ts)) == 1

    bot.say("to watch crowds at demonstrations", thread=ts)

    assert len(bot.replies(OFFICE, ts)) == 2
    assert bot.deal(OFFICE, ts)["end_use"] == ["crowd-monitoring"]


def test_in_a_thread_that_is_not_its_own_it_keeps_quiet_and_keeps_nothing(bot: Bot) -> None:
    ts = bot.say(f"Lunch? {CANARY}")
    bot.say(f"The police in Kenya want drones. {CANARY}", thread=ts, user=NOOR)

    assert bot.replies(OFFICE, ts) == []
    assert CANARY not in everything_stored(bot)


@pytest.mark.parametrize("others", [f"<@{KIM}>", "<!subteam^S0LEGAL001>",
                                    "<!subteam^S0LEGAL001|@legal>"])
def test_a_message_to_somebody_else_is_none_of_its_business(bot: Bot, others: str) -> None:
    ts = bot.mention(DEAL)

    bot.say(f"{others} have you seen this? {CANARY} for the army", thread=ts)

    assert len(bot.replies(OFFICE, ts)) == 1
    assert CANARY not in everything_stored(bot)


def test_people_may_talk_to_each_other_in_its_thread(bot: Bot) -> None:
    ts = bot.mention(DEAL)

    bot.say(f"Did you book the {CANARY} for Friday?", thread=ts, user=NOOR)
    bot.say(f"Yes, the {CANARY}, at noon", thread=ts)

    assert len(bot.replies(OFFICE, ts)) == 1
    assert bot.states(OFFICE, ts) == ["done", "aside", "aside"]
    assert CANARY not in everything_stored(bot)


@pytest.mark.parametrize("said", [
    "what do we put in the contract?", "what do we need from the customer?",
])
def test_what_colleagues_ask_each_other_is_left_to_them(bot: Bot, said: str) -> None:
    ts = bot.mention(DEAL)

    bot.say(said, thread=ts, user=NOOR)
    assert len(bot.replies(OFFICE, ts)) == 1

    bot.say("which safeguards do you suggest?", thread=ts, user=NOOR)
    assert len(bot.replies(OFFICE, ts)) == 2


def test_after_side_talk_what_tells_of_the_deal_is_heard_again(bot: Bot) -> None:
    ts = bot.mention(DEAL)
    bot.say(f"Did you book the {CANARY} for Friday?", thread=ts, user=NOOR)

    bot.say("to watch crowds at demonstrations", thread=ts, user=NOOR)

    assert len(bot.replies(OFFICE, ts)) == 2
    assert bot.deal(OFFICE, ts)["end_use"] == ["crowd-monitoring"]


@pytest.mark.parametrize("answer", [
    "yes", "Yes!", "yep, sure", "no", "nope", "not yet", "no idea", "yes I think so",
    "I don't know", "yes I did", "no he is on holiday", "yes, tomorrow at ten",
])
def test_an_answer_behind_side_talk_is_of_that(bot: Bot, answer: str) -> None:
    ts = bot.mention(DEAL)
    known = bot.deal(OFFICE, ts)

    bot.say(f"<@{NOOR}> did you send them the {CANARY}?", thread=ts)
    bot.say(answer, thread=ts, user=NOOR)
    bot.say("Noor, and is it signed?", thread=ts)
    bot.say(answer, thread=ts, user=NOOR)

    assert len(bot.replies(OFFICE, ts)) == 1
    assert bot.deal(OFFICE, ts) == known
    assert bot.states(OFFICE, ts) == ["done", "aside", "aside", "aside", "aside"]
    assert CANARY not in everything_stored(bot)


def test_who_only_wrote_to_a_colleague_meanwhile_is_still_its_partner(bot: Bot) -> None:
    ts = bot.mention(f"{DEAL} It is to find missing people.")
    bot.say("no, we looked", thread=ts)
    shown = len(bot.replies(OFFICE, ts))

    bot.say(f"<@{NOOR}> for your information {CANARY}", thread=ts)
    bot.say("no", thread=ts)

    assert len(bot.replies(OFFICE, ts)) == shown + 1
    assert CANARY not in everything_stored(bot)


def test_behind_side_talk_an_answer_that_says_what_it_is_of_is_heard(bot: Bot) -> None:
    ts = bot.mention(f"{DEAL} It is to find missing people.")
    asked = bot.turns(OFFICE, ts)[-1].reply.question
    assert asked is not None
    assert [one.fact for one in asked.all()] == ["detentions", "restrictive_laws", "conflict"]

    bot.say(f"<@{NOOR}> do you know?", thread=ts)
    bot.say("laws yes, the other two no", thread=ts, user=NOOR)

    assert len(bot.replies(OFFICE, ts)) == 2
    assert {fact: values for fact, values in bot.deal(OFFICE, ts).items() if fact in {
        "detentions", "restrictive_laws", "conflict"}} == {
        "detentions": ["no"], "restrictive_laws": ["yes"], "conflict": ["no"]}


def test_a_colleague_who_answers_its_question_is_heard_under_their_own_name(bot: Bot) -> None:
    ts = bot.mention(f"{DEAL} It is to find missing people.")
    while (asked := bot.turns(OFFICE, ts)[-1].reply.question) is None or (
            "onward_supply" not in {one.fact for one in asked.all()}):
        bot.say("I don't know", thread=ts)

    bot.say("not that I know of", thread=ts, user=NOOR)

    told = bot.turns(OFFICE, ts)[-1]
    assert told.author.endswith(f":{NOOR}")
    assert told.message.heard["onward_supply"].values == {"no"}


def test_what_it_says_of_listening_is_what_it_does(bot: Bot) -> None:
    ts = bot.mention(DEAL)
    note = next(line for m in bot.replies(OFFICE, ts) for line in words(m).splitlines()
                if "listening" in line)
    assert note == (
        "_I am listening in this thread: just reply. From colleagues I take what tells me of the "
        "deal, answers my question or asks me something; for anything else, mention me._")
    shown = len(bot.replies(OFFICE, ts))

    for told in ("to watch crowds at demonstrations", "what is a red flag?"):
        bot.say(told, thread=ts, user=NOOR)
        shown += 1
        assert len(bot.replies(OFFICE, ts)) == shown
    bot.mention("to find missing people", thread=ts)
    shown = len(bot.replies(OFFICE, ts))
    bot.say(f"Thanks, see you at three. {CANARY}", thread=ts, user=NOOR)
    assert len(bot.replies(OFFICE, ts)) == shown
    assert CANARY not in everything_stored(bot)
    bot.mention("thanks!", thread=ts, user=NOOR)
    assert len(bot.replies(OFFICE, ts)) == shown + 1


def test_it_waits_for_a_mention_while_paused_and_listens_again_when_told(bot: Bot) -> None:
    ts = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, ts), "pause")
    assert "I am not listening in this thread any more." in words(bot.last(OFFICE, ts))
    paused = len(bot.replies(OFFICE, ts))

    bot.say(f"to watch crowds at demonstrations {CANARY}", thread=ts)
    assert len(bot.replies(OFFICE, ts)) == paused
    assert CANARY not in everything_stored(bot)

    bot.mention("what is a red flag?", thread=ts)
    assert len(bot.replies(OFFICE, ts)) == paused + 1

    paused_note = next(m for m in bot.replies(OFFICE, ts) if "resume" in actions(m))
    bot.press(paused_note, "resume")
    listening = len(bot.replies(OFFICE, ts))
    bot.say("to watch crowds at demonstrations", thread=ts)
    assert len(bot.replies(OFFICE, ts)) == listening + 1


@pytest.mark.parametrize("again", ["pause", "resume"])
def test_who_presses_what_was_pressed_already_is_told_and_the_thread_is_not(
    bot: Bot, again: str
) -> None:
    ts = bot.mention(DEAL)
    advice = bot.last(OFFICE, ts)
    bot.press(advice, "pause")
    paused = bot.last(OFFICE, ts)
    if again == "resume":
        bot.press(paused, "resume")
    posts, happened = len(bot.replies(OFFICE, ts)), bot.happened(OFFICE, ts)

    bot.press(advice if again == "pause" else paused, again, user=KIM)

    assert len(bot.replies(OFFICE, ts)) == posts
    assert bot.happened(OFFICE, ts) == happened
    assert bot.case(OFFICE, ts).listening is (again == "resume")
    (word,) = [m for m in bot.messages(OFFICE, thread=ts, user=KIM) if m["is_ephemeral"]]
    assert "listening in this thread" in words(word)
    assert actions(word) == ["resume" if again == "pause" else "pause"]
    assert not [m for m in bot.messages(OFFICE, thread=ts) if m["is_ephemeral"]]


# --- who writes while it thinks -------------------------------------------------------------


def test_a_message_that_overtakes_the_answer_makes_one_answer_of_both(bot: Bot) -> None:
    hold_next_post(bot)
    ts = bot.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
    held(bot)

    bot.say("to watch crowds at demonstrations", thread=ts)

    replies = bot.replies(OFFICE, ts)
    assert len(replies) == 1
    for told in ("Kenya", "Police", "Reseller", "Watching crowds"):
        assert told in words(replies[0])


def test_a_question_asked_first_is_answered_together_with_what_follows(bot: Bot) -> None:
    hold_next_post(bot)
    ts = bot.workspace.say(f"<@{BOT}> What does the guidance say about resellers?", OFFICE)
    held(bot)

    bot.say(DEAL, thread=ts)

    posts = bot.replies(OFFICE, ts)
    text = "\n".join(map(words, posts))
    first, second = bot.turns(OFFICE, ts)
    assert first.reply.lead[0].text in text
    assert second.reply.heard
    assert "Kenya" in text
    assert sum("advise_now" in actions(m) for m in posts) == 1


def test_a_question_is_answered_however_often_the_answer_is_overtaken(bot: Bot) -> None:
    said = [f"<@{BOT}> What does the guidance say about resellers?", DEAL,
            "to watch crowds at demonstrations"]
    hold_next_post(bot, 30)
    ts = bot.workspace.say(said[0], OFFICE)
    held(bot)
    hold_next_post(bot, 30)
    bot.workspace.say(said[1], OFFICE, thread_ts=ts)
    held(bot, times=2)

    bot.say(said[2], thread=ts)

    posts = bot.replies(OFFICE, ts)
    text = "\n".join(map(words, posts))
    first, second, third = bot.turns(OFFICE, ts)
    assert first.reply.lead[0].text in words(posts[0])
    assert (second.shown_version, third.shown_version) == (0, 0)
    assert "Watching crowds" in text
    assert text.count(first.reply.lead[0].text) == 1


# --- edits and deletions --------------------------------------------------------------------


def test_an_edit_corrects_the_fact_that_the_message_carried(bot: Bot) -> None:
    ts = bot.mention(DEAL)

    bot.edit(OFFICE, ts, f"<@{BOT}> {DEAL.replace('Kenya', 'Norway')}")

    assert bot.deal(OFFICE, ts)["country"] == ["NO"]
    last = words(bot.last(OFFICE, ts))
    assert "Kenya" in last
    assert "Norway" in last
    assert bot.turns(OFFICE, ts)[-1].text == DEAL.replace("Kenya", "Norway")


def test_an_edit_that_takes_something_back_is_not_called_no_answer(bot: Bot) -> None:
    """It answers no question; it was said to be none, above what it did."""
    ts = bot.mention(DEAL)
    told = bot.say("they will watch crowds at demonstrations", thread=ts)

    bot.edit(OFFICE, told, "I hope so, at least for now")

    answer = words(bot.last(OFFICE, ts))
    assert "not Watching crowds, protests or events any more" in answer
    assert "as an answer" not in answer and "noted nothing" not in answer


def test_an_edit_that_says_the_same_does_nothing(bot: Bot) -> None:
    ts, before = bot.mention(DEAL), bot.whispers(OFFICE)

    bot.edit(OFFICE, ts, f"<@{BOT}> {DEAL} Thanks")

    assert bot.whispers(OFFICE) == before
    assert len(bot.replies(OFFICE, ts)) == 1
    assert len(bot.turns(OFFICE, ts)) == 1


def test_whoever_adds_words_that_tell_nothing_is_told_so_alone(bot: Bot) -> None:
    ts, before = bot.mention(DEAL), bot.whispers(OFFICE)

    bot.edit(OFFICE, ts, f"<@{BOT}> {DEAL} Their new colonel paints birds at the weekend.")

    told = bot.whispers(OFFICE)
    assert told[:-1] == before
    assert "changes nothing" in words(told[-1])
    assert len(bot.replies(OFFICE, ts)) == 1
    assert len(bot.turns(OFFICE, ts)) == 1


@pytest.mark.parametrize(("now", "told"), [
    ("We sell drones to the police in Kenya, through a reseller. Thank you!", False),
    ("We sell drones to the police in Kenya through a reseler", False),
    ("We sell drones to the police in Kenya", False),
    ("We sell drones to find lost cattle in Kenya", True),
    ("We sell drones to the police in Kenya, and my aunt paints birds", True),
])
def test_an_edit_that_mends_a_slip_is_told_from_one_that_says_something_else(
    now: str, told: bool
) -> None:
    assert says_otherwise(now, "We sell dornes to the police in Kenya trough a reseller") is told
    assert not says_otherwise(now, "")


UNCHANGED: dict[str, dict[str, Any]] = {
    "a reply was counted": {"reply_count": 3, "latest_reply": "1790000000.000009"},
    "a link was unfurled": {"attachments": [{"from_url": "https://state.example"}]},
    "an edit without another word": {"edited": {"user": SAM, "ts": "1790000000.000009"}},
    "the bot itself": {"text": "for the army in Chad", "user": BOT, "bot_id": "B0ADVISOR1",
                       "edited": {"user": BOT, "ts": "1790000000.000009"}},
}
"""Changes of a message that no person made, by who or what made them."""


def tell_change(bot: Bot, ts: str, change: dict[str, Any]) -> None:
    """Deliver a `message_changed` as Slack would."""
    was = {"type": "message", "user": SAM, "text": f"<@{BOT}> {DEAL}", "ts": ts}
    body = {
        "type": "event_callback", "team_id": "T0ADVISOR1", "event_id": f"Ev{ts}{len(change)}",
        "authorizations": [{"team_id": "T0ADVISOR1", "user_id": BOT, "is_bot": True}],
        "event": {"type": "message", "subtype": "message_changed", "channel": OFFICE,
                  "channel_type": "channel", "ts": "1790000000.000010",
                  "message": {**was, **change}, "previous_message": was}}
    bot.deliver(body)


@pytest.mark.parametrize("change", UNCHANGED.values(), ids=UNCHANGED.keys())
def test_a_change_that_no_person_made_does_nothing(bot: Bot, change: dict[str, Any]) -> None:
    ts = bot.mention(DEAL)

    tell_change(bot, ts, change)

    assert len(bot.replies(OFFICE, ts)) == 1
    assert bot.states(OFFICE, ts) == ["done"]


def test_after_a_restart_neither_changes_nor_repeats_do_anything(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> None:
    with joined("http", tmp_path, guidance, reader, sentences, say) as before:
        ts = Bot(before).mention(DEAL)
    with joined("http", tmp_path, guidance, reader, sentences, say) as after:
        bot = Bot(after)
        for change in UNCHANGED.values():
            tell_change(bot, ts, change)

        assert bot.calls("chat.postMessage") == []
        assert bot.states(OFFICE, ts) == ["done"]


def test_deleting_a_message_undoes_nothing_and_breaks_nothing(bot: Bot) -> None:
    ts = bot.mention(DEAL)
    said = bot.say("to watch crowds at demonstrations", thread=ts)

    bot.do("delete", SAM, channel=OFFICE, ts=said)
    bot.do("delete", SAM, channel=OFFICE, ts=ts)
    assert len(bot.replies(OFFICE, ts)) == 2

    bot.say("why do you ask?", thread=ts)
    assert len(bot.replies(OFFICE, ts)) == 3
