"""What is supposed of a known fact in words that don't name its value, and of what is no fact."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import PASSING_ON, SIZE, WHICH_ONE

REFUSED = ("cctv cameras for the police in Kenya via a reseller. "
           "They refused the human rights clause")
OPERATOR = "deep packet inspection for a state-owned telecom operator in Oman"


def tried(talk, text):
    """What *text* supposes, by fact, once it is sure that nothing of it was noted."""
    before = talk.conversation.deal
    talk.say(text)
    assert talk.conversation.deal == before
    return {fact: set(a.values) for fact, a in talk.messages[-1].supposed.items()}


@pytest.mark.parametrize("text", [
    "what if they come round in the end", "what if they say yes", "suppose they change their mind",
    "what if they sign but the reseller doesn't",
])
def test_a_refusal_that_ends_is_tried_out(begin, text):
    talk = begin()
    talk.say(REFUSED)
    assert tried(talk, text) == {"human_rights_clause": {"accepted"}}


def test_what_is_so_already_is_said_to_be_and_changes_nothing(begin):
    talk = begin()
    talk.say(REFUSED)
    assert tried(talk, "what if they agree to audits but not the clause") == {
        "human_rights_clause": {"refused"}}
    assert talk.replies[-1].lead[0].text.startswith("That is as I have it already")
    assert tried(talk, "what if it was only the police?") == {"end_user": {"police"}}


@pytest.mark.parametrize(("text", "values"), [
    ("and if the operator were private?", {"telecom-operator"}),
    ("what if they get privatised", {"telecom-operator"}),
])
def test_an_owner_is_supposed_to_change(begin, text, values):
    talk = begin()
    talk.say(OPERATOR)
    assert tried(talk, text) == {"end_user": values}


def test_what_a_go_between_does_with_the_terms_is_not_the_customers(begin):
    talk = begin()
    talk.say("cctv cameras for the police in Kenya via a reseller")
    assert "human_rights_clause" not in tried(talk, "what if the reseller refuses our clause")
    assert "end_user" not in tried(talk, "what if the reseller is state-owned")


@pytest.mark.parametrize("text", [
    "what if the reports turn out wrong", "what if the reports were made up",
])
def test_what_turns_out_untrue_is_supposed_to_be_the_other_way(begin, text):
    talk = begin()
    talk.amid({"product": "drone", "country": "KE", "agency_misuse": "yes",
               "judicial_oversight": "weak"}, ["restrictive_laws"])
    assert tried(talk, text) == {"agency_misuse": {"no"}}


@pytest.mark.parametrize("text", [
    "what if there is a second product", "what if another customer joins later",
    "suppose there's a second country",
])
def test_what_comes_on_top_without_a_name_is_asked_for(begin, text):
    talk = begin()
    talk.say(REFUSED)
    assert tried(talk, text) == {}
    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, WHICH_ONE)


@pytest.mark.parametrize(("text", "fact", "values"), [
    ("what if there's a second product, drones", "product", {"cctv", "drone"}),
    ("what if Kenya is off and it's for Greece", "country", {"GR"}),
    ("what if the army plugs in", "end_user", {"police", "military"}),
    ("worst case, what if the army used it", "end_user", {"military"}),
    ("what if we swap the reseller for a local distributor", "intermediary", {"distributor"}),
    ("would things look different for Greece", "country", {"GR"}),
])
def test_it_is_tried_out_however_it_is_put(begin, text, fact, values):
    talk = begin()
    talk.say(REFUSED)
    assert tried(talk, text) == {fact: values}


def test_a_limit_that_is_added_is_no_product(begin):
    talk = begin()
    talk.say(REFUSED)
    assert tried(talk, "what if we added geofencing") == {}
    assert talk.messages[-1].intent is Intent.ASK


@pytest.mark.parametrize(("text", "intent", "subject"), [
    ("if the contract is 1 year not 5 does that help", Intent.HELP, SIZE),
    ("what changes if this is a donation", Intent.HELP, SIZE),
    ("does it matter if its 3 kits or 30", Intent.HELP, SIZE),
    ("what can I promise the customer", Intent.HELP, PASSING_ON),
    ("what am i allowed to tell them", Intent.HELP, PASSING_ON),
    ("whats the quickest win", Intent.NEXT_STEPS, None),
    ("anything i can tick off this week", Intent.NEXT_STEPS, None),
    ("anything in here that could kill this", Intent.GRAVEST, None),
    ("whats worse, the product or the customer", Intent.GRAVEST, None),
    ("can we say yes for now and sort it out later", Intent.VERDICT, None),
])
def test_what_is_asked_beside_a_deal_notes_nothing(begin, text, intent, subject):
    talk = begin()
    talk.say(REFUSED)
    assert tried(talk, text) == {}
    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (intent, subject)


def test_which_one_safeguard_to_pick_is_answered_with_the_best(begin):
    talk = begin()
    talk.say(REFUSED)
    reply = talk.say("if i had to pick one safeguard which")
    assert talk.messages[-1].intent is Intent.REMEDY
    assert reply.safeguards
