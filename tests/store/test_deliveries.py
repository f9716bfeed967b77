"""What came of a delivery and what it owes are gone or kept as a whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.dialogue.conversation import ConversationId
from bot.queue.deliveries import Deliveries
from bot.schema import cases, deliveries, log, outgoing
from bot.store import Store
from bot.turns.delivery import (
    CaseEvent,
    Overtaken,
)
from tests.store.boxes import (
    HOME,
    PLACE,
    SAM,
    claimed,
    next_of,
    owed,
    post,
    reply_to,
    rows,
    said,
    settle,
)
from tests.store.small import START, Clock, begin, step


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
