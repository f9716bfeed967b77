"""Another deal is told of to its own person only, and only where nobody else reads along."""

import itertools

import pytest

from bot.advisor import Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reply import Kind
from tests.dialogue.talking import WHEN

KENYA, GHANA = "cctv for the police in Kenya", "drones for the army in Ghana"
ASKED = "compare with the Kenya deal"


@pytest.fixture
def tell(advisor):
    keys = itertools.count()

    def take(conversation, text, author="slack:T1:U1", alone=True):
        return advisor.take_turn(Said(
            MessageKey(str(next(keys))), ConversationId(conversation), author, WHEN, text,
            alone=alone)).reply

    return take


def test_a_person_compares_two_deals_of_their_own(tell):
    tell("one", KENYA)
    tell("two", GHANA)
    reply = tell("two", ASKED)
    assert [n.id for n in reply.changes.groups[0].named] == ["product", "end_user", "country"]


@pytest.mark.parametrize("whose", ["slack:T1:U2", "slack:T2:U1", "slack:T1:U", "terminal"])
def test_nobody_elses_deal_is_ever_told_of(tell, whose):
    tell("one", KENYA, author=whose)
    tell("two", GHANA)
    reply = tell("two", ASKED)
    assert (reply.kind, reply.changes) == (Kind.DECLINE, None)
    assert "Kenya" not in reply.lead[0].text


def test_having_joined_a_deal_of_somebody_else_makes_it_not_ones_own(tell):
    tell("one", KENYA, author="slack:T1:U2")
    tell("one", "through a reseller")
    tell("two", GHANA)
    assert tell("two", ASKED).changes is None


def test_where_others_read_along_nothing_is_told(tell):
    tell("one", KENYA)
    tell("two", GHANA)
    reply = tell("two", ASKED, alone=False)
    assert (reply.kind, reply.changes) == (Kind.DECLINE, None)
    assert "Kenya" not in reply.lead[0].text


def test_comparing_changes_neither_deal(tell, store):
    tell("one", KENYA)
    tell("two", GHANA)
    before = store.load(ConversationId("one")), store.load(ConversationId("two")).deal
    tell("two", ASKED)
    assert before == (store.load(ConversationId("one")), store.load(ConversationId("two")).deal)
