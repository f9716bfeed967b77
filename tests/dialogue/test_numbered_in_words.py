"""Lists of answers whose items are a word of answer or what is so: "Q1 none / Q2 sedition law"."""

import re

import pytest

from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tokens import Mend
from tests.dialogue.talking import Talk

ABROAD = ("detentions", "restrictive_laws", "conflict")
DEAL = {"product": "drone", "end_user": "police", "country": "TG"}


def pauses_everywhere(text: str) -> list[Mend]:
    """A pause at every blank, as a model may hear them in a line without marks."""
    return [Mend(found.start(), found.end(), ",") for found in re.finditer(" ", text)]


def values(talk: Talk) -> dict[str, str | None]:
    return {fact: next(iter(talk.conversation.deal.known(Fact(fact))), None) for fact in ABROAD}


@pytest.mark.parametrize("said", [
    "1) no 2) sedition law 3) no",
    "1) no 2) there is a sedition law 3) no",
    "Q1 no, Q2 a sedition law, Q3 no",
])
def test_a_law_that_is_told_by_its_number_is_not_denied_by_the_next(begin, said):
    """It was noted that there is no such law, by the no of the third."""
    talk = begin().amid(DEAL, ABROAD)
    talk.say(said)

    assert values(talk)["restrictive_laws"] != "no"
    assert values(talk)["conflict"] == "no"


def test_no_pause_parts_the_number_of_a_list_from_its_item(guidance, sentences):
    reader = PlainReader(guidance, mends=pauses_everywhere)
    talk = Talk(guidance, reader, sentences).amid(DEAL, ABROAD)
    talk.say("Q1 none / Q2 sedition law / Q3 none")

    assert values(talk)["restrictive_laws"] != "no"


@pytest.mark.parametrize("said", [
    "1) nil 2) yes 3) nil", "nil, yes, nil", "detentions: nil, laws: yes, conflict: nil",
    "no such thing, yes, not presently",
])
def test_nil_is_a_no(begin, said):
    talk = begin().amid(DEAL, ABROAD)
    talk.say(said)

    assert values(talk) == {"detentions": "no", "restrictive_laws": "yes", "conflict": "no"}
