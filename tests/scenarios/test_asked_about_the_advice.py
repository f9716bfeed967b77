"""What people ask about the advice, read with the model: what would be if, and why."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reply import Kind

DEAL = "we want to sell drones with thermal cameras to the police in Kenya via a reseller"
SOLD = {"drone", "thermal-imaging"}


def asked(begin, text: str, *before: str):
    talk = begin()
    for said in (DEAL, "watching crowds", *before):
        talk.say(said)
    known = talk.conversation.deal
    reply = talk.say(text)
    assert talk.conversation.deal == known
    return talk.messages[-1], reply


def facts_of(message):
    return {fact: answer.values for fact, answer in message.supposed.items()}


@pytest.mark.parametrize("text", [
    "what if we added face recognition", "what if we throw in face recognition",
    "what if they include face recognition", "what if we put face recognition on them",
    "what if it had face recognition", "what if the drones had face recognition",
    "what if face recognition were added", "what if they ask for face recognition later",
    "adding face recognition, what changes?", "would it be worse with face recognition?",
    "does adding face recognition make it worse", "what about adding face recognition",
    "and with face recognition?", "if I add face recognition what then",
])
def test_what_is_supposed_on_top_takes_nothing_away(begin, text):
    """It was tried out in the place of what is sold, was searched, or was noted."""
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == {"product": SOLD | {"facial-recognition"}}


@pytest.mark.parametrize(("text", "facts"), [
    ("what if they bought spyware instead", {"product": {"spyware"}}),
    ("what if we went with body cams", {"product": {"body-worn-camera"}}),
    ("what if it was just the drones", {"product": {"drone"}}),
    ("what if it was face recognition", {"product": {"facial-recognition"}}),
    ("what if we swapped the drones for body cams",
     {"product": {"thermal-imaging", "body-worn-camera"}}),
    ("what if we replace thermal cameras with face recognition",
     {"product": {"drone", "facial-recognition"}}),
    ("what if we replaced the police with the army", {"end_user": {"military"}}),
    ("what if we left out thermal", {"product": {"drone"}}),
    ("what if it was Uganda", {"country": {"UG"}}),
    ("what if we extended it to Uganda too", {"country": {"KE", "UG"}}),
    ("what if the army joined", {"end_user": {"police", "military"}}),
    ("what if there was a second buyer, the army", {"end_user": {"police", "military"}}),
    ("would going direct help", {"intermediary": {"none"}}),
    ("would it be safer without the reseller", {"intermediary": {"none"}}),
    ("is it less risky if we host it", {"hosting": {"supplier"}}),
    ("what if they say no to the clause", {"human_rights_clause": {"refused"}}),
])
def test_what_is_supposed_in_the_place_of_something_takes_just_that(begin, text, facts):
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == facts


@pytest.mark.parametrize("text", [
    "what if we disable face recognition?", "what if they get hacked",
    "what if we ship next year", "what if we include training",
    "can I ask if they are state owned", "should we check if they were caught before",
])
def test_what_supposes_nothing_of_the_deal_stays_a_question(begin, text):
    message, _ = asked(begin, text)
    assert message.intent is Intent.ASK
    assert not message.supposed


@pytest.mark.parametrize(("text", "facts"), [
    ("can we do it if they sign a human rights clause", {"human_rights_clause": {"accepted"}}),
    ("could we do this as long as they accept the human rights terms",
     {"human_rights_clause": {"accepted"}}),
    ("is it ok if we leave out thermal", {"product": {"drone"}}),
    ("would it be fine if we host it", {"hosting": {"supplier"}}),
    ("is it ok to use a broker", {"intermediary": {"broker"}}),
    ("would you be ok with it if it was the health ministry", {"end_user": {"health-ministry"}}),
])
def test_who_asks_for_leave_on_a_condition_gets_none_but_hears_what_it_would_change(
    begin, text, facts
):
    """To leave out the thermal cameras was called a wish to hide a use."""
    message, reply = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == facts
    assert reply.kind is not Kind.DECLINE
    declined, supposing = reply.lead
    assert declined.text.startswith("I can't say whether a deal is lawful, approved or safe")
    assert supposing.text.startswith("Supposing ")


@pytest.mark.parametrize("text", [
    "why was the kill switch dropped", "why is there no kill switch in there",
    "how come there's no kill switch", "why did they take out the kill switch",
    "why an audit", "why isn't audit on the list", "why the guidance at all",
    "why would a reseller agree to that",
])
def test_why_of_what_nobody_was_asked_for_is_a_question_on_the_texts(begin, text):
    """It was told why the courts and the laws are asked for."""
    message, _ = asked(begin, text)
    assert message.intent is Intent.ASK


@pytest.mark.parametrize("text", [
    "why?", "but why though", "why the detentions", "why ask that", "why is this asked",
    "how come", "why on earth do you ask about laws there", "why all these questions",
    "why conflict", "why does it matter that they arrest people", "why not", "why now",
])
def test_why_of_what_is_asked_says_why_it_is(begin, text):
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHY
