"""What a clause says in full is heard in full: who is left out, what is denied, what comes after.

Each of these was lost, or was taken for an all-clear that nobody gave.
"""

from datetime import timedelta

import pytest

from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN

LATER = timedelta(minutes=5)
TOGO = "body cameras for the police in Togo"
TWO = "body cameras for the police in Oman and Qatar"
BETWEEN = "drones for the coast guard in Oman through a reseller and an integrator"


def holds(begin, first, said, fact, *, asked=True):
    """What is known of *fact* after both messages, "?" behind it where it is not certain."""
    talk = begin()
    for n, text in enumerate((first, *(() if asked else ("advise now",)), said)):
        talk.say(text, WHEN + n * LATER)
    answer = talk.conversation.deal.answers.get(Fact(fact))
    return "open" if answer is None or not answer.values else (
        "+".join(sorted(answer.values)) + "?" * (answer.guessed or not answer.certain))


@pytest.mark.parametrize("said", [
    "stable now after the protests", "calm again despite the protests",
    "peaceful following last year's demonstrations", "quiet in spite of the demonstrations",
    "stable in the aftermath of the unrest"])
def test_what_is_so_after_something_grave_is_not_certain(begin, said):
    assert holds(begin, TOGO, said, "conflict", asked=False) == "no?"


def test_what_is_so_after_something_else_is_not(begin):
    said = "the country is stable after decades of peace"
    assert holds(begin, TOGO, said, "conflict", asked=False) == "no"


@pytest.mark.parametrize(("first", "said", "fact", "held"), [
    (TWO, "unlike Qatar, Oman has independent courts", "judicial_oversight", "weak?"),
    (TWO, "in contrast to Qatar, judges are independent in Oman", "judicial_oversight", "weak?"),
    (TWO, "Unlike in Qatar, there is no war in Oman", "conflict", "yes"),
    (TWO, "there is no war in Oman, unlike Qatar", "conflict", "yes"),
    (TWO, "no war in Oman, Qatar is another story", "conflict", "yes?"),
    (BETWEEN, "unlike the integrator, the reseller has no ties to the regime", "government_ties",
     "yes"),
    ("body cameras for the police in Ghana and Togo",
     "Ghana's police accepted the clause, the Togo police refused it", "human_rights_clause",
     "refused?"),
    ("drones for the army in Ghana and the police in Togo",
     "the Togo police agreed to the terms, Ghana's army rejected them", "human_rights_clause",
     "refused?"),
])
def test_what_is_held_against_another_party_is_no_all_clear(begin, first, said, fact, held):
    assert holds(begin, first, said, fact, asked=False) == held


@pytest.mark.parametrize("said", [
    "no journalists in jail in Oman. Qatar does jail some",
    "nobody is arrested in Oman. In Qatar some bloggers were"])
def test_nor_is_it_where_that_was_asked(begin, said):
    """The words that say both answered nothing, and the no of the first sentence was left."""
    assert holds(begin, TWO, said, "detentions") == "yes"


@pytest.mark.parametrize("said", [
    "the broker we had is no longer involved", "the broker, by the way, is no longer involved",
    "the broker who brought us the lead is out", "the broker they wanted has been dropped",
    "our broker, as of this week, is out of the picture"])
def test_who_is_out_is_so_whatever_is_put_in_between(begin, said):
    assert holds(begin, TOGO + " via a broker", said, "intermediary") == "open"


@pytest.mark.parametrize("said", [
    "the broker we use says the price is off the table", "the broker, they say, is out",
    "the broker who sold the drones is out of stock"])
def test_who_only_reports_it_is_not(begin, said):
    assert holds(begin, TOGO + " via a broker", said, "intermediary").startswith("broker")


@pytest.mark.parametrize(("first", "said", "fact", "held"), [
    ("drones for the coast guard in Togo", "ditch the coast guard, navy", "end_user", "military"),
    ("drones for the police in Togo", "scrap the police, army instead", "end_user", "military"),
    ("drones for the police in Togo", "drop the drones, cctv instead", "product", "cctv"),
    ("drones for the police in Togo", "axe the drones, thermal cameras", "product",
     "thermal-imaging"),
    ("drones for the police in Togo", "lose the police, it's a mining company", "end_user",
     "private-company"),
])
def test_what_takes_the_place_of_what_is_thrown_out_does_so(begin, first, said, fact, held):
    assert holds(begin, first, said, fact) == held


@pytest.mark.parametrize(("said", "held"), [
    ("actually the courts aren't weak, there are none", "none"),
    ("sorry, they're not weak, there are no courts", "none"),
    ("the courts aren't weak, they are independent", "weak?"),
])
def test_of_three_answers_the_one_that_is_said_takes_the_place_of_the_one_denied(
        begin, said, held):
    """The denial alone was a guess at the mildest of them."""
    assert holds(begin, TOGO + ", the courts are weak", said, "judicial_oversight") == held


@pytest.mark.parametrize(("said", "detentions", "laws"), [
    ("detentions no but laws yes", "no?", "yes"), ("laws no but detentions yes", "yes", "no?"),
    ("first no but second yes", "no?", "yes"), ("laws yes though detentions no", "no?", "yes"),
    ("all no but the laws", "no?", "yes?")])
def test_a_but_parts_two_answers(begin, said, detentions, laws):
    assert holds(begin, TOGO, said, "detentions") == detentions
    assert holds(begin, TOGO, said, "restrictive_laws") == laws


def test_what_is_left_beside_answers_is_not_heard_with_their_marks(begin):
    """Behind ", ," a reseller was heard that was reported for misuse."""
    said = "1 no, 2 no, same reseller as last time"
    assert holds(begin, TOGO + " via a reseller", said, "party_reported") == "open"
