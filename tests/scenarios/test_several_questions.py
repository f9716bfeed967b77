"""Several questions in one message get their own short answer each, or are named as left out."""

from datetime import UTC, datetime

import pytest

from bot.advisor import Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reply import Kind

WHEN = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def asked(advisor, text):
    return advisor.take_turn(Said(
        key=MessageKey(text), conversation=ConversationId(text), author="a", sent_at=WHEN,
        text=text, alone=True)).reply


@pytest.mark.parametrize("text", [
    "(1) contract clauses (2) audit rights (3) grievance channel",
    "1. contract clauses\n2. audit rights\n3. complaints",
    "pls help with a) contract clauses b) audit rights c) grievance channel",
    "what belongs in the contract? who may audit a customer? where do complaints go?",
])
def test_each_of_several_questions_has_an_answer_of_its_own(advisor, text):
    """All three were searched as one, and what was found spoke of complaints alone."""
    lines = [line for line in asked(advisor, text).lead if line.text.startswith("On question")]
    assert [line.text[len("On question ")] for line in lines] == ["1", "2", "3"]
    assert all(line.citations for line in lines)


def test_a_question_that_names_nothing_is_answered_behind_the_one_that_it_goes_on_from(advisor):
    """Both were searched as one, and said not to be covered."""
    lines = [line for line in asked(advisor, "what is KYC? and who does it?").lead
             if line.text.startswith("On question")]
    assert {line.text[len("On question ")] for line in lines} == {"1", "2"}
    assert all(line.citations for line in lines)


def test_what_the_texts_are_silent_on_is_said_of_that_question_alone(advisor):
    reply = asked(advisor, "how do we vet a reseller? what margin do we make on cameras?")
    first, *_, last = reply.lead
    assert reply.kind is Kind.ADVICE
    assert first.citations and not last.citations and last.text.startswith("On question 2")


def test_more_than_four_are_not_left_out_unsaid(advisor, sentences):
    reply = asked(advisor, "1. contract clauses 2. training of operators 3. grievance channel "
                           "4. audit rights 5. record keeping")
    assert reply.lead[-1].text == sentences.say("several.more")


@pytest.mark.parametrize("text", [
    "can complaints be anonymous?",
    "what's the difference between UNGP 13 and 19?", "does that count? and is it enough?",
])
def test_one_question_is_answered_as_one(advisor, text):
    assert not any(line.text.startswith("On question") for line in asked(advisor, text).lead)
