"""Two deals of one person held against each other: which is meant, and how they differ."""

import pytest

from bot.dialogue.changes import Ground
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.reply import Kind
from bot.dialogue.respond import respond
from bot.machine.protocol import to_json
from retrieval.guidance import Fact
from tests.dialogue.talking import LIMIT, WHEN, WordSearch

HERE = "drones with facial recognition for the police in Ghana, to watch crowds"


def other(name: str, **facts: str) -> Conversation:
    answers = {Fact(f): Answer(frozenset({v}), v, MessageKey(name)) for f, v in facts.items()}
    return Conversation(ConversationId(name), Deal(answers))


KENYA = other("1", product="cell-site-simulator", end_user="police", country="KE")
PERU = other("2", product="drone", end_user="military", country="PE")
LIMA = other("3", product="cctv", end_user="local-government", country="PE")
EMPTY = other("4")


@pytest.fixture
def ask(begin, guidance, reader, sentences):
    def take(text, others, first=HERE):
        talk = begin()
        if first:
            talk.say(first)
        before = talk.conversation
        message = reader.read(text, before, key=MessageKey("q"), author="a", sent_at=WHEN)
        decision, _, reply = respond(before, message, guidance=guidance, wording=sentences,
                                     search=WordSearch(guidance), limit=LIMIT, others=others)
        assert message.intent is Intent.COMPARE
        assert decision.conversation.deal == before.deal
        assert decision.conversation.awaiting() == before.awaiting()
        return reply

    return take


@pytest.mark.parametrize("text", ["compare", "compare please", "compare this deal", "comparison"])
def test_a_bare_wish_to_compare_is_of_the_other_deal(ask, text):
    assert ask(text, (KENYA,)).changes.of is Ground.COMPARISON


def test_and_of_several_it_is_asked_which(ask):
    assert ask("compare", (KENYA, PERU)).lead[0].text.startswith("Which of your deals")


def parts(reply):
    return {g.part.value: [n.id for n in g.named] for g in reply.changes.groups}


def test_the_deal_that_is_named_is_the_one_compared_with(ask):
    reply = ask("compare with the Kenya deal", [PERU, KENYA])
    told = parts(reply)

    assert reply.changes.of is Ground.COMPARISON
    assert told["facts"] == ["product", "country", "end_use"]
    assert told["flags_added"] == ["biometrics-in-public-space", "monitoring-of-assemblies"]
    assert "flags_removed" not in told
    assert reply.question is not None
    assert "considerations" not in told


def test_values_of_both_are_told(ask):
    reply = ask("compare with the Kenya deal", [KENYA])
    facts = {n.id: n.title for n in reply.changes.groups[0].named}
    assert facts["country"] == "country of use: Ghana here, Kenya there"
    assert facts["end_use"] == (
        "end use: Watching crowds, protests or events here, not known there")


@pytest.mark.parametrize(("text", "label"), [
    ("how does this differ from my last one?", "Drones · Armed forces or defence ministry · Peru"),
    ("how is this different from the Peru one",
     "Drones · Armed forces or defence ministry · Peru"),
    ("which is riskier, this or the army one?",
     "Drones · Armed forces or defence ministry · Peru"),
    ("compare this with my previous deal", "Drones · Armed forces or defence ministry · Peru"),
    ("how is this different from the cctv deal?",
     "CCTV cameras · City, regional or local government · Peru"),
    ("compare it with the one for the army",
     "Drones · Armed forces or defence ministry · Peru"),
])
def test_a_deal_is_named_by_product_end_user_or_being_the_last(ask, text, label):
    assert label in ask(text, [PERU, KENYA, LIMA]).lead[0].text


def test_where_several_can_be_meant_they_are_listed(ask):
    reply = ask("compare with the deal in Peru", [PERU, KENYA, LIMA])
    assert (reply.kind, reply.changes) == (Kind.DECLINE, None)
    assert "Drones · Armed forces or defence ministry · Peru; CCTV cameras" in reply.lead[0].text
    assert "Kenya" not in reply.lead[0].text


def test_of_deals_that_have_the_same_name_the_latest_is_taken(ask):
    later = other("6", product="cell-site-simulator", end_user="police", country="KE",
                  intermediary="broker")
    told = ask("compare with the Kenya deal", [later, KENYA]).changes.groups[0].named
    assert "intermediary" in {n.id for n in told}


def test_where_none_is_like_that_the_latest_three_are_named(ask):
    many = [PERU, KENYA, LIMA, other("5", product="spyware", country="TG")]
    text = ask("compare with the deal in Norway", many).lead[0].text
    assert "None of your other deals" in text
    assert text.count("; ") == 2
    assert "Togo" not in text


@pytest.mark.parametrize(("others", "first", "said"), [
    (None, HERE, "direct message"),
    ([], HERE, "no other deal"),
    ([EMPTY], HERE, "no other deal"),
    ([KENYA], "", "Tell me about this deal first"),
])
def test_what_cannot_be_compared_is_said_in_a_sentence(ask, others, first, said):
    reply = ask("compare with the Kenya deal", others, first)
    assert reply.kind is Kind.DECLINE
    assert said in reply.lead[0].text
    assert "Police" not in reply.lead[0].text


def test_a_deal_is_never_compared_with_itself(begin, ask, guidance):
    itself = other("c", product="drone", country="KE")
    assert "no other deal" in ask("compare with the Kenya deal", [itself]).lead[0].text


def test_a_text_is_not_a_deal(begin):
    talk = begin()
    talk.say(HERE)
    talk.say("how does this compare to the EU dual-use regulation?")
    assert talk.messages[-1].intent is not Intent.COMPARE


def test_it_is_told_in_json_too(ask, guidance):
    reply = ask("compare with the Kenya deal", [KENYA])
    document = to_json(reply, KENYA, 1, guidance)["changes"]
    assert document["of"] == "comparison"
    assert [f["id"] for f in document["facts"]] == ["product", "country", "end_use"]


def test_what_is_only_a_guess_is_compared_as_one(ask):
    there = Conversation(ConversationId("1"), KENYA.deal.with_answers({
        Fact("end_user"): Answer(frozenset({"military"}), "maybe the army", MessageKey("1"),
                                 sure=False)}))
    facts = {n.id: n.title for n in ask("compare", [there]).changes.groups[0].named}

    assert facts["end_user"] == (
        "end-user: Police here, Armed forces or defence ministry (not certain) there")
    assert facts["country"] == "country of use: Ghana here, Kenya there"
