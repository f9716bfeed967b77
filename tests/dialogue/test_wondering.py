"""What only asks tells nothing; a deal put as a question is a deal all the same."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.wondering import ASKED_ABOUT
from bot.dialogue.reading import PlainReader
from bot.dialogue.small_words.lookups import lookups_of
from retrieval.guidance import Fact, SourceId
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says, Talk, read, values

DEAL = "cctv for the police in Ghana"


@pytest.mark.parametrize("text", [
    "does criminal defamation count as a law of concern",
    "does criminal defamation count as a law of concern?",
    "is criminal defamation a problem",
    "should criminal defamation be looked into",
    "can criminal defamation be a reason to stop",
    "what does criminal defamation mean for a sale",
])
def test_two_facts_heard_in_a_question_on_the_texts_are_not_told(guidance, text):
    message = read(guidance, text, ("rights_limits", "yes", 0.9, "criminal defamation"),
                   ("restrictive_laws", "yes", 0.9, "criminal defamation"))

    assert (message.intent, message.heard) == (Intent.ASK, {})


@pytest.mark.parametrize("text", [
    "are censorship laws a concern", "are SIM registration laws a concern",
    "is ongoing conflict a red flag", "can rights be limited for national security",
    "should misuse be considered at the design stage", "is spyware treated specially",
    "who is responsible if our distributor sells on to a bad actor?",
    "can privacy be limited in an emergency", "are body cams ok under the guidance",
    "do blasphemy laws raise a flag", "must secret police be refused as customers",
    "did the police in uganda use spyware on opposition",
])
def test_a_first_message_that_asks_with_the_verb_in_front_tells_nothing(reader, text):
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)
    assert (message.intent, message.heard) == (Intent.ASK, {})


@pytest.mark.parametrize(("text", "intent"), [
    ("can we sell cctv to the police in ghana", Intent.VERDICT),
    ("is it ok to sell cctv to the police in ghana?", Intent.VERDICT),
    ("is cctv for the police in ghana a problem", Intent.DESCRIBE),
    ("will it be a problem if our cctv goes to the police in ghana", Intent.DESCRIBE),
    ("does selling cctv to the police in ghana raise flags?", Intent.DESCRIBE),
    ("what about cctv for the police in ghana", Intent.DESCRIBE),
])
def test_a_deal_that_is_put_as_a_question_is_told(guidance, text, intent):
    message = read(guidance, text, ("product", "cctv", 0.9, "cctv"),
                   ("end_user", "police", 0.9, "police"), ("country", ANY, 0.9, "ghana"))

    assert message.intent is intent
    assert values(message) == {"product": {"cctv"}, "end_user": {"police"}, "country": {"GH"}}


def test_what_is_taken_for_granted_in_a_question_is_told(guidance):
    message = read(guidance, "does it matter that criminal defamation is used against the press",
                   ("rights_limits", "yes", 0.9, "criminal defamation"),
                   ("restrictive_laws", "yes", 0.9, "criminal defamation"))
    assert values(message) == {"rights_limits": {"yes"}, "restrictive_laws": {"yes"}}


@pytest.mark.parametrize(("facts", "intent"), [
    (ASKED_ABOUT, Intent.ASK), (ASKED_ABOUT + 1, Intent.DESCRIBE),
])
def test_nobody_asks_about_many_facts_at_once(guidance, facts, intent):
    about = ("rights_limits", "restrictive_laws", "detentions", "conflict")[:facts]
    message = read(guidance, "does criminal defamation count",
                   *((fact, "yes", 0.9, "criminal defamation") for fact in about))
    assert (message.intent, len(message.heard)) == (intent, facts if intent.value != "ask" else 0)


@pytest.mark.parametrize("text", [
    "are journalists arrested in ghana", "are journalists arrested in Ghana?",
    "have journalists been arrested there", "do they get journalists arrested over there?",
])
def test_a_question_of_fact_on_the_place_of_the_deal_stays_open(guidance, sentences, text):
    talk = Talk(guidance, PlainReader(guidance), sentences)
    talk.say(DEAL)
    talk._reader = PlainReader(guidance, Says(("detentions", "yes", 0.9, "arrested")))
    before = talk.conversation

    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.FINDING
    assert talk.conversation.deal == before.deal
    assert talk.conversation.awaiting() == before.awaiting()
    assert reply.lead[0].text == (
        "I hold no findings on countries, agencies or companies, so I can't say. I have noted "
        "nothing, and this stays open: abuse or arbitrary detention.")
    assert reply.lead[1].text.startswith("Where to find out: ")
    assert reply.lead[1].citations
    assert not reply.flags


def test_a_question_of_fact_that_names_the_police_and_a_product_changes_neither(begin):
    talk = begin()
    talk.say("drones for the police in Ghana")
    before = talk.conversation.deal

    talk.say("has ghana police misused cctv")

    assert talk.messages[-1].intent is Intent.ASK
    assert talk.conversation.deal == before


@pytest.mark.parametrize(("asked", "text", "heard"), [
    ("end_user", "is a private company", {"end_user": {"private-company"}}),
    ("end_user", "is state owned", {"end_user": {"state-owned-company"}}),
    ("end_user", "is it the police?", {"end_user": {"police"}}),
    ("product", "can record audio", {"product": {"audio-recording"}}),
])
def test_an_answer_without_its_subject_stays_an_answer(begin, asked, text, heard):
    talk = begin()
    talk.conversation = talk.conversation.asking([asked])

    talk.say(text)

    assert values(talk.messages[-1]) == heard


@pytest.mark.parametrize("text", [
    "un report on hacking tools", "spyware sanctions", "csddd downstream",
    "export controls for drones", "wassenaar intrusion software",
    "oecd national contact point complaint", "appendix 2 encryption",
])
def test_a_heading_that_names_a_text_asks_for_it_and_raises_no_flag(guidance, text):
    """"un report on hacking tools" raised a red flag, that such tools had been misused."""
    message = read(guidance, text, ("stage", "complaint", 0.99, "complaint"),
                   ("misuse_reports", "yes", 0.9, "report"))
    assert (message.intent, message.heard) == (Intent.ASK, {})


@pytest.mark.parametrize(("text", "fact"), [
    ("can govt collect metadata without warrant under iccpr", "access_safeguards"),
    ("is data sharing with other agencies a problem under iccpr 17", "data_sharing"),
])
def test_what_is_asked_by_a_text_without_a_mark_raises_no_flag(guidance, text, fact):
    value = min(choice.value for choice in guidance.questions[Fact(fact)].choices)
    message = read(guidance, text, (fact, value, 0.9, text.split()[3]))

    assert (message.intent, message.heard) == (Intent.ASK, {})


@pytest.mark.parametrize(("text", "fact"), [
    ("drones for kenya police, export rules", "country"),
    ("cctv for a gni member", "product"),
    ("our spyware, no sanctions", "product"),
    ("drones for Chad, export controls", "country"),
])
def test_what_tells_of_a_deal_and_names_a_text_is_told(reader, text, fact):
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)
    assert Fact(fact) in message.heard


@pytest.mark.parametrize(("text", "intent"), [
    ("why should my boss care about the guidance", Intent.ASK),
    ("why privacy first, what else does it affect", Intent.ASK),
])
def test_a_why_of_the_texts_is_asked_where_nothing_else_is(reader, text, intent):
    """"I didn't get that" was the answer to it."""
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)
    assert message.intent is intent


def test_who_names_a_text_that_holds_no_answer_is_sent_to_it(guidance):
    lookups = lookups_of(guidance)
    assert lookups.first_of(SourceId("wassenaar")) == "wassenaar"
    assert lookups.first_of(SourceId("ungp")) is None
    assert lookups.first_of(None) is None
