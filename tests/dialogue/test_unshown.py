"""Replies that went stale before they were shown: the next answer tells all that is new."""

from dataclasses import replace

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.respond import respond
from tests.dialogue.talking import LIMIT, WHEN, WordSearch

START = Conversation(ConversationId("c"))


@pytest.fixture(scope="module")
def step(guidance, reader, sentences):
    search = WordSearch(guidance)

    def take(conversation, text, shown=None):
        if shown is not None:
            conversation = conversation.seen_as(shown)
        message = reader.read(text, conversation, key=MessageKey(text), author="a", sent_at=WHEN)
        decision, _, reply = respond(conversation, message, guidance=guidance, search=search,
                                     wording=sentences, limit=LIMIT, shown=shown)
        return decision.conversation, reply

    return take


def test_the_answer_after_a_stale_first_one_is_a_first_answer_on_both_messages(step):
    after, _ = step(START, "we sell drones")
    after, reply = step(after, "to the police in Kenya", shown=START)

    assert reply.shape == "brief"
    assert {f: a.values for f, a in after.deal.answers.items()} == {
        "product": {"drone"}, "end_user": {"police"}, "country": {"KE"}}
    assert "Drones" in reply.heard
    assert "Kenya" in reply.heard


def test_a_flag_raised_in_a_stale_reply_is_still_told_as_new(step):
    shown, _ = step(START, "drones with facial recognition for the police in Kenya")
    after, stale = step(shown, "to watch crowds at demonstrations")
    _, reply = step(after, "through a reseller", shown=shown)

    assert stale.fresh
    assert set(stale.fresh) <= set(reply.fresh)


def test_a_question_nobody_saw_is_not_taken_for_asked(step):
    after, stale = step(START, "drones for the police in Kenya")
    unseen = stale.question.fact
    after, reply = step(after, "purple monkey dishwasher", shown=START)

    assert reply.question is None or reply.question.fact == unseen
    assert unseen not in after.asked or after.pending == unseen


def test_a_person_who_saw_everything_is_answered_as_ever(step):
    shown, first = step(START, "drones for the police in Kenya")

    assert shown.seen_as(shown) == shown
    assert step(shown, "through a reseller", shown=shown) == step(shown, "through a reseller")
    assert first.question is not None


def test_an_answered_question_is_not_put_again_because_its_successor_was_never_seen(step):
    shown, first = step(START, "drones for the police in Kenya")
    asked = first.question.fact
    after, _ = step(shown, "I don't know")
    seen = after.seen_as(shown)

    assert asked in after.deal.answers
    assert seen.pending is None
    assert seen.asked == shown.asked
    assert replace(seen, pending=after.pending, beside=after.beside, rounds=after.rounds,
                   asked=after.asked) == after
