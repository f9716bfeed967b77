"""Words that are erased while their conversation is worked on, or waits, do not come back."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bot import schema
from bot.dialogue.conversation import ConversationId, Phase, Spoken, Stretch
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erasing
from bot.erasure.overwriting import InUse, Remains, rewrite
from bot.log_order import LOCAL
from bot.queue.deliveries import Deliveries
from bot.store import Store
from bot.turns.delivery import Act, CaseEvent, Delivery, Outgoing, Overtaken, Place
from tests.store.erased import BY, C1, CANARY, everything, talk
from tests.store.small import START, begin, step


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
    store.record(
        turn, replace(after, topic="what of audits?", stretch=told, changed_last=known,
                      supposed_before=known), 1)

    stands = store.load(C1)
    assert stands.topic == "what of audits?"
    silent = {fact: replace(answer, said="") for fact, answer in known.items()}
    assert stands.stretch == replace(told, before=silent)
    assert stands.changed_last == stands.supposed_before == silent
    talk(store, "c1", "and in Kenya?", "U2")
    turn, after = step(store.load(C1), "c1:4", "U2", "and 22?")
    store.record(turn, replace(after, topic="what of audits? and 22?"), 3)
    assert store.load(C1).topic == ""  # the turn between was about nothing
    turn, after = step(store.load(C1), "c1:5", "U2", "what of audits?")
    store.record(turn, replace(after, topic="what of audits?"), 4)
    turn, after = step(store.load(C1), "c1:6", "U2", "and 22?")
    store.record(turn, replace(after, topic="what of audits? and 22?"), 5)
    assert store.load(C1).topic == "what of audits? and 22?"


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


def test_a_colleagues_answer_that_waits_and_repeats_nothing_is_posted_all_the_same(
    store, erasing, clock
):
    """He had asked what a red flag is, and never heard, since her words were in the same thread."""
    box, place = Deliveries(store, clock), Place("T1", "C1", "1.0")
    name = ConversationId("slack:T1:C1:1.0")
    talk(store, name, CANARY, "slack:T1:U1", workspace="T1")
    said = ["what is a red flag?", "and for her?", "by whom was it sent?"]
    for n, (words, own) in enumerate(zip(said, ("plain", CANARY, "to <@U1>"), strict=True), 2):
        box.receive(Delivery(MessageKey(f"d{n}"), Act.MESSAGE, "T1", "U2",
                             START + timedelta(seconds=n), {"text": words}, place, opens=True,
                             event_id=f"e{n}"))
        taken, before = box.next_delivery(name), store.load(name)
        turn, after = step(before, f"d{n}", "slack:T1:U2", words)
        if n == 3:
            flag = replace(turn.reply.flags[0], said=(CANARY,))
            turn = replace(turn, reply=replace(turn.reply, flags=(flag,)))
        posts = [Outgoing(f"p{n}", "message", {"text": own}, turn=n),
                 Outgoing(f"d{n}:carried:0", "message", {"text": CANARY}, turn=n)]
        store.record(turn, replace(after, deal=before.deal), n - 1, workspace="T1",
                     along=lambda connection, taken=taken, posts=posts, before=before: box.settle(
                         connection, taken, posts, shown=before))

    erasing.person("T1", "U1", **BY)

    assert CANARY not in everything(store)
    queued = box.outbox.next_outgoing(name)
    assert (queued.outgoing.key, queued.outgoing.body) == ("p2", {"text": "plain"})
    assert box.outbox.unshown(name).turns == (2,)
    box.outbox.begin(queued)
    assert box.outbox.sent(queued, "C1:9.0")
    assert box.outbox.next_outgoing(name) is None
    assert store.verify_log() is None


@pytest.mark.parametrize("how", ["an answer", "a brief"])
def test_what_is_drawn_for_a_colleague_meanwhile_is_drawn_anew(store, erasing, clock, how):
    """What it repeated of her lay in the outbox until it was posted, and for good if refused."""
    box, place = Deliveries(store, clock), Place("T1", "C1", "1.0")
    name = ConversationId("slack:T1:C1:1.0")
    talk(store, name, CANARY, "slack:T1:U1", workspace="T1")
    box.receive(Delivery(MessageKey("d2"), Act.MESSAGE, "T1", "U2", START,
                         {"text": "and why?"}, place, opens=True, event_id="e2"))

    def handle(taken, words):
        posts = [Outgoing("p", "message", {"text": words}, turn=2 if how == "an answer" else None)]
        if how == "a brief":
            return box.close(taken, posts)
        before = store.load(name)
        turn, after = step(before, "d2", "slack:T1:U2", "and why?")
        return store.record(turn, after, 1, workspace="T1", along=lambda connection: box.settle(
            connection, taken, posts, shown=before))

    erasing.retain("T1", 30, **BY)
    taken = box.next_delivery(name)
    erasing.person("T1", "U1", **BY)
    with pytest.raises(Overtaken):
        handle(taken, CANARY)

    assert CANARY not in everything(store)
    handle(box.next_delivery(name), "the reply")
    assert box.outbox.next_outgoing(name).outgoing.body == {"text": "the reply"}
    assert box.next_delivery(name) is None
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
