"""What is excepted from a no was found, and an all-clear with an exception is none."""

from datetime import timedelta

import pytest

from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Talk
from tests.dialogue.test_half_said import read

LATER = timedelta(minutes=3)
OPENING = "plate readers for the police in Fiji, against burglary"


def asked_about_the_country(begin, *texts: str) -> Talk:
    talk = begin()
    for n, text in enumerate((OPENING, *texts)):
        talk.say(text, WHEN + n * LATER)
    return talk


def stands(talk: Talk, fact: str) -> str:
    """What is known of *fact*, "??" behind it where it is asked back, and what may hold instead."""
    answer = talk.conversation.deal.answers.get(Fact(fact))
    if answer is None:
        return "open"
    known = "+".join(sorted(answer.values or ()))
    return known + "".join(f" or {value}" for value in sorted(answer.instead)) + (
        "??" if answer.guessed else "")


@pytest.mark.parametrize(("said", "fact", "holds"), [
    ("no one has been detained, except two bloggers", "detentions", "yes??"),
    ("no arrests apart from a few students", "detentions", "yes??"),
    ("no, except two bloggers", "detentions", "yes??"),
    ("no conflict except in the north", "conflict", "yes??"),
    ("no conflict, with the exception of the border region", "conflict", "yes??"),
    ("no conflict other than the one next door", "conflict", "yes??"),
    ("no restrictive laws except the ngo act, no conflict", "restrictive_laws", "yes??"),
    ("no restrictive laws except the ngo act, no conflict", "conflict", "no"),
    ("no detentions, no conflict except in the east", "conflict", "yes??"),
    ("no detentions, no conflict except in the east", "detentions", "no"),
    # Nothing is excepted, or nothing was told before.
    ("other than that, no conflict", "conflict", "no"),
    ("other than that no conflict", "conflict", "no"),
    ("no conflict, apart from that they are fine", "conflict", "no"),
    ("no other conflict", "conflict", "no"),
    ("no arrests and no other abuse", "detentions", "no"),
    ("no arrests, and that is kept apart from this deal", "detentions", "no"),
    ("no conflict, it's for parking and nothing else", "conflict", "no"),
])
def test_an_exception_makes_a_no_no_all_clear(begin, said, fact, holds):
    assert stands(asked_about_the_country(begin, said), fact) == holds


@pytest.mark.parametrize(("said", "then", "fact", "holds"), [
    ("no one has been detained, we checked", "except two bloggers", "detentions", "no or yes??"),
    ("no one has been detained, we checked", "well, apart from some activists", "detentions",
     "no or yes??"),
    ("no conflict", "except in the north", "conflict", "no or yes??"),
    ("no restrictive laws, we looked", "other than the ngo act", "restrictive_laws", "no or yes??"),
    ("no one has been detained, we checked", "other than that nothing new", "detentions", "no"),
    ("no one has been detained, we checked", "apart from that they are open", "detentions", "no"),
    ("no one has been detained, we checked", "except for whom?", "detentions", "no"),
])
def test_an_exception_may_come_in_a_message_of_its_own(begin, said, then, fact, holds):
    assert stands(asked_about_the_country(begin, said, then), fact) == holds


@pytest.mark.parametrize(("said", "told", "fact", "values"), [
    ("two bloggers are in jail, no other detentions",
     [("yes", 0.9, "two bloggers are in jail"), ("no", 0.99, "no other detentions")],
     "detentions", {"yes"}),
    ("election is tense, no other conflict", [("no", 0.99, "no other conflict")],
     "conflict", {"yes"}),
    ("there's an ngo law, no other such laws", [("no", 0.99, "no other such laws")],
     "restrictive_laws", {"yes"}),
    # Nothing of it was told before.
    ("courts are weak, no other conflict", [("no", 0.99, "no other conflict")],
     "conflict", {"no"}),
])
def test_what_is_denied_beyond_what_is_told_leaves_that(guidance, said, told, fact, values):
    message = read(guidance, said, *((fact, *one) for one in told))

    assert message.heard[Fact(fact)].values == values


def test_what_is_denied_beyond_what_is_known_leaves_it(begin):
    talk = asked_about_the_country(begin, "some fighting in the north")
    assert stands(talk, "conflict") == "yes"
    talk.say("no detentions, no other conflict", WHEN + 5 * LATER)
    assert stands(talk, "conflict") == "yes"
