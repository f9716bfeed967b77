"""Comparing with another deal: answered in a direct message, declined in a channel."""

import json

import pytest

from tests.slack.joined import OFFICE
from tests.slack.playing import Bot
from tests.workspace.running import NOOR

# A country of no other test: people of the workspace keep their deals from test to test.
THERE, HERE = "cctv for the police in Bhutan", "drones for the army in Ghana"
ASKED = "compare with the Bhutan deal"


@pytest.fixture(scope="session")
def transport() -> str:
    """Who is told what does not depend on the transport."""
    return "http"


def told(message: object) -> str:
    return json.dumps(message, ensure_ascii=False)


def test_in_a_direct_message_ones_own_deals_are_compared(bot: Bot) -> None:
    bot.direct(THERE)
    here = bot.direct(HERE)
    bot.direct(ASKED, thread=here)
    answer = told(bot.last(bot.dm(), here))
    assert "Compared with your other deal (CCTV cameras · Police · Bhutan)" in answer
    assert "country of use: Ghana here, Bhutan there" in answer


def test_in_a_channel_it_is_declined_with_no_word_of_the_other_deal(bot: Bot) -> None:
    bot.direct(THERE)
    here = bot.mention(HERE)
    bot.say(ASKED, thread=here)
    answer = told(bot.last(OFFICE, here))
    assert "Ask me in a direct message" in answer
    assert "CCTV" not in answer


def test_somebody_elses_deal_is_not_found(bot: Bot) -> None:
    bot.direct("cctv for the police in Togo", user=NOOR)
    here = bot.direct(HERE)
    bot.direct("compare with the Togo deal", thread=here)
    answer = told(bot.last(bot.dm(), here))
    assert "Compared with" not in answer
    assert "Togo" not in answer


def test_a_supposition_is_answered_and_adopted_in_a_thread(bot: Bot) -> None:
    here = bot.mention("drones with facial recognition for the police in Ghana, to watch crowds")
    bot.say("what if we left out the facial recognition?", thread=here)
    assert "Would no longer be raised" in told(bot.last(OFFICE, here))
    bot.say("let's go with that", thread=here)
    assert "No longer raised" in told(bot.last(OFFICE, here))
