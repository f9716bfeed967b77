"""A review of the house is no export review unless somebody says what was looked at."""

from dataclasses import replace

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Kind
from retrieval.guidance import Fact
from tests.dialogue.talking import Says, Talk

DEAL = "cctv for the police in Ghana"
REVIEW = Fact("export_review")


@pytest.mark.parametrize("text", [
    "compliance signed off", "legal cleared it", "our lawyers signed off", "counsel is happy",
    "approved by the legal team", "green light from compliance", "legal is looking at it",
    "our lawyers have looked at it",
])
def test_that_somebody_here_is_fine_with_it_is_no_export_review(begin, text):
    talk = begin()
    before = talk.say(DEAL)
    reply = talk.say(text)

    assert talk.conversation.deal.answers.keys() == {"product", "end_user", "country"}
    assert talk.messages[-1].intent is Intent.VERDICT
    assert reply.kind is Kind.DECLINE
    assert reply.lead[0].text.startswith("I can't say whether a deal is lawful, approved or safe")
    assert replace(reply.question, again="") == before.question


@pytest.mark.parametrize(("text", "value"), [
    ("export counsel signed off", "done"), ("trade compliance cleared it", "done"),
    ("legal has the export licence in hand", "done"), ("compliance did it: EAR99", "done"),
    ("the sanctions screening came back clean", "done"), ("licence application is in", "pending"),
    ("compliance signed off on the licence, export licence granted", "done"),
    ("trade counsel signed off", "done"),
])
def test_what_names_licences_or_sanctions_tells_of_the_review(begin, text, value):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)
    assert talk.conversation.deal.known("export_review") == {value}


@pytest.mark.parametrize("text", ["yes, compliance signed off", "legal cleared it last month"])
def test_whoever_is_asked_for_the_review_need_not_name_it(begin, text):
    talk = begin()
    talk.say(DEAL)
    talk.conversation = talk.conversation.asking([REVIEW])
    talk.say(text)
    assert talk.conversation.deal.known("export_review") == {"done"}


def test_what_a_model_alone_hears_of_it_is_told_by_nobody(guidance, sentences):
    text = "I talked to compliance, they said OK"
    talk = Talk(guidance, PlainReader(guidance, Says(("export_review", "done", 0.95, text))),
                sentences)
    talk.conversation = talk.conversation.asking([Fact("conflict")])
    talk.say(text)
    assert not talk.conversation.deal.answers
    assert talk.messages[-1].intent is Intent.VERDICT


def test_the_fine_of_a_lawyer_answers_nothing_else_that_was_asked(guidance, sentences):
    """Asked for conflict and laws, "legal is fine with it" was heard as a no to both."""
    text = "legal is fine with it"
    talk = Talk(guidance, PlainReader(guidance, Says(("export_review", "done", 0.8, text))),
                sentences)
    talk.conversation = talk.conversation.asking([Fact("conflict"), Fact("restrictive_laws")])
    talk.say(text)
    assert not talk.conversation.deal.answers


def test_what_is_told_beside_it_is_heard(begin):
    talk = begin()
    talk.say(f"{DEAL}, for traffic control. Legal signed off.")
    assert talk.conversation.deal.answers.keys() == {
        "product", "end_user", "country", "end_use"}
    assert talk.messages[-1].intent is Intent.DESCRIBE


def test_what_if_they_approved_it_supposes_no_review(begin):
    talk = begin()
    talk.say(DEAL)
    talk.say("what if compliance signed off?")
    assert not talk.conversation.supposed
