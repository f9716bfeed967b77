"""A what-if behind a word that merely opens it, and what it supposes of whom.

What the packaged model hears in the words is written out.
"""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from tests.dialogue.talking import Says, Talk

DEAL = {"product": "cctv", "end_user": "police", "country": "PE"}
HEARS = Says(("end_user", "military", 1.0, "army"), ("product", "drone", 1.0, "drones"))


def supposed(guidance, sentences, text):
    reader = PlainReader(guidance, HEARS, supposes=lambda said, _: said.startswith("if "))
    talk = Talk(guidance, reader, sentences).amid(DEAL, ["end_use"])
    talk.say(text)
    message = talk.messages[-1]
    assert dict(talk.conversation.deal.answers).keys() == DEAL.keys()
    return message.intent, {f: set(a.values) for f, a in message.supposed.items()}


@pytest.mark.parametrize(("text", "expected"), [
    ("right, and if it was for the army", {"end_user": {"military"}}),
    ("right, and if we sell drones", {"product": {"drone"}}),
    ("well, and if we sell drones", {"product": {"drone"}}),
    ("also, what about chile instead", {"country": {"CL"}}),
    ("ok, what about the army instead", {"end_user": {"military"}}),
    ("right, what about the army instead", {"end_user": {"military"}}),
    ("and with the army as end user?", {"end_user": {"police", "military"}}),
])
def test_it_is_tried_out(guidance, sentences, text, expected):
    """The first was noted as a fact, the next were searched, and the last supposed a clean user."""
    intent, found = supposed(guidance, sentences, text)
    assert intent is Intent.WHAT_IF
    assert found.keys() == expected.keys()
    assert all(expected[fact] >= values for fact, values in found.items())


@pytest.mark.parametrize("text", [
    "what if the army asks for the footage", "what if the army wants to see our recordings"])
def test_who_asks_for_what_is_recorded_is_supposed_to_use_nothing(guidance, sentences, text):
    assert supposed(guidance, sentences, text)[1] == {}


def test_who_asks_for_goods_is_supposed_to_use_them(guidance, sentences):
    assert "end_user" in supposed(guidance, sentences, "what if the army asks for drones")[1]
