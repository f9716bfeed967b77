"""A process that is frozen in the middle of a statement holds nobody up for ever."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.database import standing_still
from bot.log_order import LOCAL
from bot.queue.claims import ClaimLost
from bot.record.log import lock
from bot.store import Store
from tests.store.boxes import HOME, claimed, next_of, post, said, settle
from tests.store.frozen import SILENT_SECONDS, impatient
from tests.store.queueing import until_waiting
from tests.store.small import begin, step

_LARGE = b"SELECT repeat('x', 100000) FROM generate_series(1, 1000)"


def reads(connection: Any) -> None:
    """Ask for more than the socket takes, and read nothing of it."""
    connection.connection.driver_connection.pgconn.send_query(_LARGE)


def sends(connection: Any) -> None:
    """Begin a statement and don't end it."""
    raw = connection.connection.driver_connection.pgconn
    raw.enter_pipeline_mode()
    raw.send_query_params(b"SELECT 1", None)
    raw.send_flush_request()
    raw.flush()


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """A store whose transactions may be silent for a second."""
    made = Store(impatient(url))
    yield made
    made.close()


@contextmanager
def frozen(url: str, at: Callable[[Any], None]) -> Iterator[None]:
    """Another process that holds the log and stands still *at* something."""
    with opened(url) as store, store.engine.connect() as connection:
        transaction = connection.begin()
        lock(connection, LOCAL)
        at(connection)
        try:
            yield
        finally:
            connection.invalidate()
            transaction.close()


@contextmanager
def table_wanted_whole(url: str, table: str) -> Iterator[Callable[[], Future[None]]]:
    """Somebody at the database; gives what has them wait for all of *table*, as VACUUM FULL."""
    other = create_engine(make_url(url).update_query_dict({"application_name": "psql"}))

    def take() -> None:
        with other.begin() as connection:
            connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))

    with ThreadPoolExecutor(1) as pool:
        yield lambda: pool.submit(take)
    other.dispose()


def test_who_wants_a_table_between_a_claim_and_its_turn_stops_nobody_for_a_minute(
        postgresql, box, url, monkeypatch):
    """VACUUM FULL waited for the claim, the turn behind VACUUM FULL, and the claim for the turn."""
    monkeypatch.setattr(standing_still, "STUCK_SECONDS", 0.2)
    box.receive(said())
    with (pytest.raises(ClaimLost), table_wanted_whole(url, "claims") as want,
          ThreadPoolExecutor(1) as pool, box.claims.claim()):
        wanted = want()
        until_waiting(postgresql, 1)
        recorded = pool.submit(settle, postgresql, box, next_of(box), post("p1"))
        until_waiting(postgresql, 2)
        time.sleep(0.3)
        (name,) = standing_still.end_circles(postgresql)
        assert name.startswith("advisor ")
        wanted.result(10)
        recorded.result(10)
    assert claimed(box) == [HOME]  # its post is owed, and another worker takes it up


def test_a_server_looks_for_such_circles_until_it_ends(
        postgresql, box, url, monkeypatch, caplog):
    """Nobody asked for them to be ended, so that all stood for the minute after all."""
    monkeypatch.setattr(standing_still, "EACH_SECONDS", 0.1)
    monkeypatch.setattr(standing_still, "STUCK_SECONDS", 0.2)
    box.receive(said())
    ended = threading.Event()
    watching = threading.Thread(target=standing_still.watch, args=(postgresql, ended))
    with (pytest.raises(ClaimLost), table_wanted_whole(url, "claims") as want,
          ThreadPoolExecutor(1) as pool, box.claims.claim()):
        wanted = want()
        until_waiting(postgresql, 1)
        recorded = pool.submit(settle, postgresql, box, next_of(box), post("p1"))
        watching.start()
        try:
            wanted.result(10)
            recorded.result(10)
        finally:
            ended.set()
            watching.join(30)
    assert not watching.is_alive()
    assert [record.message for record in caplog.records if record.name == "advisor.database"] == [
        "a process waited for itself behind somebody who wants a table; the claim that it held was "
        "ended"]


@pytest.mark.parametrize("wanted", ["claims", "nothing"])
def test_a_claim_that_its_own_process_does_not_wait_for_is_left_alone(
        postgresql, box, url, monkeypatch, wanted):
    monkeypatch.setattr(standing_still, "STUCK_SECONDS", 0.1)
    box.receive(said())
    with table_wanted_whole(url, "claims") as want, box.claims.claim() as conversation:
        if wanted == "claims":
            want()
            until_waiting(postgresql, 1)
        time.sleep(0.2)
        assert list(standing_still.end_circles(postgresql)) == []
        box.claims.insist(conversation)


@pytest.mark.parametrize("at", [reads, sends])
def test_whoever_stands_still_in_a_statement_is_ended_where_somebody_waits(postgresql, url, at):
    turn, after = step(begin("c1"), "c1:1")
    with opened(url) as looking, frozen(url, at), ThreadPoolExecutor(1) as pool:
        time.sleep(SILENT_SECONDS + 0.2)
        assert list(standing_still.end(looking)) == []  # nobody waits for it

        recorded = pool.submit(postgresql.record, turn, after, 0)
        until_waiting(postgresql, 1)
        (name,) = standing_still.end(looking)

        assert name.startswith("advisor ")
        assert recorded.result(30).seq == 1
    assert postgresql.verify_log() is None


@pytest.mark.parametrize("at", [reads, sends])
def test_it_may_stand_still_for_as_long_as_it_may_be_silent(postgresql, url, at):
    turn, after = step(begin("c1"), "c1:1")
    with frozen(url, at), ThreadPoolExecutor(1) as pool:
        recorded = pool.submit(postgresql.record, turn, after, 0)
        until_waiting(postgresql, 1)
        assert list(standing_still.end(postgresql)) == []  # that may be a minute here
        with opened(url) as looking:
            time.sleep(SILENT_SECONDS + 0.2)
            assert len(standing_still.end(looking)) == 1
        assert recorded.result(30).seq == 1


def test_a_server_whose_connections_all_wait_for_it_ends_it_too(postgresql, url, monkeypatch):
    monkeypatch.setattr(standing_still, "EACH_SECONDS", 0.1)
    ended, many = threading.Event(), 15
    with opened(url) as all_busy, ThreadPoolExecutor(many) as pool, frozen(url, reads):
        recorded = [pool.submit(all_busy.record, *step(begin(f"c{n}"), f"c{n}:1"), 0)
                    for n in range(many)]
        until_waiting(postgresql, many)
        watching = threading.Thread(target=standing_still.watch, args=(all_busy, ended))
        watching.start()
        try:
            assert sorted(one.result(15).seq for one in recorded) == [*range(1, many + 1)]
        finally:
            ended.set()
            watching.join(40)
    assert not watching.is_alive()


def test_a_server_looks_for_it_until_it_ends(postgresql, url, monkeypatch, caplog):
    monkeypatch.setattr(standing_still, "EACH_SECONDS", 0.1)
    turn, after = step(begin("c1"), "c1:1")
    ended = threading.Event()
    with opened(url) as looking, frozen(url, reads):
        watching = threading.Thread(target=standing_still.watch, args=(looking, ended))
        watching.start()
        assert postgresql.record(turn, after, 0).seq == 1
        ended.set()
        watching.join(30)
    assert not watching.is_alive()
    assert [record.message for record in caplog.records] == [
        "a process stood still in the middle of a statement and held up others; its transaction "
        "was ended"]
