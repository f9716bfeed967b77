"""Who asks where a fact can be found out is told where to look, and why the fact counts."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from tests.dialogue.talking import Says, Talk

FIRST = "cctv for the police in Ghana, against burglary"


@pytest.fixture
def talk(begin):
    held = begin()
    held.say(FIRST)
    return held


@pytest.mark.parametrize(("text", "fact"), [
    ("how do I find out who the end user really is", "end_user"),
    ("where can I check if the courts are independent", "judicial_oversight"),
    ("how would I know whether the reseller is clean", "party_reported"),
    ("who can tell me if an export licence is needed?", "export_review"),
    ("how can I find out who owns the company", "hidden_ownership"),
    ("where do I look up misuse of similar products", "misuse_reports"),
    ("how do we find out if there's a war", "conflict"),
    ("ok, and where can I read about the courts?", "judicial_oversight"),
    ("how am I supposed to know who hosts it", "hosting"),
    ("where do i find out about their laws", "restrictive_laws"),
    ("how do I check if the contract has human rights terms", "human_rights_clause"),
    ("how do I find out about the courts there", "judicial_oversight"),
    ("where can I look up who really owns them", "hidden_ownership"),
    ("who should I talk to about the export licence", "export_review"),
    ("how do we check whether they follow the law", "law_in_practice"),
    ("where do i read about arrests of journalists?", "detentions"),
])
def test_it_is_where_to_look_and_why_it_counts(talk, sentences, text, fact):
    """Most were searched, or answered by why something else was asked."""
    before = talk.conversation
    reply = talk.say(text)
    question = talk.guidance.questions[Fact(fact)]

    label = question.label[0].upper() + question.label[1:]
    assert [line.text for line in reply.lead] == [
        f"{label}: {question.look_up.strip()}",
        sentences.say("lead.why_told", label=question.label, why=question.why.strip())]
    assert {c.provision for c in reply.lead[0].citations} == {*question.consult}
    assert talk.conversation.deal == before.deal
    assert talk.conversation.awaiting() == before.awaiting()


def test_what_its_words_do_not_name_a_model_hears(guidance, sentences):
    hears = Says(("rights_limits", "yes", 0.8, "protests get broken up"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences).amid(
        {"product": "cctv", "country": "GH"}, ["detentions"])
    reply = talk.say("where can I see if protests get broken up there")

    look_up = guidance.questions[Fact("rights_limits")].look_up.strip()
    assert reply.lead[0].text == f"Limits on basic freedoms: {look_up}"


@pytest.mark.parametrize("text", [
    "how do i check the reseller", "how do i tell the customer no", "how do I know this is legal",
    "where can I find the guidance", "how do we make sure that they don't misuse it",
    "where can I find a lawyer", "how do I look up paragraph 19", "how do I find out",
    "how do I know if the vendor pays taxes", "how do I check",
])
def test_who_asks_for_anything_else_is_not_told_where_to_look(talk, text):
    reply = talk.say(text)

    assert not (talk.messages[-1].subject or "").startswith("look_up:")
    where = {q.look_up.strip() for q in talk.guidance.questions.values()}
    assert not any(line.text.partition(": ")[2] in where and not line.text.startswith("Where to")
                   for line in reply.lead)


@pytest.mark.parametrize(("text", "fact"), [
    ("how can I find out who owns a company?", "hidden_ownership"),
    ("where do I look up the courts of a country", "judicial_oversight"),
])
def test_before_any_deal_it_is_told_too(begin, text, fact):
    """It was said that this had not been understood."""
    talk = begin()
    reply = talk.say(text)

    assert reply.lead[0].text.endswith(talk.guidance.questions[Fact(fact)].look_up.strip())
    assert not talk.conversation.deal.answers


def test_who_names_a_deal_first_is_answered_on_that(begin):
    talk = begin()
    talk.say("how do I find out if we can sell drones to the police in Kenya")

    assert talk.messages[-1].intent is not Intent.WHY
