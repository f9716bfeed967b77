"""Who asks after a question by its matter is told of that one, and not of the one that waits."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import facts_of
from tests.dialogue.talking import Talk

KNOWN = {"product": "cctv", "end_user": "interior-ministry", "country": "KZ"}


@pytest.fixture
def amid(begin):
    """A talk in which the three that name a deal are known, and what it is for is asked."""
    return lambda **known: begin().amid({**KNOWN, **known}, ["end_use"])


def asked_after(talk: Talk, text: str) -> tuple[str, ...]:
    talk.say(text)
    message = talk.messages[-1]
    assert (message.heard, message.retracted, message.withdrawn) == ({}, frozenset(), {})
    return facts_of(message.subject) if message.intent is Intent.WHY else ()


@pytest.mark.parametrize(("text", "fact"), [
    ("why do you ask who it's for", "end_user"),
    ("why does it matter where the servers stand", "hosting"),
    ("why do you need to know if they arrest journalists", "detentions"),
    ("ok but why do you care about the shareholders?", "hidden_ownership"),
    ("why is hosting so important", "hosting"),
    ("why are the courts relevant here?", "judicial_oversight"),
    ("what has the ownership got to do with it", "hidden_ownership"),
    ("what do you want with the stage of the deal", "stage"),
    ("what's the interest in the shareholders", "hidden_ownership"),
    ("why do we have to check who is in between", "intermediary"),
    ("why do you want to know what it's for", "end_use"),
    ("why does it matter that it's state owned", "end_user"),
])
def test_why_a_question_is_asked_is_told_of_the_one_that_is_named(amid, guidance, text, fact):
    talk = amid()

    assert asked_after(talk, text) == (fact,)
    reply = talk.replies[-1]
    assert guidance.questions[fact].why.strip() in reply.lead[0].text
    assert [q.fact for q in reply.question.all()] == ["end_use"]


def test_of_what_several_questions_are_called_the_one_that_waits_is_meant(begin):
    talk = begin().amid(KNOWN, ["detentions", "restrictive_laws", "conflict"])

    assert asked_after(talk, "why do you ask about minorities for a bank") == (
        "detentions", "restrictive_laws")


@pytest.mark.parametrize("text", [
    "why do you ask?", "why do you need to know that", "why would a reseller agree to that",
    "why is the reseller a red flag", "how do I find a good lawyer there",
    "how do we check the reseller",
    "does it matter if they host it", "why is that relevant", "what do you need from me",
    "why does UNGP 19 matter", "why do we need a written contract with every dealer and shop",
])
def test_what_names_the_matter_of_no_question_asks_after_none(amid, text):
    assert asked_after(amid(intermediary="reseller"), text) == ()


def test_before_a_deal_no_question_of_it_is_asked_after(begin):
    assert asked_after(begin(), "why are the courts important") == ()
