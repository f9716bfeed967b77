"""What is supposed by its name in the questions, and how whoever isn't heard is told to name it."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reply import Kind
from retrieval.guidance import Fact, QuestionKind
from tests.dialogue.test_turned_round import tried

DEAL = {"product": "cctv", "end_user": "police", "country": "KE", "intermediary": "reseller"}


def test_each_answer_can_be_supposed_by_its_name(begin, guidance):
    talk = begin().amid(DEAL, ["judicial_oversight"])
    missed = [
        (question.label, choice.label)
        for question in guidance.questions.values() if question.kind is QuestionKind.CHOICE
        for choice in question.choices
        if tried(talk, f"what if {question.label}: {choice.label.lower()}") != {
            question.fact: {choice.value}}]
    assert missed == []


@pytest.mark.parametrize(("text", "supposed"), [
    ("what if product: drones, thermal imaging", {"product": {"drone", "thermal-imaging"}}),
    ("What if country of use: Ghana?", {"country": {"GH"}}),
    ("what if the intermediary: broker or agent; courts and oversight: they exist, but they are "
     "weak", {"intermediary": {"broker"}, "judicial_oversight": {"weak"}}),
    ("suppose conflict or turmoil = yes", {"conflict": {"yes"}}),
])
def test_several_and_countries_are_named_too(begin, text, supposed):
    assert tried(begin().amid(DEAL, ["judicial_oversight"]), text) == supposed


@pytest.mark.parametrize("text", [
    "what if hosting: nobody knows", "what if the shape: round",
    "what if intermediary: reseller, no one, we sell direct",
])
def test_what_is_no_answer_is_not_called_by_name(begin, text):
    talk = begin().amid(DEAL, ["judicial_oversight"])
    talk.say(text)
    assert {Fact("hosting"), Fact("intermediary")}.isdisjoint(talk.messages[-1].supposed)


def test_who_supposes_what_is_not_heard_is_told_how_to_name_it(begin):
    talk = begin().amid(DEAL, ["judicial_oversight"])
    reply = talk.say("what if the union objects to all of it?")
    assert talk.messages[-1].intent is Intent.ASK
    assert talk.messages[-1].unheard and reply.to_try_out
    said = [line.text for line in (
        reply.lead if reply.kind is Kind.DECLINE else reply.closing)]
    [how] = [line for line in said if line.startswith("If you mean that something")]
    named = how[how.index("(\"") + 2 : how.index("\")")]
    assert named == "what if intermediary: no one, we sell direct"
    assert tried(talk, named) == {"intermediary": {"none"}}


def test_a_question_on_the_texts_is_told_nothing_of_the_kind(begin):
    talk = begin().amid(DEAL, ["judicial_oversight"])
    reply = talk.say("how long do we have to keep records?")
    assert not talk.messages[-1].unheard and not reply.to_try_out
