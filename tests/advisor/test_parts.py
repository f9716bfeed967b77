"""A deal told in several messages, through the use case: recorded, replayed, edited and erased."""

from datetime import datetime, timedelta

import pytest

from bot.advisor import Advisor, Said
from bot.answering.replaying import Replaying
from bot.dialogue.conversation import ConversationId, Going
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erasing
from bot.store import Store
from retrieval.guidance import Fact, Guidance
from tests.dialogue.talking import WHEN

C = ConversationId("c")
PARTS = ("drones for the border", "police in Chad", "it goes through a reseller")


@pytest.fixture
def send(advisor: Advisor):
    def take(key: str, text: str = "", seconds: float = 0, **more):
        at: datetime = WHEN + timedelta(seconds=seconds)
        return advisor.take_turn(Said(MessageKey(key), C, "U1", at, text, **more))

    return take


@pytest.fixture
def told(send):
    return [send(f"k{n}", text, 5 * n) for n, text in enumerate(PARTS)]


def test_parts_end_as_one_message_does(advisor: Advisor, told):
    whole = "drones for the border police in Chad\nit goes through a reseller"
    one = advisor.take_turn(Said(MessageKey("one"), ConversationId("one"), "U1", WHEN, whole))

    assert {f: a.values for f, a in told[-1].conversation.deal.answers.items()} == {
        f: a.values for f, a in one.conversation.deal.answers.items()}


def test_parts_come_out_again_from_the_record(told, store: Store, guidance: Guidance):
    replaying = Replaying(store, lambda _: guidance)

    assert [one.fault for one in replaying.replay(C)] == [None] * 3
    assert [turn.message.going for turn in store.turns(C)] == [Going.BEGINS, Going.ON, Going.ON]
    assert replaying.state(C, 3) == store.load(C)


def test_a_turn_of_before_there_were_parts_goes_on_to_nothing(told, store: Store):
    from bot.turns.turn import turn_from

    body = {**store.turns(C)[1].body()}
    del body["going"]

    assert turn_from(body, author="U1", text=PARTS[1]).message.going is Going.ALONE


def test_a_part_can_be_edited(send, told):
    outcome = send("e", "police in Mali", 30, edits=MessageKey("k1"))

    assert outcome.conversation.deal.known(Fact("country")) == {"ML"}
    assert outcome.conversation.deal.known(Fact("intermediary")) == {"reseller"}
    assert outcome.conversation.stretch is None


@pytest.mark.parametrize("between", [
    {"answers": {"judicial_oversight": None}}, {"edits": MessageKey("k0"), "text": PARTS[0]}])
def test_what_is_done_in_between_ends_the_telling(send, between):
    send("k0", PARTS[0])
    outcome = send("p", seconds=2, **between)

    assert outcome.conversation.stretch is None
    assert send("k1", PARTS[1], 4).conversation.deal.known(Fact("end_user")) == {"police"}


def test_what_waits_to_be_gone_on_from_is_erased_with_the_words(told, store: Store):
    assert store.load(C).stretch is not None
    Erasing(store).conversation("local", C, by="U9", reason="asked to")

    with store.reading() as connection:
        state = connection.exec_driver_sql("SELECT state FROM conversations").scalar_one()
    assert store.load(C).stretch is None
    assert "reseller" not in state.replace('"reseller"', "")
