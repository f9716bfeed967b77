"""What isn't for us takes nothing from a deal where it is only mentioned."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId, Phase
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Says

JUDGE = ("access_safeguards", "adequate", 0.8, "A judge signs every request")


@pytest.fixture
def deal():
    drones = Answer(frozenset({"drone"}), "drones", MessageKey("m0"))
    known = Deal().with_answers({Fact("product"): drones})
    return Conversation(ConversationId("c"), deal=known, phase=Phase.ASKING)


def read(guidance, conversation, text, *told):
    return PlainReader(guidance, Says(*told)).read(
        text, conversation, key=MessageKey("m"), author="a", sent_at=WHEN)


@pytest.mark.parametrize("text", [
    "A judge signs every request. Back from annual leave on Monday btw",
    "A judge signs every request there, so sorry for the wait, my vpn password was gone",
])
def test_what_is_only_mentioned_loses_nothing_that_was_told(guidance, deal, text):
    message = read(guidance, deal, text, JUDGE)

    assert message.intent is Intent.DESCRIBE
    assert set(message.heard) == {"access_safeguards"}


@pytest.mark.parametrize(("text", "told"), [
    ("Translate this: A judge signs every request", [JUDGE]),
    ("Write me an email that A judge signs every request", [JUDGE]),
    ("A judge signs every request, or so. What's the weather like?", []),
    ("the team would like to know by tomorrow morning the weather forecast", []),
])
def test_who_asks_for_what_is_not_for_us_is_told_so(guidance, deal, text, told):
    assert read(guidance, deal, text, *told).intent is Intent.OUT_OF_SCOPE


def test_whoever_did_their_homework_asks_for_none(guidance, deal):
    message = read(guidance, deal, "did my homework: A judge signs every request", JUDGE)

    assert (message.intent, set(message.heard)) == (Intent.DESCRIBE, {"access_safeguards"})
    assert read(guidance, deal, "help me with my homework").intent is Intent.OUT_OF_SCOPE
