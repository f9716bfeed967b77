"""Claims: one thread, process or replica works on a conversation at a time."""

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.assembly import Assembly
from bot.dialogue.conversation import ConversationId
from bot.queue.claims import ClaimLost
from bot.queue.deliveries import Deliveries, Received
from bot.settings import Settings
from bot.store import Store
from tests.slack.office import cut_claims
from tests.store.boxes import HOME, PLACE, claimed, next_of, said, settle
from tests.store.small import Clock


def test_a_conversation_is_claimed_by_one_thread(box: Deliveries) -> None:
    box.receive(said())
    with box.claims.claim() as mine:
        assert mine == HOME
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(claimed, box).result() == []
    assert claimed(box) == [HOME]


def test_many_threads_never_hold_the_same(box: Deliveries) -> None:
    for n in range(4):
        box.receive(said(n, place=replace(PLACE, thread=f"{n}.0")))
    held: set[ConversationId] = set()
    lock, twice, all_held = threading.Lock(), [], threading.Barrier(4)

    def work(_: int) -> None:
        with box.claims.claim() as conversation:
            assert conversation is not None
            with lock:
                twice.extend({conversation} & held)
                held.add(conversation)
            all_held.wait(20)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert (len(held), twice) == (4, [])


def test_the_conversation_that_has_waited_longest_comes_first(
    box: Deliveries, clock: Clock
) -> None:
    for n in (2, 0, 1):
        box.receive(said(n, place=replace(PLACE, thread=f"{n}.0")))
        clock.pass_by(1)
    assert claimed(box) == ["slack:T1:C1:2.0", "slack:T1:C1:0.0", "slack:T1:C1:1.0"]


def test_a_conversation_without_work_is_not_claimed(store: Store, box: Deliveries) -> None:
    box.receive(said())
    settle(store, box, next_of(box))
    assert claimed(box) == []


def test_a_claim_is_given_back_when_its_holder_fails(box: Deliveries) -> None:
    box.receive(said())
    with pytest.raises(RuntimeError), box.claims.claim():
        raise RuntimeError
    assert claimed(box) == [HOME]


def test_two_replicas_never_hold_the_same(both: tuple[Deliveries, Deliveries]) -> None:
    one, two = both
    one.receive(said())
    with one.claims.claim() as conversation:
        assert conversation == HOME
        assert claimed(two) == []
        # While it is held, more may arrive for it.
        assert two.receive(said(1)) is Received.NEW
    assert claimed(two) == [HOME]


def test_a_claim_that_was_lost_is_noticed_by_its_holder(
    both: tuple[Deliveries, Deliveries], store: Store
) -> None:
    one, _ = both
    one.receive(said())
    with pytest.raises(ClaimLost, match=HOME), one.claims.claim() as conversation:
        assert conversation is not None
        one.claims.insist(conversation)
        cut_claims(store)
        one.claims.insist(conversation)
    assert claimed(one) == [HOME]


def test_a_connection_says_whose_it_is_and_how_soon_it_is_given_up(postgresql: Store) -> None:
    with postgresql.reading() as connection:
        name, idle = connection.execute(text(
            "SELECT current_setting('application_name'), "
            "current_setting('idle_in_transaction_session_timeout')")).one()
    assert (name, idle) == (f"advisor {os.getpid()}@{socket.gethostname()}"[:63], "1min")


def test_what_the_address_of_the_database_says_is_left_as_it_is(
    postgresql: Store
) -> None:
    chosen = postgresql.engine.url.update_query_dict(
        {"application_name": "mine", "options": "-c work_mem=9MB"})
    other = Store(chosen.render_as_string(hide_password=False))
    with other.reading() as connection:
        found = connection.execute(text(
            "SELECT current_setting('application_name'), current_setting('work_mem'), "
            "current_setting('idle_in_transaction_session_timeout')")).one()
    other.close()
    assert tuple(found) == ("mine", "9MB", "1min")


def test_a_claim_ends_with_the_connection_of_its_holder(
    both: tuple[Deliveries, Deliveries], store: Store
) -> None:
    one, two = both
    one.receive(said())
    claim = one.claims.claim()
    assert claim.__enter__() == HOME
    cut_claims(store)
    assert claimed(two) == [HOME]
    with pytest.raises(ClaimLost, match=HOME):
        claim.__exit__(None, None, None)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_each_worker_has_a_connection_beside_that_of_its_claim(url: str, tmp_path: Path) -> None:
    """All fifteen held a claim, and waited half a minute for one more to read with."""
    workers = 20
    parts = Assembly(Settings(
        data_dir=tmp_path, database_url=url, workers=workers, _env_file=None))
    box = Deliveries(parts.database)
    for n in range(workers):
        box.receive(said(n, place=replace(PLACE, thread=f"{n}.0")))
    with ExitStack() as stack:
        for _ in range(workers):
            assert stack.enter_context(box.claims.claim()) is not None
        for _ in range(workers):
            stack.enter_context(parts.database.looking())
        assert parts.database.engine.pool.checkedout() == 2 * workers
    parts.database.close()
