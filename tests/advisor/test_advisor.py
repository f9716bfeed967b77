from dataclasses import replace

import pytest

from bot.advisor import Said
from bot.answering.hearing import insist_on_readable
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.errors import BadInput
from bot.schema import claims
from retrieval.guidance import QuestionKind
from tests.dialogue.talking import WHEN

C = ConversationId("c")


def values(outcome):
    return {f: a.values for f, a in outcome.conversation.deal.answers.items()}


def test_an_edited_message_corrects_the_fact_it_carried(say):
    say("drones for the police in Kenya", key="m1")
    outcome = say("drones for the police in Uganda", edits=MessageKey("m1"))

    assert values(outcome) == {"product": {"drone"}, "end_user": {"police"}, "country": {"UG"}}
    assert "Uganda" in outcome.reply.heard
    assert "Kenya" in outcome.reply.heard
    assert "Police" not in outcome.reply.heard


def test_an_edit_takes_back_what_it_no_longer_says(say):
    say("drones for the police in Kenya", key="m1")
    outcome = say("drones for the police", edits=MessageKey("m1"))

    assert values(outcome) == {"product": {"drone"}, "end_user": {"police"}}
    assert "Kenya" in outcome.reply.heard


def test_an_edit_leaves_what_other_messages_told(say):
    say("drones for the police", key="m1")
    say("it goes to Kenya", key="m2")
    outcome = say("cameras for the army", edits=MessageKey("m1"))

    assert values(outcome)["country"] == {"KE"}
    assert values(outcome)["end_user"] == {"military"}


def test_a_message_can_be_edited_twice(say):
    say("drones for the police in Kenya", key="m1")
    say("drones for the police in Uganda", edits=MessageKey("m1"))
    outcome = say("drones for the police", edits=MessageKey("m1"))

    assert "country" not in values(outcome)


def test_an_edit_of_who_started_over_keeps_what_was_told_since(say):
    say("cctv for the police in Ghana", key="m1")
    say("start over. drones for the police in Chad", key="m2")
    say("we sell through a reseller", key="m3")
    outcome = say("start over. drones for the police in Chad!", edits=MessageKey("m2"))

    assert values(outcome) == {
        "product": {"drone"}, "end_user": {"police"}, "country": {"TD"},
        "intermediary": {"reseller"}}


def test_picks_outrank_the_words_beside_them(say):
    outcome = say("drones for the police in Kenya", answers={"country": ["UG"]})

    assert values(outcome)["country"] == {"UG"}
    assert values(outcome)["product"] == {"drone"}


@pytest.mark.parametrize(("text", "lead"), [
    ("do we need audits?", "beside.lead"), ("what is KYC?", "beside.lead"),
    ("is this deal approved?", "lead.verdict"),
])
def test_what_is_asked_beside_picks_is_answered(say, sentences, text, lead):
    outcome = say(text, answers={"end_user": ["police"], "country": ["KE"]})

    assert values(outcome) == {"end_user": {"police"}, "country": {"KE"}}
    said = [line.text for line in (*outcome.reply.lead, *outcome.reply.aside)]
    assert sentences.say(lead) in said


def test_a_button_states_its_intent_whatever_is_pending(say):
    first = say("drones for the police in Kenya")
    outcome = say(intent=Intent.WHY)

    assert replace(outcome.reply.question, again="") == first.reply.question
    assert outcome.conversation.deal == first.conversation.deal


def test_an_answer_of_no_value_is_refused_of_every_kind_of_question(guidance):
    named = replace(guidance.questions["country"], kind=QuestionKind.TEXT, choices=())
    asked = replace(guidance, questions={**guidance.questions, "country": named})
    said = Said(MessageKey("m1"), C, "a", WHEN, answers={"country": []})

    with pytest.raises(BadInput) as refused:
        insist_on_readable(said, asked, 8_000)

    assert (refused.value.code, str(refused.value)) == (
        "empty", "'country' has no value. Give null for \"I don't know\".")


def test_a_turn_records_what_the_person_last_saw(advisor, store):
    shown = Conversation(C)
    advisor.take_turn(Said(MessageKey("m1"), C, "a", WHEN, "we sell drones"))
    outcome = advisor.take_turn(
        Said(MessageKey("m2"), C, "a", WHEN, "to the police in Kenya"), shown=shown)

    assert outcome.before == shown
    assert [turn.shown_version for turn in store.turns(C)] == [None, 0]
    assert outcome.reply.shape == "brief"


def test_a_message_answered_before_still_owes_what_goes_along(advisor, store):
    said = Said(MessageKey("m1"), C, "a", WHEN, "we sell drones")
    first = advisor.take_turn(said)
    seen = []

    def along(connection, outcome):
        connection.execute(claims.insert().values(conversation="c"))
        seen.append(outcome.reply)

    advisor.take_turn(said, along=along)

    assert seen == [first.reply]
    assert len(store.turns(C)) == 1


def test_of_what_is_too_long_to_be_answered_nothing_is_read(advisor):
    """A pasted file of 40,000 characters was read before it was refused, or left to colleagues."""
    text = ("drones for the police in Kenya. " * 2_000)[:40_000]
    said = Said(MessageKey("m"), C, "a", WHEN, text)

    message = advisor.read(said, Conversation(C))

    assert (message.heard, message.topics, message.text) == ({}, {}, text)
    within = replace(said, text=text[:8_000])
    assert advisor.read(within, Conversation(C)).heard.keys() == {"product", "end_user", "country"}
