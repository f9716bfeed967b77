"""Flags of our own making: what raises them, and which harmless deals they leave alone."""

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all
from bot.dialogue.replies.suggesting import rank_safeguards
from bot.dialogue.reply import Status
from retrieval.guidance import Fact


def deal(**facts: str) -> Deal:
    return Deal({Fact(fact): Answer(frozenset(value.split()), value, MessageKey("1"))
                 for fact, value in facts.items()})


def ours(guidance, facts):
    return {f.flag.id for f in judge_all(guidance, facts)
            if f.status is Status.RAISED and f.flag.ours}


@pytest.mark.parametrize(("product", "end_user", "end_use"), [
    ("facial-recognition", "police", "law-enforcement"),
    ("facial-recognition cctv", "police", "law-enforcement"),
    ("gait-recognition", "intelligence", "national-security"),
    ("facial-recognition", "interior-ministry", "law-enforcement"),
    ("facial-recognition", "border-guard", "border-control"),
    ("facial-recognition", "military", "national-security"),
    ("facial-recognition", "local-government", "law-enforcement"),
])
def test_recognition_in_the_hands_of_a_security_body_is_flagged(
    guidance, product, end_user, end_use
):
    facts = deal(product=product, end_user=end_user, end_use=end_use)
    assert ours(guidance, facts) == {"recognition-for-policing"}


@pytest.mark.parametrize(("product", "end_user", "end_use"), [
    ("facial-recognition", "private-company", "commercial"),
    ("facial-recognition", "health-ministry", "public-health"),
    ("facial-recognition", "university", "research"),
    ("facial-recognition", "election-commission", "population-registration"),
    ("cctv", "police", "law-enforcement"),
    ("cctv video-analytics", "other-ministry", "commercial"),
    ("thermal-imaging", "border-guard", "border-control"),
    ("network-monitoring", "other-ministry", "network-security"),
    ("deep-packet-inspection", "telecom-operator", "network-security"),
    ("lawful-interception", "police", "law-enforcement"),
    ("penetration-testing", "telecom-operator", "network-security"),
    ("spyware", "private-company", "research"),
])
def test_a_harmless_deal_raises_none(guidance, product, end_user, end_use):
    assert ours(guidance, deal(product=product, end_user=end_user, end_use=end_use)) == set()


@pytest.mark.parametrize("product", ["deep-packet-inspection", "network-monitoring"])
def test_a_look_into_everybodys_traffic_for_the_police_is_flagged(guidance, product):
    facts = deal(product=product, end_user="police", end_use="law-enforcement")
    assert ours(guidance, facts) == {"traffic-inspection-for-policing"}


@pytest.mark.parametrize("end_user", [
    "police", "state-owned-company", "contractor", "telecom-operator"])
@pytest.mark.parametrize("product", ["spyware", "exploit"])
def test_a_company_that_may_act_for_a_state_is_flagged_as_the_state_is(
    guidance, product, end_user
):
    assert ours(guidance, deal(product=product, end_user=end_user)) == {
        "hacking-tools-for-the-state"}


def test_hacking_tools_for_nobody_named_are_flagged_beside_the_silence(guidance):
    assert ours(guidance, deal(product="spyware", end_user="undisclosed")) == {
        "hacking-tools-for-the-state", "undisclosed-end-user"}


@pytest.mark.parametrize("product", ["drone", "other", "location-tracking", "cloud-hosting"])
def test_a_crowd_is_watched_with_whatever_it_is_watched(guidance, product):
    facts = deal(product=product, end_user="police", end_use="crowd-monitoring")
    assert "monitoring-of-assemblies" in ours(guidance, facts)


@pytest.mark.parametrize(("flag", "facts"), [
    ("recognition-for-policing", {
        "product": "facial-recognition", "end_user": "police", "end_use": "law-enforcement"}),
    ("traffic-inspection-for-policing", {
        "product": "deep-packet-inspection", "end_user": "police",
        "end_use": "law-enforcement"}),
])
def test_what_it_calls_for_first_suits_the_deal(guidance, flag, facts):
    found = deal(**facts, stage="negotiating")
    names = next(f.safeguards for f in guidance.red_flags if f.id == flag)
    possible = {s.id for s in rank_safeguards(guidance, found, judge_all(guidance, found))}
    assert set(names[:2]) <= possible
