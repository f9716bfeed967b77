"""What is asked, weighed and supposed beside a deal by whoever thinks aloud, and notes nothing."""

from dataclasses import replace

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import CHANGED, CUSTOMER, FILES, SKIPPING

DEAL = "drones for the army in Senegal through a reseller"


def after(begin, text: str, *before: str):
    talk = begin()
    for said in (DEAL, *before):
        talk.say(said)
    known = talk.conversation.deal
    talk.say(text)
    return talk, known


def supposed(talk) -> dict[str, set[str]]:
    return {fact: set(answer.values or ()) for fact, answer in talk.conversation.supposed.items()}


@pytest.mark.parametrize(("text", "facts"), [
    ("alternatively we could host it ourselves", {"hosting": {"supplier"}}),
    ("or we could sell them cctv", {"product": {"cctv"}}),
    ("another option is that we run the servers", {"hosting": {"supplier"}}),
    ("Suppose instead that it went to the police.", {"end_user": {"police"}}),
    ("would it be treated differently if the police ran it, or would it be the same?",
     {"end_user": {"police"}}),
    ("what if the police used it, or is that no better?", {"end_user": {"police"}}),
])
def test_an_alternative_is_tried_out_and_noted_nowhere(begin, text, facts):
    """"Alternatively we could ..." was noted or called no answer, and the second half of a question
    ("or would it be the same?") hid what the first supposed, so that it was searched."""
    talk, known = after(begin, text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.deal == known
    assert supposed(talk) == facts


@pytest.mark.parametrize("text", ["or an intelligence service?", "and the intelligence service?"])
def test_behind_a_supposition_another_one_takes_its_place(begin, text):
    """It was called no answer, where a country behind a country was tried out."""
    talk, known = after(begin, text, "what if it was the police?")

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.deal == known
    assert supposed(talk) == {"end_user": {"intelligence"}}


@pytest.mark.parametrize(("text", "facts"), [
    ("is cctv worse than drones", {"product": {"cctv"}}),
    ("what's worse, drones or cctv", {"product": {"cctv"}}),
    ("would the police be better than the army", {"end_user": {"police"}}),
    ("are the police easier than the army?", {"end_user": {"police"}}),
])
def test_which_of_two_is_better_tries_out_the_other(begin, text, facts):
    talk, known = after(begin, text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.deal == known
    assert supposed(talk) == facts


@pytest.mark.parametrize("text", [
    "has that changed anything?", "did it make a difference?", "how did that change the picture?",
    "has that made it any better",
])
def test_what_a_fact_has_changed_is_told_of_that_fact(begin, text):
    """They were searched for in the texts."""
    talk, known = after(begin, text, "the courts are independent")

    message = talk.messages[-1]
    assert (message.intent, message.subject) == (Intent.WHAT_IS_KNOWN, CHANGED)
    assert talk.conversation.deal == known


@pytest.mark.parametrize(("text", "intent", "subject"), [
    ("what do i tell the customer in the meantime", Intent.STILL_OPEN, CUSTOMER),
    ("what do I tell my dealer for now?", Intent.STILL_OPEN, CUSTOMER),
    ("can i send you the contract", Intent.HELP, FILES),
    ("can you just rank them", Intent.GRAVEST, None), ("and the second?", Intent.NEXT_STEPS, None),
    ("and the others?", Intent.NEXT_STEPS, None),
    ("shall I forward you their tender documents?", Intent.HELP, FILES),
    ("which ones can i skip", Intent.HELP, SKIPPING),
    ("could we simply leave that point open until the contract is signed?", Intent.HELP, SKIPPING),
    ("what would be the consequence if we did not answer the remaining questions?",
     Intent.HELP, SKIPPING),
])
def test_a_request_beside_a_deal_is_known_for_what_it_is(begin, text, intent, subject):
    talk, known = after(begin, text)

    message = talk.messages[-1]
    assert (message.intent, message.subject) == (intent, subject)
    assert talk.conversation.deal == known


def test_what_the_customer_is_to_be_asked_is_said_where_the_release_says_it(begin):
    """A release of one's own may say of a question that only the customer can answer it, and no
    more: a label stood there, a colon and nothing behind it."""
    talk = begin()
    asks = next(q for q in talk.guidance.questions.values()
                if q.of_customer and q.look_up and q.fact == "end_use")
    bare = {fact: q if fact == asks.fact else replace(q, look_up="")
            for fact, q in talk.guidance.questions.items()}
    talk.guidance = replace(talk.guidance, questions=bare)

    talk.say("cctv for the police in Kenya")
    said = [line.text for line in talk.say("what do I have to ask the customer?").lead]

    assert said[1:] == [f"{asks.label[:1].upper()}{asks.label[1:]}: {asks.look_up.strip()}"]


@pytest.mark.parametrize("text", [
    "fine, ourselves then", "good, ourselves then", "fine. as you like then",
])
def test_a_courtesy_in_front_answers_no_question(begin, text):
    """"Fine, ourselves then" was a no to harsh laws and to war."""
    talk, known = after(begin, text)

    assert talk.conversation.deal.known("restrictive_laws") == known.known("restrictive_laws")
    assert talk.conversation.deal.known("conflict") == known.known("conflict")


@pytest.mark.parametrize("text", ["it can't store speech", "the system doesn't record speech"])
def test_what_a_product_cant_hold_is_no_limit_on_speech(begin, text):
    talk, _ = after(begin, text)

    assert not talk.conversation.deal.known("rights_limits")
