"""A question beside what a message tells: the one is noted, the other answered."""

import pytest
from pydantic import TypeAdapter

from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked, found_together
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Kind
from bot.ledger import canonical
from retrieval.guidance import Fact, ProvisionId
from retrieval.matches import Found, Match, Query, Why
from retrieval.passages import passage
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says

OPENING = "cctv for the police in Ghana"
DEAL = Says(("product", "cctv", 1.0, "cctv"), ("end_user", "police", 1.0, "police"),
            ("country", ANY, 1.0, "Ghana"))


@pytest.mark.parametrize(("text", "fact", "value", "question", "wants"), [
    ("There's a reseller, Accra Tech. Do we need to vet them?", "intermediary", "reseller",
     "Do we need to vet them?", Intent.ASK),
    ("there's a war in the north. what is DPI?", "conflict", "yes", "what is DPI?",
     Intent.DEFINE),
    ("what is DPI? there's a war in the north", "conflict", "yes", "what is DPI?", Intent.DEFINE),
    ("there's a war in the north, what is DPI?", "conflict", "yes", "what is DPI?",
     Intent.DEFINE),
    ("there's a war in the north and can we sell it?", "conflict", "yes", "can we sell it?",
     Intent.VERDICT),
])
def test_what_is_told_is_noted_and_what_is_asked_is_answered(
    begin, text, fact, value, question, wants
):
    talk = begin()
    talk.say(OPENING)
    reply = talk.say(text)

    assert talk.conversation.deal.known(Fact(fact)) == {value}
    beside = talk.messages[-1].beside
    assert beside is not None
    assert (text[beside.start:beside.end], beside.intent) == (question, wants)
    said = [line.text for line in reply.aside]
    assert said[0] == "On your question:"
    assert len(said) > 1
    assert not any(question in line for line in said)
    assert reply.question is not None


@pytest.mark.parametrize("text", [
    "there's a war in the north, right?",
    "what is DPI?",
    "there's a war in the north",
    "what is DPI? what is a reseller?",
    "is there a reseller in the deal?",
])
def test_what_does_only_one_of_them_is_read_as_ever(begin, text):
    talk = begin()
    talk.say(OPENING)
    talk.say(text)

    assert talk.messages[-1].beside is None


def test_a_first_message_asks_for_the_advice_on_what_it_tells(begin):
    talk = begin()
    reply = talk.say("We sell drones to the police in Kenya. What is a red flag?")

    assert talk.messages[-1].beside is None
    assert reply.kind is Kind.ASK


@pytest.mark.parametrize(("told", "question"), [
    ("drones for the army in Chad - ", "do our usage limits bind the sub dealers"),
    ("cctv for the police in Ghana. ", "arms rules?"),
    ("the renewal for the police in Ghana is due, ", "redo the whole check?"),
    ("cctv for the police in Ghana and ", "how do we stop resale up front"),
    ("", "what clauses for the contract with the police in Ghana"),
    ("cctv for the police in Ghana, no audits, ", "what other controls can replace audits"),
])
def test_what_is_asked_beside_a_deal_that_opens_is_answered_too(begin, told, question):
    """Half of all first questions that named a police or a country got advice and no answer."""
    talk = begin()
    text = told + question
    reply = talk.say(text)

    beside = talk.messages[-1].beside
    assert beside is not None
    assert (text[beside.start:beside.end], beside.intent) == (question, Intent.ASK)
    assert talk.conversation.deal.known(Fact("country"))
    assert reply.aside[0].text == "On your question:"
    assert reply.question is not None


@pytest.mark.parametrize("text", [
    "cctv for the police in Ghana, they host it themselves, is that worse",
    "cctv for a prison in Ghana, they record the lawyers too. what right is that",
    "cctv for the police in Ghana, they refuse audits, what other controls would do",
])
def test_what_names_nothing_by_itself_is_searched_with_all_that_is_told(begin, text):
    talk = begin()
    reply = talk.say(text)

    beside = talk.messages[-1].beside
    assert beside is not None
    assert (beside.start, beside.end, beside.intent) == (0, len(text), Intent.ASK)
    assert reply.aside[0].text == "On your question:"


@pytest.mark.parametrize(("text", "beyond", "question"), [
    ("cctv for the police in Ghana, which tariff line do we put on it", "tariff",
     "which tariff line do we put on it"),
    ("cctv for the police in Ghana, who at finance opens the account", "finance",
     "cctv for the police in Ghana, who at finance opens the account"),
    ("cctv for the police in Ghana, update the stage in the tool", "tool",
     "cctv for the police in Ghana, update the stage in the tool"),
])
def test_what_the_texts_are_silent_on_is_asked_beside_a_deal_too(guidance, text, beyond, question):
    """A tariff code was asked for with a deal, and the advice came as if it were the answer."""
    reader = PlainReader(guidance, DEAL, strays=lambda part: 0.2 if beyond in part else -1.0)
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)

    assert message.intent is Intent.DESCRIBE
    assert {Fact("product"), Fact("end_user"), Fact("country")} <= message.heard.keys()
    assert message.beside is not None
    assert (text[message.beside.start:message.beside.end], message.beside.intent) == (
        question, Intent.ASK)


def test_what_the_texts_do_speak_to_is_answered_though_the_rest_strays(guidance):
    """"bodycams for Ghana police, how long may they keep the video" was not answered."""
    question = "how long may they keep the video"
    text = f"cctv for the police in Ghana, {question}"
    reader = PlainReader(guidance, DEAL, strays=lambda part: 0.1 if "Ghana" in part else -1.0)
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)

    assert message.beside is not None
    assert text[message.beside.start:message.beside.end] == question


def found(guidance, *ids, gap=None):
    return Found(Query("asked"), tuple(
        Match(passage(guidance.provisions[ProvisionId(id_)]), 0.8, Why.SIMILAR) for id_ in ids),
        abstained=not ids, gap=gap)


def test_what_is_found_alone_and_with_the_deal_comes_first(guidance):
    """A question on warrants beside a deal was answered with what its product is."""
    alone = found(guidance, "sg-c3-rf3", "limits-safeguards", "sg-c2-rf4")
    whole = found(guidance, "sg-d-4", "ear-742-13", "limits-safeguards")

    (both,) = found_together([alone, whole], guidance)
    assert [match.provision for match in both.matches] == [
        "limits-safeguards", "sg-c3-rf3", "sg-d-4", "ear-742-13", "sg-c2-rf4"]


def test_whether_the_texts_speak_to_it_shows_by_the_question_alone(guidance):
    alone = found(guidance, gap="tax-customs-shipping")
    whole = found(guidance, "sg-d-4")

    assert found_together([alone, whole], guidance) == [alone]
    assert found_together([alone], guidance) == [alone]
    assert found_together([whole, alone], guidance) == [whole]


def test_a_question_that_sounds_like_a_greeting_by_itself_is_declined_for_what_it_wants(guidance):
    alone, whole = found(guidance, gap="small-talk"), found(guidance, gap="tender-and-documents")

    assert found_together([alone, whole], guidance) == [whole]


@pytest.mark.parametrize("text", [
    "We sell drones to the police in Kenya. What should we look out for?",
    "drones for the police in Kenya, any concerns?",
    "drones for the police in Kenya, what do we need to do next",
    "drones for the police, which is in Kenya",
    "drones for the police, who did well, which lately is in Kenya",
    "drones for the army (ground forces) in Chad",
    "drones for the police in Kenya? yes, 40 of them",
    "Police? No. Drones for the army in Chad",
    "drones for the police in Kenya. Is that ok?",
])
def test_who_asks_for_nothing_but_the_advice_gets_nothing_beside_it(begin, text):
    talk = begin()
    reply = talk.say(text)

    assert talk.messages[-1].beside is None
    assert reply.aside == ()


def test_a_term_that_is_asked_beside_a_deal_that_opens_loses_no_deal(begin):
    """"cctv for the police in Ghana. what is DPI?" was answered, and nothing of the deal kept."""
    talk = begin()
    text = f"{OPENING}. what is DPI?"
    reply = talk.say(text)

    deal = talk.conversation.deal
    assert {fact: deal.known(Fact(fact)) for fact in ("product", "end_user", "country")} == {
        "product": {"cctv"}, "end_user": {"police"}, "country": {"GH"}}
    beside = talk.messages[-1].beside
    assert beside is not None
    assert (text[beside.start:beside.end], beside.intent, beside.entry) == (
        "what is DPI?", Intent.DEFINE, "deep-packet-inspection")
    assert reply.aside[1].citations


def test_it_is_kept_with_its_message(begin):
    talk = begin()
    talk.say(OPENING)
    talk.say("there's a war in the north. what is DPI?")
    kept = canonical(talk.messages[-1])

    assert TypeAdapter(Message).validate_json(kept) == talk.messages[-1]


def test_blanks_leave_every_other_word_where_it_stands():
    assert blanked("a war. why? yes", (7, 11)) == "a war.      yes"


def test_what_is_told_on_either_side_is_quoted_as_it_was_written(begin):
    text = "no. what does DPI mean? nothing came up"
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    talk.say(text)

    assert {answer.said for answer in talk.messages[-1].heard.values()} == {text}
