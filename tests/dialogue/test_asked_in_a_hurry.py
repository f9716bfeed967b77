"""What a hurried seller asks of Advisor itself, and how short it answers."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import CONTACT, LEGAL_ADVICE
from retrieval.guidance import Fact

DEAL = {"product": "drone", "end_user": "police", "country": "KE"}
END_USE = Fact("end_use")


@pytest.fixture
def talk(begin):
    return begin().amid(DEAL, ["end_use"])


def text_of(reply):
    return " ".join(line.text for line in (*reply.lead, *reply.aside))


@pytest.mark.parametrize("said", [
    "is that legal advice?", "Is this legal advice", "are you a lawyer?",
    "do you give legal advice", "does this count as legal advice?",
    "can I treat this as legal advice",
])
@pytest.mark.parametrize("known", [DEAL, {}])
def test_that_it_is_no_legal_advice_is_said_plainly(begin, known, said):
    talk = begin().amid(known, ["end_use"]) if known else begin()
    reply = talk.say(said)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, LEGAL_ADVICE)
    assert reply.lead[0].text.startswith("No, nothing here is legal advice")
    assert talk.conversation.awaiting() == ((END_USE,) if known else ())


@pytest.mark.parametrize("said", ["need legal advice on the contract", "our lawyer is fine with it",
                                  "can we legally sell it?"])
def test_what_else_is_said_of_lawyers_asks_that_not(talk, said):
    talk.say(said)

    assert talk.messages[-1].subject != LEGAL_ADVICE


@pytest.mark.parametrize("said", ["memo pls", "pls the memo", "word doc please", "printout pls"])
def test_a_paper_is_asked_for_by_its_name(talk, said):
    assert talk.say(said).to_send


@pytest.mark.parametrize("said", ["who do I ask", "whom should we talk to?", "who to call",
                                  "who do i ask about that"])
def test_who_asks_whom_to_ask_is_told_both_whom_and_where(talk, said):
    reply = talk.say(said)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, CONTACT)
    assert "compliance lead" in reply.lead[0].text
    assert reply.lead[1].text.startswith("End use: Ask the end-user")
    assert reply.lead[1].citations


@pytest.mark.parametrize("said", [
    "give me something for my boss", "need 2 lines for my manager pls", "summary pls"])
def test_what_is_handed_on_says_which_deal_it_is_and_who_decides(talk, said):
    reply = talk.say(said)
    said = [line.text for line in reply.lead]

    assert said[0].startswith("So far I have: ") and "Kenya" in said[0]
    assert any("to decide, not for me" in one for one in said)
    assert reply.to_send


@pytest.mark.parametrize("said", [
    "no idea, why does that matter", "no idea, why does that matter?", "dont know. why do you ask",
    "idk why do you ask that?", "not sure - why",
])
def test_who_does_not_know_and_asks_why_is_heard_in_both(talk, said):
    reply = talk.say(said)

    assert talk.conversation.deal.answers[END_USE].values is None
    assert END_USE not in talk.conversation.awaiting()
    assert any(line.text.startswith("Why I ask (end use)") for line in reply.aside)


def test_an_unknown_without_a_why_and_a_why_without_an_unknown_stay_what_they_are(talk):
    assert talk.say("why does that matter").aside == ()
    assert talk.conversation.awaiting() == (END_USE,)
    assert talk.say("no idea").aside == ()
    assert talk.conversation.deal.answers[END_USE].values is None


@pytest.mark.parametrize("ending", ["thoughts?", "any thoughts?", "wdyt?", "what do you think?"])
def test_who_asks_for_thoughts_on_a_deal_is_not_refused_a_verdict(begin, ending):
    reply = begin().say(
        "want to sell cctv with face recognition to the police of Uzbekistan via a dealer. "
        + ending)

    assert "lawful" not in text_of(reply)
    assert reply.heard


def test_who_asks_for_leave_still_is(begin):
    reply = begin().say("want to sell cctv with face recognition to the police of Uzbekistan via a "
                        "dealer. would you sell?")

    assert "lawful" in text_of(reply)


def test_that_nothing_is_raised_is_said_once_until_it_changes(begin):
    talk = begin()
    first = talk.say("drones for the police in Kenya via a reseller")
    assert "No red flag so far" in text_of(first)
    for said in ("blah blah blah", "hosting is not known"):
        assert "No red flag so far" not in text_of(talk.say(said))
    changed = talk.say("they will use them for border control")
    assert "No red flag so far" in text_of(changed)
    assert "No red flag so far" in text_of(talk.say("which red flags are there?"))
