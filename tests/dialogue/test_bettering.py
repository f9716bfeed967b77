"""What is supposed to end, to get better or worse, and a go-between that goes by its own name."""

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.intents import Intent
from retrieval.guidance import Fact
from tests.dialogue.talking import KEY
from tests.dialogue.test_turned_round import tried

DEAL = {"product": "spyware", "end_user": "police", "country": "SD"}
BAD = {**DEAL, "conflict": "yes", "restrictive_laws": "yes", "detentions": "yes",
       "judicial_oversight": "weak", "access_safeguards": "none"}
GOOD = {**DEAL, "judicial_oversight": "independent", "restrictive_laws": "no"}


@pytest.mark.parametrize(("text", "supposed"), [
    ("what if the war ends", {"conflict": {"no"}}),
    ("suppose there's a ceasefire before we ship", {"conflict": {"no"}}),
    ("what if that law gets struck down?", {"restrictive_laws": {"no"}}),
    ("what if parliament repeals the law", {"restrictive_laws": {"no"}}),
    ("what if they stop arresting journalists", {"detentions": {"no"}}),
    ("if the courts were reformed, would that help?", {"judicial_oversight": {"independent"}}),
    ("what if they tighten the approval rules", {"access_safeguards": {"adequate"}}),
])
def test_what_ends_or_gets_better_is_the_other_way(begin, text, supposed):
    assert tried(begin().amid(BAD, ["rights_limits"]), text) == supposed


@pytest.mark.parametrize(("text", "supposed"), [
    ("what if the courts get packed", {"judicial_oversight": {"weak"}}),
    ("what if the law gets worse", {"restrictive_laws": {"yes"}}),
    ("what if the insult law gets repealed", {"rights_limits": {"no"}}),
])
def test_what_gets_worse_is_grave_and_what_is_not_known_can_end_too(begin, text, supposed):
    assert tried(begin().amid(GOOD, ["conflict"]), text) == supposed


def test_what_was_told_in_the_same_words_ends(begin):
    talk = begin()
    talk.say("drones for the police in Jordan, activists are jailed there")
    assert talk.conversation.deal.known(Fact("detentions")) == {"yes"}
    assert tried(talk, "imagine the activists get released") == {"detentions": {"no"}}


@pytest.mark.parametrize(("text", "supposed"), [
    ("say this went to the army", {"end_user": {"military"}}),
    ("lets say it's for the army", {"end_user": {"military"}}),
    ("if the courts were independent, does that move the needle",
     {"judicial_oversight": {"independent"}}),
    ("if we host it, where does that leave us", {"hosting": {"supplier"}}),
    ("if they get drones instead, still bad?", {"product": {"drone"}}),
])
def test_what_is_said_to_be_so_for_once_is_not_noted(begin, text, supposed):
    assert tried(begin().amid(BAD, ["rights_limits"]), text) == supposed


@pytest.mark.parametrize("text", [
    "what if we only rent it and host it", "suppose we keep the keys and run the servers",
])
def test_whoever_does_the_one_does_the_other(begin, text):
    assert tried(begin().amid(BAD, ["rights_limits"]), text) == {"hosting": {"supplier"}}


@pytest.mark.parametrize("text", [
    "what if we stop support when the war starts", "what if the war doesn't end",
    "what if they abolish the courts", "what if the mood improves",
    "what if they fix the cameras at the court", "what if the war ends up spreading",
    "what if they ban protests", "what if we suspend the feed of detentions",
])
def test_nothing_gets_better_by_what_else_ends(begin, text):
    talk = begin().amid(BAD, ["rights_limits"])
    talk.say(text)
    supposed = talk.messages[-1].supposed
    assert {fact: set(a.values) for fact, a in supposed.items()} in (
        {}, {"conflict": {"yes"}}, {"judicial_oversight": {"none"}}, {"rights_limits": {"yes"}})


def through(begin, said):
    """A talk on a deal in which *said* told of a reseller."""
    talk = begin().amid({**DEAL, "intermediary": "reseller"}, ["conflict"])
    deal = talk.conversation.deal.with_answers({Fact("intermediary"): Answer(
        frozenset({"reseller"}), said, KEY, end=len(said))})
    assert isinstance(deal, Deal) and isinstance(talk.conversation, Conversation)
    object.__setattr__(talk.conversation, "deal", deal)
    return talk


@pytest.mark.parametrize(("said", "text", "supposed"), [
    ("through Sahel Systems", "what if we drop Sahel Systems", {"none"}),
    ("through Sahel Systems", "would it help if Sahel went away", {"none"}),
    ("thru digitech", "suppose no digitech", {"none"}),
    ("via Crestline", "is it better without Crestline", {"none"}),
])
def test_a_go_between_is_known_by_its_own_name(begin, said, text, supposed):
    talk = through(begin, said)
    assert tried(talk, text) == {"intermediary": supposed}
    [answer] = talk.messages[-1].supposed.values()
    assert (answer.said, talk.messages[-1].text) == (text, text)


@pytest.mark.parametrize(("said", "text"), [
    ("through Sahel Systems", "what if the systems fail"),
    ("through a reseller", "what if a friend drops out"),
    ("through Al Rimal Systems", "what if al gore comes along"),
    ("via Crestline", "Crestline is based in Lomé"),
])
def test_other_words_are_no_name_of_a_go_between(begin, said, text):
    talk = through(begin, said)
    talk.say(text)
    assert "intermediary" not in talk.messages[-1].supposed
    assert talk.messages[-1].intent is not Intent.WHAT_IF
