"""Who calls a guess what they had told makes it less than certain; who leaves a question says no.

"No" before "leave it" refuses, and answers nothing.
"""

from datetime import timedelta

import pytest

from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Talk

OPENING = "plate readers for the police in Fiji, against burglary"
LATER = timedelta(minutes=3)


def told(begin, *texts: str) -> Talk:
    talk = begin()
    for n, text in enumerate((OPENING, *texts)):
        talk.say(text, WHEN + n * LATER)
    return talk


def certain(talk: Talk, fact: str) -> bool | None:
    answer = talk.conversation.deal.answers.get(Fact(fact))
    return None if answer is None else answer.sure


@pytest.mark.parametrize("text", [
    "the courts thing is our guess", "the courts are just a guess", "I guessed the courts",
    "that about the courts is a guess", "the courts part is unconfirmed",
    "the court bit is just my impression", "don't hold me to the courts",
    "we haven't checked the courts", "courts was only a guess from us", "that's just our guess",
    "only guessing though",
])
def test_what_is_called_a_guess_is_not_certain(begin, text):
    talk = told(begin, "the courts are weak", text)

    assert talk.conversation.deal.known(Fact("judicial_oversight")) == {"weak"}
    assert certain(talk, "judicial_oversight") is False


@pytest.mark.parametrize("text", [
    "the detentions thing is our guess", "are the courts a guess?",
    "the price is our guess", "they guessed the courts would agree to the price",
])
def test_what_calls_nothing_known_a_guess_leaves_it_certain(begin, text):
    assert certain(told(begin, "the courts are weak", text), "judicial_oversight") is True


@pytest.mark.parametrize("text", [
    "no, leave it", "no, leave that", "no let's leave it", "nah skip it", "nope, never mind",
    "no, let's leave that open", "no, let's skip that",
])
def test_a_no_that_leaves_what_is_asked_answers_nothing(begin, text):
    talk = told(begin, text)

    for fact in ("detentions", "restrictive_laws", "conflict"):
        assert talk.conversation.deal.unknown(Fact(fact))


@pytest.mark.parametrize("text", ["no, next", "no, move on", "no, next question"])
def test_a_no_that_goes_on_is_not_one_of_somebody_who_looked(begin, text):
    talk = told(begin, "laws no, war no")
    assert talk.conversation.awaiting() == ("detentions",)

    talk.say(text, WHEN + 4 * LATER)

    assert talk.conversation.deal.known(Fact("detentions")) == {"no"}
    assert certain(talk, "detentions") is False
