"""What is older than its workspace keeps words for is erased, unless somebody holds it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import schema
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erasing, NotErased
from bot.log_order import LOCAL
from bot.queue.deliveries import Deliveries
from bot.store import Store
from bot.turns.delivery import Act, Delivery, Place
from tests.store.clocks import put_ahead
from tests.store.erased import BY, C1, C2, CANARY, everything, talk
from tests.store.migrated import postgresql_on
from tests.store.small import RELEASE, START


def test_a_hold_keeps_everything_until_it_is_lifted(store, erasing, clock):
    talk(store, "c1", CANARY)
    talk(store, "c2", CANARY)
    erasing.hold(LOCAL, C1, by="U-lead", reason="suit")
    erasing.retain(LOCAL, 30, by="U-admin", reason="policy")
    clock.now += timedelta(days=31)

    with pytest.raises(NotErased, match="legal hold"):
        erasing.conversation(LOCAL, C1, **BY)
    (kept,) = erasing.overdue()
    assert (kept.conversations, kept.held) == ((C2,), (C1,))
    assert store.turns(C1)[0].text == CANARY

    erasing.release(LOCAL, C1, by="U-lead", reason="suit settled")
    assert [one.conversations for one in erasing.overdue()] == [(C1,)]
    assert CANARY not in everything(store)
    assert erasing.overdue() == ()
    assert store.verify_log() is None


def test_a_person_is_erased_but_for_what_is_held(store, erasing):
    talk(store, "c1", "held words")
    talk(store, "c2", CANARY)
    erasing.hold(LOCAL, C1, by="U-lead", reason="suit")

    erased = erasing.person(LOCAL, "U1", **BY)

    assert (erased.conversations, erased.held) == ((C2,), (C1,))
    assert store.turns(C1)[0].text == "held words"


def test_no_replica_erases_by_a_clock_of_its_own_that_is_ahead(postgres, monkeypatch):
    """One that was started a year ahead erased for all of them, and for good."""
    with postgresql_on(postgres) as url:
        store = Store(url)
        store.keep_release(RELEASE, {"b": 1})
        store.activate(RELEASE)
        talk(store, "c1", f"kits for {CANARY}")
        erasing = Erasing(store)
        erasing.retain(LOCAL, 365 + (datetime.now(UTC) - START).days, **BY)
        put_ahead(monkeypatch, "bot.erasure.erasing", by=timedelta(days=366))
        assert erasing.overdue() == ()
        assert CANARY in everything(store)
        store.close()


def test_retention_leaves_what_is_younger_and_other_workspaces(store, erasing, clock):
    talk(store, "c1", CANARY, workspace="T1")
    talk(store, "c2", CANARY, workspace="T2")
    erasing.retain("T1", 30, by="U-admin", reason="policy")
    clock.now += timedelta(days=29)
    assert erasing.overdue() == ()
    erasing.retain("T1", None, by="U-admin", reason="no policy")
    clock.now += timedelta(days=900)
    assert erasing.overdue() == ()
    assert store.turns(C1)[0].text == CANARY


@pytest.mark.parametrize("at_once", [1, 2, 3, 200])
def test_retention_erases_some_at_a_time(store, erasing, clock, monkeypatch, at_once):
    monkeypatch.setattr("bot.erasure.overdue.AT_ONCE", at_once)
    names = [f"c{n}" for n in range(5)]
    for name in names:
        talk(store, name, f"{CANARY} {name}")
    erasing.hold(LOCAL, ConversationId("c3"), by="U-lead", reason="suit")
    erasing.retain(LOCAL, 30, by="U-admin", reason="policy")
    clock.now += timedelta(days=31)
    assert erasing.overdue(0) == ()
    (done,) = erasing.overdue()

    assert (done.conversations, done.held) == (("c0", "c1", "c2", "c4"), ("c3",))
    assert done.rows == 4
    assert [bool(store.turns(ConversationId(name))[0].text) for name in names] == [
        False, False, False, True, False]
    with store.reading() as connection:
        told = [json.loads(body)["conversations"] for body in connection.scalars(
            select(schema.log.c.body).where(schema.log.c.kind == "erased")
            .order_by(schema.log.c.seq))]
    free = ["c0", "c1", "c2", "c4"]
    # A sealed case of one of them holds the row, and it is not to name the others.
    assert told == [[name] for name in free]
    assert store.verify_log() is None
    assert erasing.overdue() == ()


def test_retention_that_was_lifted_meanwhile_erases_no_more(store, erasing, clock, monkeypatch):
    monkeypatch.setattr("bot.erasure.overdue.AT_ONCE", 1)
    talk(store, "c1", CANARY)
    talk(store, "c2", CANARY)
    erasing.retain(LOCAL, 30, by="U-admin", reason="policy")
    clock.now += timedelta(days=31)
    told = []

    def lift(row):
        told.append(row.kind)
        if told == ["erased"]:
            monkeypatch.setattr("bot.erasure.overdue.days_kept", lambda *_: None)

    told_of = Erasing(store, clock, lift)

    assert [one.conversations for one in told_of.overdue()] == [(C1,)]
    assert store.turns(C2)[0].text == CANARY


def test_a_message_that_waits_is_answered_before_retention_takes_its_conversation(
    store, erasing, clock
):
    name, box = ConversationId("slack:T1:C1:1.0"), Deliveries(store, clock)
    talk(store, name, CANARY, "slack:T1:U1", "T1")
    talk(store, "c2", CANARY, "slack:T1:U1", "T1")
    erasing.retain("T1", 30, **BY)
    clock.now = START + timedelta(days=31)
    box.receive(Delivery(MessageKey("d1"), Act.MESSAGE, "T1", "U1", clock.now,
                         {"text": "and now?"}, Place("T1", "C1", "1.0"), opens=True,
                         event_id="e1"))

    (done,) = erasing.overdue()

    assert done.conversations == (C2,)
    taken = box.next_delivery(name)
    assert taken.delivery.body == {"text": "and now?"}
    box.close(taken, state="aside")
    assert [one.conversations for one in erasing.overdue()] == [(name,)]


def test_a_period_that_no_calendar_holds_is_refused_and_holds_up_no_other(store, erasing, clock):
    talk(store, "c1", CANARY)
    talk(store, "c2", CANARY, workspace="T2")
    with pytest.raises(NotErased, match="36,500"):
        erasing.retain(LOCAL, 36_501, **BY)
    # As a version before took it.
    with store.writing() as connection:
        connection.execute(schema.retention.insert().values(workspace=LOCAL, days=10**9))
    erasing.retain("T2", 30, **BY)
    clock.now = START + timedelta(days=31)

    (done,) = erasing.overdue()

    assert done.conversations == (C2,)


def test_what_is_held_of_a_person_keeps_who_wrote_it(store, erasing, clock):
    name, box = ConversationId("slack:T1:C1:1.0"), Deliveries(store, clock)
    talk(store, name, "kits for Chad", "slack:T1:U1", "T1")
    talk(store, "c2", CANARY, "slack:T1:U1", "T1")
    box.receive(Delivery(MessageKey("d1"), Act.MESSAGE, "T1", "U1", START, {"text": "and now?"},
                         Place("T1", "C1", "1.0"), opens=True, event_id="e1"))
    erasing.hold("T1", name, **BY)

    assert erasing.person("T1", "U1", **BY).held == (name,)
    assert box.next_delivery(name).delivery.body == {"text": "and now?"}
