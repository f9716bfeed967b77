"""Answers that list choices of what was asked."""

import pytest

from retrieval.guidance import Fact


@pytest.fixture
def asked(begin):
    """Begin a conversation in which a fact was just asked for."""
    return lambda fact: begin().amid({"country": "KE"}, [fact])


def of(talk, fact):
    answer = talk.conversation.deal.answers.get(Fact(fact))
    return set() if answer is None else set(answer.values or ())


@pytest.mark.parametrize("text", [
    "traffic, environment, elections",
    "Elections + traffic & environment",
    "elections / traffic or transport / environment",
    "traffic\nelections\nenvironment",
    "Traffic and environment and elections.",
])
def test_each_choice_that_a_list_names_is_noted(asked, text):
    talk = asked("end_use")

    talk.say(text)

    assert of(talk, "end_use") == {"traffic", "environment", "elections"}


@pytest.mark.parametrize(("fact", "text", "values"), [
    ("intermediary", "joint venture/contractor", {"joint-venture", "contractor"}),
    ("end_user", "police+army", {"police", "military"}),
    ("product", "drones, cctv, thermal imaging", {"drone", "cctv", "thermal-imaging"}),
])
def test_what_parts_a_list_needs_no_blanks_and_its_words_may_be_ones_own(
    asked, fact, text, values
):
    talk = asked(fact)

    talk.say(text)

    assert of(talk, fact) == values


@pytest.mark.parametrize("text", [
    "traffic, environment, elections?",
    "traffic, environment, not elections",
    "traffic, environment, whatever comes up",
])
def test_what_asks_denies_or_says_more_is_no_such_list(asked, text):
    talk = asked("end_use")

    talk.say(text)

    assert "elections" not in of(talk, "end_use")


def test_a_question_with_one_answer_takes_no_list(asked):
    talk = asked("stage")

    talk.say("quoted, signed")

    assert of(talk, "stage") == {"signed"}


@pytest.mark.parametrize("text", ["zilch", "nada", "Nothing at all.", "sod all", "absolutely none"])
def test_a_none_in_any_words_is_the_choice_of_that_name(asked, text):
    talk = asked("access_safeguards")

    talk.say(text)

    assert of(talk, "access_safeguards") == {"none"}


@pytest.mark.parametrize("text", ["zilch?", "not one word from them so far", "zip it"])
def test_what_asks_or_says_more_is_no_none(asked, text):
    talk = asked("access_safeguards")

    talk.say(text)

    assert not talk.conversation.deal.known("access_safeguards")


@pytest.mark.parametrize("text", ["yes v close", "yes, v close actually"])
def test_a_v_behind_a_small_word_is_a_very(asked, text):
    talk = asked("government_ties")

    talk.say(text)

    assert of(talk, "government_ties") == {"yes"}
