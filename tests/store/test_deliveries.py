"""The inbox and the outbox: stored once, taken up in order by one, gone or kept as a whole."""

import itertools
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.queue.claims import ClaimLost
from bot.queue.deliveries import Deliveries, Received, turns_before
from bot.schema import cases, deliveries, log, outgoing
from bot.store import Store
from bot.turns.delivery import (
    Act,
    CaseEvent,
    Delivery,
    Outgoing,
    Overtaken,
    Place,
    Queued,
    Taken,
    Then,
    key_of_deletion,
)
from tests.store.small import START, begin, step

TEAM, SAM, NOOR = "T1", "U1", "U2"
PLACE = Place(TEAM, "C1", "100.000001")
HOME = ConversationId("slack:T1:C1:100.000001")


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(store: Store, clock: Clock) -> Deliveries:
    return Deliveries(store, clock)


@pytest.fixture
def both(store: Store, clock: Clock, url: str) -> Iterator[tuple[Deliveries, Deliveries]]:
    """Two replicas on PostgreSQL; SQLite has no second one."""
    if not url.startswith("postgresql"):
        pytest.skip("SQLite serves one process")
    other = Store(url)
    yield Deliveries(store, clock), Deliveries(other, clock)
    other.close()


@pytest.fixture
def postgresql(store: Store, url: str) -> Store:
    """The store on PostgreSQL alone, which has connections to say something of."""
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has no connections")
    return store


def said(second: int = 0, key: str = "", **more: Any) -> Delivery:
    """A message sent *second* seconds after the start."""
    made = Delivery(
        key=MessageKey(key or f"slack:T1:C1:{100 + second}.000001"), act=Act.MESSAGE, team=TEAM,
        author=SAM, sent_at=START + timedelta(seconds=second), body={"text": f"said {second}"},
        place=PLACE, opens=True, event_id=f"Ev{second}")
    return replace(made, **more)


def deleted(message: Delivery, **more: Any) -> Delivery:
    """The deletion of *message*, a second after it."""
    return replace(message, key=key_of_deletion(message.key), act=Act.EDIT, author="", body={},
                   sent_at=message.sent_at + timedelta(seconds=1), opens=False, **more)


def post(key: str, **more: Any) -> Outgoing:
    return Outgoing(key, "message", {"text": key}, **more)


def next_of(box: Deliveries, conversation: ConversationId = HOME) -> Taken:
    taken = box.next_delivery(conversation)
    assert taken is not None
    return taken


def owed(box: Deliveries, conversation: ConversationId = HOME) -> Queued:
    queued = box.outbox.next_outgoing(conversation)
    assert queued is not None
    return queued


def settle(store: Store, box: Deliveries, taken: Taken, *posts: Outgoing, **more: Any) -> None:
    with store.writing() as connection:
        box.settle(connection, taken, posts, **more)


def claimed(box: Deliveries) -> list[ConversationId]:
    """What can be claimed at once, in the order in which it is had."""
    with ExitStack() as stack:
        found = []
        while (conversation := stack.enter_context(box.claims.claim())) is not None:
            found.append(conversation)
        return found


def rows(store: Store, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        query = select(*(table.c[name] for name in columns)).order_by(table.c[columns[0]])
        return [tuple(row) for row in connection.execute(query)]


# --- arriving -----------------------------------------------------------------------------------


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


# --- claims -------------------------------------------------------------------------------------


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
        with store.engine.connect() as connection:
            connection.execute(text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE state = 'idle in transaction' AND datname = current_database()"))
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
    with store.engine.connect() as connection:
        connection.execute(text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE state = 'idle in transaction' AND datname = current_database()"))
    assert claimed(two) == [HOME]
    with pytest.raises(ClaimLost, match=HOME):
        claim.__exit__(None, None, None)


# --- settling -----------------------------------------------------------------------------------


def test_a_turn_its_posts_and_its_events_are_kept_together(
    store: Store, box: Deliveries
) -> None:
    box.receive(said())
    taken, (turn, after) = next_of(box), step(begin(HOME), said().key)
    shown = begin(HOME)
    store.record(turn, after, 0, along=lambda connection: box.settle(
        connection, taken, [post("p", turn=1)], shown=shown, events=[CaseEvent("seen", SAM)]))
    assert rows(store, deliveries, "state", "body") == [("done", None)]
    assert rows(store, outgoing, "key", "turn") == [("p", 1)]
    assert rows(store, log, "kind", "actor") == [("seen", SAM), ("turn", "U1")]
    assert store.turn_for(said().key) is not None


def test_if_settling_fails_there_is_no_turn_and_nothing_is_owed(
    store: Store, box: Deliveries
) -> None:
    box.receive(said())
    taken, (turn, after) = next_of(box), step(begin(HOME), said().key)

    def along(connection: Any) -> None:
        box.settle(connection, taken, [post("p", turn=1)], shown=begin(HOME),
                   events=[CaseEvent("seen", SAM)])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.record(turn, after, 0, along=along)
    assert store.turn_for(said().key) is None
    assert next_of(box) == taken
    assert rows(store, outgoing, "key") == rows(store, log, "key") == []


def test_who_was_overtaken_settles_nothing_more(store: Store, box: Deliveries) -> None:
    """A process that was frozen with a delivery in hand comes back when another has settled it."""
    box.receive(said())
    taken = next_of(box)
    settle(store, box, taken, post("p"), events=[CaseEvent("seen", SAM)])
    before = rows(store, deliveries, "state", "tries", "due", "reference")

    late: list[Callable[[], object]] = [
        lambda: settle(store, box, taken, post("q"), events=[CaseEvent("again", SAM)]),
        lambda: box.postpone(taken, START, "T-1", post("sorry")),
        lambda: box.give_up(taken, "T-1", post("sorry")),
        lambda: box.move(taken, ConversationId("slack:T1:elsewhere"), post("notice")),
    ]
    for one in late:
        with pytest.raises(Overtaken, match=taken.delivery.key):
            one()

    assert rows(store, deliveries, "state", "tries", "due", "reference") == before
    assert rows(store, outgoing, "key") == [("p",)]
    assert len(rows(store, log, "key")) == 1


def test_who_was_overtaken_begins_no_post_and_changes_none(
    store: Store, box: Deliveries
) -> None:
    reply_to(store, box, 0, begin(HOME), posts=2)
    mine = owed(box)
    box.outbox.begin(mine)
    theirs = owed(box)
    box.outbox.begin(theirs)
    before = rows(store, outgoing, "tries", "in_doubt", "due", "ref", "error")

    with pytest.raises(Overtaken, match="1/0"):
        box.outbox.begin(mine)
    with pytest.raises(Overtaken, match="1/0"):
        box.outbox.note_ref(mine, "C1:1")
    with pytest.raises(Overtaken, match="1/0"):
        box.outbox.delay(mine, START, "reset", in_doubt=False)
    assert rows(store, outgoing, "tries", "in_doubt", "due", "ref", "error") == before

    # Where Slack took mine after all, that it stands is what counts.
    box.outbox.sent(mine, "C1:1")
    box.outbox.sent(theirs, "C1:2")
    box.outbox.refused(mine, "is_archived")
    assert rows(store, outgoing, "state", "ref")[0] == ("sent", "C1:1")


def test_the_words_are_gone_once_handled_and_kept_if_given_up(
    store: Store, box: Deliveries
) -> None:
    box.receive(said(0))
    settle(store, box, next_of(box), state="aside")
    box.receive(said(1))
    box.give_up(next_of(box), "T-1")
    kept = rows(store, deliveries, "id", "state", "body")
    assert kept[0][1:] == ("aside", None)
    assert kept[1][1] == "failed"
    assert "said 1" in kept[1][2]


def test_one_that_failed_holds_back_those_behind_it_and_nobody_else(
    box: Deliveries, clock: Clock
) -> None:
    elsewhere = replace(PLACE, thread="200.000001")
    box.receive(said(0))
    box.receive(said(1))
    box.receive(said(2, place=elsewhere))
    box.postpone(next_of(box), START + timedelta(seconds=10), "T-1")
    assert box.next_delivery(HOME) is None
    assert claimed(box) == ["slack:T1:C1:200.000001"]
    clock.pass_by(10)
    taken = next_of(box)
    assert (taken.delivery.body["text"], taken.tries, taken.reference) == ("said 0", 1, "T-1")


def test_what_waits_to_be_handled_does_not_hold_back_a_post(
    store: Store, box: Deliveries
) -> None:
    box.receive(said())
    taken = next_of(box)
    box.postpone(taken, START + timedelta(seconds=10), "T-1", post("sorry"))
    assert claimed(box) == [HOME]
    assert owed(box).outgoing.key == "sorry"


@pytest.mark.parametrize("failing", ["postpone", "give_up"])
def test_a_failure_is_noted_together_with_the_word_about_it_or_not_at_all(
    store: Store, box: Deliveries, failing: str
) -> None:
    """A crash between the two had the person apologised to for what was then handled at once."""
    box.receive(said())
    taken = next_of(box)
    when = (START + timedelta(seconds=10),) if failing == "postpone" else ()
    before = rows(store, deliveries, "state", "tries", "due", "reference")
    unwritable = replace(post("sorry"), body={"text": object()})
    with pytest.raises(TypeError):
        getattr(box, failing)(taken, *when, "T-1", unwritable)
    assert rows(store, deliveries, "state", "tries", "due", "reference") == before
    assert box.outbox.next_outgoing(HOME) is None
    getattr(box, failing)(taken, *when, "T-1", post("sorry"))
    assert rows(store, deliveries, "tries", "reference") == [(1, "T-1")]
    assert owed(box).outgoing.key == "sorry"


def test_moving_takes_a_delivery_to_a_private_conversation(
    store: Store, box: Deliveries
) -> None:
    box.receive(said())
    private = ConversationId(f"{HOME}:{SAM}")
    box.move(next_of(box), private, post("notice"), CaseEvent("moved", SAM))
    assert box.next_delivery(HOME) is None
    assert next_of(box, private).delivery.key == said().key
    assert owed(box).outgoing.key == "notice"
    assert rows(store, cases, "conversation", "private")[1] == (private, 1)
    assert rows(store, log, "conversation", "kind") == [(private, "moved")]


# --- the outbox ---------------------------------------------------------------------------------


def reply_to(store: Store, box: Deliveries, second: int, before: Conversation, *,
             posts: int = 1) -> Conversation:
    """Take a turn as the bot does: against what was shown, making stale what was not."""
    box.receive(said(second))
    taken, unshown = next_of(box), box.outbox.unshown(HOME)
    turn, after = step(before, taken.delivery.key)
    shown = before if unshown is None else unshown.shown
    store.record(turn, after, before.version, along=lambda connection: box.settle(
        connection, taken, [post(f"{turn.version}/{n}", turn=turn.version)
                            for n in range(posts)],
        shown=shown, stale=() if unshown is None else unshown.turns))
    return after


def states(store: Store) -> dict[str, str]:
    return dict(rows(store, outgoing, "key", "state"))


def test_posts_go_out_in_the_order_in_which_they_were_owed(
    store: Store, box: Deliveries
) -> None:
    reply_to(store, box, 0, begin(HOME), posts=3)
    sent = []
    while (queued := box.outbox.next_outgoing(HOME)) is not None:
        sent.append(queued.outgoing.key)
        box.outbox.sent(queued, f"C1:{len(sent)}")
    assert sent == ["1/0", "1/1", "1/2"]
    assert rows(store, outgoing, "key", "state", "body", "shown") == [
        (key, "sent", None, None) for key in sent]


def test_a_post_that_has_to_wait_holds_back_those_behind_it(
    store: Store, box: Deliveries, clock: Clock
) -> None:
    reply_to(store, box, 0, begin(HOME), posts=2)
    box.outbox.delay(owed(box), START + timedelta(seconds=5), "ratelimited", in_doubt=False)
    assert box.outbox.next_outgoing(HOME) is None
    assert claimed(box) == []
    clock.pass_by(5)
    assert claimed(box) == [HOME]
    assert owed(box).outgoing.key == "1/0"


def owe(box: Deliveries, store: Store, *posts: Outgoing) -> None:
    """Owe *posts* in HOME."""
    with store.writing() as connection:
        box.outbox.owe_all(connection, HOME, TEAM, posts)


def test_what_goes_elsewhere_holds_back_only_what_goes_to_the_same_place(
    store: Store, box: Deliveries, clock: Clock
) -> None:
    elsewhere = {"channel": "C9"}
    owe(box, store, post("there/0", target=elsewhere), post("there/1", target=elsewhere),
        post("here"), post("other", target={"user": SAM}))
    box.outbox.delay(owed(box), START + timedelta(seconds=5), "HTTP 500", in_doubt=False)

    for key in ("here", "other"):
        assert claimed(box) == [HOME]
        assert owed(box).outgoing.key == key
        box.outbox.sent(owed(box), f"C1:{key}")
    assert box.outbox.next_outgoing(HOME) is None
    assert claimed(box) == []

    clock.pass_by(5)
    assert claimed(box) == [HOME]
    assert owed(box).outgoing.key == "there/0"
    box.outbox.sent(owed(box), "C9:1")
    assert owed(box).outgoing.key == "there/1"


def test_what_has_to_wait_in_the_thread_holds_back_nothing_that_goes_elsewhere(
    store: Store, box: Deliveries
) -> None:
    owe(box, store, post("here/0"), post("here/1"), post("there", target={"channel": "C9"}))
    box.outbox.delay(owed(box), START + timedelta(seconds=5), "ratelimited", in_doubt=False)

    assert claimed(box) == [HOME]
    assert owed(box).outgoing.key == "there"


def test_what_comes_of_a_post_comes_once_it_stands(store: Store, box: Deliveries) -> None:
    box.receive(said())
    after = post("after", target={"after": "first"}, then=Then((post("last"),)))
    owe(box, store, post("first", then=Then(
        (after,), (CaseEvent("handed_over", SAM, {"turn": 1}),), post("late"))))
    assert states(store) == {"first": "waiting"}
    assert rows(store, log, "kind") == []
    queued = owed(box)
    assert queued.outgoing.body == {"text": "first"}
    assert queued.outgoing.then is not None
    assert queued.outgoing.then.late == post("late")

    box.outbox.sent(queued, "C9:1")
    box.outbox.sent(queued, "C9:1")  # another process found it too

    assert states(store) == {"first": "sent", "after": "waiting"}
    assert rows(store, log, "kind", "actor", "conversation") == [("handed_over", SAM, HOME)]
    assert owed(box).outgoing == after
    box.outbox.sent(owed(box), "C9:2")
    assert states(store)["last"] == "waiting"


@pytest.mark.parametrize("state", ["waiting", "sent"])
@pytest.mark.parametrize(("later", "owed_then"), [
    (("update", {"channel": "C1", "ts": "5.0"}), ["files"]),
    (("replace", {"replaces": "stands"}), ["files"]),
    (("update", {"channel": "C1", "ts": "6.0"}), ["files", "redraw"]),
    (("message", {"text": "later"}), ["files", "redraw"]),
])
@pytest.mark.parametrize("redraw", [
    ("update", {"channel": "C1", "ts": "5.0"}), ("replace", {"replaces": "stands"})])
def test_what_was_drawn_anew_since_is_not_drawn_as_it_was_before(
    store: Store, box: Deliveries, redraw: tuple[str, dict[str, str]],
    later: tuple[str, dict[str, str]], owed_then: list[str], state: str
) -> None:
    """The answer to a question was drawn, and then the question stood open again."""
    owe(box, store, post("stands"))
    box.outbox.sent(owed(box), "C1:5.0")
    owe(box, store, post("summary", then=Then((post("files"), Outgoing("redraw", *redraw)))))
    summary = owed(box)
    owe(box, store, Outgoing("later", *later))
    if state == "sent":
        place = later[1].get("ts", "7.0" if later[0] == "message" else "5.0")
        box.outbox.sent(replace(summary, id=summary.id + 1, outgoing=Outgoing("later", *later)),
                        f"C1:{place}")

    box.outbox.sent(summary, "C9:1")

    assert [key for key in states(store) if key in {"files", "redraw"}] == owed_then


def test_of_a_post_that_is_refused_nothing_comes_and_the_log_says_so(
    store: Store, box: Deliveries
) -> None:
    box.receive(said())
    owe(box, store, post("first", then=Then(
        (post("after"),), (CaseEvent("handed_over", SAM, {"turn": 1}),))))

    box.outbox.refused(owed(box), "is_archived")

    assert states(store) == {"first": "refused"}
    assert rows(store, log, "kind") == [("undelivered",)]


@pytest.mark.parametrize("found", [False, True])
def test_what_comes_of_a_post_that_was_found_may_stand_too(
    store: Store, box: Deliveries, found: bool
) -> None:
    owe(box, store, post("first", then=Then((post("after"),))))

    box.outbox.sent(owed(box), "C9:1", found=found)

    assert owed(box).in_doubt is found


def test_a_reply_that_was_not_shown_goes_stale_when_somebody_writes_again(
    store: Store, box: Deliveries
) -> None:
    first = reply_to(store, box, 0, begin(HOME), posts=2)
    unshown = box.outbox.unshown(HOME)
    assert unshown is not None
    assert (unshown.turns, unshown.shown) == ((1,), begin(HOME))
    second = reply_to(store, box, 1, first)
    # Two that were never shown share the conversation that the person last saw.
    again = box.outbox.unshown(HOME)
    assert again is not None
    assert (again.turns, again.shown) == ((2,), begin(HOME))
    assert states(store) == {"1/0": "stale", "1/1": "stale", "2/0": "waiting"}
    assert rows(store, outgoing, "key", "body")[0] == ("1/0", None)
    assert second.version == 2


@pytest.mark.parametrize("how", ["sent", "begun", "stream"])
def test_a_reply_of_which_something_may_stand_is_never_stale(
    store: Store, box: Deliveries, how: str
) -> None:
    first = reply_to(store, box, 0, begin(HOME), posts=2)
    queued = owed(box)
    box.outbox.begin(queued)
    if how == "sent":
        box.outbox.sent(queued, "C1:1")
    elif how == "stream":
        box.outbox.note_ref(queued, "C1:1")
        box.outbox.delay(queued, START, "ratelimited", in_doubt=False)
    assert box.outbox.unshown(HOME) is None
    reply_to(store, box, 1, first)
    assert "stale" not in states(store).values()


def test_a_reply_that_slack_put_off_was_not_shown(store: Store, box: Deliveries) -> None:
    reply_to(store, box, 0, begin(HOME))
    queued = owed(box)
    box.outbox.begin(queued)
    box.outbox.delay(queued, START, "ratelimited", in_doubt=False)
    unshown = box.outbox.unshown(HOME)
    assert unshown is not None
    assert unshown.turns == (1,)


def test_what_is_not_a_reply_never_goes_stale(store: Store, box: Deliveries) -> None:
    box.receive(said())
    settle(store, box, next_of(box), post("note"))
    assert box.outbox.unshown(HOME) is None
    reply_to(store, box, 1, begin(HOME))
    assert states(store) == {"note": "waiting", "1/0": "waiting"}


def test_a_begun_post_tells_that_it_was_begun_and_when(
    store: Store, box: Deliveries, clock: Clock
) -> None:
    reply_to(store, box, 0, begin(HOME))
    before = owed(box)
    assert (before.tries, before.in_doubt, before.tried_at) == (0, False, None)
    clock.pass_by(7)
    box.outbox.begin(before)
    after = owed(box)
    assert (after.tries, after.in_doubt, after.tried_at) == (1, True, clock.now)
    assert after.marker == before.marker


def test_every_post_has_a_marker_of_its_own(store: Store, box: Deliveries) -> None:
    reply_to(store, box, 0, begin(HOME), posts=3)
    markers = rows(store, outgoing, "marker")
    assert len(set(markers)) == 3


def test_where_a_reply_was_posted_is_kept_with_its_turn(store: Store, box: Deliveries) -> None:
    reply_to(store, box, 0, begin(HOME))
    box.outbox.sent(owed(box), "C1:5.0")
    with store.reading() as connection:
        assert connection.scalar(text("SELECT posted_ref FROM turns")) == "C1:5.0"
    assert store.verify_log() is None
    assert box.outbox.posts.ref_of("1/0") == "C1:5.0"
    assert box.outbox.posts.refs_of(["1/0", "1/1"]) == {"1/0": "C1:5.0"}


def test_the_first_post_of_a_private_conversation_becomes_its_thread(
    store: Store, box: Deliveries
) -> None:
    name = ConversationId("slack:T1:command:1")
    box.receive(said(place=None, conversation=name, private=True))
    settle(store, box, next_of(box, name), post("opening", opens_thread=True))
    box.outbox.sent(owed(box, name), "D1:9.0", Place(TEAM, "D1", "9.0"))
    assert rows(store, cases, "channel", "thread") == [("D1", "9.0")]
    assert box.receive(said(1, place=Place(TEAM, "D1", "9.0"), opens=False)) is Received.NEW
    assert next_of(box, name).delivery.key == said(1).key


def test_a_refused_post_keeps_its_words_and_lets_the_next_go(
    store: Store, box: Deliveries
) -> None:
    reply_to(store, box, 0, begin(HOME), posts=2)
    box.outbox.refused(owed(box), "is_archived")
    assert owed(box).outgoing.key == "1/1"
    with store.reading() as connection:
        row = connection.execute(select(outgoing).where(outgoing.c.key == "1/0")).one()
    assert (row.state, row.error, row.body) == ("refused", "is_archived", '{"text":"1/0"}')
    assert box.outbox.posts.ref_of("1/0") is None
    assert box.outbox.posts.refs_of(["1/0"]) == {}
