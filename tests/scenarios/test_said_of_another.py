"""What is said of one party or place and not of another settles nothing for both."""

from datetime import timedelta

import pytest

from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN

LATER = timedelta(minutes=3)
TWO = "drones for the coast guard in Oman and Qatar, patrols at sea"
BETWEEN = "drones for the coast guard in Oman, patrols at sea, through a reseller and an integrator"


def told(begin, *texts, asked=(), known=None):
    talk = begin()
    if known is not None:
        talk.amid(known, asked)
    for n, text in enumerate(texts):
        talk.say(text, WHEN + n * LATER)
    return talk


def holds(talk, fact):
    """What is known of *fact*, "?" behind it where it is asked back."""
    answer = talk.conversation.deal.answers.get(Fact(fact))
    return "open" if answer is None or answer.values is None else (
        "+".join(sorted(answer.values)) + "?" * answer.guessed)


@pytest.mark.parametrize(("said", "fact", "held"), [
    # Of yes and no the other one holds, in whichever sentence it is said.
    ("no war in Oman. In Qatar there is.", "conflict", "yes"),
    ("no war in Oman. In Qatar, there is.", "conflict", "yes"),
    # What may be meant of several values is asked back.
    ("Oman accepted the human rights clause, Qatar didn't", "human_rights_clause", "refused?"),
    ("human rights terms are agreed with Oman, not with Qatar", "human_rights_clause", "refused?"),
    ("Oman's courts are independent, Qatar's aren't", "judicial_oversight", "weak?"),
    ("In Oman judges are independent while in Qatar they are not", "judicial_oversight", "weak?"),
    ("Oman's courts are independent, unlike Qatar's", "judicial_oversight", "weak?"),
    ("judges are independent in Oman but not in Qatar", "judicial_oversight", "weak?"),
    ("Oman follows its surveillance law, not so Qatar", "law_in_practice", "ignored?"),
    ("surveillance law is applied as written in Oman. Not in Qatar.", "law_in_practice",
     "ignored?"),
    # Nothing is said otherwise.
    ("courts are independent in both, Oman and Qatar", "judicial_oversight", "independent"),
    ("no arrests of journalists in Oman, nor in Qatar", "detentions", "no"),
    ("no arrests of journalists in Oman. Qatar has the same", "detentions", "no"),
    ("courts are independent, it's Oman and Qatar, not Yemen", "judicial_oversight", "independent"),
])
def test_what_one_place_has_and_another_has_not_is_no_all_clear(begin, said, fact, held):
    talk = told(begin, TWO, said)

    assert holds(talk, fact) == held
    assert talk.conversation.deal.known("country") == {"OM", "QA"}


@pytest.mark.parametrize(("said", "fact", "held"), [
    ("the reseller has no ties to the regime, the integrator does", "government_ties", "yes"),
    ("the reseller has never been reported for misuse, but the integrator has", "party_reported",
     "yes"),
    # Who is no user, and who has no part, says nothing of the courts.
    ("the courts are independent, drones go to the coast guard, not the police",
     "judicial_oversight", "independent"),
    ("footage is for named officers of the coast guard only, not the police", "data_sharing",
     "restricted"),
])
def test_so_it_is_of_who_stands_between(begin, said, fact, held):
    talk = told(begin, BETWEEN, said)

    assert holds(talk, fact) == held
    assert talk.conversation.deal.known("intermediary") == {"reseller", "integrator"}


def test_what_is_so_in_a_place_beside_the_deal_is_asked_back(begin):
    talk = told(begin, "drones for the coast guard in Oman", "no conflict in Oman. Yemen has one")

    assert holds(talk, "conflict") == "yes?"


DEAL = {"product": "drone", "end_user": "police", "country": "OM", "intermediary": "reseller"}


@pytest.mark.parametrize(("asked", "said", "held"), [
    ("human_rights_clause", "yes for Oman, not for Qatar", "refused?"),
    ("conflict", "no, not in Oman. In Qatar there is", "yes?"),
    ("conflict", "no, not in Oman", "no"),
    ("agency_misuse", "no, not the police", "no"),
    ("party_reported", "no, not the reseller", "no"),
])
def test_a_no_of_one_of_them_takes_none_of_them_back(begin, asked, said, held):
    """"No, not in Oman", asked whether there is a war, took back where it is sold to."""
    talk = told(begin, said, asked=[asked], known=DEAL)

    assert holds(talk, asked) == held
    assert talk.conversation.deal.known("country") == {"OM"}
    assert talk.conversation.deal.known("end_user") == {"police"}
    assert talk.conversation.deal.known("intermediary") == {"reseller"}


def test_without_a_no_before_it_or_with_another_beside_it_it_does(begin):
    assert not told(begin, "not in Oman", asked=["conflict"],
                    known=DEAL).conversation.deal.known("country")
    assert told(begin, "no, it isn't in Oman, it's in Qatar", asked=["conflict"],
                known=DEAL).conversation.deal.known("country") == {"QA"}


@pytest.mark.parametrize(("asked", "said", "held"), [
    ("detentions", "nobody, bar one blogger", "yes?"),
    ("detentions", "none that I know of besides the two bloggers", "yes?"),
    ("detentions", "no, only two activists", "yes?"),
    ("detentions", "no one, only a few students", "yes?"),
    ("party_reported", "no, but for one complaint in 2020", "yes?"),
    ("restrictive_laws", "none but the cybercrime law", "yes?"),
    ("conflict", "no fighting outside the north", "yes?"),
    ("onward_supply", "no, just once, to Yemen", "yes?"),
    ("conflict", "no, just one question: who signs?", "no"),
    ("detentions", "no detentions, only two resellers are involved", "no"),
])
def test_a_no_that_leaves_some_is_no_all_clear(begin, asked, said, held):
    assert holds(told(begin, said, asked=[asked], known=DEAL), asked) == held


@pytest.mark.parametrize("said", [
    "yes, provided that they get a discount", "yes, on condition that the audit goes",
    "yes, provided our price drops", "they accepted the clause provided the audit goes"])
def test_a_yes_that_is_given_in_return_is_not_certain(begin, said):
    talk = told(begin, said, asked=["human_rights_clause"], known=DEAL)

    answer = talk.conversation.deal.answers[Fact("human_rights_clause")]
    assert (answer.values, answer.sure) == ({"accepted"}, False)
