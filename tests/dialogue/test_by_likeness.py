"""Who says in words of their own that they don't know has answered, and is asked the next thing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.messages.by_likeness import LIKELY, LIKELY_IN_PART
from bot.dialogue.reading import PlainReader
from retrieval.guidance import UNKNOWN
from tests.dialogue.talking import WHEN, Says, Talk

KNOWN = {"product": "drone", "end_user": "police", "country": "RS", "end_use": "traffic"}


def amid(guidance, sentences, asked, unknown, *told, likely=LIKELY_IN_PART) -> Talk:
    """A talk in which *asked* was asked for, where the texts *unknown* sound so, as *likely*."""
    reader = PlainReader(
        guidance, Says(*told),
        sounds_unknown=lambda text: likely if text in unknown else LIKELY - 0.01)
    return Talk(guidance, reader, sentences).amid(KNOWN, asked)


def noted(talk: Talk):
    """What was noted since, by fact: the values and the words."""
    return {str(fact): (answer.values and set(answer.values), answer.said)
            for fact, answer in talk.conversation.deal.answers.items() if str(fact) not in KNOWN}


@pytest.mark.parametrize(("text", "words"), [
    ("was before my time mate", "was before my time mate"),
    ("Long story. was before my time mate", "was before my time mate"),
    ("was before my time mate!\nsorry", "was before my time mate!"),
])
def test_it_is_left_open_and_not_asked_again(guidance, sentences, text, words):
    talk = amid(guidance, sentences, ["hosting"], {words})
    talk.say(text)
    assert noted(talk) == {"hosting": (None, words)}
    assert talk.messages[-1].answers_pending
    assert "hosting" not in talk.conversation.awaiting()


def test_of_several_that_were_asked_none_is_known(guidance, sentences):
    talk = amid(guidance, sentences, ["hosting", "stage"], {"was before my time mate"})
    talk.say("was before my time mate")
    assert {fact: values for fact, (values, _) in noted(talk).items()} == {
        "hosting": None, "stage": None}


@pytest.mark.parametrize(("text", "likely", "heard"), [
    ("was before my time mate", LIKELY, True),
    ("was before my time mate\n", LIKELY, True),
    ("was before my time mate. they have signed the contract", LIKELY, False),
    ("was before my time mate. they have signed the contract", LIKELY_IN_PART, True),
    ("they have signed the contract. was before my time mate", LIKELY_IN_PART, False),
])
def test_a_part_has_to_say_so_clearly(guidance, sentences, text, likely, heard):
    """"JV would be out. Going direct now, mgmt call" said "don't know" to all three questions."""
    talk = amid(guidance, sentences, ["hosting"],
                {"was before my time mate", "was before my time mate."},
                ("stage", "signed", 0.97, "signed the contract"), likely=likely)
    talk.say(text)
    assert ("hosting" in noted(talk)) is heard


def test_what_is_told_beside_is_told(guidance, sentences):
    talk = amid(guidance, sentences, ["hosting"], {"was before my time mate."},
                ("stage", "signed", 0.97, "signed the contract"))
    talk.say("was before my time mate. they have signed the contract")
    assert noted(talk) == {"hosting": (None, "was before my time mate."),
                           "stage": ({"signed"}, "signed the contract")}


@pytest.mark.parametrize("text", [
    "above my grade but they have signed the contract",
    "they have signed the contract, above my grade",
])
def test_a_clause_beside_what_is_told_leaves_open_what_was_asked(guidance, sentences, text):
    talk = amid(guidance, sentences, ["hosting"], {"above my grade"},
                ("stage", "signed", 0.97, "signed the contract"))
    talk.say(text)
    assert noted(talk) == {"hosting": (None, "above my grade"),
                           "stage": ({"signed"}, "signed the contract")}


def test_sentences_that_say_so_together_are_one_answer(guidance, sentences):
    text = "Long story. Dana had it then"
    talk = amid(guidance, sentences, ["hosting"], {text}, likely=LIKELY)
    talk.say(text)
    assert noted(talk) == {"hosting": (None, text)}


def test_what_it_is_for_says_no_such_thing_whatever_it_reminds_of(guidance, sentences):
    """"To see who comes and goes" was taken for "I don't know"."""
    text = "to see who was before my time"
    talk = amid(guidance, sentences, ["hosting"], {text})
    talk.say(text)
    assert noted(talk).get("hosting") is None


@pytest.mark.parametrize(("chance", "heard"), [(0.97, False), (0.4, True)])
def test_only_behind_what_is_surely_told_it_is_of_that(guidance, sentences, chance, heard):
    """"It was signed on Tuesday. Nobody told me" left open who runs it."""
    talk = amid(guidance, sentences, ["hosting"], {"was before my time mate"},
                ("stage", "signed", chance, "signed the contract"))
    talk.say("they have signed the contract. was before my time mate")
    assert noted(talk)["stage"][0] == {"signed"}
    assert ("hosting" in noted(talk)) is heard


@pytest.mark.parametrize(("text", "words"), [
    ("not sure, maybe they have signed the contract", None),
    ("above my grade, maybe they have signed the contract", "above my grade"),
])
def test_a_doubt_of_the_maybe_behind_it_is_none_of_what_was_asked(
    guidance, sentences, text, words
):
    talk = amid(guidance, sentences, ["hosting"], {"not sure", "above my grade"},
                ("stage", "signed", 0.97, "signed the contract"))
    talk.say(text)
    assert noted(talk)["stage"] == ({"signed"}, "signed the contract")
    assert noted(talk).get("hosting", (None, None))[1] == words


def test_what_else_is_clearly_unknown_is_left_open_instead(guidance, sentences):
    text = "you'd have to find that out from Dana, the recordings"
    talk = amid(guidance, sentences, ["stage"], {text},
                ("hosting", UNKNOWN, 0.65, "the recordings"))
    talk.say(text)
    assert noted(talk) == {"hosting": (None, text)}
    assert not talk.messages[-1].answers_pending


def test_a_doubt_by_its_sound_takes_nothing_back(guidance, sentences):
    text = "you'd have to find that out from Dana, who ends up with it"
    talk = amid(guidance, sentences, ["stage"], {text},
                ("end_user", UNKNOWN, 0.65, "who ends up with it"))
    before = talk.conversation.deal
    talk.say(text)
    assert talk.conversation.deal == before


@pytest.mark.parametrize(("text", "told"), [
    ("they run it, was before my time mate", ("hosting", "customer", 0.97, "they run it")),
    ("any guesses?", ("stage", "idea", 0.1, "any guesses")),
])
def test_a_value_outranks_it_and_a_question_leaves_nothing_open(guidance, sentences, text, told):
    talk = amid(guidance, sentences, ["hosting"], {text}, told)
    talk.say(text)
    assert noted(talk).get("hosting", ({"customer"}, ""))[0] == {"customer"}


def test_who_reads_fast_is_heard_seconds_after_the_question(guidance, sentences):
    text = "was before my time mate"
    talk = amid(guidance, sentences, ["hosting"], {text})
    talk.say("they signed the contract")
    asked = talk.conversation.awaiting()
    talk.say(text, WHEN + timedelta(seconds=9))
    assert asked and {talk.conversation.deal.answers[fact].values for fact in asked} == {None}


def test_it_is_heard_where_it_follows_at_once_on_a_telling(guidance, sentences):
    text = "was before my time mate, all of it, first time that i sell there"
    reader = PlainReader(guidance, sounds_unknown=lambda said: float(said == text))
    talk = Talk(guidance, reader, sentences)
    talk.say("drones for the police in Togo, for traffic")
    asked = talk.conversation.awaiting()
    talk.say(text, WHEN + timedelta(seconds=9))
    assert asked and {talk.conversation.deal.answers[fact].values for fact in asked} == {None}


def test_where_nothing_is_asked_nothing_is_left_open(guidance, sentences):
    talk = amid(guidance, sentences, ["hosting"], {"was before my time mate"})
    talk.conversation = replace(talk.conversation, pending=None)
    talk.say("was before my time mate")
    assert noted(talk) == {}
    assert talk.messages[-1].intent is not Intent.DESCRIBE
