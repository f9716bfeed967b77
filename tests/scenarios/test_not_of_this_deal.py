"""What is said under a condition, of another deal or of another land is no fact of this one."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.claim import GUESS
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Talk

OPENER = "drones for the police in Togo"
FIRST = {"product": {"drone"}, "end_user": {"police"}, "country": {"TG"}}
PAUSES = st.sampled_from([timedelta(seconds=5), timedelta(hours=1)])


def values(talk: Talk) -> dict[str, set[str]]:
    return {fact: set(a.values) for fact, a in talk.conversation.deal.answers.items() if a.values}


def raised(talk: Talk) -> list[str]:
    return [f.id for f in talk.replies[-1].flags if f.status is Status.RAISED]


@pytest.mark.parametrize("skips", [0, 1, 2])
@pytest.mark.parametrize("pause", [timedelta(seconds=5), timedelta(hours=1)])
@pytest.mark.parametrize("said", [
    "we'd cut them off if they misuse it",
    "we promised to cut them off when they misuse it",
    "if they sold it on to South Sudan that would be bad",
    "the contract lets us switch it off if they use it against journalists",
    "once they misuse it the licence is revoked",
    "should they pass it on to the army, we would stop supplying",
    "in case they arrest journalists with it we can pull the plug",
])
def test_a_condition_and_what_would_follow_are_no_facts(begin, said, pause, skips):
    talk = begin()
    turns = [OPENER, *["skip"] * skips, said]
    for n, text in enumerate(turns):
        talk.say(text, WHEN + n * pause)

    assert values(talk) == FIRST
    assert raised(talk) == []


@pytest.mark.parametrize(("said", "fact", "value"), [
    ("they lock you up if you criticise the president", "rights_limits", "yes"),
    ("police beat journalists when they cover protests", "detentions", "yes"),
    ("we will report it: the police of Togo jail journalists", "detentions", "yes"),
])
def test_what_happens_is_heard_though_a_when_stands_by(begin, said, fact, value):
    talk = begin()
    talk.say(OPENER)
    talk.say(said, WHEN + timedelta(hours=1))

    assert values(talk)[fact] == {value}


@pytest.mark.parametrize(("said", "end_user", "country"), [
    ("CCTV for the city of Lagos, the previous customer was the army in Chad",
     "local-government", "NG"),
    ("CCTV for the city of Nairobi, Kenya. An earlier client was the intelligence service of Oman",
     "local-government", "KE"),
    ("Drones for the coast guard of Ghana. Our reference customer: the police of Norway",
     "border-guard", "GH"),
])
def test_who_bought_before_is_no_party_of_this_deal(begin, said, end_user, country):
    talk = begin()
    talk.say(said)

    assert values(talk)["end_user"] == {end_user}
    assert values(talk)["country"] == {country}


@pytest.mark.parametrize("said", [
    "the previous customer was the army in Chad",
    "our last customer was the army of Rwanda, they misused it",
])
@pytest.mark.parametrize("pause", [timedelta(seconds=5), timedelta(hours=1)])
def test_nor_where_it_is_told_later(begin, said, pause):
    talk = begin()
    talk.say("CCTV for the city of Kampala")
    talk.say(said, WHEN + pause)

    assert values(talk) == {
        "product": {"cctv"}, "end_user": {"local-government"}, "country": {"UG"}}


def test_what_the_police_did_elsewhere_is_a_report_on_the_product_alone(begin):
    talk = begin()
    talk.say("forensic kit for the Kenyan police, "
             "last year the Serbian police put spyware on phones with such kits")

    assert values(talk) == {"product": {"mobile-forensics"}, "end_user": {"police"},
                            "country": {"KE"}, "misuse_reports": {"yes"}}


def test_what_the_end_user_did_at_home_is_its_record(begin):
    talk = begin()
    talk.say(OPENER)
    talk.say("the police of Togo misused drones in 2021", WHEN + timedelta(hours=1))

    assert values(talk)["agency_misuse"] == {"yes"}


@pytest.mark.parametrize(("said", "fact"), [
    ("lawful interception gateway, mobile operator in Uganda, they have to have it by law",
     "restrictive_laws"),
    ("drones with spare parts and software updates for five years for the army of Azerbaijan",
     "stage"),
    ("cow temperature sensors for a dairy farm in Ireland, order of 200", "product"),
    ("induction loops that count cars for the city of Leeds", "product"),
])
def test_what_only_sounds_so_is_no_fact(begin, said, fact):
    talk = begin()
    talk.say(said)

    assert fact not in values(talk)


def test_what_finds_bugs_is_no_bug_but_something_else(begin):
    talk = begin()
    talk.say("bug detectors for a hotel in Bishkek")

    assert values(talk)["product"] == {"other"}


def test_what_is_to_stop_abuse_reports_none(begin):
    talk = begin()
    talk.say("Body cams for the police in Ghana")
    talk.say("evidence at trials, stop police abuse", WHEN + timedelta(hours=1))

    assert values(talk) == {
        "product": {"body-worn-camera"}, "end_user": {"police"}, "country": {"GH"},
        "end_use": {"law-enforcement"}}


def test_a_second_phase_is_a_guess_and_an_existing_system_makes_it_likelier(begin):
    phase, renewal = begin(), begin()
    phase.say("CCTV for Kigali city, phase 2 adds face recognition")
    renewal.say("CCTV for Kigali city, phase 2 of the existing system")

    deals = phase.conversation.deal, renewal.conversation.deal
    assert [deal.known(Fact("stage")) for deal in deals] == [frozenset({"renewal"})] * 2
    assert [deal.answers[Fact("stage")].confidence > GUESS for deal in deals] == [False, True]


HEDGED = {
    "conflict": "probably no armed conflict there",
    "law_in_practice": "maybe the law is applied selectively",
    "government_ties": "the reseller has no ties to the government, I think",
    "hosting": "maybe we host it",
}
OTHERS = {
    "human_rights_clause": "contract clause accepted",
    "transparency": "they answer vaguely",
    "access_safeguards": "the court signs off on each request",
    "detentions": "journalists are jailed there",
    "retention": "they delete it after a month",
    "end_use": "it is for traffic",
    "stage": "the contract is signed",
}


@settings(max_examples=25, deadline=None)
@given(hedged=st.sampled_from(sorted(HEDGED)), pause=PAUSES,
       others=st.lists(st.sampled_from(sorted(OTHERS)), min_size=1, max_size=4, unique=True))
def test_what_was_uncertain_stays_so_until_something_is_said_of_it(begin, hedged, pause, others):
    """An "I think no ties" turned certain when the contract's clause was spoken of."""
    talk = begin()
    for n, text in enumerate(["drones for the police in Georgia via a reseller", HEDGED[hedged]]):
        talk.say(text, WHEN + n * pause)
    before = talk.conversation.deal.answers[Fact(hedged)]
    assert not before.sure

    for n, other in enumerate(others, start=2):
        talk.say(OTHERS[other], WHEN + n * pause)

        after = talk.conversation.deal.answers[Fact(hedged)]
        assert (after.values, after.sure) == (before.values, before.sure)
