"""The outbox: posted in order, never twice, stale once somebody writes again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text

from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.log_order import LOCAL
from bot.queue.deliveries import Deliveries, Received
from bot.schema import cases, claims, log, outgoing
from bot.store import Store
from bot.turns.delivery import (
    CaseEvent,
    Outgoing,
    Place,
    Then,
)
from tests.store.boxes import (
    HOME,
    SAM,
    TEAM,
    claimed,
    next_of,
    owe,
    owed,
    post,
    reply_to,
    rows,
    said,
    settle,
    states,
)
from tests.store.small import START, Clock, begin


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


def test_what_was_refused_is_posted_once_we_are_invited_also_after_a_restore(
    store: Store, box: Deliveries
) -> None:
    """Only what waited in the back-up can be claimed in a database that was restored from it."""
    reply_to(store, box, 0, begin(HOME))
    refused = owed(box)
    box.outbox.begin(refused)
    box.outbox.refused(refused, "not_in_channel")
    with store.writing() as connection:
        connection.execute(delete(claims))

    assert box.outbox.again(TEAM, "C1", START - timedelta(hours=1)) == 1

    assert claimed(box) == [HOME]
    assert owed(box).outgoing.key == "1/0"


def test_what_was_refused_and_then_erased_is_not_posted_once_we_are_invited(
    store: Store, box: Deliveries, clock: Clock
) -> None:
    """Its body is gone: each worker that took it up would fail, and fail again a second later."""
    reply_to(store, box, 0, begin(HOME))
    refused = owed(box)
    box.outbox.begin(refused)
    box.outbox.refused(refused, "not_in_channel")
    Erasing(store, clock).conversation(LOCAL, HOME, by="U-lead", reason="asked")

    assert box.outbox.again(TEAM, "C1", START - timedelta(hours=1)) == 0

    assert box.outbox.next_outgoing(HOME) is None
    assert states(store) == {"1/0": "refused"}
