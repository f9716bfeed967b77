"""A mention that arrives late: what was said in its thread meanwhile counts, and nothing else."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.dialogue.conversation import ConversationId
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.schema import metadata
from bot.slack import catching_up
from bot.workspace import webapi
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE, joined
from tests.slack.playing import DEAL, Bot
from tests.workspace.running import BOT, KIM, NOOR, OLU, PARTNER, SAM

CANARY = "canteen-4711"
CROWDS = "to watch crowds at demonstrations"
HOSTED = "we would host it ourselves"

Json = dict[str, Any]


@pytest.fixture(scope="session")
def transport() -> str:
    """What is lost on the way is lost by its signature."""
    return "http"


@pytest.fixture
def only_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mention counts as late, however slow the machine: only what was passed over tells."""
    monkeypatch.setattr(catching_up, "LATE", timedelta(minutes=5))


@contextmanager
def unheard(bot: Bot) -> Iterator[None]:
    """Whatever is done reaches the bot only once it is `sent_again`."""
    bot.workspace.order("deliveries", wrong_signature=True)
    try:
        yield
        bot.workspace.order("settle")
    finally:
        bot.workspace.order("faults", clear=True)


def send_again(bot: Bot, ts: str, **changes: Any) -> None:
    """Deliver every event of the message *ts* once more, as Slack does with what failed."""
    found = {e["payload"]["event_id"]: e["payload"] for e in bot.log("delivery")
             if e["payload"].get("event", {}).get("ts") == ts}
    assert found
    for payload in found.values():
        event = {**payload["event"], **changes}
        assert bot.workspace.order("payload", kind="event",
                                   payload={**payload, "event": event})["acknowledged"]
    bot.settle()


def let_it_be_late() -> None:
    time.sleep(catching_up.LATE.total_seconds() + 0.05)


def said(bot: Bot, thread: str, channel: str = OFFICE) -> list[str]:
    """The messages that became turns, in order."""
    return [turn.message.text for turn in bot.turns(channel, thread)]


def everything_stored(bot: Bot) -> str:
    with bot.joined.store.reading() as connection:
        return "\n".join(str(tuple(row)) for table in metadata.sorted_tables
                         for row in connection.execute(select(table)))


def mention_unheard(bot: Bot, text: str = DEAL, **more: Any) -> str:
    """A mention whose delivery fails; its ts."""
    with unheard(bot):
        return bot.workspace.say(f"<@{BOT}> {text}", OFFICE, **more)


# --- what was lost --------------------------------------------------------------------------


@pytest.mark.usefixtures("only_noted")
def test_what_was_said_before_the_mention_arrived_is_not_lost(bot: Bot) -> None:
    """The reply's event came first, belonged to no conversation, and was gone for good."""
    ts = mention_unheard(bot)
    bot.say(CROWDS, thread=ts)

    send_again(bot, ts)

    assert said(bot, ts) == [DEAL, CROWDS]
    assert bot.deal(OFFICE, ts)["end_use"] == ["crowd-monitoring"]


@pytest.mark.parametrize("batch", [2, 3])
def test_however_events_of_a_thread_are_mixed_up_each_message_is_a_turn(
    bot: Bot, batch: int
) -> None:
    bot.workspace.order("deliveries", reorder=batch)
    try:
        ts = bot.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
        bot.workspace.say(CROWDS, OFFICE, thread_ts=ts)
        bot.workspace.order("settle")
    finally:
        bot.workspace.order("faults", clear=True)
    bot.settle()

    assert said(bot, ts) == [DEAL, CROWDS]


def test_a_mention_that_comes_late_is_enough_to_look(bot: Bot) -> None:
    """Another process passed the reply over, or this one before it was started anew."""
    ts = mention_unheard(bot)
    with unheard(bot):
        bot.workspace.say(CROWDS, OFFICE, NOOR, thread_ts=ts)
        bot.workspace.say(HOSTED, OFFICE, thread_ts=ts)
    let_it_be_late()

    send_again(bot, ts)

    assert said(bot, ts) == [DEAL, CROWDS, HOSTED]
    assert [t.message.author for t in bot.turns(OFFICE, ts)][1].endswith(NOOR)


def test_a_first_mention_that_a_second_overtook_is_looked_after_too(bot: Bot) -> None:
    """The second opened the conversation, and what lay between the two is older than it."""
    ts = mention_unheard(bot)
    bot.say(CROWDS, thread=ts)
    let_it_be_late()
    bot.mention("and what about resellers?", thread=ts)
    assert said(bot, ts) == ["and what about resellers?"]

    send_again(bot, ts)

    assert sorted(said(bot, ts)) == sorted(["and what about resellers?", DEAL, CROWDS])


def test_an_edit_of_the_mention_that_came_before_it_counts(bot: Bot) -> None:
    ts = mention_unheard(bot, "We want to sell drones to the police in Kenya.")
    bot.edit(OFFICE, ts, f"<@{BOT}> We want to sell drones to the police in Uganda.")
    edit = bot.log("delivery")[-1]["payload"]
    let_it_be_late()

    send_again(bot, ts)
    assert bot.deal(OFFICE, ts)["country"] == ["UG"]

    turns = len(bot.turns(OFFICE, ts))
    bot.workspace.order("payload", kind="event", payload=edit)
    bot.settle()
    assert len(bot.turns(OFFICE, ts)) == turns


def test_all_pages_of_a_long_thread_are_read(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "PAGE", 2)
    ts = mention_unheard(bot)
    told = [CROWDS, HOSTED, "the end-user is the national police", "help", "why?"]
    for text in told:
        bot.say(text, thread=ts)

    send_again(bot, ts)

    assert said(bot, ts) == [DEAL, *told]
    assert len(bot.calls("conversations.replies")) == 3


def test_a_thread_that_never_ends_is_read_to_a_bound(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(catching_up, "PAGE", 2)
    monkeypatch.setattr(catching_up, "MOST_PAGES", 1)
    ts = mention_unheard(bot)
    for text in (CROWDS, HOSTED):
        bot.say(text, thread=ts)

    send_again(bot, ts)

    assert said(bot, ts) == [DEAL, CROWDS]
    assert [r for r in caplog.records if "longer than" in r.getMessage()]


# --- what is none of ours -------------------------------------------------------------------


def test_what_was_said_before_the_mention_was_made_is_not_taken(bot: Bot) -> None:
    root = bot.say(f"Lunch? {CANARY}")
    bot.say(f"The army of Chad wants spyware. {CANARY}", thread=root, user=NOOR)
    ts = mention_unheard(bot, thread_ts=root)
    bot.say(CROWDS, thread=root)
    let_it_be_late()

    send_again(bot, ts)

    assert said(bot, root) == [DEAL, CROWDS]
    assert CANARY not in everything_stored(bot)


def test_a_mention_that_an_edit_made_is_as_old_as_the_edit(bot: Bot) -> None:
    """Slack tells of it as of the message's own time, when nobody had called us in."""
    with unheard(bot):
        ts = bot.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
    bot.say(f"The army of Chad wants spyware. {CANARY}", thread=ts, user=NOOR)
    let_it_be_late()
    edited = f"{time.time():.6f}"
    bot.say(CROWDS, thread=ts)

    send_again(bot, ts, edited={"user": SAM, "ts": edited})

    assert said(bot, ts) == [DEAL, CROWDS]
    assert CANARY not in everything_stored(bot)


def test_what_was_left_to_others_is_answered_once_an_edit_makes_it_a_mention(bot: Bot) -> None:
    ts = bot.mention(DEAL)
    bot.say("Lunch on Friday?", thread=ts, user=NOOR)
    aside = bot.say("At noon, then", thread=ts)
    assert bot.states(OFFICE, ts) == ["done", "aside", "aside"]
    asks = f"<@{BOT}> what is a red flag?"
    changes = {"type": "app_mention", "text": asks,
               "edited": {"user": SAM, "ts": f"{time.time():.6f}"}}

    bot.edit(OFFICE, aside, asks)
    send_again(bot, aside, **changes)
    send_again(bot, aside, **changes)

    assert said(bot, ts) == [DEAL, "what is a red flag?"]
    assert len(bot.replies(OFFICE, ts)) == 2
    assert sorted(bot.states(OFFICE, ts)) == ["aside", "aside", "done", "done"]


def test_side_talk_and_our_own_words_are_passed_over_again(bot: Bot) -> None:
    ts = mention_unheard(bot)
    bot.say(f"<@{KIM}> have you seen this? {CANARY} for the army", thread=ts)
    bot.workspace.slack.chat_postMessage(channel=OFFICE, thread_ts=ts, text="A reminder of ours")
    bot.say(CROWDS, thread=ts)

    send_again(bot, ts)

    assert said(bot, ts) == [DEAL, CROWDS]
    assert CANARY not in everything_stored(bot)


@pytest.mark.usefixtures("only_noted")
def test_a_mention_in_time_asks_slack_nothing(bot: Bot) -> None:
    """Also where people have just talked to each other and then call us in."""
    bot.mention(DEAL)
    root = bot.say("Lunch?")
    bot.say("At one.", thread=root, user=NOOR)
    bot.mention(DEAL, thread=root)
    bot.mention("and what about resellers?", thread=root)

    assert bot.calls("conversations.replies") == []
    assert bot.calls("auth.test") == []


def test_from_outside_it_is_refused_and_from_colleagues_it_goes_where_the_mention_went(
    bot: Bot,
) -> None:
    with unheard(bot):
        ts = bot.workspace.say(f"<@{BOT}> {DEAL}", PARTNER)
        bot.workspace.say(CROWDS, PARTNER, thread_ts=ts)
        bot.workspace.say(HOSTED, PARTNER, OLU, thread_ts=ts)
    let_it_be_late()

    send_again(bot, ts)

    private = bot.joined.store.turns(
        ConversationId(f"{bot.case(PARTNER, ts).conversation}:{SAM}"))
    assert [t.message.text for t in private] == [DEAL, CROWDS]
    assert bot.turns(PARTNER, ts) == []
    assert len(bot.calls("conversations.replies")) == 1


# --- what goes wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "error"), [
    ("rate_limited", "ratelimited"),
    ("refused:missing_scope", "missing_scope"),
    ("refused:thread_not_found", "thread_not_found"),
    ("refused:not_in_channel", "not_in_channel"),
    ("http_500", "http_500"),
    ("html_500", "html_500"),
    ("bad_json", None),
    ("reset_before", "reset_before"),
])
def test_a_look_that_fails_holds_no_answer_back(
    bot: Bot, caplog: pytest.LogCaptureFixture, kind: str, error: str | None
) -> None:
    bot.expected |= {error} if error else set()
    ts = mention_unheard(bot)
    bot.say(f"{CROWDS} {CANARY}", thread=ts)
    for nth in (1, 2, 3):  # a read is tried again
        bot.workspace.order("faults", method="conversations.replies", nth=nth, kind=kind,
                            seconds=30)
    try:
        send_again(bot, ts)
    finally:
        bot.workspace.order("faults", clear=True)

    assert said(bot, ts) == [DEAL]
    assert len(bot.replies(OFFICE, ts)) == 1
    told = [r for r in caplog.records if r.name.startswith("advisor")]
    assert any(r.levelno == logging.WARNING and "before a mention" in r.getMessage() for r in told)
    assert not [r for r in told if CANARY in r.getMessage() or "xoxb" in r.getMessage()]


def test_a_look_that_takes_too_long_holds_no_answer_back(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.joined.clients.of("T0ADVISOR1").reads, "timeout", 1)
    ts = mention_unheard(bot)
    bot.say(CROWDS, thread=ts)
    for nth in (1, 2):
        bot.workspace.order("faults", method="conversations.replies", nth=nth, kind="latency",
                            seconds=60)

    began = time.monotonic()
    send_again(bot, ts)

    assert said(bot, ts) == [DEAL]
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("answer", [
    {}, {"messages": None}, {"messages": "none"}, {"messages": [None, "x", {}, {"ts": 7}]},
    {"messages": [], "response_metadata": "x", "has_more": True},
])
def test_an_answer_that_is_not_as_slacks_are_holds_no_answer_back(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, answer: Json
) -> None:
    monkeypatch.setitem(webapi.METHODS, "conversations.replies", (lambda _: answer, ()))
    ts = mention_unheard(bot)
    bot.say(CROWDS, thread=ts)

    send_again(bot, ts)

    assert said(bot, ts) == [DEAL]


# --- once and no more -----------------------------------------------------------------------


def test_nothing_is_doubled_when_the_reply_is_delivered_again(bot: Bot) -> None:
    ts = mention_unheard(bot)
    reply = bot.say(CROWDS, thread=ts)
    send_again(bot, ts)
    replies = len(bot.replies(OFFICE, ts))

    send_again(bot, reply)
    send_again(bot, ts)

    assert said(bot, ts) == [DEAL, CROWDS]
    assert len(bot.replies(OFFICE, ts)) == replies


def test_a_process_that_ends_between_look_and_answer_begins_again(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        """Stops everything, as a kill does."""

    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0) as made:
        bot = Bot(made)
        made.workspace.order("deliveries", wrong_signature=True)
        ts = made.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
        made.workspace.order("settle")
        made.workspace.order("faults", clear=True)
        made.workspace.say(CROWDS, OFFICE, thread_ts=ts)
        made.workspace.order("settle")
        for entry in made.workspace.log("delivery"):
            if entry["payload"]["event"]["ts"] == ts:
                made.workspace.order("payload", kind="event", payload=entry["payload"])

        def killed(*_: Any, **__: Any) -> None:
            raise Killed

        with monkeypatch.context() as until_then, pytest.raises(Killed):
            until_then.setattr(type(made.parts.advisor), "take_turn", killed)
            made.desk.work()
        assert bot.states(OFFICE, ts) == ["new", "new"]
        while made.desk.work():
            pass

        assert said(bot, ts) == [DEAL, CROWDS]
