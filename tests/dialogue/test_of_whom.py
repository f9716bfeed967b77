"""Who is meant, and what is said of something else than what was asked.

What the packaged model hears in the words is written out.
"""

import pytest

from bot.dialogue.reading import PlainReader
from tests.dialogue.talking import Says, Talk

DEAL = {"product": "mobile-forensics", "end_user": "police", "country": "PE"}
HEARS = Says(
    ("human_rights_clause", "accepted", 0.98, "they agreed to audit"),
    ("conflict", "no", 0.56, "is stable"), ("export_review", "done", 0.43, "is finished"),
    ("party_reported", "yes", 0.25, "supplied"), ("product", "drone", 0.52, "drones"),
    ("conflict", "yes", 0.98, "elections in january"), ("conflict", "no", 1.0, "country is stable"),
    ("export_review", "done", 0.9, "review is finished"), ("conflict", "no", 0.9, "all stable"),
    ("conflict", "yes", 0.98, "contested election"),
    ("end_use", "law-enforcement", 0.98, "of suspects w/ court order"),
    ("product", "cctv", 1.0, "cctv"), ("end_user", "police", 1.0, "for the police"))


@pytest.fixture
def begin(guidance, sentences):
    return lambda: Talk(guidance, PlainReader(guidance, HEARS), sentences)


def heard(begin, known, asked, *texts):
    talk = begin().amid({**DEAL, **known}, asked)
    for text in texts:
        talk.say(text)
    return talk.conversation.deal


@pytest.mark.parametrize("text", ["scratch that, army has their own", "no, the army has its own"])
def test_a_user_that_was_a_guess_and_has_its_own_is_none(begin, text):
    """The army was noted as a user, for certain."""
    deal = heard(begin, {}, ["end_use"], "maybe the army too", text)
    assert deal.known("end_user") == {"police"} and deal.certain("end_user")


def test_who_has_their_own_is_no_user_from_the_first(begin):
    talk = begin()
    talk.say("cctv for the police in peru, the army has its own cameras")
    assert talk.conversation.deal.known("end_user") == {"police"}


def test_a_known_user_that_has_something_else_of_its_own_stays(begin):
    deal = heard(begin, {}, ["end_use"], "the police have their own lawyers")
    assert deal.known("end_user") == {"police"}


def test_what_they_agreed_to_is_asked_back_where_they_may_be_the_go_between(begin):
    """It settled human rights terms, for certain, though it was said of the integrator."""
    deal = heard(begin, {"intermediary": "integrator"}, ["detentions"], "they agreed to audit")
    assert not deal.certain("human_rights_clause")


def test_without_a_go_between_or_in_answer_they_are_the_customer(begin):
    assert heard(begin, {"intermediary": "none"}, ["detentions"],
                 "they agreed to audit").certain("human_rights_clause")
    assert heard(begin, {"intermediary": "integrator"}, ["human_rights_clause"],
                 "they agreed to audit").certain("human_rights_clause")


@pytest.mark.parametrize(("fact", "text", "value"), [
    ("conflict", "the price is stable", "no"),
    ("export_review", "the firmware is finished", "done"),
    ("party_reported", "the dealer supplied drones", "yes"),
    ("conflict", "elections in january", "yes"),
])
def test_what_is_said_of_something_else_settles_nothing_for_certain(begin, fact, text, value):
    deal = heard(begin, {"intermediary": "reseller"}, [fact], text)
    assert not deal.certain(fact) and deal.known(fact) <= {value}


@pytest.mark.parametrize(("fact", "text", "value"), [
    ("conflict", "the country is stable", "no"), ("conflict", "all stable", "no"),
    ("conflict", "elections in january with deadly protests", "yes"),
    ("conflict", "a contested election", "yes"),
    ("export_review", "the review is finished", "done"),
])
def test_what_is_said_of_what_was_asked_does(begin, fact, text, value):
    deal = heard(begin, {"intermediary": "reseller"}, [fact], text)
    assert deal.certain(fact) and deal.known(fact) == {value}


def test_not_sure_maybe_is_a_doubt_of_what_it_tells(guidance, sentences):
    """All that was asked was noted as not known."""
    asked = ["detentions", "restrictive_laws", "conflict"]
    reader = PlainReader(guidance, Says(("end_user", "military", 1.0, "army")))
    deal = heard(lambda: Talk(guidance, reader, sentences), {}, asked,
                 "not sure, maybe the army will use it too")
    assert not any(deal.unknown(fact) for fact in asked)
    assert not deal.certain("end_user")


def test_not_sure_is_an_answer_beside_one(begin):
    deal = heard(begin, {}, ["detentions", "conflict"], "not sure, maybe there's a war")
    assert not deal.certain("conflict")


def test_that_was_the_army_adds_no_user_for_certain(begin):
    deal = heard(begin, {}, ["detentions"], "but that was the army")
    assert deal.known("end_user") == {"police"}


def test_a_number_beside_what_was_asked_before_may_be_of_that(guidance, sentences):
    """A part in a system of concern was noted, for certain."""
    talk = Talk(guidance, PlainReader(guidance, HEARS), sentences)
    talk.amid({**DEAL, "end_use": "law-enforcement"}, ["detentions", "restrictive_laws"])
    talk.say("1) yes 2) dont know")
    assert talk.conversation.awaiting()[1] == "system_of_concern"
    talk.say("for 2: yes there are, ngo law")
    assert not talk.conversation.deal.certain("system_of_concern")


def test_an_end_in_the_next_clause_is_none_of_the_laws(guidance, sentences):
    """A model heard them up to the war that ended, and they were a guess at a no."""
    text = "laws bad yes, arrests yes of reporters, war ended 2023"
    hears = Says(("conflict", "yes", 0.9, "war"),
                 ("restrictive_laws", "yes", 0.94, "laws bad yes, "),
                 ("restrictive_laws", "yes", 0.94, "laws bad yes, arrests yes of reporters, war"),
                 ("restrictive_laws", "yes", 0.94, "reporters, war"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences).amid(
        DEAL, ["detentions", "restrictive_laws", "conflict"])
    talk.say(text)
    assert "no" not in talk.conversation.deal.known("restrictive_laws")


def test_courts_that_are_ok_i_guess_make_no_use_a_guess(begin):
    """What the use rests on, a court order, was taken for the courts."""
    deal = heard(begin, {}, ["end_use"], "unlock phones of suspects w/ court order",
                 "courts there are ok i guess")
    assert deal.certain("end_use") and not deal.certain("judicial_oversight")


@pytest.mark.parametrize(("known", "asked", "text"), [
    ({"conflict": "no"}, ["restrictive_laws"], "third is still no"),
    ({"intermediary": "joint-venture"}, ["agency_misuse", "onward_supply"], "jv is 51 49"),
])
def test_what_says_something_is_no_dont_know(guidance, sentences, known, asked, text):
    """All that was asked was noted as not known."""
    reader = PlainReader(guidance, HEARS, sounds_unknown=lambda _: 1.0)
    talk = Talk(guidance, reader, sentences).amid({**DEAL, **known}, asked)
    talk.say(text)
    assert not any(talk.conversation.deal.unknown(fact) for fact in asked)
