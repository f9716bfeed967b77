"""What a colleague's turn repeats of somebody goes when that somebody is erased, and no more."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import make_url

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import Deal
from bot.erasure.erasing import Erasing
from bot.ledger import canonical, committed
from bot.log_order import LOCAL
from bot.record.log import personal
from bot.schema import conversations, log
from bot.turns.echoes import ECHOES, ECHOES_SHA256
from tests.store.erased import BY, everything, talk
from tests.store.small import START, step

C1 = ConversationId("c1")
HERS, HIS = "Wolpertinger", "Drachenfels"


@pytest.fixture
def erasing(store):
    return Erasing(store, lambda: START + timedelta(days=1))


def colleagues(store):
    """She tells of the deal; he asks further, and his answer and search repeat her words."""
    talk(store, "c1", f"The police of {HERS}", "U-she")
    before = store.load(C1)
    turn, after = step(before, "c1:2", "U-he", f"and what of {HIS}?")
    first = store.turns(C1)[0]
    flag = replace(turn.reply.flags[0], said=(f"police of {HERS}",))
    found = replace(turn.found[0], query=replace(
        turn.found[0].query, text=f"The police of {HERS} and what of {HIS}?"))
    message = replace(turn.message, heard=first.message.heard, subject=f"police of {HERS}")
    after = replace(after, deal=before.deal)
    store.record(replace(turn, reply=replace(turn.reply, flags=(flag,)), found=(found,),
                         message=message), after, 1)


def row(store, seq):
    with store.reading() as connection:
        return connection.execute(
            select(log).where(log.c.workspace == LOCAL, log.c.seq == seq)).one()


def test_what_a_turn_repeats_lies_apart_and_reads_as_it_was(store):
    colleagues(store)

    words = json.loads(row(store, 2).words)
    echoes = words[ECHOES]
    # `The police` of her first message is a fact of his: it was adopted from hers.
    assert sorted(said for _, said in json.loads(echoes["quotes"])) == [
        "The police", f"The police of {HERS} and what of {HIS}?", f"police of {HERS}",
        f"police of {HERS}"]
    assert words[ECHOES_SHA256] == committed(echoes["salt"], echoes["quotes"])
    assert json.loads(words["quotes"]) == [[["reply", "heard"], "end-user: police"]]
    turn = store.turns(C1)[1]
    assert turn.reply.flags[0].said == (f"police of {HERS}",)
    assert turn.found[0].query.text == f"The police of {HERS} and what of {HIS}?"
    assert store.verify_log() is None


def test_a_first_turn_repeats_nobody_and_lies_as_before(store):
    talk(store, "c1", "The police of Ruritania want forty kits")

    words = json.loads(row(store, 1).words)

    assert set(words) == {"text", "quotes"}
    assert [one for _, one in json.loads(words["quotes"])] == [
        "The police", "The police of Ruritania want forty kits", "end-user: police", "The police"]


def test_her_words_are_nowhere_once_she_is_erased_and_his_stay(store, erasing):
    colleagues(store)
    assert HERS in everything(store)

    erasing.person(LOCAL, "U-she", **BY)

    assert HERS not in everything(store)
    hers, his = store.turns(C1)
    assert (hers.erased, hers.text, hers.author) == (True, "", "")
    assert (his.erased, his.text, his.author) == (False, f"and what of {HIS}?", "U-he")
    assert his.reply.flags[0].said == ("",)
    assert his.found[0].query.text == ""
    assert his.message.subject == ""
    assert store.verify_log() is None


def on_top(store):
    """He adds to what she told: her words go on to tell the value of before."""
    talk(store, "c1", f"The police of {HERS}", "U-she")
    before = store.load(C1)
    [(fact, told)] = before.deal.answers.items()
    hers = replace(told, values=frozenset({"police"}), said=f"police of {HERS}")
    deal = Deal({fact: hers}).with_answers({fact: replace(
        told, values=frozenset({"police", "military"}), message="c1:2", said=HIS)})
    turn, after = step(before, "c1:2", "U-he", f"and the {HIS} army")
    flag = replace(turn.reply.flags[0], said=(f"police of {HERS}",))
    return replace(turn, reply=replace(turn.reply, flags=(flag,))), replace(after, deal=deal)


def test_what_told_of_it_before_somebody_added_to_it_goes_too(store, erasing):
    store.record(*on_top(store), 1)
    [(told,)] = store.load(C1).deal.earlier.values()
    assert (told.said, told.message) == (f"police of {HERS}", "c1:1")

    erasing.person(LOCAL, "U-she", **BY)

    assert HERS not in everything(store)
    [(told,)] = store.load(C1).deal.earlier.values()
    assert (told.said, told.values) == ("", {"police"})
    assert [a.said for a in store.load(C1).deal.answers.values()] == [HIS]
    assert store.verify_log() is None


def test_nor_does_it_come_back_where_he_added_to_it_meanwhile(store, erasing):
    turn, after = on_top(store)

    erasing.person(LOCAL, "U-she", **BY)
    store.record(turn, after, 1)

    assert HERS not in everything(store)
    [(told,)] = store.load(C1).deal.earlier.values()
    assert told.said == ""
    assert store.verify_log() is None


def test_an_echo_of_what_told_of_it_before_stays_where_he_was_erased_meanwhile(store, erasing):
    turn, after = on_top(store)
    store.record(turn, after, 1)
    third, later = step(store.load(C1), "c1:3", "U-third", "and then?")
    flag = replace(third.reply.flags[0], said=(f"police of {HERS}",))

    erasing.person(LOCAL, "U-he", **BY)
    store.record(replace(third, reply=replace(third.reply, flags=(flag,))),
                 replace(later, deal=after.deal), 2)

    assert HIS not in everything(store)
    assert store.turns(C1)[2].reply.flags[0].said == (f"police of {HERS}",)


def test_his_are_nowhere_once_he_is_erased_and_hers_stay(store, erasing):
    colleagues(store)

    erasing.person(LOCAL, "U-he", **BY)

    assert HIS not in everything(store)
    assert [t.text for t in store.turns(C1)] == [f"The police of {HERS}", ""]
    assert store.verify_log() is None


def test_an_echo_that_was_changed_is_named_as_altered(store):
    colleagues(store)
    words = json.loads(row(store, 2).words)
    words[ECHOES]["quotes"] = words[ECHOES]["quotes"].replace(HERS, "somebody else")
    with store.writing() as connection:
        connection.execute(update(log).where(log.c.seq == 2).values(words=canonical(words)))

    broken = store.verify_log()

    assert (broken.seq, broken.wrong.value) == (2, "altered")


def test_echoes_put_into_a_row_that_had_none_are_named_as_altered(store):
    words = {"text": "hello", ECHOES: {"salt": "", "quotes": "[]"}}

    assert json.loads(personal("U1", canonical(words))) == {"author": "U1", **words}


def test_a_turn_of_before_that_repeats_her_loses_all_its_words(store, erasing):
    """Its own words and hers lie under one hash; hers can't be taken out alone."""
    colleagues(store)
    with store.writing() as connection:
        old = row(store, 2)
        words = json.loads(old.words)
        quotes = json.loads(words["quotes"]) + json.loads(words[ECHOES]["quotes"])
        one = canonical({"text": words["text"], "quotes": canonical(quotes)})
        body = {**json.loads(old.body), "personal_sha256": committed(
            old.salt, personal(old.actor, one))}
        connection.execute(update(log).where(log.c.seq == 2).values(
            words=one, body=canonical(body)))
    assert HERS in everything(store)

    erasing.person(LOCAL, "U-she", **BY)

    assert HERS not in everything(store)
    assert [t.erased for t in store.turns(C1)] == [True, True]
    with store.reading() as connection:
        state = connection.scalar(select(conversations.c.state))
    assert HERS not in state
    assert store.load(C1).deal.answers


def test_an_answer_that_was_under_way_does_not_bring_her_words_back(store, erasing):
    """He wrote before she was erased; his answer is recorded after it."""
    talk(store, "c1", f"The police of {HERS}", "U-she")
    before = store.load(C1)
    turn, after = step(before, "c1:2", "U-he", "and why?")
    flag = replace(turn.reply.flags[0], said=(f"police of {HERS}",))
    turn = replace(turn, reply=replace(turn.reply, flags=(flag,)))

    erasing.person(LOCAL, "U-she", **BY)
    store.record(turn, after, 1)

    assert HERS not in everything(store)
    his = store.turns(C1)[1]
    assert (his.text, his.reply.flags[0].said) == ("and why?", ("",))
    assert store.verify_log() is None


def test_the_free_pages_and_the_write_ahead_file_hold_nothing(store, erasing):
    for n in range(20):
        talk(store, f"d{n}", f"{HERS} {n} " + "and so on " * 200, "U-she")
        talk(store, f"d{n}", "and what else?", "U-he")

    erasing.person(LOCAL, "U-she", **BY)

    url = make_url(store.engine.url)
    if url.get_backend_name() == "sqlite":
        files = list(Path(url.database).parent.iterdir())
        assert {f.name for f in files} >= {"advisor.sqlite3"}
        assert all(HERS.encode() not in f.read_bytes() for f in files)
    assert HERS.casefold() not in everything(store).casefold()


