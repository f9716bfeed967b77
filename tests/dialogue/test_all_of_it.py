"""All of the advice, what a fact has changed, and that others sell it too: however that is put."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import CHANGED
from bot.dialogue.reply import Status

DEAL = "CCTV for the police in Kenya. Journalists keep getting arrested there."


def said_in(begin, *texts):
    talk = begin()
    for text in (DEAL, *texts):
        reply = talk.say(text)
    return talk, reply


@pytest.mark.parametrize("text", [
    "Full advice.", "ok gimme the full thing", "Please give me the whole advice for the bid file.",
    "ok show the whole thing", "Give me the complete advice.", "now give the full advice",
    "whole advice", "the entire picture please", "All of it please.", "Everything please.",
    "pls send me the lot", "show me everything",
])
def test_all_of_the_advice_is_given_however_it_is_called(begin, text):
    """Eight of twenty conversations ended in "I take that as no answer"."""
    talk, reply = said_in(begin, text)

    assert talk.messages[-1].intent is Intent.ADVISE_NOW
    assert reply.question is None and len(reply.considerations) > 2


@pytest.mark.parametrize("text", ["they share everything with everyone",
                                  "the whole system is hosted by the customer"])
def test_what_tells_of_all_of_something_is_no_such_wish(begin, text):
    assert said_in(begin, text)[0].messages[-1].intent is Intent.DESCRIBE


@pytest.mark.parametrize("text", [
    "but everyone sells that", "everybody else does it too", "our competitors do the same",
    "other vendors sell these everywhere", "my boss says the competition ships it anyway",
])
def test_who_argues_that_others_sell_it_too_is_shown_what_is_raised(begin, text):
    """It was taken for no answer to what was asked, and twice of those passed the question over."""
    talk, reply = said_in(begin, text)

    assert talk.messages[-1].intent is Intent.RED_FLAGS
    assert [flag.status for flag in reply.flags] == [Status.RAISED]
    assert talk.conversation.awaiting()


@pytest.mark.parametrize("text", [
    "what has that changed?", "whats the difference now", "so what's different now?",
    "how does that change the advice", "how has that changed things?",
])
def test_what_a_fact_has_changed_is_what_it_is_to_the_deal(begin, text):
    """"Why I ask: abuse or arbitrary detention", said of what was asked next."""
    talk, _ = said_in(begin, "The courts are weak.", text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.WHAT_IS_KNOWN, CHANGED)
