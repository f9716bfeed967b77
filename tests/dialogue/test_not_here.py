"""What is so elsewhere, and not where the product is used."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from tests.dialogue.talking import Says, Talk

DEAL = {"product": "mobile-forensics", "end_user": "police", "country": "PE"}
ASKED = ["detentions", "restrictive_laws", "conflict"]


@pytest.mark.parametrize(("text", "fact"), [
    ("conflict next door but not in peru", "conflict"),
    ("there's a war in ecuador, not in peru", "conflict"),
    ("the unrest is in bolivia not peru", "conflict"),
    ("journalists get arrested in bolivia but not in peru", "detentions"),
    ("detentions happen in bolivia, not peru", "detentions"),
    ("courts are weak in bolivia, not peru", "judicial_oversight"),
])
def test_what_is_so_elsewhere_moves_no_deal_and_is_asked_back(begin, text, fact):
    """The country of use was taken back, or another took its place with all that was found."""
    talk = begin().amid(DEAL, ASKED)
    talk.say(text)
    assert talk.conversation.deal.known("country") == {"PE"}
    heard = talk.messages[-1].heard
    assert heard.keys() <= {fact} and not any(answer.certain for answer in heard.values())
    assert not talk.messages[-1].withdrawn


@pytest.mark.parametrize("text", [
    "police in bolivia misuse it but not in peru", "laws like that exist in bolivia, not in peru"])
def test_what_a_model_half_hears_moves_no_deal_either(guidance, sentences, text):
    hears = Says(("law_in_practice", "ignored", 0.54, "laws like that exist"),
                 ("end_user", "police", 1.0, "police"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences).amid(DEAL, ASKED)
    talk.say(text)
    assert talk.conversation.deal.known("country") == {"PE"}


def test_what_is_told_beside_it_stays(begin):
    talk = begin().amid(DEAL, ASKED)
    talk.say("laws yes, journalists yes, war: bolivia next door, not here")
    deal = talk.conversation.deal
    assert deal.certain("restrictive_laws") and deal.known("restrictive_laws") == {"yes"}
    assert deal.known("detentions") == {"yes"} and deal.certain("detentions")
    assert not deal.certain("conflict") and deal.known("country") == {"PE"}


@pytest.mark.parametrize("text", [
    "article was about bolivia police not them", "the report is about the bolivian police"])
def test_whom_a_report_is_about_is_no_party_of_the_deal(begin, text):
    """The police of Bolivia were added, for certain."""
    talk = begin().amid({**DEAL, "end_user": "border-guard"}, ["misuse_reports"])
    talk.say(text)
    assert talk.conversation.deal.known("country") == {"PE"}
    assert talk.conversation.deal.known("end_user") == {"border-guard"}


@pytest.mark.parametrize("text", [
    "its for bolivia, not peru", "bolivia, not peru. detentions yes", "not peru, it's bolivia",
    "detentions yes, its bolivia not peru", "sorry, they jail people, it's bolivia not peru"])
def test_a_place_that_is_put_right_is(begin, text):
    talk = begin().amid(DEAL, ASKED)
    talk.say(text)
    assert talk.conversation.deal.known("country") == {"BO"}


def test_in_an_opening_the_war_of_another_land_is_none_of_the_deals(begin):
    """It raised a red flag for certain."""
    talk = begin()
    talk.say("cctv for the police in peru, war in ecuador, not in peru")
    deal = talk.conversation.deal
    assert deal.known("country") == {"PE"} and deal.certain("end_user")
    assert not deal.certain("conflict")


def test_a_matter_that_only_names_a_question_is_none(begin):
    """"Go back to the war question" was a guess at a war, with its flag."""
    talk = begin().amid(DEAL, ["detentions"])
    talk.say("go back to the war question")
    assert talk.messages[-1].intent is Intent.REMARK
    assert not talk.messages[-1].heard
