"""Whose turn it is: nobody waits for all that somebody else has sent."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.dialogue.deal import MessageKey
from bot.queue.deliveries import Deliveries
from bot.store import Store
from bot.turns.delivery import Act, Delivery, Outgoing, Place, Taken
from tests.store.small import START, Clock

FLOOD = 60


def say(box: Deliveries, person: str, n: int, thread: int | None = None, team: str = "T1") -> str:
    """*person* writes; in a thread of its own unless one is named."""
    at = n if thread is None else thread
    key = f"slack:{team}:C{person}:{n}.000001"
    box.receive(Delivery(
        key=MessageKey(key), act=Act.MESSAGE, team=team, author=person,
        sent_at=START + timedelta(seconds=n), body={"text": str(n)},
        place=Place(team, f"C{person}", f"{at}.000001"), opens=True))
    return key


def serve_one(box: Deliveries) -> Taken | None:
    """Handle the first message of the conversation whose turn it is."""
    with box.claims.claim() as conversation:
        taken = None if conversation is None else box.next_delivery(conversation)
        if taken is not None:
            box.close(taken)
    return taken


def served(box: Deliveries) -> list[str]:
    """Whose messages are handled, in order, until nothing is left."""
    found = []
    while (taken := serve_one(box)) is not None:
        found.append(f"{taken.delivery.team}:{taken.delivery.author}")
    return found


@pytest.mark.parametrize("thread", [None, 1])
def test_who_asks_once_waits_one_round_of_whoever_sent_sixty(
    box: Deliveries, thread: int | None
) -> None:
    for n in range(FLOOD):
        say(box, "FLOOD", n, thread)
    for n, person in enumerate(("A", "B", "Y", "Z")):
        say(box, person, FLOOD + n)

    order = served(box)

    assert len(order) == FLOOD + 4
    assert {f"T1:{p}" for p in ("A", "B", "Y", "Z")} <= set(order[:5])


def test_workspaces_take_turns_before_people_do(box: Deliveries) -> None:
    for person in range(20):
        say(box, f"P{person:02}", person, team="T1")
    say(box, "ALONE", 100, team="T2")

    assert "T2:ALONE" in served(box)[:2]


def test_everybody_who_waits_is_served_once_in_a_round(box: Deliveries) -> None:
    for n in range(30):
        say(box, f"P{n % 10}", n)

    order = served(box)

    assert [len(set(order[at:at + 10])) for at in (0, 10, 20)] == [10, 10, 10]


def test_of_one_person_the_conversation_that_has_waited_longest_comes_first(
    box: Deliveries
) -> None:
    keys = [say(box, "A", n) for n in range(5)]
    found = []
    while (taken := serve_one(box)) is not None:
        found.append(taken.delivery.key)

    assert found == keys


def test_nobody_holds_all_workers(box: Deliveries) -> None:
    box.claims.shared_by(3)
    for n in range(5):
        say(box, "FLOOD", n)
    with ExitStack() as stack:
        held = [stack.enter_context(box.claims.claim()) for _ in range(3)]
        assert [one is not None for one in held] == [True, True, False]
        say(box, "A", 100)
        assert stack.enter_context(box.claims.claim()) == "slack:T1:CA:100.000001"


def test_one_worker_alone_serves_everybody(box: Deliveries) -> None:
    box.claims.shared_by(1)
    say(box, "A", 1)

    assert served(box) == ["T1:A"]


def test_what_has_to_wait_holds_back_its_own_conversation_alone(
    box: Deliveries, clock: Clock
) -> None:
    """Even where more waits behind it than is looked through."""
    for n in range(80):
        say(box, "A", n, thread=0)
    say(box, "A", 100)
    with box.claims.claim() as conversation:
        assert conversation is not None
        taken = box.next_delivery(conversation)
        assert taken is not None
        box.postpone(taken, clock.now + timedelta(seconds=15), "T-1")

    assert served(box) == ["T1:A"]
    clock.pass_by(15)
    assert len(served(box)) == 80


def test_posts_that_are_due_are_not_starved_by_what_arrives(box: Deliveries, clock: Clock) -> None:
    say(box, "A", 1)
    with box.claims.claim() as conversation:
        assert conversation is not None
        taken = box.next_delivery(conversation)
        assert taken is not None
        box.close(taken, [Outgoing("owed", "message", {"text": "late"})])
    for n in range(20):
        say(box, "FLOOD", 100 + n)

    found = []
    for _ in range(4):
        with box.claims.claim() as conversation:
            assert conversation is not None
            found.append(conversation)
            taken = box.next_delivery(conversation)
            if taken is not None:
                box.close(taken)

    assert "slack:T1:CA:1.000001" in found


def test_a_look_goes_down_indexes_of_what_waits(box: Deliveries, store: Store) -> None:
    """So it costs the same however much waits, and however much was ever handled."""
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a small table whole, and rightly so")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        asked.append((statement, given))

    say(box, "A", 1)
    event.listen(store.engine, "before_cursor_execute", note)
    assert served(box) == ["T1:A"]
    event.remove(store.engine, "before_cursor_execute", note)

    looks = [(s, g) for s, g in asked if s.startswith("SELECT") and (
        "coalesce" in s or "EXISTS" in s)]
    assert len(looks) >= 4
    with store.reading() as connection:
        for statement, given in looks:
            plan = [row[3] for row in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", given)]
            assert [s for s in plan if s.startswith("SCAN") and "COVERING INDEX ix_" not in s
                    and s != "SCAN CONSTANT ROW"] == [], plan
            assert any(name in s for s in plan for name in (
                "ix_deliveries_person", "ix_deliveries_waiting", "ix_outgoing_due")), plan
