"""What is deleted in Slack before its turn, in numbers, or where it can't be handled."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.erasure.silencing import names_of, silence
from bot.schema import conversations, deliveries, log
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE, joined
from tests.slack.playing import DEAL, Bot, everything_stored
from tests.slack.test_deleting import (
    CANARY,
    TEAM,
    deleted,
    deletion,
    key,
    told,
    tombstone,
    whispers,
)
from tests.workspace.running import BOT, NOOR, SAM


@pytest.fixture(scope="session")
def transport() -> str:
    """What is kept does not depend on the transport."""
    return "http"


@pytest.fixture
def resting(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> Iterator[Bot]:
    """A bot of which no worker works; a test has it work."""
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0) as made:
        yield Bot(made)


def work(bot: Bot) -> None:
    bot.workspace.order("settle")
    while bot.joined.desk.work():
        pass


def everything_logged(bot: Bot) -> list[tuple[str, dict[str, Any]]]:
    query = select(log).where(log.c.workspace == TEAM).order_by(log.c.seq)
    with bot.joined.store.reading() as connection:
        return [(row.kind, json.loads(row.body)) for row in connection.execute(query)]


def test_what_is_deleted_before_its_turn_is_not_answered_and_leaves_no_words(resting: Bot):
    ts = resting.workspace.say(f"<@{BOT}> {DEAL} {CANARY}", OFFICE)
    resting.workspace.order("settle")  # it has arrived
    resting.workspace.do("delete", SAM, channel=OFFICE, ts=ts)

    work(resting)

    ((kind, body),) = everything_logged(resting)
    assert (kind, body["what"], body["turn"], body["message"]) == (
        "deleted", "unanswered", None, key(ts))
    assert resting.states(OFFICE, ts) == ["gone", "aside"]
    assert resting.calls("chat.postMessage") == resting.calls("chat.postEphemeral") == []
    assert CANARY not in everything_stored(resting)
    assert resting.joined.store.verify_log() is None


@pytest.mark.parametrize("typo", [None, "hwo is thta meant"])
def test_whoever_deletes_a_message_and_writes_it_again_is_answered(
    resting: Bot, typo: str | None
):
    """What nobody has read is no side talk, after which only facts would be heard."""
    ts = resting.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
    work(resting)
    if typo is not None:
        said = resting.workspace.do(
            "message", SAM, channel=OFFICE, thread_ts=ts, text=typo)["ts"]
        resting.workspace.order("settle")
        resting.workspace.do("delete", SAM, channel=OFFICE, ts=said)
        work(resting)
    resting.workspace.do("message", SAM, channel=OFFICE, thread_ts=ts,
                         text="How is that meant, please?")
    work(resting)

    assert [turn.text for turn in resting.turns(OFFICE, ts)][1:] == ["How is that meant, please?"]


def test_what_is_deleted_before_it_arrives_in_its_thread_is_not_answered_either(resting: Bot):
    ts = resting.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
    work(resting)
    late = "1990000000.000001"
    told(resting, deletion(late, ts))
    work(resting)
    told(resting, {"user": SAM, "text": f"for the army {CANARY}", "ts": late, "thread_ts": ts})

    work(resting)

    assert deleted(resting, ts) == [{"what": "unanswered", "turn": None, "message": key(late)}]
    assert len(resting.turns(OFFICE, ts)) == 1
    assert CANARY not in everything_stored(resting)


def test_side_talk_that_is_deleted_while_it_waits_leaves_nothing(resting: Bot):
    ts = resting.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
    work(resting)
    said = resting.workspace.do("message", NOOR, channel=OFFICE, thread_ts=ts,
                                text="Did you book the canteen for Friday?")["ts"]
    resting.workspace.do("delete", NOOR, channel=OFFICE, ts=said)

    work(resting)

    assert deleted(resting, ts) == []


def test_an_edit_that_waits_is_heard_though_its_message_is_gone(resting: Bot):
    """The message counts, so what it was corrected to has to count."""
    ts = resting.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
    work(resting)
    resting.workspace.do("edit", SAM, channel=OFFICE, ts=ts,
                         text=f"<@{BOT}> {DEAL.replace('Kenya', 'Norway')}")
    resting.workspace.do("delete", SAM, channel=OFFICE, ts=ts)

    work(resting)

    assert resting.deal(OFFICE, ts)["country"] == ["NO"]
    assert deleted(resting, ts) == [{"what": "message", "turn": 1, "message": key(ts)}]


def test_a_program_of_before_there_were_deletions_sets_one_aside(resting: Bot):
    """It takes a deletion for an edit that leaves no words."""
    ts = resting.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
    work(resting)
    told(resting, tombstone(ts))

    query = select(deliveries.c.act, deliveries.c.body).where(deliveries.c.state == "new")
    with resting.joined.store.reading() as connection:
        (waiting,) = connection.execute(query)

    body = json.loads(waiting.body)["body"]
    assert (waiting.act, body["text"], body["edits"]) == ("edit", "", key(ts))


# --- many, and those that can't be handled ---------------------------------------------------


class Clock:
    """The clock on the wall, and what a test has put it forward by."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ageing(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording,
    clock: Clock,
) -> Iterator[Bot]:
    """As `resting`, by the test's clock."""
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0, now=clock) as made:
        yield Bot(made)


def talk(bot: Bot, *others: tuple[str, str]) -> list[str]:
    """A thread that Sam begins and *others* go on with, by who and what; each message's ts."""
    ts = bot.workspace.say(f"<@{BOT}> {DEAL}", OFFICE)
    work(bot)
    said = [ts]
    for who, text in others:
        said.append(bot.workspace.do(
            "message", who, channel=OFFICE, thread_ts=ts, text=f"<@{BOT}> {text}")["ts"])
        work(bot)
    return said


def test_whoever_clears_up_is_told_once_and_each_deletion_is_on_record(resting: Bot):
    ts, *others = talk(resting, (SAM, "for the army"), (NOOR, "to watch crowds"), (SAM, "why?"))

    for said in others:
        told(resting, deletion(said, ts))
    told(resting, tombstone(ts))
    work(resting)

    assert [one["turn"] for one in deleted(resting, ts)] == [2, 3, 4, 1]
    assert len(whispers(resting, ts)) == len(whispers(resting, ts, NOOR)) == 1


def test_an_hour_later_an_author_is_told_again(ageing: Bot, clock: Clock):
    ts, *others = talk(ageing, (SAM, "for the army"), (SAM, "to watch crowds"))
    heard = []
    for said in (*others, ts):
        told(ageing, tombstone(ts) if said == ts else deletion(said, ts))
        work(ageing)
        heard.append(len(whispers(ageing, ts)))
        clock.ahead += timedelta(minutes=35)

    assert heard == [1, 1, 2]


@pytest.mark.parametrize(("hours", "words_to_sam"), [(23, 1), (25, 0)])
def test_of_a_message_of_long_ago_nothing_is_said(
    ageing: Bot, clock: Clock, hours: int, words_to_sam: int
):
    """Slack can delete by itself what is older than so many days."""
    (ts,) = talk(ageing)
    clock.ahead += timedelta(hours=hours)

    told(ageing, tombstone(ts))
    work(ageing)

    assert len(deleted(ageing, ts)) == 1
    assert len(whispers(ageing, ts)) == words_to_sam


def test_what_was_erased_comes_back_with_no_deletion(resting: Bot):
    (ts,) = talk(resting)
    with resting.joined.store.writing() as connection:
        silence(connection, TEAM, [resting.case(OFFICE, ts).conversation], names_of(TEAM, SAM))

    told(resting, tombstone(ts))
    work(resting)

    assert len(deleted(resting, ts)) == 1
    assert whispers(resting, ts) == []
    assert SAM not in everything_stored(resting)


def test_where_its_author_can_not_be_told_a_deletion_is_on_record_all_the_same(resting: Bot):
    (ts,) = talk(resting)
    with resting.joined.store.writing() as connection:
        connection.execute(update(conversations).values(state="{}"))

    told(resting, tombstone(ts))
    work(resting)

    assert len(deleted(resting, ts)) == 1
    assert resting.states(OFFICE, ts) == ["done", "aside"]
    assert whispers(resting, ts) == []
    assert len(resting.replies(OFFICE, ts)) == 1


def test_of_a_deletion_that_can_not_be_handled_nobody_hears(ageing: Bot, clock: Clock):
    (ts,) = talk(ageing)
    told(ageing, tombstone(ts))
    unreadable = json.dumps({"body": {"deleted": True}, "place": None, "private": False})
    with ageing.joined.store.writing() as connection:
        connection.execute(update(deliveries).where(deliveries.c.state == "new").values(
            body=unreadable))
    work(ageing)
    clock.ahead += timedelta(seconds=3)
    work(ageing)

    assert ageing.states(OFFICE, ts) == ["done", "failed"]
    assert "unanswered" not in {kind for kind, _ in everything_logged(ageing)}
    assert len(ageing.replies(OFFICE, ts)) == 1
    assert whispers(ageing, ts) == []
