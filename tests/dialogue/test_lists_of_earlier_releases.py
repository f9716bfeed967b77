"""A release of before lacks lists that the program knows; until another is published it answers."""

from dataclasses import replace

import pytest

from bot.dialogue.reading import PlainReader
from bot.dialogue.small_words.cues import Cues
from tests.dialogue.talking import Talk

SAID = (
    "We want to sell drones with facial recognition to the police in Kenya, through a reseller.",
    "no, there are no such reports",
    "what if there was no facial recognition",
    "let's go with that",
    "why do you ask?",
    "is that ok?",
    "cctv or drones, which is worse",
    "start over please",
)


@pytest.mark.parametrize("kind", ["intents", "cues"])
def test_of_a_release_without_any_list_every_message_is_answered(guidance, sentences, kind):
    """After an upgrade every message of a conversation of before failed, until a publication."""
    held = getattr(guidance.vocabulary, kind)
    bare = replace(guidance, vocabulary=replace(guidance.vocabulary, **{kind: {
        name: () for name in held if name.startswith("named_")}}))
    talk = Talk(bare, PlainReader(bare), sentences)
    assert [talk.say(text).kind for text in SAID]


def test_a_list_that_a_release_lacks_is_an_empty_one(guidance):
    assert Cues.of({}).by_name["another_one"].find(()) == []
    assert "another_one" not in Cues.of({}).by_name
