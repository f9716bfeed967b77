"""What no phrase tells may be a request that is heard by its likeness to others."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue.conversation import Beside, Conversation, ConversationId, Going, Message
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.heard_requests import WANTED, heard_request
from bot.dialogue.naming import CONTACT, DRAFTS, IN_SHORT
from retrieval.guidance import Fact
from retrieval.words.requests import Request

WHEN = datetime(2026, 11, 30, tzinfo=UTC)
SOLD = Answer(frozenset({"cctv"}), "cameras", MessageKey("0"))
DEALING = Conversation(ConversationId("c"), Deal({Fact("product"): SOLD}))
ASKED = Conversation(ConversationId("c"), Deal({Fact("product"): SOLD}), pending=Fact("country"))


def said(text="so how bad is it", intent=Intent.ASK, **rest) -> Message:
    return Message(MessageKey("1"), "a", text, WHEN, intent, **rest)


def heard(guidance, message, request, conversation=DEALING):
    return heard_request(message, conversation, guidance, lambda _: request)


def test_every_request_is_answered_as_something():
    assert WANTED.keys() == set(Request)


@pytest.mark.parametrize(("request_", "intent", "subject"), [
    (Request.GRAVEST, Intent.GRAVEST, None), (Request.SHORT, Intent.ADVISE_NOW, IN_SHORT),
    (Request.CLAUSE, Intent.REMEDY, DRAFTS), (Request.WHO, Intent.HELP, CONTACT),
])
def test_what_is_left_over_is_heard_once_more(guidance, request_, intent, subject):
    for left, going in ((Intent.ASK, Going.BEGINS), (Intent.UNCLEAR, Going.BEGINS),
                        (Intent.REMARK, Going.ALONE), (Intent.FILLER, Going.ON)):
        found = heard(guidance, said(intent=left, going=going), request_)
        assert (found.intent, found.subject, found.going, found.likely) == (
            intent, subject, Going.ALONE, True)


@pytest.mark.parametrize("message", [
    said(intent=Intent.DESCRIBE), said(intent=Intent.WHAT_IF), said(intent=Intent.EVASION),
    said(intent=Intent.OUT_OF_SCOPE), said(intent=Intent.FILLER),
    said(intent=Intent.DESCRIBE, heard={Fact("product"): SOLD}, answers_pending=True),
    said(intent=Intent.DESCRIBE, heard={Fact("product"): replace(SOLD, values=None)}),
    said(intent=Intent.DESCRIBE, heard={Fact("country"): SOLD}),
    said(withdrawn={Fact("product"): frozenset({"cctv"})}), said(retracted=frozenset({"product"})),
    said(supposed={Fact("product"): SOLD}), said(answers_reviewer=True),
])
def test_nothing_that_is_told_or_known_by_a_phrase_gives_way(guidance, message):
    assert heard(guidance, message, Request.VERDICT) is message


def test_what_only_names_what_is_known_for_certain_tells_nothing(guidance):
    message = said("a para on the cameras for my boss", Intent.DESCRIBE,
                   heard={Fact("product"): SOLD})
    found = heard(guidance, message, Request.SHORT)
    assert (found.intent, found.subject, found.heard) == (Intent.ADVISE_NOW, IN_SHORT, {})
    for unsure in (replace(SOLD, sure=False), replace(SOLD, instead=frozenset({"drone"})),
                   replace(SOLD, values=frozenset({"drone"}))):
        doubting = replace(DEALING, deal=Deal({Fact("product"): unsure}))
        assert heard(guidance, message, Request.SHORT, doubting) is message


def test_before_a_deal_only_advisor_itself_is_asked_about(guidance):
    message, empty = said(), Conversation(ConversationId("c"))
    answered = {one for one in Request if heard(guidance, message, one, empty) is not message}
    assert answered == {Request.HELP, Request.READERS, Request.WHO}


@pytest.mark.parametrize("request_", [Request.WHY, Request.AGAIN])
def test_what_is_of_a_question_needs_one_that_waits(guidance, request_):
    message = said("hm")
    assert heard(guidance, message, request_) is message
    assert heard(guidance, message, request_, ASKED).intent is WANTED[request_][0]


def test_why_of_something_that_nothing_waits_for_is_a_question_on_the_texts(guidance):
    of_it = said(topics={Fact("country"): frozenset({"KE"})})
    of_another = said(topics={Fact("intermediary"): frozenset({"reseller"})})
    assert heard(guidance, of_it, Request.WHY, ASKED).intent is Intent.WHY
    assert heard(guidance, of_another, Request.WHY, ASKED) is of_another


def test_a_safeguard_that_is_named_is_what_is_asked_about(guidance):
    message = said("can we skip the audit")
    assert heard(guidance, message, Request.NOW) is message


def told(text: str, question: str, intent=Intent.ASK) -> Message:
    begin = text.index(question)
    return said(text, Intent.DESCRIBE, heard={Fact("product"): SOLD},
                beside=Beside(begin, begin + len(question), intent))


def test_a_question_beside_what_is_told_is_heard_by_itself(guidance):
    asked_for = []

    def hears(text):
        asked_for.append(text)
        return Request.VERDICT

    message = told("it's cctv. do we dare?", "do we dare?")
    found = heard_request(message, DEALING, guidance, hears)

    assert asked_for == ["do we dare?"]
    assert (found.intent, found.beside.intent) == (Intent.DESCRIBE, Intent.VERDICT)
    assert found.heard == message.heard


def test_what_the_advice_answers_stands_beside_nothing(guidance):
    message = told("it's cctv. what worries you?", "what worries you?")
    assert heard(guidance, message, Request.GRAVEST).beside is None
    assert heard(guidance, message, Request.SHORT).beside is None
    assert heard(guidance, message, Request.SOURCES) is message
    assert heard(guidance, message, None) is message
