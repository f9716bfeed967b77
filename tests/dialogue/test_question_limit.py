"""How many messages of one conversation ask something before the full advice: as many as is set."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId, Message, Phase
from bot.dialogue.deal import DOUBTED, Answer, Deal, MessageKey
from bot.dialogue.deciding import decide
from bot.dialogue.intents import Intent
from bot.dialogue.respond import respond
from retrieval.guidance import Fact
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


# Who has stopped the questions ---------------------------------------------------------------

TOLD = Deal({Fact(fact): Answer(frozenset({value}), value, MessageKey("0"), end=9)
             for fact, value in {"product": "cctv", "end_user": "police", "country": "GH",
                                 "conflict": "yes", "detentions": "no"}.items()})


@pytest.fixture
def due(guidance):
    """What is asked, and stays so, after a message of somebody who has stopped the questions."""

    def decided(*retracted, awaiting=(), deal=TOLD, **heard):
        before = Conversation(
            ConversationId("c"), deal, asked=tuple(TOLD.answers), phase=Phase.STOPPED,
            pending=awaiting[0] if awaiting else None, beside=tuple(awaiting[1:]))
        message = Message(MessageKey("1"), "a", "", WHEN, Intent.DESCRIBE, heard,
                          retracted=frozenset(retracted))
        decision = decide(before, message, guidance, limit=9)
        assert decision.conversation.phase is Phase.STOPPED
        assert tuple(q.fact for q in decision.ask) == decision.conversation.awaiting()
        return [str(q.fact) for q in decision.ask]

    return decided


def test_what_a_correction_has_emptied_is_asked_one_at_a_time_of_who_has_stopped(due):
    assert due("end_user") == ["end_user"]
    assert len(due("end_user", "product")) == 1
    # What has one value, as whether there is war, was taken back and stays open.
    assert due("conflict") == []
    assert due() == []


def test_what_was_put_in_doubt_is_asked_back_of_who_has_stopped(due):
    over = Answer(frozenset({"yes"}), "it is over", MessageKey("1"), end=9, confidence=DOUBTED,
                  instead=frozenset({"no"}))
    assert due(conflict=over) == ["conflict"]


@pytest.mark.parametrize(("between", "asked"), [
    ("reseller", ["government_ties"]), ("none", [])])
def test_what_is_waited_for_stays_in_sight_of_who_has_stopped_as_long_as_it_matters(
    due, between, asked
):
    """Whose ties they are is of no matter any more where nobody stands between."""
    def told(value, key):
        return Answer(frozenset({value}), value, MessageKey(key), end=9)

    deal = TOLD.with_answers({Fact("intermediary"): told("broker", "0")})
    assert due(awaiting=("government_ties",), deal=deal, intermediary=told(between, "1")) == asked
