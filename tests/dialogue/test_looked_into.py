"""What a hurried seller asks in the middle of a deal is answered, and not searched or noted."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.messages.by_likeness import LIKELY_IN_PART
from bot.dialogue.naming import NEVER_NOTED, looked_up, looked_up_in
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.requests import Request
from tests.dialogue.talking import Talk

DEAL = {"product": "facial-recognition", "end_user": "state-owned-company", "country": "NG"}
OF_A_PARTY = ["party_reported", "government_ties", "hidden_ownership"]


@pytest.fixture
def talk(begin):
    return begin().amid(DEAL, ["end_use"])


@pytest.mark.parametrize(("said", "facts"), [
    ("what should i check on the reseller", OF_A_PARTY),
    ("what do I need to check about the integrator?", OF_A_PARTY),
    ("what to check on a distributor", OF_A_PARTY),
    ("what should we look into with the police", ["agency_misuse"]),
    ("what should i look up about the country", [
        "detentions", "restrictive_laws", "rights_limits"]),
    ("what do we check on the laws", ["restrictive_laws"]),
])
@pytest.mark.parametrize("known", [DEAL, {}])
def test_what_to_check_on_somebody_is_told_by_where_to_look(begin, known, said, facts):
    """It was searched, which gave provisions and nothing to do."""
    talk = begin().amid(known, ["end_use"]) if known else begin()
    before = talk.conversation
    reply = talk.say(said)

    assert looked_up_in(talk.messages[-1].subject) == tuple(map(Fact, facts))
    for fact, line in zip(facts, reply.lead, strict=False):
        question = talk.guidance.questions[Fact(fact)]
        assert line.text.endswith(question.look_up.strip())
        assert {c.provision for c in line.citations} == {*question.consult}
    assert talk.conversation.deal == before.deal


def test_what_is_looked_up_stands_in_the_subject():
    assert looked_up_in(looked_up([Fact("hosting"), Fact("stage")])) == ("hosting", "stage")
    assert not looked_up_in(None)
    assert not looked_up_in("told")


@pytest.mark.parametrize(("said", "intent"), [
    ("so nothing?", Intent.RED_FLAGS),
    ("does that make it a no", Intent.VERDICT), ("would this kill it?", Intent.VERDICT),
    ("is it too late to do sth", Intent.NEXT_STEPS), ("what are my options", Intent.NEXT_STEPS),
    ("what do i ask him", Intent.STILL_OPEN), ("memo pls", Intent.SEND_ON),
])
def test_what_is_asked_in_few_words_is_heard(talk, said, intent):
    before = talk.conversation
    talk.say(said)

    assert talk.messages[-1].intent is intent
    assert talk.conversation.deal == before.deal
    assert talk.conversation.awaiting() == before.awaiting()


@pytest.mark.parametrize(("said", "intent"), [
    ("memo pls", Intent.SEND_ON), ("what r my options", Intent.GREETING)])
def test_before_a_deal_it_is_not_searched_either(begin, said, intent):
    talk = begin()
    talk.say(said)

    assert talk.messages[-1].intent is intent


@pytest.mark.parametrize("spelt", ["license", "licence"])
def test_whom_to_ask_about_a_licence_is_told_however_it_is_spelt(talk, spelt):
    talk.say(f"who do i ask abt export {spelt}")

    assert looked_up_in(talk.messages[-1].subject) == ("export_review",)


@pytest.mark.parametrize("said", [
    "what if police doesnt get the feed", "what if the army doesn't see it",
    "what if the police has no access"])
def test_who_is_supposed_to_have_no_part_is_no_end_user(talk, said):
    """The police were supposed to use it, and noted for certain once that was adopted."""
    talk.say(said)

    assert Fact("end_user") not in talk.messages[-1].supposed


def test_who_is_supposed_to_get_it_may_use_it(talk):
    talk.say("what if the army gets the feed")

    assert "military" in talk.messages[-1].supposed[Fact("end_user")].values


@pytest.mark.parametrize("said", ["never mind", "scratch that", "forget it"])
def test_what_was_only_tried_out_needs_no_taking_back(talk, sentences, said):
    talk.say("what if the army gets the feed")
    before = talk.conversation
    reply = talk.say(said)

    assert talk.messages[-1].subject == NEVER_NOTED
    assert reply.lead[0].text == sentences.say("lead.never_noted")
    assert talk.conversation.deal == before.deal
    assert not talk.conversation.supposed


def test_where_nothing_was_tried_out_it_is_told_how_things_are_put_right(talk):
    talk.say("never mind")

    assert talk.messages[-1].intent is Intent.PUT_RIGHT


@pytest.mark.parametrize("said", ["to track fake news", "to see who comes and goes"])
def test_an_aim_is_no_dont_know_and_no_wish(guidance, sentences, said):
    """"To track disinfo" said "I don't know" to all three questions."""
    reader = PlainReader(guidance, requests=lambda _: Request.WHO,
                         sounds_unknown=lambda _: LIKELY_IN_PART)
    talk = Talk(guidance, reader, sentences).amid(DEAL, ["detentions", "conflict"])
    before = talk.conversation
    talk.say(said)

    assert talk.messages[-1].intent in {Intent.UNCLEAR, Intent.REMARK}
    assert talk.conversation.deal == before.deal


def test_records_of_calls_are_no_recorder(begin):
    talk = begin()
    talk.say("analytics for call records, for the police in Mexico")

    assert talk.conversation.deal.known(Fact("product")) == {"data-fusion"}
