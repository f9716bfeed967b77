"""What is asked beside a supposition, or of the one before, is answered and not left standing."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import DECIDES, FLAGS, LEAVE
from bot.plain import to_text

REFUSED = ("phone unlocking kit for the police in Kenya via a reseller, "
           "they refused the human rights clause")


def told(begin, *said: str):
    talk = begin()
    for text in (REFUSED, *said):
        talk.say(text)
    return talk


@pytest.mark.parametrize("text", [
    "if they refused, who decides?", "who decides if they refused",
    "if they said no to the clause, what do I do now?",
])
def test_what_is_asked_beside_what_is_known_already_is_answered_by_itself(begin, text):
    talk = told(begin)
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.NEXT_STEPS
    assert "to decide, not for me" in to_text(reply, talk.guidance)


@pytest.mark.parametrize("text", [
    "if it goes to the army, who signs off?", "who approves it if we host it ourselves",
    "if we sell direct, what should I do next?",
])
def test_what_is_asked_beside_what_is_new_is_answered_with_it(begin, text):
    talk = told(begin)
    reply = talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.WHAT_IF, DECIDES)
    assert "to decide, not for me" in to_text(reply, talk.guidance)
    assert talk.messages[-1].heard == {} and reply.changes is not None


@pytest.mark.parametrize("text", [
    "are we good if they sign", "can we go ahead if they sign?",
    "are we ok if they sign",
])
def test_leave_on_a_condition_hears_what_the_condition_would_change(begin, text):
    talk = told(begin)
    talk.say(text)

    message = talk.messages[-1]
    assert (message.intent, message.subject) == (Intent.WHAT_IF, LEAVE)
    assert message.supposed["human_rights_clause"].values == {"accepted"}


@pytest.mark.parametrize("text", [
    "so is that a red flag", "would that raise a flag?", "is that worse?",
    "would that be worse or better",
    "does that make it any riskier?",
])
def test_what_is_asked_of_a_supposition_is_of_that_and_not_of_the_deal_as_it_is(begin, text):
    talk = told(begin, "what if the army used it instead?")
    supposed = talk.conversation.supposed
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert {f: a.values for f, a in talk.messages[-1].supposed.items()} == {
        f: a.values for f, a in supposed.items()}
    assert {f: a.values for f, a in talk.conversation.supposed.items()} == {
        f: a.values for f, a in supposed.items()}


def test_what_raises_no_flag_is_said_to_raise_none(begin):
    talk = told(begin, "what if we host it ourselves?")
    reply = talk.say("so is that a red flag")

    assert talk.messages[-1].subject == FLAGS
    assert "raise no red flag" in to_text(reply, talk.guidance)


@pytest.mark.parametrize("text", ["so is that a red flag", "would that be worse or better"])
def test_where_nothing_is_supposed_the_same_words_are_of_the_deal(begin, text):
    talk = told(begin)
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.WHAT_IF


@pytest.mark.parametrize("text", [
    "so are there red flags", "what red flags do I have", "which of these is worst",
])
def test_what_is_asked_of_the_deal_stays_of_it_behind_a_supposition(begin, text):
    talk = told(begin, "what if the army used it instead?")
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.WHAT_IF


def test_what_somebody_decides_is_no_supposition(begin):
    talk = told(begin)
    talk.say("who decides if the officers may open the phone")

    assert talk.messages[-1].intent is Intent.ASK


def test_a_supposition_is_adopted_although_that_is_what_it_may_be_asked_of(begin):
    talk = told(begin, "what if the army used it instead?")
    talk.say("ok do that")

    assert talk.conversation.deal.known("end_user") == {"military"}


@pytest.mark.parametrize(("text", "facts"), [
    ("what if they sign and we host it", {"human_rights_clause", "hosting"}),
    ("suppose it goes to the army but we host it ourselves", {"end_user", "hosting"}),
    ("what if we sell direct, and the army uses it?", {"intermediary", "end_user"}),
])
def test_both_halves_of_a_supposition_count(begin, text, facts):
    talk = told(begin)
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert set(talk.messages[-1].supposed) == facts


@pytest.mark.parametrize("text", [
    "what if we leave out the face recognition", "what if we took out location tracking",
])
def test_what_is_left_out_and_was_never_in_is_not_supposed_to_be_sold(begin, text):
    talk = told(begin)
    talk.say(text)

    assert "product" not in talk.messages[-1].supposed


def test_going_ahead_anyway_is_declined_and_not_tried_out(begin):
    talk = told(begin)
    talk.say("what happens if we just go ahead anyway")

    assert talk.messages[-1].intent is Intent.VERDICT


@pytest.mark.parametrize("text", ["what if both", "and both together?", "what if we do both?"])
def test_two_suppositions_in_a_row_can_be_tried_out_at_once(begin, text):
    talk = begin()
    talk.say("cctv for the police in Kenya via a reseller")
    talk.say("what if we host it ourselves")
    talk.say("and without the reseller?")
    before = talk.conversation
    assert set(before.supposed_before) == {"hosting"}

    talk.say(text)

    assert {f: a.values for f, a in talk.messages[-1].supposed.items()} == {
        "hosting": {"supplier"}, "intermediary": {"none"}}
    assert talk.conversation.deal == before.deal
    talk.say("ok what if both")
    assert talk.messages[-1].supposed == talk.messages[-2].supposed
    talk.say("let's go with that")
    assert talk.conversation.deal.known("hosting") == {"supplier"}
    assert talk.conversation.deal.known("intermediary") == {"none"}
    assert talk.conversation.supposed_before == {}


def test_two_that_cant_both_be_so_are_not_put_together(begin):
    talk = begin()
    talk.say("cctv for the police in Kenya via a reseller")
    talk.say("what if we host it ourselves")
    talk.say("what if a third party hosts it")
    assert talk.conversation.supposed_before == {}
    talk.say("what if hosting: we host it; conflict or turmoil: no")
    talk.say("what if hosting: a third party hosts it")
    assert talk.conversation.supposed_before == {}
