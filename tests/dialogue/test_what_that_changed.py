"""Who asks what a fact has changed is told the difference between the advice before and now."""

from datetime import timedelta

import pytest

from bot.dialogue.changes import Ground, Part
from bot.dialogue.intents import Intent
from bot.dialogue.replies.comparing import advised, difference
from bot.dialogue.replies.telling import changes
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN

FIRST = "cctv for the police in Ghana, against burglary"


@pytest.fixture
def talk(begin):
    held = begin()
    held.say(FIRST)
    return held


@pytest.mark.parametrize("text", [
    "what did that change?", "did that change anything", "so what changed?",
    "what difference does it make", "has that made it worse", "how does that affect us",
    "what's different now", "what's changed", "anything changed?", "are we better off now",
])
def test_it_is_the_difference_between_then_and_now(talk, sentences, text):
    guidance = talk.guidance
    then = talk.conversation.deal
    talk.say("the courts are weak")
    now = talk.conversation.deal
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IS_KNOWN
    assert reply.changes == changes(
        guidance, sentences, Ground.CORRECTION,
        difference(guidance, advised(guidance, then), advised(guidance, now)))
    assert [one.id for one in reply.changes.named(Part.FLAGS_ADDED)] == ["sg-c2-rf4"]
    question = guidance.questions[Fact("judicial_oversight")]
    assert [line.text for line in reply.lead] == [
        "Noted: courts and oversight: They exist, but they are weak.",
        sentences.say("lead.why_told", label=question.label, why=question.why.strip())]


def test_of_a_correction_it_says_what_went_and_what_came(talk):
    talk.say("no, it's for the army")
    reply = talk.say("what did that change")

    assert reply.lead[0].text == (
        "Noted: end-user: Armed forces or defence ministry (not Police any more).")
    assert len(reply.lead) == 1


def test_where_nothing_has_changed_that_is_said(talk):
    talk.say("hosting: no idea")
    reply = talk.say("did that change anything?")

    assert reply.lead[0].text == "Noted: hosting: not known yet."
    assert (reply.changes.groups, reply.changes.rest) == ((), "The advice stands as it was.")


def test_it_changes_nothing_and_asks_what_was_asked(talk):
    talk.say("the courts are weak")
    before, awaiting = talk.conversation.deal, talk.conversation.awaiting()
    reply = talk.say("what did that change")

    assert talk.conversation.deal == before
    assert talk.conversation.awaiting() == awaiting
    assert [one.fact for one in reply.question.all()] == list(awaiting)


@pytest.mark.parametrize("between", [(), ("the courts are weak", "show the sources")])
def test_where_nothing_was_told_right_before_it_is_what_is_known(talk, between):
    for one in between:
        talk.say(one)
    reply = talk.say("what changed?")

    assert reply.changes is None
    assert reply.lead[0].text.startswith("So far I have: product: CCTV cameras")


def test_of_a_telling_in_several_messages_it_is_what_the_last_has_changed(begin):
    talk = begin()
    told = (FIRST, "the courts are weak", "and they jail journalists")
    for seconds, text in zip((0, 6, 12), told, strict=True):
        talk.say(text, at=WHEN + timedelta(seconds=seconds))
    assert len(talk.conversation.stretch.parts) == 3
    reply = talk.say("what did that change", at=WHEN + timedelta(seconds=18))

    assert [one.id for one in reply.changes.named(Part.FLAGS_ADDED)] == ["sg-c2-rf3"]


def test_behind_a_part_that_changed_nothing_it_is_what_is_known(begin):
    talk = begin()
    for seconds, text in zip((0, 6), (FIRST, "in Ghana"), strict=True):
        talk.say(text, at=WHEN + timedelta(seconds=seconds))
    reply = talk.say("did that change anything", at=WHEN + timedelta(seconds=12))

    assert reply.changes is None
    assert reply.lead[0].text.startswith("So far I have: ")


def test_what_was_pressed_counts_as_what_was_told(talk):
    talk.choose({"judicial_oversight": ["weak"]})
    reply = talk.say("what did that change?")

    assert [one.id for one in reply.changes.named(Part.FLAGS_ADDED)] == ["sg-c2-rf4"]
    assert reply.lead[0].text == "Noted: courts and oversight: They exist, but they are weak."
