"""What sellers ask about what comes next, and about Advisor, is answered by what the docs say."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import (
    CORRECTING,
    CURRENT,
    FORMS,
    IN_SHORT,
    ITSELF,
    PASSING_ON,
    READERS,
    REMINDING,
    REVIEW,
    SKIPPING,
    TRUST,
)
from bot.dialogue.reply import Kind
from bot.plain import to_text
from tests.dialogue.talking import IN_KENYA, asked_in

DEAL = "cctv for the interior ministry in Kazakhstan"
ASKED = [
    ("how long should a review take", REVIEW), ("what happens after I send it?", REVIEW),
    ("when do I hear back from compliance", REVIEW),
    ("what does compliance do once I've sent it", REVIEW),
    ("is there a template for the customer's questions", FORMS),
    ("do you have a form I can fill in?", FORMS),
    ("can I change my answers later", CORRECTING),
    ("what if I got something wrong?", CORRECTING),
    ("how do I correct an answer", CORRECTING),
    ("how long till I get an answer from the reviewers", REVIEW),
    ("what will the reviewer ask me", REVIEW), ("can I add more facts tomorrow", CORRECTING),
    ("do you have a checklist or form for new leads", FORMS),
    ("can the customer see this conversation", READERS),
    ("can you remind me next week", REMINDING),
    ("remind me about this on monday please", REMINDING),
    ("can I tell the customer that we asked", PASSING_ON),
    ("may we show this to the reseller?", PASSING_ON),
    ("how sure are you about this", TRUST), ("can I rely on this?", TRUST),
    ("what are you going to do with my answers", READERS),
    ("are you chatgpt", ITSELF), ("am I talking to a human or just a bot?", ITSELF),
    ("who are you", ITSELF), ("r u real", ITSELF),
]


@pytest.mark.parametrize(("text", "subject"), ASKED)
@pytest.mark.parametrize("told", [(), (DEAL,)])
def test_what_is_asked_about_the_process_is_answered(begin, text, subject, told):
    talk, intent, reply = asked_in(begin, text, *told)

    assert (intent, talk.messages[-1].subject) == (Intent.HELP, subject)
    assert reply.lead


@pytest.mark.parametrize(("text", "words"), [
    ("how long should a review take", "neither I nor the texts set a time"),
    ("is there a template", "/advisor new"), ("can I change my answers later", "it is …, not …"),
    ("can you remind me next week", "Words alone set no reminder"),
    ("can I tell the customer that we asked", "don't quote it to a customer"),
    ("how sure are you about this", "I give no likelihoods"),
    ("r u a real person", "a program and no person"),
    ("is this up to date", "look nothing up on the web"),
    ("how old are your sources", "look nothing up on the web"),
])
def test_each_such_answer_says_what_is_so(begin, text, words):
    talk = begin()
    talk.say(DEAL)

    assert words in to_text(talk.say(text), talk.guidance)


@pytest.mark.parametrize("text", [
    "are they human", "is it a real person who decides", "is that a camera or a computer",
    "is that real", "is this a machine or just software",
    "is the law there still in force", "how old is the system"])
def test_what_is_asked_of_others_is_not_asked_of_us(begin, text):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)

    assert talk.messages[-1].subject not in {ITSELF, CURRENT}


@pytest.mark.parametrize("text", [
    "dont ask me so much", "im on the train can you keep it short", "fewer questions please",
    "in a meeting, short version pls"])
def test_who_has_no_time_is_told_in_short(begin, text):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.ADVISE_NOW, IN_SHORT)


@pytest.mark.parametrize("text", [
    "keep it short term", "the train operator asks so much", "they want short answers from us"])
def test_what_is_said_of_the_deal_is_no_wish_to_be_short(begin, text):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.ADVISE_NOW


@pytest.mark.parametrize(("text", "intent"), [
    ("ok to help them?", Intent.VERDICT), ("so nothing bad then?", Intent.RED_FLAGS)])
def test_leave_to_help_is_declined_and_what_is_concluded_is_held_against_the_deal(
        begin, text, intent):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)

    assert talk.messages[-1].intent is intent


@pytest.mark.parametrize("text", [
    "what should I do tomorrow morning", "okay, what do I do before the call",
    "what can we do this week",
])
def test_what_to_do_by_some_day_is_what_to_do(begin, text):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)

    assert talk.messages[-1].intent is Intent.NEXT_STEPS


@pytest.mark.parametrize("text", [
    "is it ok to start the demo while compliance looks", "can we quote while we wait for the name",
    "may we ship before legal has answered?",
])
def test_leave_to_go_on_meanwhile_is_declined_like_any_other(begin, text):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)

    assert talk.messages[-1].intent is Intent.VERDICT


@pytest.mark.parametrize("text", [
    "when should we review the deal again", "how long may they keep the footage",
    "can I tell the customer yes", "can we leave the customer out of this",
    "remind me of the red flags",
    "can we change the product", "what form should a complaint take", "what happens if they refuse",
    "how long must logs be kept for a review of misuse",
])
def test_what_is_asked_of_the_deal_or_the_texts_is_not_of_the_process(begin, text):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)

    assert talk.messages[-1].subject not in {
        REVIEW, FORMS, CORRECTING, REMINDING, PASSING_ON, TRUST}


@pytest.mark.parametrize("text", [
    "can we leave the detention thing open and come back to it",
    "may I park the courts question for later?",
    "could we leave the bit about ownership blank",
    "do I have to do the courts thing today or can I leave it for later",
])
def test_a_point_that_is_named_may_be_left_open(begin, text):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, SKIPPING)
    assert talk.messages[-1].heard == {}


@pytest.mark.parametrize("text", [
    "who do I need to talk to?", "who should I talk to about this?", "whom do I call",
])
def test_whom_to_talk_to_is_the_compliance_lead(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.HELP
    assert "compliance lead" in reply.lead[0].text


@pytest.mark.parametrize("text", [
    "who has to sign off on this?", "does my manager need to approve this deal",
    "does legal have to sign it off?",
])
def test_who_approves_a_deal_is_no_wish_for_a_verdict(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.NEXT_STEPS
    assert any("compliance lead" in line.text for line in reply.lead)


def test_who_asks_us_to_approve_a_deal_is_declined(begin):
    _, intent, reply = asked_in(begin, "can you sign off on this", IN_KENYA)

    assert (intent, reply.kind) == (Intent.VERDICT, Kind.DECLINE)


@pytest.mark.parametrize("text", [
    "send it to compliance", "send to compliance", "pass it on to compliance", "can i get a pdf",
    "can you email me this", "forward this to legal", "please escalate this to my manager",
    "share it with our compliance team please",
])
@pytest.mark.parametrize("before", [(), (IN_KENYA,)])
def test_how_a_deal_is_sent_on_is_told_and_nothing_is_noted(begin, text, before):
    _, intent, reply = asked_in(begin, text, *before)

    assert intent is Intent.SEND_ON
    assert reply.lead[0].text.startswith(
        "I have sent nothing, since words alone don't send a deal.")


def test_passing_on_to_others_is_still_told_of_the_deal(begin):
    talk = begin()
    talk.say(IN_KENYA)
    talk.say("they may pass it on to the army")
    assert talk.conversation.deal.known("onward_supply") == {"yes"}


@pytest.mark.parametrize("text", [
    "how do I tell the customer no?", "how do I turn them down?", "how do I say no to the client",
    "how can we get out of this deal?", "how do we decline the order politely?",
])
def test_who_asks_how_to_turn_a_customer_down_is_told_where_it_stands(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.NEXT_STEPS
    assert reply.lead[0].text.startswith("Stop and take this to your compliance lead")


@pytest.mark.parametrize("text", [
    "can you write an email to my compliance lead about this deal?", "draft a note to legal",
    "please write a message to our compliance team about it",
])
def test_a_letter_to_compliance_is_sent_on(begin, text):
    assert asked_in(begin, text, IN_KENYA)[1] is Intent.SEND_ON
