"""What begins as questions do and leaves out its subject, or sets apart what is so, states it."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from tests.dialogue.talking import Says, Talk

KNOWN = {"product": "drone", "country": "RS", "end_use": "traffic"}


def amid(guidance, sentences, asked: str, *told) -> Talk:
    """A talk in which *asked* was asked for, where a model hears what is *told*."""
    return Talk(guidance, PlainReader(guidance, Says(*told)), sentences).amid(KNOWN, [asked])


@pytest.mark.parametrize(("text", "words"), [
    ("was meant to be with them, now we run it", "we run it"),
    ("wasn't ever with them, we run it", "we run it"),
    ("which is hosted here, we run it", "we run it"),
    ("what we do is we run it", "we run it"),
    ("what worries me most is that we run it", "we run it"),
    ("how it works is we run it", "we run it"),
    ("what matters here is we run it", "we run it"),
])
def test_it_answers_what_was_asked(guidance, sentences, text, words):
    talk = amid(guidance, sentences, "hosting", ("hosting", "supplier", 0.97, words))
    talk.say(text)
    assert talk.conversation.deal.known("hosting") == {"supplier"}


@pytest.mark.parametrize("text", [
    "was meant to be with them, now we run it?", "what we do is we run it?",
    "what i want to know is why we run it", "what i'm wondering is if we run it",
    "what counts as that isn't clear to me when we run it", "what we run is what exactly",
    "were they told that we run it", "which is worse if we run it", "what happens if we run it",
])
def test_with_a_mark_a_subject_or_a_wish_to_know_it_asks(guidance, sentences, text):
    talk = amid(guidance, sentences, "hosting", ("hosting", "supplier", 0.97, "we run it"))
    talk.say(text)
    assert not talk.conversation.deal.known("hosting")
    assert talk.messages[-1].intent is not Intent.DESCRIBE


def test_what_was_first_meant_is_gone_behind_a_but(guidance, sentences):
    talk = amid(guidance, sentences, "end_user",
                ("end_user", "military", 0.5, "the army"),
                ("end_user", "police", 0.97, "the police"))
    talk.say("was meant for the army but it's the police getting it now")
    assert talk.conversation.deal.known("end_user") == {"police"}


def test_a_v_behind_a_full_stop_is_a_very(guidance, sentences):
    talk = amid(guidance, sentences, "transparency")
    talk.say("vague. v vague")
    assert talk.conversation.deal.known(Fact("transparency")) == {"evasive"}
