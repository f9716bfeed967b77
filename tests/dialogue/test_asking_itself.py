"""What asks something and answers it in the same breath: "do they pass it on? no idea"."""

import pytest

from bot.dialogue.intents import Intent

DEAL = {"product": "cctv", "end_user": "police", "country": "UG"}


@pytest.mark.parametrize(("text", "fact", "values"), [
    ("do they pass it on? no idea", "onward_supply", None),
    ("who hosts it? no idea", "hosting", None),
    ("is there a reseller? nope", "intermediary", {"none"}),
    ("did they agree to the clause? yes", "human_rights_clause", {"accepted"}),
    ("did they agree to the clause? not yet", "human_rights_clause", {"not-discussed"}),
    ("has counsel looked at it? not yet", "export_review", {"not-started"}),
])
@pytest.mark.parametrize("asked", [("detentions", "restrictive_laws"), ("detentions",)])
def test_an_answer_to_a_question_of_ones_own_is_of_that(begin, text, fact, values, asked):
    """It was taken for an answer to what Advisor had asked: nobody knew of detentions, or laws."""
    talk = begin().amid(DEAL, asked)
    talk.say(text)
    heard = talk.messages[-1].heard
    assert {f: a.values for f, a in heard.items()} == {fact: values}
    assert talk.conversation.awaiting() == asked


@pytest.mark.parametrize("text", ["misused? not that i know", "police? yes",
                                  "does a government own them? don't know"])
def test_of_which_matter_it_is_nobody_knows_and_of_nothing_that_was_asked(begin, text):
    talk = begin().amid(DEAL, ["detentions", "restrictive_laws"])
    talk.say(text)
    assert not talk.messages[-1].heard
    assert talk.messages[-1].intent in (Intent.UNCLEAR, Intent.DESCRIBE)


@pytest.mark.parametrize("text", ["are there detentions? no idea", "abuse of journalists? no idea"])
def test_one_of_several_that_were_asked_leaves_the_others(begin, text):
    talk = begin().amid(DEAL, ["detentions", "restrictive_laws"])
    talk.say(text)
    assert set(talk.messages[-1].heard) == {"detentions"}


@pytest.mark.parametrize("text", ["what's that? no idea", "really? no to both",
                                  "is this about the police? no to both", "sorry, both? no and no"])
def test_what_asks_of_no_matter_answers_what_was_asked(begin, text):
    talk = begin().amid(DEAL, ["detentions", "conflict"])
    talk.say(text)
    assert set(talk.messages[-1].heard) == {"detentions", "conflict"}


@pytest.mark.parametrize("text", ["Kenya? no", "the country? no"])
def test_a_no_behind_a_country_is_no_norway(begin, text):
    talk = begin().amid(DEAL, ["detentions", "conflict"])
    talk.say(text)
    assert "country" not in talk.messages[-1].heard
