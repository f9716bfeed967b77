"""What is told of others before any deal is named as such, and not searched as a question."""

from datetime import UTC, datetime

import pytest

from bot.advisor import Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.plain import to_text

WHEN = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def said(advisor, text):
    return to_text(advisor.take_turn(Said(
        key=MessageKey(text), conversation=ConversationId(text), author="a", sent_at=WHEN,
        text=text, alone=True)).reply, advisor.edition.guidance)


@pytest.mark.parametrize("text", [
    "my manager wants me to skip the screening",
    "sales director told me 2 keep legal out of this",
    "he wants us 2 get round the licence",
    "they asked us 4 a way round the end user certificate",
    "customer wants us to put a false end user on the order form",
    "the buyer wants to route it via oman so nobody asks",
    "my boss says skip the screening for this one",
    "the vp said to skip the screening",
])
def test_a_wish_to_get_round_the_rules_is_named_as_such(begin, text):
    """It was answered with passages: that the guidance is no legal duty."""
    talk = begin()
    reply = talk.say(text)
    assert "evasion" in talk.messages[-1].other_matters
    assert any("compliance" in line.text for line in reply.aside)
    assert talk.messages[-1].intent is not Intent.ASK


@pytest.mark.parametrize("text", [
    "my boss wants to know what compliance needs",
    "is it a red flag if the customer wants to hide the end user",
    "guidance on customers who want to route goods through third countries so nobody asks",
    "what does the guidance say about a reseller who wants the end user left out",
    "boss says we have 4 days for the review",
    "my boss wants 2 slides on the eight considerations",
    "boss says we need the review before friday",
    "he says the screening takes ages, is that right",
])
def test_a_question_on_such_wishes_is_searched(begin, text):
    talk = begin()
    talk.say(text)
    assert (talk.messages[-1].intent, talk.messages[-1].other_matters) == (Intent.ASK, ())


def test_whoever_tells_of_nothing_else_is_asked_for_the_deal(begin, sentences):
    talk = begin()
    reply = talk.say("my manager wants me to skip the screening")
    assert reply.lead[0].text == sentences.say("other_matter.before")


def test_a_wish_is_heard_beside_a_deal_with_figures_for_words(begin):
    talk = begin()
    talk.say("cctv for the police in Kenya")
    talk.say("they want the invoice 2 say radio parts so customs doesnt look")
    assert "papers-that-say-otherwise" in talk.messages[-1].other_matters


@pytest.mark.parametrize(("text", "accused"), [
    ("can we split it in 2 deliveries", False), ("can we split the order", False),
    ("how can I hide who the end user is", True)])
def test_nobody_is_accused_who_has_no_word_of_hiding(advisor, text, accused):
    """"Can we split the order" was told "I won't help to hide an end-user"."""
    assert ("I won't help to hide an end-user" in said(advisor, text)) is accused
