"""What sellers ask about what comes next, and about Advisor, is answered by what the docs say."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import (
    CORRECTING,
    FORMS,
    PASSING_ON,
    READERS,
    REMINDING,
    REVIEW,
    SKIPPING,
    TRUST,
)
from bot.plain import to_text

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
]


@pytest.mark.parametrize(("text", "subject"), ASKED)
@pytest.mark.parametrize("told", [(), (DEAL,)])
def test_what_is_asked_about_the_process_is_answered(begin, text, subject, told):
    talk = begin()
    for said in told:
        talk.say(said)
    before = talk.conversation
    reply = talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, subject)
    assert talk.conversation.deal == before.deal
    assert talk.conversation.awaiting() == before.awaiting()
    assert reply.lead


@pytest.mark.parametrize(("text", "words"), [
    ("how long should a review take", "neither I nor the texts set a time"),
    ("is there a template", "/advisor new"), ("can I change my answers later", "it is …, not …"),
    ("can you remind me next week", "Words alone set no reminder"),
    ("can I tell the customer that we asked", "don't quote it to a customer"),
    ("how sure are you about this", "I give no likelihoods"),
])
def test_each_such_answer_says_what_is_so(begin, text, words):
    talk = begin()
    talk.say(DEAL)

    assert words in to_text(talk.say(text), talk.guidance)


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
