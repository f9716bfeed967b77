"""A name that two countries bear is asked back, and settled by whatever else names one of them."""

from dataclasses import replace

import pytest

from retrieval.checks import check
from retrieval.guidance import Fact

COUNTRY = Fact("country")


def country(talk):
    answer = talk.conversation.deal.answers.get(COUNTRY)
    return answer and (set(answer.values or ()), answer.sure)


@pytest.mark.parametrize(("text", "code", "label"), [
    ("drones for the police of Congo", "CG", "Republic of the Congo"),
    ("drones for the police of the Congo", "CG", "Republic of the Congo"),
    ("drones for the Congolese police", "CD", "The Democratic Republic of the Congo"),
    ("drones for the police in Korea", "KR", "South Korea"),
    ("drones for the Bundespolizei", "DE", "Germany"),
    ("drones for the Dominican police", "DO", "Dominican Republic"),
])
def test_a_shared_name_is_a_guess_and_asked_back_before_what_holds_there(begin, text, code, label):
    talk = begin()
    reply = talk.say(text)
    assert country(talk) == ({code}, False)
    assert reply.question.fact == "country"
    assert reply.question.text == (
        f"In which country will it be used? (I read: {label}. Is that right?)")


@pytest.mark.parametrize(("answer", "code"), [
    ("yes", "CG"), ("the DRC", "CD"), ("no, Kinshasa", "CD"), ("Brazzaville", "CG")])
def test_the_answer_says_which(begin, answer, code):
    talk = begin()
    talk.say("drones for the police of Congo")
    talk.say(answer)
    assert country(talk) == ({code}, True)


@pytest.mark.parametrize(("text", "codes"), [
    ("cameras for the Austrian Bundespolizei", {"AT"}),
    ("cameras for the Bundespolizei in Vienna", {"AT"}),
    ("cameras for the German Bundespolizei", {"DE"}),
    ("cameras for the police in Kinshasa, Congo", {"CD"}),
    ("cameras for the police in Seoul, Korea", {"KR"}),
    ("cameras for the police in North Korea", {"KP"}),
    ("cameras for the police of DR Congo", {"CD"}), ("cameras for the police in Niger", {"NE"}),
    ("cameras for the police in Sudan", {"SD"}), ("cameras for the police in South Sudan", {"SS"}),
    ("cameras for the police of Guinea", {"GN"}),
])
def test_whatever_else_names_the_country_settles_it(begin, text, codes):
    talk = begin()
    talk.say(text)
    assert country(talk) == (codes, True)


def test_beside_a_country_of_another_name_it_is_asked_back_with_that(begin):
    talk = begin()
    talk.say("cameras for the police of Congo and Kenya")
    assert country(talk) == ({"CG", "KE"}, False)


def test_a_shared_name_of_the_country_that_is_known_is_of_that(begin):
    talk = begin()
    talk.say("drones for the DRC police")
    talk.say("the police in Congo want them to catch speeding drivers")
    assert country(talk) == ({"CD"}, True)


def test_a_name_that_nobody_else_shares_is_a_fault_of_the_corpus(guidance):
    terms = tuple(replace(term, shared=("Elbonia",)) if term.value == "FR" else term
                  for term in guidance.vocabulary.terms)
    faulty = replace(guidance, vocabulary=replace(guidance.vocabulary, terms=terms))
    assert {p.text for p in check(faulty) if "shares" in p.text} == {
        "no other value shares the name 'Elbonia'; name it under 'shared' there too, "
        "or under 'terms' alone"}


@pytest.mark.parametrize(("text", "codes"), [
    ("cameras for Atlanta PD, Georgia", {"US"}),
    ("cameras for the Macon sheriff in Georgia, United States", {"US"}),
    ("cameras for the police in Tbilisi, Georgia", {"GE"}),
    ("cameras for the police of Georgia", {"GE"}),
    ("cameras for the county sheriff in Macon, Georgia, USA", {"US"}),
    ("cameras for the police in the United States and in Georgia", {"US", "GE"}),
])
def test_a_state_that_is_called_as_a_country_is_meant_beside_what_it_is_a_part_of(
        begin, text, codes):
    talk = begin()
    talk.say(text)
    assert country(talk) == (codes, True)
