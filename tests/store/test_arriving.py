"""The inbox: stored once, taken up in the order of sending, by the conversation it belongs to."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.dialogue.conversation import ConversationId
from bot.queue.deliveries import Deliveries, Received, turns_before
from bot.schema import cases, deliveries, log
from bot.store import Store
from bot.turns.delivery import (
    Act,
)
from tests.store.boxes import (
    HOME,
    NOOR,
    PLACE,
    SAM,
    claimed,
    deleted,
    next_of,
    rows,
    said,
    settle,
)
from tests.store.small import START


def test_a_delivery_that_comes_again_is_known_as_a_repeat(box: Deliveries) -> None:
    assert box.receive(said()) is Received.NEW
    assert box.receive(said()) is Received.REPEAT
    assert box.receive(said(event_id="another event of the same deed")) is Received.REPEAT
    assert sum(box.waiting().values()) == 1


def test_a_repeat_after_handling_brings_nothing_back(store: Store, box: Deliveries) -> None:
    box.receive(said())
    settle(store, box, next_of(box))
    assert box.receive(said()) is Received.REPEAT
    assert box.next_delivery(HOME) is None


@pytest.mark.parametrize("order", list(itertools.permutations([0, 0, 1, 2])))
def test_whatever_the_order_of_arrival_the_order_of_handling_is_that_of_sending(
    store: Store, box: Deliveries, order: tuple[int, ...]
) -> None:
    received = [box.receive(said(second)) for second in order]
    assert received.count(Received.NEW) == 3
    handled = []
    for _ in range(3):
        taken = next_of(box)
        handled.append(taken.delivery.body["text"])
        settle(store, box, taken)
    assert handled == ["said 0", "said 1", "said 2"]
    assert box.next_delivery(HOME) is None


def test_what_was_sent_in_one_moment_is_handled_as_it_arrived(
    store: Store, box: Deliveries
) -> None:
    for key in ("b", "a", "c"):
        box.receive(said(key=key))
    handled = []
    while (taken := box.next_delivery(HOME)) is not None:
        handled.append(taken.delivery.key)
        settle(store, box, taken)
    assert handled == ["b", "a", "c"]


def test_eight_threads_that_bring_the_same_store_it_once(box: Deliveries) -> None:
    def bring(_: int) -> list[Received]:
        return [box.receive(said(second)) for second in range(5)]

    with ThreadPoolExecutor(8) as pool:
        found = list(itertools.chain.from_iterable(pool.map(bring, range(8))))
    assert found.count(Received.NEW) == 5
    assert found.count(Received.REPEAT) == 35
    assert sum(box.waiting().values()) == 5


def test_turns_before_are_one_of_each_person_and_workspace_for_each_message(
    box: Deliveries,
) -> None:
    assert turns_before(box.waiting(), "T1", "U1") == 0
    for n in range(20):
        box.receive(said(n, author="flooding", team="T1"))
    assert turns_before(box.waiting(), "T1", "flooding") == 20

    box.receive(said(30, author="once", team="T1"))
    assert turns_before(box.waiting(), "T1", "once") == 2
    assert turns_before(box.waiting(), "T1", "flooding") == 40

    box.receive(said(31, author="elsewhere", team="T2"))
    assert turns_before(box.waiting(), "T2", "elsewhere") == 2
    assert turns_before(box.waiting(), "T1", "once") == 4
    assert turns_before(box.waiting(), "T1", "nobody") == 0


def test_what_was_kept_comes_out_as_it_went_in(box: Deliveries) -> None:
    given_ = said(3, act=Act.ANSWER, body={"fact": "end_user", "values": ["police"]},
                  private=True)
    box.receive(given_)
    taken = next_of(box)
    assert taken.delivery == replace(given_, conversation=HOME, opens=False)
    assert (taken.tries, taken.reference) == (0, None)


def test_what_is_said_where_nothing_goes_on_is_not_ours(box: Deliveries) -> None:
    assert box.receive(said(opens=False)) is Received.NOT_OURS
    assert box.receive(said(place=None)) is Received.NOT_OURS
    assert sum(box.waiting().values()) == 0
    assert box.passed_over.after(PLACE, START - timedelta(seconds=1))
    # It was not kept as known either: the other event of the same message may open one.
    assert box.receive(said()) is Received.NEW
    assert not box.passed_over.after(PLACE, START)


def test_a_deletion_of_what_is_not_ours_takes_no_room_among_what_was_passed_over(
    box: Deliveries,
) -> None:
    assert box.receive(deleted(said())) is Received.NOT_OURS
    assert not box.passed_over.after(PLACE, START - timedelta(days=1))


def test_a_deletion_of_what_is_not_ours_does_not_wait_for_whoever_writes(
    store: Store, box: Deliveries
) -> None:
    came = list[Received]()
    with store.writing():
        other = threading.Thread(target=lambda: came.append(box.receive(deleted(said()))))
        other.start()
        other.join(10)
        assert came == [Received.NOT_OURS]


@pytest.mark.parametrize("just_written", [True, False])
def test_a_message_that_arrives_after_its_deletion_begins_nothing(
    box: Deliveries, just_written: bool
) -> None:
    """Slack sends once more what we could not take, and had told of its deletion meanwhile."""
    message, other = said(), said(5)
    assert box.receive(deleted(message, just_written=just_written)) is Received.NOT_OURS

    assert box.receive(message) is Received.NOT_OURS
    assert box.next_delivery(HOME) is None
    assert box.receive(other) is Received.NEW
    assert next_of(box).delivery.key == other.key


def test_a_deletion_waits_for_whoever_may_be_storing_its_message(
    store: Store, box: Deliveries, url: str
) -> None:
    """Slack tells of both at once where somebody deletes what they have just sent."""
    if url.startswith("postgresql"):
        pytest.skip("writers of different rows do not wait for each other there")
    came = list[Received]()
    gone = deleted(said(), just_written=True)
    other = threading.Thread(target=lambda: came.append(box.receive(gone)))
    with store.writing():
        other.start()
        other.join(0.2)
        assert came == []
    other.join(10)
    assert came == [Received.NOT_OURS]


def test_a_deletion_of_what_is_ours_is_stored_wherever_slack_says_that_it_was(
    store: Store, box: Deliveries
) -> None:
    box.receive(said())
    elsewhere = replace(PLACE, thread="200.000001")
    assert box.receive(deleted(said(), place=elsewhere)) is Received.NEW
    assert rows(store, deliveries, "conversation", "author") == [(HOME, SAM), (HOME, "")]


def test_a_deletion_that_is_given_up_left_nobody_without_an_answer(
    store: Store, box: Deliveries
) -> None:
    box.receive(said())
    settle(store, box, next_of(box))
    box.receive(deleted(said()))
    box.give_up(next_of(box), "T-1")
    assert rows(store, deliveries, "state") == [("done",), ("failed",)]
    assert rows(store, log, "kind") == []


def test_a_message_that_is_gone_lets_what_was_to_be_replaced_be_so(
    store: Store, box: Deliveries
) -> None:
    box.receive(said())
    settle(store, box, next_of(box))
    box.receive(said(1))
    settle(store, box, next_of(box), state="gone")
    with store.reading() as connection:
        assert not box.acted_since(connection, HOME, said().key)


def test_what_is_said_in_a_thread_of_ours_belongs_to_its_conversation(box: Deliveries) -> None:
    box.receive(said())
    assert box.receive(said(1, opens=False, author=NOOR)) is Received.NEW
    assert sum(box.waiting().values()) == 2


def test_two_threads_are_two_conversations(box: Deliveries) -> None:
    box.receive(said())
    box.receive(said(1, place=replace(PLACE, thread="200.000001")))
    assert claimed(box) == [HOME, "slack:T1:C1:200.000001"]


def test_a_private_conversation_has_no_place_of_its_own_before_its_first_post(
    store: Store, box: Deliveries
) -> None:
    box.receive(said(place=None, conversation=ConversationId("slack:T1:command:1"),
                     private=True))
    assert rows(store, cases, "conversation", "channel", "thread", "private") == [
        ("slack:T1:command:1", None, None, 1)]


TEAMS = st.sampled_from(["T1", "T2", "T3"])
RUNS = itertools.count()
"""Examples share a database, so each has conversations of its own."""


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEAMS, TEAMS, st.booleans()), max_size=8))
def test_a_workspace_never_reaches_the_conversation_of_another(
    store: Store, box: Deliveries, reaches: list[tuple[str, str, bool]]
) -> None:
    run = next(RUNS)
    names = {team: ConversationId(f"{run}:{team}") for team in ("T1", "T2", "T3")}
    for team, name in names.items():
        box.receive(said(key=f"{run}:{team}:open", team=team, place=None, conversation=name))
    for n, (by, whose, opens) in enumerate(reaches):
        received = box.receive(said(n, key=f"{run}:{n}", team=by, place=None, opens=opens,
                                    conversation=names[whose]))
        assert received is (Received.NEW if by == whose else Received.NOT_OURS)
    with store.reading() as connection:
        for row in connection.execute(select(deliveries.c.team, deliveries.c.conversation).where(
                deliveries.c.conversation.in_(names.values()))):
            assert names[row.team] == row.conversation


def test_the_same_channel_and_thread_of_another_workspace_are_another_place(
    box: Deliveries,
) -> None:
    box.receive(said())
    place = replace(PLACE, team="T2")
    assert box.receive(said(1, key="k", team="T2", place=place, opens=False)) is Received.NOT_OURS
