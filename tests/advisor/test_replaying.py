"""What was answered comes out again from the record, to the byte, and a changed record does not."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.advisor import Advisor, Outcome, Said
from bot.answering.replaying import Replaying
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erasing
from bot.ledger import GENESIS, canonical, chained
from bot.log_order import LOCAL
from bot.record.log import Happening
from bot.schema import conversations, log
from bot.store import Store
from retrieval.guidance import Guidance
from tests.dialogue.talking import WHEN
from tests.dialogue.test_respond import OPENERS, REMARKS

C = ConversationId("c")


@pytest.fixture
def replaying(store: Store, guidance: Guidance) -> Replaying:
    return Replaying(store, lambda _: guidance)


def test_a_conversation_comes_out_again(
    say: Callable[..., Outcome], store: Store, replaying: Replaying
):
    for words in ("IMSI catchers for the police in Kenya via a reseller", "why do you ask?",
                  "what if we host it ourselves?", "no, they never ask a judge",
                  "sorry, it's the ministry of health", "is it legal?", "show the passages",
                  "what does the guidance say on audits?", "start over", "drones for chad"):
        say(words)

    replayed = list(replaying.replay(C))

    assert [one.fault for one in replayed] == [None] * 10
    assert replaying.state(C, 10) == store.load(C)


@pytest.mark.long
@given(opener=st.sampled_from(OPENERS), remarks=st.lists(st.sampled_from(REMARKS), max_size=6),
       number=st.integers(0, 10**9))
@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_said_comes_out_again(
    advisor: Advisor, store: Store, replaying: Replaying, opener, remarks, number
):
    name = ConversationId(f"c{number}-{hash((opener, *remarks))}")
    known = len(store.turns(name))
    for n, words in enumerate([opener, *remarks]):
        advisor.take_turn(Said(MessageKey(f"{name}:{known}:{n}"), name, "a", WHEN, words))

    assert [one.fault for one in replaying.replay(name)] == [None] * (known + 1 + len(remarks))
    assert replaying.remembered_otherwise(name) == ()


def test_a_comparison_with_another_deal_comes_out_as_it_was_then(
    advisor: Advisor, replaying: Replaying
):
    def take(name: str, key: str, words: str) -> None:
        advisor.take_turn(Said(MessageKey(key), ConversationId(name), "a", WHEN, words, alone=True))

    take("one", "k1", "drones for the police in Kenya")
    take("two", "k2", "spyware for the army of Chad")
    take("two", "k3", "how does this differ from the kenya deal?")
    take("one", "k4", "sorry, it's the ministry of health")

    assert [one.fault for one in replaying.replay(ConversationId("two"))] == [None, None]


def test_a_record_that_was_changed_and_chained_anew_does_not_come_out(
    say: Callable[..., Outcome], store: Store, replaying: Replaying
):
    say("IMSI catchers for the police in Kenya")
    with store.writing() as connection:
        row = connection.execute(select(log).where(log.c.kind == "turn")).one()
        body = json.loads(row.body)
        body["findings"][0]["status"] = "raised" if (
            body["findings"][0]["status"] != "raised") else "open"
        changed = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        connection.execute(log.update().where(log.c.key == row.key).values(
            body=changed, digest=chained(GENESIS, changed)))

    (replayed,) = replaying.replay(C)

    assert replayed.fault == "otherwise than recorded: findings"


def test_a_remembered_deal_that_its_turns_do_not_make_is_told(
    say: Callable[..., Outcome], store: Store, replaying: Replaying
):
    """What is remembered is in no chain, and the next answer and a sign-off rest on it."""
    say("IMSI catchers for the police in Kenya")
    say("maybe via a reseller")
    assert replaying.remembered_otherwise(C) == ()
    with store.writing() as connection:
        state = json.loads(connection.scalar(select(conversations.c.state)))
        state["deal"]["answers"]["country"]["values"] = ["CA"]
        state["deal"]["answers"]["intermediary"]["sure"] = True
        del state["deal"]["answers"]["end_user"]
        connection.execute(conversations.update().values(state=json.dumps(state)))

    assert [one.fault for one in replaying.replay(C)] == [None, None]
    assert replaying.remembered_otherwise(C) == ("country", "end_user", "intermediary")


def test_a_remembered_deal_without_its_words_is_what_its_turns_make(
    say: Callable[..., Outcome], store: Store, replaying: Replaying
):
    say("IMSI catchers for the police in Kenya")
    Erasing(store).conversation(LOCAL, C, by="U-lead", reason="asked for")
    assert store.load(C).deal.answers["country"].said == ""
    assert replaying.remembered_otherwise(C) == ()


def test_whoever_is_erased_makes_no_colleagues_answer_come_out_otherwise(
    advisor: Advisor, store: Store, replaying: Replaying
):
    """After an erasure a colleague's turn was told as altered, and the command ended with 1."""
    def say(key: str, author: str, words: str) -> Outcome:
        return advisor.take_turn(Said(MessageKey(key), C, author, WHEN, words))

    say("k1", "a", "drones with facial recognition for the police in Kenya, "
        "to watch crowds at demonstrations")
    say("k2", "b", "the reseller is owned by the minister's cousin")
    say("k3", "b", "no, they never ask a judge")
    before = list(replaying.replay(C))

    Erasing(store).person(LOCAL, "a", by="U-lead", reason="asked for")
    after = list(replaying.replay(C))

    assert [(one.fault, one.erased) for one in before] == [(None, False)] * 3
    assert [one.fault for one in after] == [None] * 3
    assert [one.erased for one in after[:2]] == [True, True]
    assert [one.turn.erased for one in after] == [True, False, False]


def test_a_colleagues_answer_that_was_changed_is_told_though_somebody_was_erased(
    advisor: Advisor, store: Store, replaying: Replaying
):
    for key, author, words in (("k1", "a", "drones for the police in Kenya"),
                               ("k2", "b", "they never ask a judge")):
        advisor.take_turn(Said(MessageKey(key), C, author, WHEN, words))
    Erasing(store).person(LOCAL, "a", by="U-lead", reason="asked for")
    with store.writing() as connection:
        row = connection.execute(select(log).where(log.c.kind == "turn").order_by(
            log.c.seq.desc())).first()
        assert row is not None
        body = json.loads(row.body)
        body["findings"][0]["status"] = "raised" if (
            body["findings"][0]["status"] != "raised") else "open"
        connection.execute(log.update().where(log.c.key == row.key).values(
            body=json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))))

    assert [one.fault for one in replaying.replay(C)] == [None, "otherwise than recorded: findings"]


def test_sentences_that_were_not_kept_are_named(
    say: Callable[..., Outcome], store: Store, replaying: Replaying
):
    say("drones for chad")
    with store.writing() as connection:
        connection.execute(text("DELETE FROM wordings"))

    (replayed,) = replaying.replay(C)

    assert replayed.fault is not None
    assert replayed.fault.startswith("the sentences ")


def test_a_turn_whose_sentences_lack_one_of_today_is_told_and_the_others_are_replayed(
    say: Callable[..., Outcome], store: Store, replaying: Replaying
):
    """An earlier version had fewer sentences: replaying ended at the first that today's needs."""
    say("drones for chad")
    say("show the passages")
    (older, newer) = store.turns(C)
    then = json.loads(store.wording_content(older.wording_digest) or "")
    asked = "heard.first"
    del then["sentences"][asked]
    store.keep_wording("older", canonical(then))
    with store.writing() as connection:
        row = connection.execute(select(log).where(log.c.key == older.key)).one()
        body = canonical({**json.loads(row.body), "wording_digest": "older"})
        connection.execute(log.update().where(log.c.key == row.key).values(
            body=body, digest=chained(GENESIS, body)))

    first, second = replaying.replay(C)

    assert first.fault == f"needs the sentence {asked}, which its record lacks"
    assert (second.turn.version, second.fault) == (newer.version, None)


def test_what_happened_beside_the_turns_does_not_disturb(
    say: Callable[..., Outcome], store: Store, replaying: Replaying
):
    say("drones for chad")
    store.note("local", Happening("viewed", "v", WHEN, "U7", C))
    say("for the police")

    assert [one.fault for one in replaying.replay(C)] == [None, None]
