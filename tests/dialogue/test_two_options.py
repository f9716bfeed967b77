"""Two options held against each other beside a deal: both are tried out, and neither is noted."""

import pytest

from bot.dialogue.changes import Ground, Part
from bot.dialogue.intents import Intent
from bot.dialogue.naming import OPTIONS
from bot.dialogue.reading import PlainReader
from tests.dialogue.talking import Says, Talk

DEAL = "drones with thermal cameras for the police in Kenya via a reseller"


def held(talk):
    """What is held against what, by fact."""
    return {fact: (a.values, a.instead) for fact, a in talk.messages[-1].supposed.items()}


@pytest.fixture
def talk(begin):
    talk = begin()
    talk.say(DEAL)
    return talk


@pytest.mark.parametrize(("text", "fact", "other", "one"), [
    ("is selling to a private company better than to the police?", "end_user",
     {"private-company"}, {"police"}),
    ("Police or army - does it make a difference?", "end_user", {"military"}, {"police"}),
    ("the army vs the police, which one raises fewer flags", "end_user", {"military"}, {"police"}),
    ("is it better to sell direct or through the reseller?", "intermediary",
     {"none"}, {"reseller"}),
    ("should we go direct or through the reseller", "intermediary", {"none"}, {"reseller"}),
    ("Kenya or Uganda, which is safer for us?", "country", {"UG"}, {"KE"}),
    ("is Uganda better or worse than Kenya for this", "country", {"UG"}, {"KE"}),
    ("if we had to choose between Kenya and Uganda..?", "country", {"UG"}, {"KE"}),
    ("should we rather sell to Uganda", "country", {"UG"}, {"KE"}),
    ("with a broker instead of the reseller, is that safer?", "intermediary",
     {"broker"}, {"reseller"}),
    ("is it any better if the end user is the army rather than the police", "end_user",
     {"military"}, {"police"}),
    ("with thermal cameras or without thermal cameras, what would you pick", "product",
     {"drone"}, {"drone", "thermal-imaging"}),
    ("is that worse than going direct?", "intermediary", {"none"}, {"reseller"}),
    ("option A: we use a broker. option B: the reseller. which has fewer red flags",
     "intermediary", {"broker"}, {"reseller"}),
    ("we could also go by a broker. Which one is less risky?", "intermediary",
     {"broker"}, {"reseller"}),
    ("Uganda or Kenya?", "country", {"UG"}, {"KE"}),
    ("police vs army", "end_user", {"military"}, {"police"}),
    ("compare Kenya and Uganda for me", "country", {"UG"}, {"KE"}),
    ("army or police, who is the safer customer", "end_user", {"military"}, {"police"}),
    ("Uganda instead, less of a headache?", "country", {"UG"}, {"KE"}),
    ("with or without the reseller?", "intermediary", {"none"}, {"reseller"}),
    # What stands behind an "instead of" is what there is, whatever it is called.
    ("pros and cons of going direct instead of SafeTech", "intermediary", {"none"}, {"reseller"}),
    ("army instead of the constables?", "end_user", {"military"}, {"police"}),
    ("going direct, pros and cons?", "intermediary", {"none"}, {"reseller"}),
    ("is a station in Uganda better than this", "country", {"UG"}, {"KE"}),
    ("drones only or with thermal cameras, whats the difference", "product",
     {"drone"}, {"drone", "thermal-imaging"}),
    ("thermal cameras on vs thermal cameras off", "product",
     {"drone"}, {"drone", "thermal-imaging"}),
    # What else is sold stays beside either.
    ("are cctv cameras less risky than drones?", "product",
     {"cctv", "thermal-imaging"}, {"drone", "thermal-imaging"}),
])
def test_what_is_not_known_yet_is_held_against_what_is(talk, text, fact, other, one):
    before = talk.conversation
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert held(talk) == {fact: (other, one)}
    assert talk.conversation.deal == before.deal
    assert talk.conversation.awaiting() == before.awaiting()
    assert reply.changes.of is Ground.ALTERNATIVE
    assert {f: a.values for f, a in talk.conversation.supposed.items()} == {fact: other}

    talk.say("let's go with that")
    assert talk.conversation.deal.known(fact) == other
    assert talk.conversation.deal.certain(fact)


@pytest.mark.parametrize("text", [
    "hosted by us or hosted by them, which is the better option",
    "would it be safer if we host it than if they host it?",
    "we host vs they host - what's better?",
])
def test_of_two_that_nobody_told_neither_can_be_taken_in(talk, text):
    reply = talk.say(text)

    assert set(map(frozenset, next(iter(held(talk).values())))) == {
        frozenset({"supplier"}), frozenset({"customer"})}
    assert reply.changes.of is Ground.ALTERNATIVE
    assert [n.id for n in reply.changes.named(Part.SAFEGUARDS_ADDED)]
    assert (talk.conversation.supposed, talk.conversation.deal.known("hosting")) == ({}, set())

    talk.say("let's go with that")
    assert talk.conversation.deal.known("hosting") == set()


def test_the_difference_is_that_of_the_two_and_not_to_the_deal(talk):
    reply = talk.say("which is worse, spyware or body cameras?")

    (spyware, cameras), = held(talk).values()
    assert {*spyware} | {*cameras} == {"spyware", "body-worn-camera"}
    flags = {*reply.changes.named(Part.FLAGS_ADDED), *reply.changes.named(Part.FLAGS_REMOVED)}
    assert [flag.id for flag in flags] == ["hacking-tools-for-the-state"]


def test_what_is_the_same_to_the_advice_is_said_to_be(talk):
    reply = talk.say("is a reseller in Dubai worse than a reseller in Nairobi?")
    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert reply.changes is None
    assert reply.lead[0].text.startswith("To the advice both are the same")


@pytest.mark.parametrize("text", [
    "Kenya or Uganda, which is safer for us?", "would Uganda be safer?",
    "is the army worse than the police?",
])
def test_of_countries_and_agencies_nothing_is_said_to_be_safer(talk, text):
    reply = talk.say(text)
    assert any("no findings" in line.text for line in reply.lead)


@pytest.mark.parametrize("text", [
    "which of the two is better", "so which one should I go for", "which is safer?",
    "what would you pick",
])
def test_the_last_two_suppositions_are_held_against_each_other(talk, text):
    talk.say("what if we host it?")
    talk.say("and if they host it?")
    talk.say(text)
    assert held(talk) == {"hosting": ({"customer"}, {"supplier"})}


def test_a_supposition_alone_is_held_against_what_is_known(talk):
    talk.say("what if it was the army?")
    talk.say("which of the two is better")
    assert held(talk) == {"end_user": ({"military"}, {"police"})}


def test_what_was_never_told_is_supposed_again_in_a_few_words(talk):
    talk.say("what if it was for border control?")
    talk.say("and for law enforcement?")
    assert held(talk) == {"end_use": ({"law-enforcement"}, frozenset())}
    talk.say("which of the two is worse")
    assert held(talk) == {"end_use": ({"law-enforcement"}, {"border-control"})}
    assert talk.conversation.deal.known("end_use") == set()


def test_what_is_supposed_twice_is_taken_in_as_it_was_said_last(talk):
    talk.say("what if it was the army?")
    talk.say("and if it was the coast guard?")
    talk.say("let's go with that")
    assert talk.conversation.deal.known("end_user") == {"border-guard"}
    assert talk.conversation.deal.certain("end_user")


def test_of_an_option_that_a_model_hears_alone(guidance, sentences):
    hears = Says(("intermediary", "none", 0.3, "deliver ourselves"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences).amid(
        {"product": "drone", "end_user": "police", "intermediary": "reseller"}, ["end_use"])
    talk.say("should we go through the reseller or deliver ourselves")
    assert held(talk) == {"intermediary": ({"none"}, {"reseller"})}


@pytest.mark.parametrize("text", [
    "whats better here, lease or sale", "better to renew for one year or for three?",
])
def test_what_the_advice_does_not_go_by_is_said_not_to_be(guidance, sentences, text):
    talk = Talk(guidance, PlainReader(guidance, strays=lambda _: 1.0), sentences)
    talk.say(DEAL)
    known = talk.conversation.deal
    talk.say(text)
    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, OPTIONS)
    assert talk.conversation.deal == known


def test_to_leave_is_no_option_that_the_advice_knows(talk):
    talk.say("sell it or walk away, whats better")
    assert talk.messages[-1].intent is Intent.VERDICT


@pytest.mark.parametrize("text", [
    # What tells, or answers.
    "it's the police or the army, not sure which", "the army, which is better known there",
    "they say drones are better than cctv", "a broker, which would sell it on to Uganda",
    "the reseller knows them better than we do", "is it the coast guard or the navy?",
    "for traffic or policing?", "actually it's the army rather than the police",
])
def test_what_tells_holds_nothing_against_anything(talk, text):
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.WHAT_IF


@pytest.mark.parametrize("text", [
    "how does this compare to the EU dual-use regulation?", "UNGP 13 vs 19",
    "is a government agency worse than a private company?",  # of what the first is nothing is known
])
def test_what_is_of_no_two_options_of_the_deal(talk, text):
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.WHAT_IF


def test_another_deal_that_is_asked_after_is_not_added(talk):
    talk.say("which deal is better, this or the one with the Ghana police")
    assert talk.messages[-1].intent is Intent.COMPARE
    assert talk.conversation.deal.known("country") == {"KE"}


def test_before_any_deal_two_options_are_told_or_asked_as_ever(begin):
    talk = begin()
    talk.say("is it better to sell drones or cctv to the police in Kenya?")
    assert talk.messages[-1].intent is not Intent.WHAT_IF


@pytest.mark.parametrize(("text", "fact", "other", "one"), [
    ("Kenya, Uganda or Togo, which is safest", "country", {"UG"}, {"KE"}),
    ("army, police or border guard, whats the lesser headache", "end_user",
     {"military"}, {"police"}),
])
def test_of_three_the_first_two_are_held_against_each_other_and_it_is_said(
        talk, text, fact, other, one):
    before = talk.conversation.deal
    reply = talk.say(text)
    assert held(talk) == {fact: (other, one)}
    assert talk.conversation.deal == before
    assert any("two against each other at a time" in line.text for line in reply.lead)


def test_of_a_clause_and_its_refusal_both_are_tried_out(begin):
    talk = begin()
    talk.say(DEAL + ". They refused the human rights clause")
    talk.say("if they agree to the human rights clause vs if they don't")
    assert held(talk) == {"human_rights_clause": ({"accepted"}, {"refused"})}


def test_what_is_known_is_held_against_the_other_way(begin):
    talk = begin()
    talk.amid({"product": "drone", "end_user": "police", "country": "KE", "hosting": "supplier"},
              ["restrictive_laws"])
    talk.say("us hosting it - pros and cons?")
    assert held(talk) == {"hosting": ({"customer"}, {"supplier"})}


@pytest.mark.parametrize("text", [
    "renewal vs new sale any difference", "pros and cons of a renewal",
    "border control vs weddings, which is less of a headache", "demo vs quote, any difference",
    "would renting instead of selling help",
])
def test_what_is_only_held_apart_is_never_noted(talk, text):
    before = talk.conversation.deal
    talk.say(text)
    assert talk.conversation.deal == before
    assert talk.messages[-1].intent in {Intent.HELP, Intent.ASK, Intent.WHAT_IF}


def test_what_is_told_with_a_case_of_two_parties_is_told(talk):
    talk.say("the high court in Otieno vs Republic ruled last year that journalists there "
             "are arbitrarily detained all the time")
    assert talk.conversation.deal.known("detentions") == {"yes"}


def test_an_empty_message_compares_nothing(talk):
    talk.say("")
    assert talk.messages[-1].intent is not Intent.WHAT_IF
