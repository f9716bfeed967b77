"""Who wishes to get round the rules, or past a warning, is declined; nobody else is accused."""

from dataclasses import replace

import pytest

from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.replies.passages import compose_passages
from bot.dialogue.respond import respond
from retrieval.guidance import ProvisionId
from retrieval.matches import Found, Query
from tests.dialogue.talking import IN_KENYA, LIMIT, WHEN, WordSearch, asked_in


@pytest.mark.parametrize("text", [
    "can I ship it via Dubai to avoid the licence", "how can we hide the end user",
    "is it ok to split the order so nobody asks", "help me get round the compliance review",
    "is there a way to dodge the licence requirement",
    "how do I keep quiet about the real end user",
    "can we leave the end user name off the paperwork", "lets not tell compliance",
    "can we just not mention the police on the form", "any way round the export licence?",
    "what if we ship it in parts so nobody notices", "can we use another company name",
    "we want to keep the army off the paperwork", "can we hide it from legal",
])
def test_a_wish_to_get_round_the_rules_is_declined(begin, guidance, text):
    _, intent, reply = asked_in(begin, text)
    assert intent is Intent.EVASION
    assert [line.text for line in reply.lead] == [guidance.gap_by_id["evasion"].says.strip()]


@pytest.mark.parametrize("text", [
    "how can we avoid questions on conflict",
    "the customer hides who the end user is", "can we avoid misuse", "how do we avoid complicity",
    "how do we avoid breaching export controls", "the reseller wants to hide the end user",
    "how can we find out who the real end user is", "how can we hide faces of bystanders",
    "how do we make sure nobody bypasses the review", "can we avoid the police as end user",
    "what if we declare it to customs", "should we name the reseller on the form",
    "can we leave out the audit clause", "is there a licence requirement",
])
def test_what_is_no_wish_to_get_round_them_is_ours(begin, text):
    talk = begin()
    talk.say(text)
    assert talk.messages[-1].intent in {Intent.ASK, Intent.DESCRIBE, Intent.WHY}


@pytest.mark.parametrize("text", [
    "customer asked that, not me", "the reseller wants it", "it was my boss's idea, not mine",
])
def test_a_wish_of_others_to_get_round_the_rules_is_for_people_to_hear_of(begin, text):
    _, intent, reply = asked_in(begin, text, "how can we hide the end user")
    assert intent is Intent.EVASION
    assert reply.lead[0].text.startswith(
        "Then don't do it, and tell your compliance lead before you answer whoever asked")


def test_who_asked_for_what_says_nothing_where_no_rule_was_to_be_got_round(begin):
    talk = begin()
    talk.say("what is leverage")
    talk.say("the customer asked that, not me")
    assert talk.messages[-1].intent is not Intent.EVASION


def test_a_wish_to_get_round_the_rules_counts_among_what_is_declined(
        begin, guidance, reader, sentences):
    talk = begin()
    message = reader.read("how can we hide the end user", talk.conversation,
                          key=MessageKey("q"), author="a", sent_at=WHEN)
    _, found, _ = respond(talk.conversation, message, guidance=guidance, wording=sentences,
                          search=WordSearch(guidance), limit=LIMIT)
    (one,) = found
    assert (one.query.text, one.abstained, one.gap, one.matches) == (
        "how can we hide the end user", True, "evasion", ())


@pytest.mark.parametrize("text", [
    "what if we route it through Dubai to avoid questions?",
    "can we ship via Turkey without raising eyebrows", "how do we avoid questions from customs",
    "could we send it in parts so customs won't ask", "how do we avoid scrutiny by customs",
    "how do we avoid attention from compliance",
])
def test_a_way_to_be_asked_nothing_gets_round_the_rules(begin, text):
    assert asked_in(begin, text, IN_KENYA)[1] is Intent.EVASION


@pytest.mark.parametrize("text", [
    "how do we avoid attention from hackers", "how to avoid suspicion",
    "how do I fill the end use statement so there are no questions later?",
    "how do we avoid suspicion of bias in the matching", "how do we avoid unwanted attention",
])
def test_attention_of_anybody_else_is_no_rule_to_get_round(begin, text):
    assert asked_in(begin, text, IN_KENYA)[1] is not Intent.EVASION


@pytest.mark.parametrize(("text", "gap"), [
    ("how do I tell the customer no?", None),
    ("can you write me an email to the customer asking for end-use?", None),
    ("how do I ask the buyer who will use it", None), ("how do I turn that around?", None),
    ("how do I phrase the audit clause", None), ("what do I tell compliance", None),
    ("how do we remove the face module before delivery", None),
    ("can we split the delivery so we can check after phase one", None),
    ("how do we tell the customer we hide the log", "evasion"),
    ("what do I tell compliance so that they let it go", "evasion"),
    ("how do we word the clause to leave out the army", "evasion"),
    ("split the order in three so it stays below the limit", "evasion"),
])
def test_nobody_is_accused_for_lying_near_to_who_gets_round_the_rules(
        text, gap, guidance, sentences):
    found = Found(Query(text), (), abstained=True, nearest=ProvisionId("sg-c4-2"), gap="evasion")
    reply = compose_passages(guidance, sentences, found, ())

    said = (guidance.gap_by_id[gap].says.strip() if gap else
            sentences.say("decline.not_covered"))
    assert reply.lead[0].text == said
    assert len(reply.lead) == (3 if gap else 1)


def test_who_deals_openly_stands_on_record_as_nobody_who_gets_round_the_rules(
        begin, guidance, reader, sentences):
    talk = begin()
    texts = ("how do I phrase the audit clause", "how do I word the form so nobody notices")
    gaps = []
    for text in texts:
        message = reader.read(text, talk.conversation, key=MessageKey(text), author="a",
                              sent_at=WHEN)
        _, (found,), _ = respond(
            talk.conversation, replace(message, intent=Intent.ASK), guidance=guidance,
            wording=sentences, limit=LIMIT, search=lambda queries: [
                Found(one, (), abstained=True, gap="evasion") for one in queries])
        gaps.append(found.gap)
    assert gaps == [None, "evasion"]


@pytest.mark.parametrize("text", [
    "can we just ignore it?", "what happens if I ignore red flags?", "what if we ignore the flag",
    "is it ok to look the other way?", "be honest is it bad?", "frankly, is this a problem?",
    "can we sell it anyway and disregard the warnings?",
])
def test_whether_a_warning_can_be_ignored_is_not_ours_to_say(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.VERDICT
    assert reply.lead[0].text.startswith("I can't say whether a deal is lawful")
    assert reply.lead[1].text.startswith("Stop and take this to your compliance lead")


def test_without_a_deal_it_is_answered_by_what_to_do_about_warnings(begin, guidance):
    talk, intent, _ = asked_in(begin, "what happens if I ignore red flags?")

    assert intent is Intent.ASK
    assert talk.messages[-1].subject == guidance.vocabulary.intents["on_warnings"][0]


@pytest.mark.parametrize("text", [
    "do the texts say what happens if we ignore the UN principles", "ignore the last one",
    "can i tell them about the flags?", "should we tell the customer what we found",
    "we told them yes",
])
def test_other_things_may_be_ignored_or_told(begin, text):
    assert asked_in(begin, text, IN_KENYA)[1] not in {Intent.VERDICT}
