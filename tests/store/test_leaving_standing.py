"""What was to be replaced stays once somebody has done something, and is gone on from."""

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import MessageKey
from bot.ledger import canonical
from bot.queue.deliveries import Deliveries
from bot.schema import turns
from bot.store import Store
from bot.turns.delivery import REMOVE, REPLACE, Act, Outgoing
from tests.store.boxes import HOME, TEAM, next_of, owed, reply_to, rows, said, settle, states
from tests.store.small import Clock, begin, step


def again(store: Store, box: Deliveries, before: Conversation, posts: int = 2) -> Conversation:
    """Record a second reply, whose posts replace one and take another away."""
    turn, after = step(before, f"{before.version}:second")
    kinds = [REPLACE, REMOVE][:posts]
    store.record(turn, after, before.version, along=lambda connection: [
        box.outbox.owe(connection, HOME, TEAM, Outgoing(
            f"{turn.version}/{kind}", kind, {"text": kind}, turn=turn.version), canonical(before))
        for kind in kinds])
    return after


@pytest.fixture
def replaced(store: Store, box: Deliveries) -> tuple[Conversation, Conversation]:
    """A reply that stands, and a second one that waits to take its place."""
    first = reply_to(store, box, 0, begin(HOME))
    box.outbox.sent(owed(box), "C1:1")
    return first, again(store, box, first)


Both = tuple[Conversation, Conversation]


def test_a_press_lets_what_was_pressed_on_stand_and_the_next_turn_goes_on_from_there(
    store: Store, box: Deliveries, replaced: Both
) -> None:
    first, second = replaced
    box.receive(said(5, act=Act.FEEDBACK, place=None, conversation=HOME))
    settle(store, box, next_of(box))

    assert states(store) == {"1/0": "sent", "2/replace": "dropped", "2/remove": "dropped"}
    assert box.outbox.next_outgoing(HOME) is None
    unshown = box.outbox.unshown(HOME)
    assert unshown is not None
    assert (unshown.turns, unshown.shown) == ((2,), first)

    reply_to(store, box, 9, second)
    assert states(store)["2/replace"] == "stale"
    later = box.outbox.unshown(HOME)
    assert later is not None
    assert (later.turns, later.shown) == ((3,), first)


def test_what_was_none_for_us_keeps_nothing_from_being_replaced(
    store: Store, box: Deliveries, replaced: Both
) -> None:
    box.receive(said(5))
    settle(store, box, next_of(box), state="aside")
    assert states(store) == {"1/0": "sent", "2/replace": "waiting", "2/remove": "waiting"}
    assert replaced[1].version == 2


def test_what_slack_will_not_replace_counts_as_never_shown(
    store: Store, box: Deliveries, replaced: Both
) -> None:
    for _ in range(2):
        queued = owed(box)
        box.outbox.begin(queued)
        box.outbox.refused(queued, "edit_window_closed")

    assert set(states(store).values()) == {"sent", "dropped"}
    unshown = box.outbox.unshown(HOME)
    assert unshown is not None
    assert (unshown.turns, unshown.shown) == ((2,), replaced[0])


@pytest.mark.parametrize("how", ["sent", "begun"])
def test_what_may_be_half_replaced_is_finished(
    store: Store, box: Deliveries, replaced: Both, how: str
) -> None:
    queued = owed(box)
    box.outbox.begin(queued)
    if how == "sent":
        box.outbox.sent(queued, "C1:1")
    box.receive(said(5, act=Act.FEEDBACK, place=None, conversation=HOME))
    settle(store, box, next_of(box))

    assert "dropped" not in states(store).values()
    assert box.outbox.unshown(HOME) is None
    assert replaced[1].version == 2


def test_a_post_that_is_taken_away_is_not_where_the_reply_stands(
    store: Store, box: Deliveries, replaced: Both
) -> None:
    for ref in ("C1:1", ""):
        box.outbox.sent(owed(box), ref)
    assert rows(store, turns, "version", "posted_ref") == [(1, "C1:1"), (2, "C1:1")]
    assert box.outbox.posts.ref_of("2/remove") == ""
    assert replaced[1].version == 2


def test_whether_anybody_has_done_anything_since(
    store: Store, box: Deliveries, clock: Clock
) -> None:
    box.receive(said(0))
    first = next_of(box)
    settle(store, box, first)

    def acted(key: str = first.delivery.key) -> bool:
        with store.reading() as connection:
            return box.acted_since(connection, HOME, MessageKey(key))

    assert not acted()
    assert acted("unknown")
    clock.pass_by(1)
    box.receive(said(5))
    assert acted(), "it waits"
    settle(store, box, next_of(box), state="aside")
    assert not acted(), "it was none for us"
    box.receive(said(6, act=Act.FEEDBACK, place=None, conversation=HOME))
    settle(store, box, next_of(box))
    assert acted()
