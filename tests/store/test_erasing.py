"""Words that are erased are nowhere any more, and the log is as whole as before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from bot import schema
from bot.console.entry.sessions import Sessions
from bot.console.lines import saved_filters
from bot.console.lines.filters import Filter
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erased, NotErased
from bot.erasure.overwriting import Remains
from bot.erasure.whereabouts import WhichWorkspace, home_of_person
from bot.log_order import LOCAL
from bot.people import People
from bot.queue.deliveries import Deliveries
from bot.record.deletions import of_message
from bot.record.log import BEFORE_WORKSPACES, Happening, rows
from bot.record.model_calls import MODEL_CALL
from bot.turns.delivery import Act, Delivery, Place
from tests.store.erased import BY, C1, C2, CANARY, everything, talk
from tests.store.small import START


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


@pytest.mark.long
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


def test_filters_of_colleagues_that_look_for_somebody_erased_go_too(store, erasing):
    """They named her, by her id or as she is called, for as long as whoever kept them did."""
    talk(store, "c1", "kits for Chad", "slack:T1:U1", "T1")
    People(store).learn("T1", "U1", "Ada Lee")
    looks = Viewer("T1", "U2", "Bo", Role.REVIEWER, "s", "t")
    with store.writing() as connection:
        for name, wanted in {"of one": Filter(asker="U1"), "by name": Filter(text="Ada lee?"),
                             "Deals of ada LEE": Filter(unchecked=True),
                             "of another": Filter(asker="U12"),
                             "Ada Leeds": Filter(text="Ada")}.items():
            saved_filters.save(connection, looks, name, wanted)

    erasing.person("T1", "U1", **BY)

    with store.reading() as connection:
        assert [name for name, _ in saved_filters.saved(connection, looks)] == [
            "Ada Leeds", "of another"]


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
