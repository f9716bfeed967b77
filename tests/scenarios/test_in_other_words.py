"""Requests in words that no list of phrases has, read with all that ships."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import CONTACT, IN_SHORT

DEAL = "12 imsi catchers for the national security service in Uzbekistan via our distributor"


def asked(begin, text: str):
    talk = begin()
    talk.say(DEAL)
    reply = talk.say(text)
    return talk.messages[-1], reply


@pytest.mark.parametrize(("text", "intent", "subject"), [
    ("can i send them a quote w conditions", Intent.VERDICT, None),
    ("ok what do i write to my boss in 3 lines", Intent.ADVISE_NOW, IN_SHORT),
    ("meeting in 10, give me the worst thing", Intent.GRAVEST, None),
    ("so how do we derisk it", Intent.REMEDY, None),
    ("who on our side signs", Intent.HELP, CONTACT),
    ("hang on getting the customer on the line", Intent.FILLER, "pondering"),
])
def test_what_was_searched_and_declined_is_answered(begin, text, intent, subject):
    message, _ = asked(begin, text)
    assert (message.intent, message.subject, message.likely) == (intent, subject, True)


@pytest.mark.parametrize(("text", "intent"), [
    ("what does the guidance say about distributors", Intent.ASK),
    ("does it cover spare parts", Intent.ASK),
    ("what if it were the police", Intent.WHAT_IF),
    ("what's the biggest risk", Intent.GRAVEST),
])
def test_what_is_known_otherwise_stays_that(begin, text, intent):
    message, _ = asked(begin, text)
    assert (message.intent, message.likely) == (intent, False)


@pytest.mark.parametrize(("text", "intent"), [
    ("any sample wording for the distributor agreement", Intent.REMEDY),
    ("two lines on the imsi catchers for my boss pls", Intent.ADVISE_NOW),
])
def test_what_names_only_what_is_known_may_ask_for_something(begin, text, intent):
    message, _ = asked(begin, text)
    assert (message.intent, message.heard, message.likely) == (intent, {}, True)


def test_what_is_told_is_told_whatever_it_is_like(begin):
    message, _ = asked(begin, "my boss wants a summary, and tell him it's for the army as well")
    assert message.intent is Intent.DESCRIBE
    assert message.heard["end_user"].values == {"intelligence", "military"}


@pytest.mark.parametrize("text", [
    "two lines for my boss pls, they want a cash kickback",
    "my vp wants a paragraph, the minister asked for a bribe",
])
def test_a_matter_beside_the_guidance_is_not_passed_over_for_a_request(begin, text):
    message, _ = asked(begin, text)
    assert message.other_matters and not message.likely
