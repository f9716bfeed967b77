"""What is sold to somebody who is named by kind alone, and what only sounds like that."""

import pytest

from bot.dialogue.reply import Status
from retrieval.guidance import Fact

END_USER = Fact("end_user")


@pytest.mark.parametrize("text", [
    "spyware for the government of Togo",
    "spyware for the Togolese government",
    "spyware for a friendly African government",
    "spyware to a state agency in Togo",
])
def test_a_government_is_a_guess_at_one_of_its_bodies(begin, text):
    """Hacking tools for a government raised nothing until it was asked which body that is."""
    talk = begin()
    reply = talk.say(text)
    answer = talk.conversation.deal.answers[END_USER]

    assert (answer.values, answer.guessed) == ({"other-ministry"}, True)
    assert {f.id for f in reply.flags if f.status is Status.RAISED and f.tentative} == {
        "hacking-tools-for-the-state"}
    assert END_USER in {q.fact for q in reply.question.all()}


def test_it_may_be_said_in_a_message_of_its_own(begin):
    talk = begin()
    talk.say("drones via a reseller")
    talk.say("for the government of Togo")

    assert talk.conversation.deal.known(END_USER) == {"other-ministry"}


@pytest.mark.parametrize(("text", "users"), [
    ("cctv for the government hospital in Togo", {"health-ministry"}),
    ("cctv for the police in Togo, for the government it is a test", {"police"}),
    ("cctv for Togo, not for the government", set()),
    ("cctv in Togo, courts do what is good for the government", set()),
    ("letter to the government of Togo", set()),
])
def test_a_government_that_gets_nothing_is_no_user(begin, text, users):
    talk = begin()
    talk.say(text)

    assert talk.conversation.deal.known(END_USER) == users


@pytest.mark.parametrize(("text", "countries"), [
    ("voice recognition for transcripts in Thai for the police in Kenya", {"KE"}),
    ("social media monitoring of posts and comments in Somali for the police of Kenya", {"KE"}),
    ("voice recognition for the police in Somali", {"SO"}),
    ("cctv in Turkish airports", {"TR"}),
    ("cameras for content in Kenya", {"KE"}),
])
def test_how_something_is_written_is_no_place(begin, text, countries):
    talk = begin()
    talk.say(text)

    assert talk.conversation.deal.known(Fact("country")) == countries


def test_what_is_held_against_a_denial_is_asked_back_in_its_place(begin):
    """Who said forensics and no spyware was left without any product."""
    talk = begin()
    talk.say("spyware for the police in Kenya")
    reply = talk.say("it's forensics, not spyware")
    answer = talk.conversation.deal.answers[Fact("product")]

    assert "mobile-forensics" in answer.values | answer.instead
    assert "product" in {q.fact for q in reply.question.all()} or answer.sure
