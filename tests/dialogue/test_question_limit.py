"""How many messages of one conversation ask something before the full advice: as many as is set."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId, Message, Phase
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.respond import respond
from tests.dialogue.talking import WHEN, WordSearch


@pytest.fixture
def talk(guidance, sentences):
    """Plays a deal whose every question is answered with "I don't know"; who asks gets asked."""

    def play(limit, *intents):
        conversation, phases = Conversation(ConversationId("c")), []
        told = {"product": Answer(frozenset({"spyware"}), "spyware", MessageKey("0"), end=7)}
        turns = [(Intent.DESCRIBE, told), *((intent, {}) for intent in intents)]
        for n, (intent, heard) in enumerate(turns):
            message = Message(MessageKey(str(n)), "a", "", WHEN, intent, heard)
            asked = 0
            while True:
                decision, _, reply = respond(
                    conversation, message, guidance=guidance, search=WordSearch(guidance),
                    wording=sentences, limit=limit)
                conversation = decision.conversation
                if reply.question is None:
                    break
                asked += 1
                key = MessageKey(f"{n}-{asked}")
                message = Message(key, "a", "", WHEN, Intent.DESCRIBE, {
                    one.fact: Answer(None, "picked", key) for one in reply.question.all()},
                    answers_pending=True)
            phases.append((asked, conversation.rounds, conversation.phase))
        return phases

    return play


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_no_more_messages_ask_than_is_set(talk, limit):
    assert talk(limit) == [(limit, limit, Phase.ADVISED)]


def test_who_goes_on_is_asked_as_many_again(talk):
    assert talk(2, Intent.GO_ON, Intent.GO_ON) == [
        (2, 2, Phase.ADVISED), (2, 4, Phase.ADVISED), (2, 6, Phase.ADVISED)]


def test_who_wants_the_advice_now_is_asked_nothing_until_they_go_on(talk):
    assert talk(1, Intent.ADVISE_NOW, Intent.GO_ON) == [
        (1, 1, Phase.ADVISED), (0, 1, Phase.STOPPED), (1, 2, Phase.ADVISED)]
