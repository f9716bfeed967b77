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


def asked(begin, text: str, *facts: str) -> Talk:
    """What comes of *text* where *facts* are asked for; nothing told before is less certain."""
    talk = told(begin)
    talk.conversation = talk.conversation.asking([Fact(fact) for fact in facts])
    talk.say(text, WHEN + LATER)

    for fact in ("product", "end_user", "country", "end_use"):
        assert certain(talk, fact) is True
    return talk


@pytest.mark.parametrize(("text", "value"), [
    ("no, we haven't checked", "no"), ("no but we haven't checked", "no"),
    ("no, unconfirmed", "no"), ("no, just guessing", "no"), ("no, that's an assumption", "no"),
    ("no, but that's just our impression", "no"), ("yes, unconfirmed", "yes"),
    ("yes but that's hearsay", "yes"), ("yes, second hand", "yes"),
])
def test_who_calls_their_answer_a_guess_answers_and_is_not_certain_of_that(begin, text, value):
    """It made a guess of the whole deal told before, and left what was asked without an answer."""
    talk = asked(begin, text, "detentions")

    assert talk.conversation.deal.known(Fact("detentions")) == {value}
    assert certain(talk, "detentions") is False
    assert Fact("detentions") not in talk.conversation.awaiting()


@pytest.mark.parametrize("text", [
    "we haven't checked", "haven't checked", "we havent checked", "havent checked", "not checked",
    "not certain"])
@pytest.mark.parametrize("facts", [("detentions",), ("detentions", "restrictive_laws", "conflict")])
def test_who_has_not_looked_into_what_is_asked_does_not_know_it(begin, text, facts):
    talk = asked(begin, text, *facts)

    assert all(talk.conversation.deal.unknown(Fact(fact)) for fact in facts)


@pytest.mark.parametrize("text", [
    "that hasn't been checked", "that's not certain", "it's not checked", "only guessing"])
def test_what_points_back_is_of_what_was_told_though_something_is_asked(begin, text):
    talk = told(begin, "the courts are weak", text)

    assert talk.replies[1].question is not None
    assert certain(talk, "judicial_oversight") is False


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
