"""First messages that ask for what lies beyond the texts, with a deal or without one."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId, Phase
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.purpose import WHOLE_DEAL_FACTS
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Kind
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says, Talk, read

CCTV, POLICE = ("product", "cctv", 0.9, "cctv"), ("end_user", "police", 0.9, "police")
KENYA = ("country", ANY, 0.9, "kenya")
DEAL = (CCTV, POLICE, KENYA)
"""What the model hears, wherever it finds the words."""


@pytest.mark.parametrize(("phase", "intent", "heard"), [
    (Phase.NEW, Intent.ASK, set()), (Phase.ASKING, Intent.DESCRIBE, {"product", "country"}),
])
def test_an_opening_on_a_gap_is_a_question_and_no_deal(guidance, phase, intent, heard):
    reader = PlainReader(guidance, strays=lambda text: "VAT" in text)

    conversation = Conversation(ConversationId("c"), phase=phase)
    message = reader.read("VAT on cctv for kenya pls", conversation, key=MessageKey("m"),
                          author="a", sent_at=WHEN)

    assert message.intent is intent
    assert set(message.heard) == heard


@pytest.mark.parametrize("text", [
    "whats the VAT on cctv for kenya", "cctv for kenya, send them the VAT form please",
])
def test_an_opening_on_a_gap_is_no_deal_though_it_names_two_facts(guidance, text):
    message = read(guidance, text, CCTV, KENYA, strays=lambda text: "VAT" in text)

    assert (message.intent, dict(message.heard)) == (Intent.ASK, {})


@pytest.mark.parametrize(("text", "beside"), [
    ("cctv for the police in kenya through a reseller, quote is out, VAT is not settled",
     Intent.ASK),
    ("who knows the VAT? cctv for the police in kenya through a reseller, quote is out",
     Intent.OUT_OF_SCOPE),
])
def test_a_whole_deal_is_kept_whatever_else_is_wanted_which_a_question_that_opens_is_for(
    guidance, text, beside
):
    message = read(
        guidance, text, *DEAL, ("intermediary", "reseller", 0.9, "reseller"),
        ("stage", "negotiating", 0.9, "quote is out"), strays=lambda text: "VAT" in text)

    assert message.intent is Intent.DESCRIBE
    assert len(message.heard) == WHOLE_DEAL_FACTS
    assert message.beside is not None
    assert message.beside.intent is beside


def _is_declined_beside(message):
    return message.beside is not None and message.beside.intent is Intent.OUT_OF_SCOPE


@pytest.mark.parametrize(("text", "by", "intent", "declined"), [
    ("got an RFP for cctv from the police in kenya", 0.29, Intent.DESCRIBE, False),
    # What is told of the deal is kept, and what else is wanted declined beside it.
    ("got an RFP for cctv from the police in kenya", 0.31, Intent.DESCRIBE, True),
    ("got an RFP for cctv from the police in kenya", 0.0, Intent.DESCRIBE, False),
    ("got an RFP for cctv from the police", 0.09, Intent.DESCRIBE, False),
    ("got an RFP for cctv from the police", 0.11, Intent.ASK, False),
])
def test_facts_without_a_question_are_a_deal_unless_something_else_is_plainly_wanted(
    guidance, text, by, intent, declined
):
    message = read(guidance, text, *DEAL, strays=lambda _: by)

    assert message.intent is intent
    assert _is_declined_beside(message) is declined
    assert len(message.heard) == (
        text.count("cctv") + text.count("police") + text.count("kenya")
        if intent is Intent.DESCRIBE else 0)


def test_what_a_deal_with_a_question_is_for_is_declined_beside_it(guidance):
    message = read(guidance, "got an RFP for cctv from the police in kenya, who bids?", *DEAL,
                   strays=lambda _: 0.01)

    assert set(message.heard) == {"product", "end_user", "country"}
    assert message.beside is not None
    assert message.beside.intent is Intent.OUT_OF_SCOPE


@pytest.mark.parametrize(("opening", "stray", "intent"), [
    ("need to sell", "need to sell", Intent.DESCRIBE),
    ("Hi, we would like to offer", "offer", Intent.DESCRIBE),
    ("our customer asked us to quote", "quote", Intent.DESCRIBE),
    # What strays by what is said behind the offer still does, and is declined beside the deal.
    ("need to sell", "police", Intent.OUT_OF_SCOPE),
    # Such words that open with anything else are no offer.
    ("translate a flyer to sell", "flyer", Intent.OUT_OF_SCOPE),
    ("do you see any issue with selling", "issue", Intent.DESCRIBE),
    ("which licence do we need to sell", "licence", Intent.ASK),
])
def test_how_an_offer_opens_says_nothing_of_what_is_wanted(guidance, opening, stray, intent):
    message = read(guidance, f"{opening} cctv to the police in kenya", *DEAL,
                   strays=lambda text: float(stray in text))

    assert (message.beside.intent if _is_declined_beside(message) else message.intent) is intent
    assert bool(message.heard) is (intent is not Intent.ASK)


@pytest.mark.parametrize(("text", "declined"), [
    ("firmware update for the cctv the police in kenya bought", False),
    ("spare batteries and cables for cctv of the police in kenya", False),
    ("upgrade from v3 to v4 of the cctv at the police in kenya", False),
    ("they need a firmware update for the cctv of the police in kenya", False),
    # What else is wanted of it strays behind it as well, and no other words open a service.
    ("firmware update for the cctv of the police in kenya, send the price", True),
    ("the firmware update of cctv for the police in kenya?", True),
    ("renewal mail for the kenya police, cctv, firmware update", True),
    ("upgrade my laptop, firmware, cctv for the police in kenya", True),
    ("firmware update price of the cctv for the police in kenya", True),
    # Nor does how it came in say what is wanted.
    ("our Italian office got a request from the police in kenya for cctv", False),
    ("draft a reply to the request from the police in kenya for cctv", True),
])
def test_a_service_on_what_was_sold_is_a_deal_of_those_who_have_it(guidance, text, declined):
    strays = {"firmware", "spare", "upgrade", "price", "mail", "request"}
    message = read(guidance, text, *DEAL,
                   strays=lambda text: float(any(word in text for word in strays)))

    assert (message.intent is Intent.ASK or message.beside is not None) is declined
    assert declined or set(message.heard) == {"product", "end_user", "country"}


def test_a_phrase_out_of_scope_gives_way_to_a_gap_that_explains_more(guidance):
    text = "tell me a joke about VAT"

    intents = [
        PlainReader(guidance, strays=strays).read(
            text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a", sent_at=WHEN
        ).intent
        for strays in (None, lambda _: False, lambda _: True)
    ]

    assert intents == [Intent.OUT_OF_SCOPE, Intent.OUT_OF_SCOPE, Intent.ASK]


def test_a_deal_that_is_told_with_the_wish_for_a_verdict_is_heard(guidance, sentences):
    """The verdict lies beyond the texts; what is to be weighed does not."""
    text = "can we sell drones to the police in chad?"
    model = Says(("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                 ("country", ANY, 0.9, "chad"))
    reader = PlainReader(guidance, model, strays=lambda _: True)
    talk = Talk(guidance, reader, sentences)

    reply = talk.say(text)

    assert talk.conversation.deal.answers.keys() == {"product", "end_user", "country"}
    assert reply.kind is Kind.DECLINE
    assert reply.lead[0].text == (
        "Whether a deal is lawful or approved is not for me to say: that is for your compliance "
        "lead and export counsel. What the guidance asks you to weigh is this.")
    assert reply.considerations and reply.safeguards and reply.question is not None


def test_a_question_that_strays_and_asks_for_no_verdict_tells_of_no_deal(guidance):
    message = read(guidance, "what is the VAT on cctv in kenya?", CCTV, KENYA,
                   strays=lambda _: True)
    assert (message.intent, message.heard) == (Intent.ASK, {})
