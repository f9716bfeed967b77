"""The desk over a real store, with a small Slack and a small bot that remember."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.queue.claims import ClaimLost
from bot.queue.deliveries import Deliveries, Received
from bot.queue.desk import DELETION_WAITS, HANDLING_WAITS, OUTAGE_WAITS
from bot.queue.door import Posted
from bot.schema import deliveries
from bot.store import Store
from bot.telemetry.tracing import Tracing, trace
from bot.turns.delivery import Act, Delivery, Overtaken, Queued, key_of_deletion
from tests.faults.small import LATER_SECONDS, Killed, real_time
from tests.operation.written import written
from tests.slack.office import (
    CUT_MS,
    GRACE,
    Office,
    cut_claims,
    said,
)
from tests.store.conftest import store  # noqa: F401  a fixture
from tests.store.small import Clock
from tests.workspace.running import eventually


def test_what_arrives_is_handled_and_its_reply_posted_once(office: Office) -> None:
    office.bot.posts = 3
    office.box.receive(said("a"))
    office.box.receive(said("a"))
    office.work()
    assert office.bot.handled == ["a"]
    assert office.slack.keys == ["a:0", "a:1", "a:2"]
    assert set(office.states().values()) == {"sent"}
    assert office.slack.looked == 0
    assert office.desk.work() is False


def test_a_deletion_that_can_not_be_handled_soon_lets_those_behind_it_pass(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.work()
    gone = key_of_deletion(MessageKey("a"))
    office.box.receive(replace(said(gone, 1), act=Act.EDIT, author="", opens=False))
    office.box.receive(said("b", 2))
    office.bot.coming.extend(["fails", "fails"])
    office.work()
    assert office.bot.handled == ["a"]
    clock.pass_by(sum(DELETION_WAITS))
    office.work()
    assert office.bot.handled == ["a", "b"]
    assert office.states(deliveries) == {"a": "done", gone: "failed", "b": "done"}
    assert sum(DELETION_WAITS) <= 2.0


# --- handling that fails ------------------------------------------------------------------------


def test_when_handling_fails_the_person_is_told_at_once_and_answered_later(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.bot.coming.append("fails")
    office.work()
    assert office.slack.keys == ["a:sorry"]
    assert office.text_of("a:sorry").startswith("T-")
    clock.pass_by(HANDLING_WAITS[0] - 0.001)
    office.work()
    assert office.bot.handled == []
    clock.pass_by(0.001)
    office.work()
    assert office.slack.keys == ["a:sorry", "a:0"]


def test_an_apology_is_made_once_and_again_when_it_is_given_up(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.box.receive(said("b", 1))
    office.bot.coming.extend(["fails"] * (len(HANDLING_WAITS) + 1))
    for wait in (0.0, *HANDLING_WAITS):
        clock.pass_by(wait)
        office.work()
    assert office.slack.keys == ["a:sorry", "a:sorry:last", "b:0"]
    # The reference stays: whoever quotes the first finds every entry of the log.
    assert office.text_of("a:sorry") == office.text_of("a:sorry:last")
    assert office.states(deliveries) == {"a": "failed", "b": "done"}


def test_one_that_fails_holds_up_its_own_conversation_only(office: Office) -> None:
    office.box.receive(said("a"))
    office.box.receive(said("b", 1))
    office.box.receive(said("c", 2, thread="2.0"))
    office.bot.coming.append("fails")
    office.work()
    assert office.bot.handled == ["c"]


def test_while_the_disk_is_full_nothing_is_given_up_and_the_person_is_told_once(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.bot.coming.extend(["disk full"] * 20)
    for _ in range(20):
        office.work()
        clock.pass_by(OUTAGE_WAITS[-1])
    office.work()
    assert office.slack.keys == ["a:sorry", "a:0"]
    assert office.states(deliveries) == {"a": "done"}


def test_of_an_outage_that_is_over_at_once_the_person_hears_nothing(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.bot.coming.append("disk full")
    office.work()
    clock.pass_by(OUTAGE_WAITS[0])
    office.work()
    assert office.slack.keys == ["a:0"]


def test_the_log_says_in_a_line_what_is_full_and_what_to_do(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.box.receive(said("a"))
    office.bot.coming.append("disk full")
    office.work()
    assert [(record.getMessage(), record.outage) for record in caplog.records] == [
        ("a delivery waits for what is away",
         "the disk is full; free some space, nothing has to be started again")]
    assert [record.exc_info for record in caplog.records] == [None]


# --- somebody writes again ----------------------------------------------------------------------


def test_a_message_that_comes_before_the_reply_is_posted_makes_it_stale(
    office: Office,
) -> None:
    office.box.receive(said("a"))
    real = office.bot.handle

    def handle(taken: Any) -> None:
        real(taken)
        if taken.delivery.key == "a":
            office.box.receive(said("b", 1))

    office.bot.handle = handle  # type: ignore[method-assign]
    office.work()
    assert office.bot.handled == ["a", "b"]
    assert office.slack.keys == ["b:0"]
    assert office.states() == {"a:0": "stale", "b:0": "sent"}


def test_a_message_that_comes_while_the_reply_is_put_off_gets_the_one_answer(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("later")
    office.work()
    office.box.receive(said("b", 1))
    office.work()
    clock.pass_by(LATER_SECONDS)
    office.work()
    assert office.slack.keys == ["b:0"]


def test_a_reply_that_may_stand_is_not_taken_back_and_stays_before_the_next(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("breaks after")
    office.work()
    office.box.receive(said("b", 1))
    office.work()
    assert office.slack.keys == ["a:0"]
    clock.pass_by(GRACE)
    office.work()
    assert office.slack.keys == ["a:0", "b:0"]


# --- ends and beginnings ------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_a_new_process_goes_on_where_the_old_one_was_killed(office: Office, how: str) -> None:
    office.box.receive(said("a"))
    office.bot.coming.append(how)
    with pytest.raises(Killed):
        office.work()
    office.open()
    office.work()
    assert office.slack.keys == ["a:0"]
    assert len(office.store.turns(office.store.turn_for(MessageKey("a")).conversation)) == 1  # type: ignore[union-attr]


def test_who_comes_back_from_being_frozen_in_handling_adds_nothing(
    office: Office, clock: Clock
) -> None:
    """Frozen for so long that its claim was given up, it finds the delivery settled."""
    other = Office(office.store, clock)
    other.slack = office.slack
    other.open()
    real = office.bot.handle

    def frozen(taken: Any) -> None:
        cut_claims(office.store)
        other.work()
        real(taken)

    office.bot.handle = frozen  # type: ignore[method-assign]
    office.box.receive(said("a"))
    with pytest.raises(Overtaken, match="a"):
        office.desk.work()
    office.bot.handle = real  # type: ignore[method-assign]
    office.work()
    assert office.slack.keys == ["a:0"]
    assert office.states(deliveries) == {"a": "done"}
    assert [turn.key for turn in office.store.turns(ConversationId("slack:T1:C1:1.0"))] == ["a"]


def test_whose_claim_was_lost_before_a_post_does_not_make_it(
    store: Store, url: str  # noqa: F811
) -> None:
    """The claim is asked for between the note that a post begins and the post."""
    if not url.startswith("postgresql"):
        pytest.skip("SQLite serves one process")
    clock = Clock()
    office = Office(store, clock)
    office.box.receive(said("a"))
    real = office.box.outbox.begin

    def cut_off(queued: Queued) -> None:
        real(queued)
        cut_claims(store)

    office.box.outbox.begin = cut_off  # type: ignore[method-assign]
    with pytest.raises(ClaimLost, match=r"slack:T1:C1:1\.0"):
        office.desk.work()
    assert office.slack.keys == []
    office.open()
    office.work()
    clock.pass_by(GRACE)
    office.work()
    assert office.slack.keys == ["a:0"]


def test_a_desk_that_was_never_opened_can_be_closed(office: Office) -> None:
    office.desk.stop(1)
    assert office.desk.work() is False


def test_stopping_finishes_what_is_held_and_leaves_the_rest(
    store: Store,  # noqa: F811
) -> None:
    office = Office(store, real_time)
    inside, go_on = threading.Event(), threading.Event()
    real = office.bot.handle

    def handle(taken: Any) -> None:
        inside.set()
        assert go_on.wait(20)
        real(taken)

    office.bot.handle = handle  # type: ignore[method-assign]
    office.desk.start()
    office.box.receive(said("a"))
    office.box.receive(said("b", 1))
    office.desk.wake()
    assert inside.wait(20)
    stopping = threading.Thread(target=office.desk.stop, args=(20.0,))
    stopping.start()
    go_on.set()
    stopping.join(30)
    assert not stopping.is_alive()
    assert office.states(deliveries) == {"a": "done", "b": "new"}
    assert office.states() == {"a:0": "waiting"}
    office.open()
    office.work()
    assert office.slack.keys == ["b:0"]  # in one answer, as somebody has written again


def test_workers_share_the_work_and_keep_each_conversation_in_order(
    store: Store,  # noqa: F811
) -> None:
    office = Office(store, real_time, workers=4)
    office.desk.start()
    for n in range(24):
        office.box.receive(said(f"{n % 6}-{n // 6}", n, thread=f"{n % 6}.0"))
        office.desk.wake()
    assert eventually(lambda: "new" not in office.states(deliveries).values()
                      and "waiting" not in office.states().values(), 30)
    office.desk.stop(20)
    assert office.slack.doubled == []
    for thread in range(6):
        mine = [key for key in office.bot.handled if key.startswith(f"{thread}-")]
        assert mine == [f"{thread}-{n}" for n in range(4)]
        posted = [key for key in office.slack.keys if key.startswith(f"{thread}-")]
        assert posted == sorted(posted)
        assert posted[-1] == f"{thread}-3:0"


@contextmanager
def away(server_url: str) -> Iterator[None]:
    """The database of *server_url* takes no connection and has lost those it had."""
    at = make_url(server_url)
    server = create_engine(at.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {at.database} ALLOW_CONNECTIONS false"))
        connection.execute(text("SELECT pg_terminate_backend(pid, :ms) "
                                "FROM pg_stat_activity WHERE datname = :name"),
                           {"name": at.database, "ms": CUT_MS})
        yield
        connection.execute(text(f"ALTER DATABASE {at.database} ALLOW_CONNECTIONS true"))
    server.dispose()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_while_the_database_is_away_nothing_is_lost(
    store: Store, url: str, caplog: pytest.LogCaptureFixture  # noqa: F811
) -> None:
    office = Office(store, real_time, workers=2)
    office.desk.start()
    office.box.receive(said("a"))
    office.desk.wake()
    assert eventually(lambda: office.slack.keys == ["a:0"])
    with away(url):
        with pytest.raises(OperationalError):
            office.box.receive(said("b", 1))  # so Slack hears nothing and delivers again
        assert eventually(lambda: "could not work" in caplog.text)
    assert eventually(lambda: received(office.box, said("b", 1)))
    office.box.receive(said("c", 2, thread="2.0"))
    office.desk.wake()
    assert eventually(lambda: sorted(office.slack.keys) == ["a:0", "b:0", "c:0"])
    office.desk.stop(20)
    assert store.verify_log() is None


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_if_the_database_goes_while_slack_takes_a_post_it_is_not_posted_again(
    store: Store, url: str, clock: Clock  # noqa: F811
) -> None:
    office = Office(store, clock)
    office.box.receive(said("a"))
    real = office.slack.post

    def post(
        queued: Queued, note: Callable[[str], None], insist: Callable[[], None]
    ) -> Posted:
        posted = real(queued, note, insist)
        gone.__enter__()
        return posted

    gone = away(url)
    office.slack.post = post  # type: ignore[method-assign]
    with pytest.raises(OperationalError):
        office.work()
    gone.__exit__(None, None, None)
    clock.pass_by(GRACE)
    office.work()
    assert office.slack.keys == ["a:0"]
    assert office.states() == {"a:0": "sent"}


def received(box: Deliveries, delivery: Delivery) -> bool:
    try:
        return box.receive(delivery) in {Received.NEW, Received.REPEAT}
    except OperationalError:
        return False


def test_neither_a_line_nor_a_trace_names_what_was_chosen(office: Office) -> None:
    """An answer by a button is a fact of the deal, and its delivery's key holds it."""
    chosen = "slack:T1:slack:T1:C1:1.0:1:answer"
    spans, tracing = InMemorySpanExporter(), Tracing()
    trace(tracing, SimpleSpanProcessor(spans), "test-1")
    office.desk._tracing = tracing
    office.box.receive(said("a"))
    office.work()
    office.box.receive(replace(
        said(f"{chosen}:end_user:police", 1), act=Act.ANSWER, body={"answers": {}}))
    office.bot.coming.append("fails")

    with written() as lines:
        office.work()

    assert [line["delivery"] for line in lines if line["event"] == "handling failed"] == [chosen]
    spanned = [dict(span.attributes or {}) for span in spans.get_finished_spans()]
    assert [one["delivery"] for one in spanned if one.get("act") == "answer"] == [chosen]
    assert "police" not in str([lines, spanned])
