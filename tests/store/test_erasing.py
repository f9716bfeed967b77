"""Words that are erased are nowhere any more, and the log is as whole as before."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.engine import make_url

from bot import schema
from bot.console.entry.sessions import Sessions
from bot.console.lines import saved_filters
from bot.console.lines.filters import Filter
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId, Phase, Spoken, Stretch
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erased, Erasing, NotErased
from bot.erasure.overwriting import InUse, Remains, rewrite
from bot.erasure.whereabouts import WhichWorkspace, home_of_person
from bot.log_order import LOCAL
from bot.people import People
from bot.queue.deliveries import Deliveries
from bot.record.deletions import of_message
from bot.record.log import BEFORE_WORKSPACES, Happening, rows
from bot.record.model_calls import MODEL_CALL
from bot.store import Store
from bot.turns.delivery import Act, CaseEvent, Delivery, Outgoing, Place
from tests.store.clocks import put_ahead
from tests.store.migrated import postgresql_on
from tests.store.small import RELEASE, START, begin, step

C1, C2 = ConversationId("c1"), ConversationId("c2")
CANARY = "Wolpertinger"
BY = {"by": "U-lead", "reason": "request of 2 March"}


@pytest.fixture
def erasing(store, clock):
    return Erasing(store, clock)


def talk(store, name, words, author="U1", workspace=LOCAL):
    before = store.load(ConversationId(name))
    turn, after = step(before, f"{name}:{before.version + 1}", author, words)
    store.record(turn, after, before.version, workspace=workspace)


def everything(store):
    """All that the database holds, and for SQLite all that its files hold, as one text."""
    parts = []
    with store.reading() as connection:
        for table in schema.metadata.sorted_tables:
            parts += [repr(tuple(row)) for row in connection.execute(select(table))]
    url = make_url(store.engine.url)
    if url.get_backend_name() == "sqlite":
        for file in Path(url.database).parent.iterdir():
            parts.append(file.read_bytes().decode("latin-1"))
    return "\n".join(parts)


def everything_but_freed(store):
    """All rows of the database, table by table."""
    with store.reading() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table))))
                for table in schema.metadata.sorted_tables}


def test_a_conversation_that_is_erased_is_nowhere_and_the_log_is_whole(store, erasing):
    talk(store, "c1", f"kits for {CANARY}")
    talk(store, "c1", f"more kits for {CANARY}", "U2")
    talk(store, "c2", "drones for Chad")
    store.note(LOCAL, Happening("comment", "n1", START, "U1", C1, {}, {"text": CANARY}))
    assert CANARY in everything(store)
    before = store.head()

    erased = erasing.conversation(LOCAL, C1, **BY)

    assert (erased.conversations, erased.rows) == ((C1,), 3)
    assert CANARY not in everything(store)
    assert store.verify_log() is None
    assert store.head().count == before.count + 1
    assert [t.erased for t in store.turns(C1)] == [True, True]
    assert store.turns(C2)[0].text == "drones for Chad"
    assert all(a.said == "" for a in store.load(C1).deal.answers.values())
    assert store.load(C1).deal.known(next(iter(store.load(C1).deal.answers))) == {
        "police", "military"}
    with store.reading() as connection:
        *_, last = rows(connection, C1)
    assert (last.kind, last.actor) == ("erased", "U-lead")
    assert last.detail == {"conversations": ["c1"], "rows": 3, "reason": "request of 2 March",
                           "scope": "conversation"}


def test_a_person_is_erased_wherever_they_spoke_and_others_are_not(store, erasing):
    talk(store, "c1", f"kits for {CANARY}", "slack:T1:U1", "T1")
    talk(store, "c1", "what of audits", "slack:T1:U2", "T1")
    talk(store, "c2", f"{CANARY} again", "slack:T1:U1", "T1")
    talk(store, "c3", "elsewhere", "slack:T2:U1", "T2")

    erased = erasing.person("T1", "U1", **BY)

    assert set(erased.conversations) == {C1, C2}
    assert CANARY not in everything(store)
    assert [t.text for t in store.turns(C1)] == ["", "what of audits"]
    assert store.turns(ConversationId("c3"))[0].text == "elsewhere"
    assert store.verify_log() is None
    with pytest.raises(NotErased, match="has said nothing"):
        erasing.person("T1", "U1", **BY)


@pytest.mark.parametrize("done_by", ["erasure", "preview"])
def test_somebody_who_spoke_in_more_conversations_than_a_query_names_is_erased(
    store, erasing, monkeypatch, done_by
):
    """By a program somebody may: SQLite takes 32,766 at most, and PostgreSQL 65,535."""
    monkeypatch.setattr("bot.erasure.silencing.ASKED_AT_ONCE", 30)
    names = {f"c{n:03}" for n in range(100)}
    for name in names:
        talk(store, name, f"kits for {CANARY}")
    named = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def count(_connection, _cursor, _statement, parameters, _context, many):
        if not many:
            named.append(len(parameters))

    if done_by == "preview":
        done = erasing.preview_of_person(LOCAL, "U1")
    else:
        done = erasing.person(LOCAL, "U1", **BY)
        assert CANARY not in everything(store)

    assert (set(done.conversations), done.rows) == (names, 100)
    assert max(named) < 60


@pytest.mark.parametrize("nobody", ["", "slack:T1:"])
def test_nobody_is_not_taken_for_those_who_were_erased(store, erasing, clock, nobody):
    box = Deliveries(store, clock)
    box.receive(Delivery(MessageKey("d1"), Act.MESSAGE, "T1", "U1", START, {"text": CANARY},
                         Place("T1", "C1", "1.0"), opens=True, event_id="e1"))
    erasing.person("T1", "U1", **BY)
    before = everything_but_freed(store)

    with pytest.raises(NotErased, match=f"'{nobody}' has said nothing in that workspace"):
        erasing.person("T1", nobody, **BY)
    with pytest.raises(WhichWorkspace, match="has said nothing in any workspace"):
        home_of_person(store, nobody)

    assert everything_but_freed(store) == before


def test_a_preview_says_what_an_erasure_does_and_does_none_of_it(store, erasing):
    talk(store, "c1", f"kits for {CANARY}", "slack:T1:U1", "T1")
    talk(store, "c1", "what of audits", "slack:T1:U2", "T1")
    talk(store, "c2", f"{CANARY} again", "slack:T1:U1", "T1")
    erasing.hold("T1", C2, **BY)
    before, head = everything_but_freed(store), store.head()

    of_one = erasing.preview_of_conversation("T1", C1)
    of_person = erasing.preview_of_person("T1", "U1")

    assert (of_one.conversations, of_one.rows, of_one.held) == ((C1,), 2, ())
    assert (of_person.conversations, of_person.rows, of_person.held) == ((C1,), 1, (C2,))
    assert (everything_but_freed(store), store.head()) == (before, head)
    done = erasing.person("T1", "U1", **BY)
    assert (done.conversations, done.rows, done.held) == (
        of_person.conversations, of_person.rows, of_person.held)
    with pytest.raises(NotErased, match="no conversation"):
        erasing.preview_of_conversation("T1", ConversationId("c9"))
    with pytest.raises(NotErased, match="legal hold"):
        erasing.preview_of_conversation("T1", C2)
    with pytest.raises(NotErased, match="has said nothing"):
        erasing.preview_of_person("T1", "U9")


def test_who_reads_or_erases_stays_on_record(store, erasing):
    talk(store, "c1", CANARY)
    store.note(LOCAL, Happening("viewed", "v1", START, "U-lead", C1))

    erasing.conversation(LOCAL, C1, **BY)

    with store.reading() as connection:
        assert [(one.kind, one.actor) for one in rows(connection, C1)] == [
            ("turn", None), ("viewed", "U-lead"), ("erased", "U-lead")]


def test_what_waits_in_the_trays_goes_too(store, erasing, clock):
    box = Deliveries(store, clock)
    place = Place("T1", "C1", "1.0")
    name = ConversationId("slack:T1:C1:1.0")
    box.receive(Delivery(MessageKey("d1"), Act.MESSAGE, "T1", "U1", START,
                         {"text": CANARY}, place, opens=True, event_id="e1"))
    taken = box.next_delivery(name)
    turn, after = step(begin(name), "d1", "slack:T1:U1", CANARY)
    store.record(turn, after, 0, workspace="T1", along=lambda connection: box.settle(
        connection, taken, [Outgoing("p", "message", {"text": CANARY}, turn=1)],
        shown=begin(name), events=[CaseEvent("comment", "U1", {}, {"text": CANARY})]))
    box.receive(Delivery(MessageKey("d2"), Act.MESSAGE, "T1", "U1", START + timedelta(seconds=1),
                         {"text": f"and {CANARY}"}, place, event_id="e2"))

    erasing.conversation("T1", name, **BY)

    assert CANARY not in everything(store)
    assert box.next_delivery(name) is None
    assert box.outbox.next_outgoing(name) is None
    assert store.verify_log() is None


def test_words_erased_while_a_turn_was_worked_on_do_not_come_back(store, erasing):
    talk(store, "c1", CANARY)
    loaded = store.load(C1)
    turn, after = step(loaded, "c1:2", text="and more")
    after = type(after)(after.id, loaded.deal, after.asked, after.pending, after.phase,
                        after.version)

    erasing.conversation(LOCAL, C1, **BY)
    store.record(turn, after, 1)

    assert {a.said for a in store.load(C1).deal.answers.values()} == {""}


def test_nor_do_those_that_it_would_have_gone_on_from(store, erasing):
    """What was told just before, and what a question was about, are words as well."""
    talk(store, "c1", CANARY)
    turn, after = step(store.load(C1), "c1:2", text="and more")
    told = Stretch("U1", START, (Spoken(MessageKey("c1:1"), CANARY),
                                 Spoken(MessageKey("c1:2"), "and more")), {}, (), Phase.ASKING)

    erasing.conversation(LOCAL, C1, **BY)
    store.record(turn, replace(after, topic=f"what of {CANARY} and more", stretch=told), 1)

    assert CANARY not in everything(store)
    assert (store.load(C1).topic, store.load(C1).stretch) == ("", None)
    assert store.verify_log() is None


def test_a_turns_own_words_stay_where_others_were_erased_meanwhile(store, erasing):
    talk(store, "c1", CANARY)
    loaded = store.load(C1)
    turn, after = step(loaded, "c1:2", "U2", "and what of audits?")
    known = dict(loaded.deal.answers)
    told = Stretch("U2", START, (Spoken(MessageKey("c1:2"), "and what of audits?"),),
                   known, (), Phase.ASKING)

    erasing.person(LOCAL, "U1", **BY)
    store.record(turn, replace(after, topic="what of audits?", stretch=told), 1)

    stands = store.load(C1)
    assert stands.topic == "what of audits?"
    assert stands.stretch == replace(
        told, before={fact: replace(answer, said="") for fact, answer in known.items()})
    talk(store, "c1", "and in Kenya?", "U2")
    turn, after = step(store.load(C1), "c1:4", "U2", "and 22?")
    store.record(turn, replace(after, topic="what of audits? and 22?"), 3)
    assert store.load(C1).topic == ""  # the turn between was about nothing
    turn, after = step(store.load(C1), "c1:5", "U2", "what of audits?")
    store.record(turn, replace(after, topic="what of audits?"), 4)
    turn, after = step(store.load(C1), "c1:6", "U2", "and 22?")
    store.record(turn, replace(after, topic="what of audits? and 22?"), 5)
    assert store.load(C1).topic == "what of audits? and 22?"


def test_what_a_model_was_sent_goes_though_its_log_is_younger_than_the_words(store, erasing):
    """A conversation of before logs were of workspaces has rows in two, each with its numbers."""
    for n in range(3):
        store.note(BEFORE_WORKSPACES, Happening("comment", f"n{n}", START, None))
    talk(store, "c1", f"kits for {CANARY}", "slack:T1:U1", BEFORE_WORKSPACES)
    with store.writing() as connection:
        connection.execute(update(schema.conversations).values(workspace="T1"))
    talk(store, "c1", "what of audits", "slack:T1:U2", "T1")
    store.note("T1", Happening(
        MODEL_CALL, "call", START, "slack:T1:U2", C1,
        {"turn": 2, "use": "wording", "model": "m", "prompt": "p", "outcome": "passed", "why": "",
         "tokens_in": 1, "tokens_out": 1, "took_ms": 1, "tries": 1},
        {"sent": [{"role": "user", "content": CANARY}], "received": "fine"}))

    erasing.person("T1", "U1", **BY)

    assert CANARY not in everything(store)
    assert [turn.text for turn in store.turns(C1)] == ["", "what of audits"]
    assert store.verify_log() is None


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


@pytest.mark.parametrize("act", [
    lambda e: e.conversation(LOCAL, C1, by="U", reason=" "),
    lambda e: e.person(LOCAL, "U1", by="U", reason=""),
    lambda e: e.hold(LOCAL, C1, by="U", reason=""),
    lambda e: e.retain(LOCAL, 5, by="U", reason=""),
    lambda e: e.retain(LOCAL, 0, by="U", reason="x"),
    lambda e: e.conversation("T9", C1, by="U", reason="x"),
    lambda e: e.conversation(LOCAL, ConversationId("c9"), by="U", reason="x"),
    lambda e: e.hold("T9", C1, by="U", reason="x"),
])
def test_without_a_reason_or_in_another_workspace_nothing_happens(store, erasing, act):
    talk(store, "c1", CANARY)
    before = store.head()

    with pytest.raises(NotErased):
        act(erasing)

    assert store.head() == before
    assert store.turns(C1)[0].text == CANARY


def test_an_altered_row_is_still_found_after_an_erasure(store, erasing):
    talk(store, "c1", CANARY)
    talk(store, "c2", "words")
    erasing.conversation(LOCAL, C1, **BY)
    with store.writing() as connection:
        connection.execute(text(
            "UPDATE log SET actor = NULL, words = NULL WHERE conversation = 'c2'"))

    assert str(store.verify_log()).startswith("Row 2 of the log was altered")


def test_what_somebody_still_reads_is_overwritten_once_they_have_done(store, erasing, url):
    """It took 30 s in which nobody wrote, and was told of as done."""
    talk(store, "c1", CANARY)
    reader = Store(url)
    with reader.snapshot() as connection:
        assert connection.scalar(select(schema.log.c.words).where(schema.log.c.kind == "turn"))
        begun = time.monotonic()
        erased = erasing.conversation(LOCAL, C1, **BY)
        assert time.monotonic() - begun < 10
        lite = store.engine.dialect.name == "sqlite"
        assert erased.remains is (Remains.AHEAD if lite else Remains.FREED)
        assert (CANARY in everything(store)) is lite
        assert erasing.overwrite_owed() is (Remains.AHEAD if lite else Remains.NOTHING)
        talk(store, "c2", "others write meanwhile")
    reader.close()

    # Whoever serves does it, also where another process erased, or one before.
    assert Erasing(store).overwrite_owed() is Remains.NOTHING
    assert CANARY not in everything(store)
    assert erasing.overwrite_owed() is Remains.NOTHING
    assert rewrite(store) is Remains.NOTHING


def test_a_table_that_is_in_use_is_not_waited_for_while_others_wait(store, url, monkeypatch):
    monkeypatch.setattr("bot.erasure.overwriting.LOCK_SECONDS", 1)
    reader = Store(url)
    with reader.snapshot() as connection:
        connection.execute(select(schema.log)).all()
        if store.engine.dialect.name == "sqlite":
            talk(store, "c1", CANARY)
            assert rewrite(store) is Remains.AHEAD
        else:
            with pytest.raises(InUse, match="log"):
                rewrite(store)
    reader.close()
    assert rewrite(store) is Remains.NOTHING


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

    monkeypatch.setattr(erasing, "_tell", lift)

    assert [one.conversations for one in erasing.overdue()] == [(C1,)]
    assert store.turns(C2)[0].text == CANARY


def test_a_deletion_in_slack_has_nothing_to_erase_and_stays(store, erasing, clock):
    """It comes after the erasure, too, and then nothing is left to be erased again."""
    talk(store, "c1", f"kits for {CANARY}")
    gone = of_message(MessageKey("c1:1"), 1, START)
    store.note(LOCAL, Happening(gone.kind, "d1", START, gone.author, C1, gone.body))
    erasing.retain(LOCAL, 1, **BY)
    clock.now += timedelta(days=3)
    assert [erased.rows for erased in erasing.overdue()] == [1]
    store.note(LOCAL, Happening(gone.kind, "d2", START, gone.author, C1, gone.body))

    assert erasing.overdue() == ()
    with store.reading() as connection:
        kept = [(row.kind, row.words is None) for row in rows(connection, C1)]
    assert kept == [("turn", True), ("deleted", False), ("erased", False), ("deleted", False)]
    assert store.verify_log() is None


@pytest.mark.parametrize("table", ["deliveries", "outgoing"])
def test_what_comes_in_while_words_are_erased_can_be_handled_or_is_gone(
    postgresql, clock, table
):
    """Half erased it would wait for ever, and hold up all that is said there after it."""
    box = Deliveries(postgresql, clock)
    home = ConversationId("slack:T1:C1:1.0")
    talk(postgresql, home, CANARY, workspace="T1")
    arriving = [
        Delivery(key=MessageKey("slack:T1:C1:2.0"), act=Act.MESSAGE, team="T1", author="U1",
                 sent_at=START, body={"text": CANARY}, place=Place("T1", "C1", "1.0"),
                 opens=True)]

    def come(connection, cursor, statement, *_):
        if not (statement.startswith(f"UPDATE {table} ") and "body=" in statement and arriving):
            return
        delivery = arriving.pop()
        if table == "deliveries":
            box.receive(delivery)
        else:
            with postgresql.writing() as other:
                box.outbox.owe(other, home, "T1", Outgoing("late", "message", {"text": CANARY}))

    event.listen(postgresql.engine, "before_cursor_execute", come)
    Erasing(postgresql, clock).conversation("T1", home, **BY)

    assert arriving == []
    assert box.next_delivery(home) is None
    assert box.outbox.next_outgoing(home) is None


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


@pytest.mark.parametrize("named", ["U1", "slack:T1:U1"])
def test_a_person_is_erased_by_either_name_that_the_log_has_for_them(store, erasing, named):
    talk(store, "c1", f"kits for {CANARY}", "slack:T1:U1", "T1")
    store.note("T1", Happening("comment", "n1", START, "U1", C1, {}, {"text": CANARY}))

    assert erasing.person("T1", named, **BY).rows == 2
    assert CANARY not in everything(store)


def test_whoever_only_looked_has_a_name_and_filters_that_can_be_erased(store, erasing):
    talk(store, "c1", "kits for Chad", "slack:T1:U2", "T1")
    people = People(store)
    people.learn("T1", "U1", f"Ada {CANARY}")
    looks = Viewer("T1", "U1", f"Ada {CANARY}", Role.REVIEWER, "s", "t")
    with store.writing() as connection:
        saved_filters.save(connection, looks, "mine", Filter(text=CANARY))
    Sessions(store).open("T1", "U1", f"Ada {CANARY}", Role.REVIEWER, by="slack")
    assert home_of_person(store, "U1") == "T1"
    with pytest.raises(WhichWorkspace):
        home_of_person(store, "U9")
    foreseen = erasing.preview_of_person("T1", "U1")

    erased = erasing.person("T1", "U1", **BY)

    assert foreseen == replace(erased, remains=Remains.NOTHING) == Erased((), 0)
    assert CANARY.casefold() not in everything(store).casefold()
    assert store.turns(C1)[0].text == "kits for Chad"
    assert store.verify_log() is None
    with pytest.raises(NotErased, match="has said nothing"):
        erasing.person("T1", "U1", **BY)


def test_filters_that_somebody_kept_go_with_what_they_said(store, erasing):
    talk(store, "c1", "kits for Chad", "slack:T1:U1", "T1")
    for user in ("U1", "U2"):
        looks = Viewer("T1", user, user, Role.ASKER, "s", "t")
        with store.writing() as connection:
            saved_filters.save(connection, looks, "mine", Filter(text=f"{CANARY} of {user}"))

    erasing.person("T1", "U1", **BY)

    with store.reading() as connection:
        assert list(connection.scalars(select(schema.saved_filters.c.user))) == ["U2"]


@pytest.fixture
def given_up(store, clock):
    """A conversation whose first message could not be answered; its words wait to be looked at."""
    name, box = ConversationId("slack:T1:C1:1.0"), Deliveries(store, clock)
    box.receive(Delivery(MessageKey("d1"), Act.MESSAGE, "T1", "U1", START, {"text": CANARY},
                         Place("T1", "C1", "1.0"), opens=True, event_id="e1"))
    box.give_up(box.next_delivery(name), "T-0A1B2C")
    talk(store, "c2", "kits for Chad", "slack:T1:U2", "T1")
    assert CANARY in everything(store)
    return name


def gone_whole(store):
    return CANARY not in everything(store) and store.verify_log() is None


def test_a_first_message_that_was_given_up_goes_with_its_person(store, erasing, given_up):
    assert home_of_person(store, "U1") == "T1"
    assert erasing.person("T1", "U1", **BY).conversations == (given_up,)
    assert gone_whole(store)
    with store.reading() as connection:
        for who in (schema.log.c.actor, schema.deliveries.c.author, schema.cases.c.asker):
            assert "U1" not in connection.scalars(select(who)).all()


def test_a_first_message_that_was_given_up_goes_by_its_conversation(store, erasing, given_up):
    assert erasing.conversation("T1", given_up, **BY).conversations == (given_up,)
    assert gone_whole(store)


def test_a_first_message_that_was_given_up_goes_by_retention(store, erasing, given_up, clock):
    erasing.retain("T1", 30, **BY)
    clock.now = START + timedelta(days=29)
    assert erasing.overdue() == ()
    clock.now = START + timedelta(days=31)
    assert [one.conversations for one in erasing.overdue()] == [(C2, given_up)]
    assert gone_whole(store)
    assert erasing.overdue() == ()


def test_what_is_held_of_a_person_keeps_who_wrote_it(store, erasing, clock):
    name, box = ConversationId("slack:T1:C1:1.0"), Deliveries(store, clock)
    talk(store, name, "kits for Chad", "slack:T1:U1", "T1")
    talk(store, "c2", CANARY, "slack:T1:U1", "T1")
    box.receive(Delivery(MessageKey("d1"), Act.MESSAGE, "T1", "U1", START, {"text": "and now?"},
                         Place("T1", "C1", "1.0"), opens=True, event_id="e1"))
    erasing.hold("T1", name, **BY)

    assert erasing.person("T1", "U1", **BY).held == (name,)
    assert box.next_delivery(name).delivery.body == {"text": "and now?"}


def test_who_opened_a_conversation_in_which_only_others_spoke_is_its_asker_no_more(
    store, erasing, clock
):
    name, box = ConversationId("slack:T1:C1:1.0"), Deliveries(store, clock)
    box.receive(Delivery(MessageKey("d1"), Act.MESSAGE, "T1", "U1", START, {"text": "hi"},
                         Place("T1", "C1", "1.0"), opens=True, event_id="e1"))
    box.close(box.next_delivery(name), state="aside")
    talk(store, name, "kits for Chad", "slack:T1:U2", "T1")
    line = select(schema.case_lines.c.asker).where(schema.case_lines.c.conversation == name)
    with store.reading() as connection:
        assert connection.scalar(line) == "U1"

    erasing.person("T1", "U1", **BY)

    with store.reading() as connection:
        assert connection.scalar(line) == ""
        assert list(connection.scalars(select(schema.deliveries.c.author))) == [""]
    assert store.turns(name)[0].text == "kits for Chad"
