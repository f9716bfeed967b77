"""Who reads along, what stands in a file, whom to ask, which deals one has: of the talk itself."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.intents import Intent
from bot.dialogue.naming import ALL, CONTACT, ERASING, FILES, MINE, READERS
from bot.dialogue.replies.recalling import comparison
from bot.dialogue.reply import Kind
from bot.plain import to_text

DEAL = "cctv for the police in Ghana"


@pytest.fixture
def talk(begin):
    talk = begin()
    talk.say(DEAL)
    return talk


@pytest.mark.parametrize(("text", "subject"), [
    ("who is my compliance lead?", CONTACT),
    ("who's our compliance officer", CONTACT),
    ("how do I reach the compliance team?", CONTACT),
    ("who reads what I write?", READERS),
    ("can compliance see this?", READERS),
    ("does my boss read this chat?", READERS),
    ("are my messages logged?", READERS),
    ("is this chat private?", READERS),
    ("can you delete what I said?", ERASING),
    ("how do I get my data erased?", ERASING),
    ("can my messages be deleted?", ERASING),
    ("see attachment", FILES),
    ("see attached", FILES),
    ("it's in the attached pdf", FILES),
    ("I attached the RFP", FILES),
    ("all details are in the document", FILES),
    ("can you open files?", FILES),
])
@pytest.mark.parametrize("told", [True, False])
def test_what_is_asked_of_the_talk_is_answered_and_uses_nothing_up(begin, text, subject, told):
    talk = begin()
    if told:
        talk.say(DEAL)
    before = talk.conversation
    reply = talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, subject)
    assert reply.lead[0].text
    assert reply.kind is (Kind.ASK if told else Kind.ADVICE)
    assert talk.conversation.deal == before.deal
    assert talk.conversation.awaiting() == before.awaiting()


def test_whom_to_ask_is_named_as_the_settings_have_it(talk):
    assert "your compliance lead" in talk.say("who is my compliance lead?").lead[0].text


@pytest.mark.parametrize("text", [
    "who has access to the footage?", "who can see the recordings", "does compliance have to sign?",
    "can the police see the data of the army?", "who is the end user", "who counts as an end user?",
    "they delete it after a month", "can I get a pdf", "send it to compliance",
    "the police attach it to their vests", "delete my last message",
    "should we tell compliance?", "do we have to keep records?", "they store it on their servers",
])
def test_what_is_of_the_deal_or_the_texts_is_no_question_on_the_talk(talk, text):
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.HELP


@pytest.mark.parametrize("text", [
    "so what changed?", "what did I say about courts?", "what have I told you about the end use?",
    "did I mention anything about the reseller?", "what's new", "what have you noted on hosting",
])
def test_what_was_said_of_it_is_what_is_known(talk, text):
    before = talk.conversation
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IS_KNOWN
    assert reply.lead[0].text.startswith("So far I have: product: CCTV cameras")
    assert talk.conversation.awaiting() == before.awaiting()


@pytest.mark.parametrize("text", [
    "what changed in the guidance?", "what does the guidance say about courts?",
    "what should I say about courts?",
])
def test_what_the_texts_say_of_it_is_a_question(talk, text):
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.WHAT_IS_KNOWN


@pytest.mark.parametrize("text", [
    "show me the state of the deal", "what's the state of this deal?", "current state please",
])
def test_the_state_of_the_deal_is_told_in_short(talk, text):
    reply = talk.say(text)
    assert talk.messages[-1].intent is Intent.ADVISE_NOW
    assert reply.shape == "brief"


# Sources ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "where did you get that?", "show sources", "sources?", "link to source 2",
])
def test_the_sources_shown_are_those_of_what_weighs_most(talk, guidance, text):
    talk.say("journalists keep getting arrested there and the police used it on crowds")
    reply = talk.say(text)

    assert reply.shape == "sources"
    assert "All sources" in reply.lead[0].text
    assert reply.flags
    assert len(to_text(reply, guidance)) < 10_000


def test_all_sources_are_shown_on_request(talk):
    few = talk.say("show sources").citations()
    reply = talk.say("show me all the sources")

    assert talk.messages[-1].subject == ALL
    assert set(few) < set(reply.citations())
    assert len(reply.citations()) > 2 * len(few)


@pytest.mark.parametrize(("text", "held"), [
    ("what does 15 CFR 732 say?", "bis-kyc"), ("15 CFR Part 732", "bis-kyc"),
    ("Supplement 3 to Part 732", "bis-kyc"), ("15 CFR 742.7", "ear-742-7"),
])
def test_a_part_that_the_bot_cites_is_found_by_its_number(talk, text, held):
    reply = talk.say(text)
    assert [c.id for c in reply.considerations] == [held]


# One's other deals ------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "which deals have I got?", "list my deals", "what are my other deals",
    "show me my deals please",
])
def test_who_asks_for_their_deals_is_told_them(begin, guidance, sentences, text):
    other = begin()
    other.say("drones for the army in Chad")
    talk = begin()
    talk.say(DEAL)
    talk.say(text)
    message = talk.messages[-1]
    theirs = Conversation(ConversationId("other"), other.conversation.deal)

    assert (message.intent, message.subject) == (Intent.COMPARE, MINE)
    reply = comparison(guidance, sentences, talk.conversation, message, [theirs], ())
    assert reply.lead[0].text == (
        "Your other deals, the latest first: Drones · Armed forces or defence ministry · Chad.")
    assert comparison(guidance, sentences, talk.conversation, message, [], ()).lead[0].text == (
        "I know of no other deal of yours.")
    nowhere = comparison(guidance, sentences, talk.conversation, message, None, ())
    assert "direct message" in nowhere.lead[0].text


# What if ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "supposed"), [
    ("what if the courts were weak?", {"judicial_oversight": {"weak"}}),
    ("what if journalists were arrested?", {"detentions": {"yes"}}),
    ("what if it's only for passports?", {"end_use": {"population-registration"}}),
    ("what if they hosted it with us?", {"hosting": {"supplier"}}),
    ("what if they host it themselves?", {"hosting": {"customer"}}),
])
def test_what_is_supposed_of_the_place_or_the_contract_is_tried_out(talk, text, supposed):
    before = talk.conversation
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert {f: a.values for f, a in talk.conversation.supposed.items()} == supposed
    assert talk.conversation.deal == before.deal


@pytest.mark.parametrize("text", [
    "what if they share it with Mexico?", "what if they shared the data with Mexico?",
    "what if we tell them no?",
])
def test_who_it_is_shared_with_is_no_country_of_use(talk, text):
    talk.say(text)
    assert "country" not in talk.messages[-1].supposed


@pytest.mark.parametrize("text", [
    "they share data with Mexico", "the footage is shared with Mexico",
])
def test_a_country_that_is_told_as_shared_with_is_no_country_of_use(talk, text):
    talk.say(text)
    assert talk.conversation.deal.known("country") == {"GH"}


@pytest.mark.parametrize(("text", "product"), [
    ("which of these is riskier: cctv or spyware?", "spyware"),
    ("is spyware riskier than cctv?", "spyware"),
    ("what is safer, drones or cctv?", "drone"),
])
def test_which_of_two_is_riskier_is_tried_out_where_the_deal_has_one_of_them(
        talk, text, product):
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert {f: a.values for f, a in talk.conversation.supposed.items()} == {"product": {product}}


@pytest.mark.parametrize("text", ["which of these is riskier?", "is cctv riskier?"])
def test_what_names_no_other_to_be_riskier_supposes_nothing(talk, text):
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.WHAT_IF


def test_which_of_two_others_is_riskier_supposes_nothing_that_could_be_taken_in(talk):
    talk.say("which is riskier, drones or spyware?")
    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.supposed == {}


# What says nothing -------------------------------------------------------------------------

SCORN = ["lol whatever, this tool sucks", "this is a waste of time", "haha nice one",
         "you are useless", "what a stupid bot", "meh"]


@pytest.mark.parametrize("text", [*SCORN, "just kidding", "I was only joking"])
def test_scorn_and_jests_before_any_deal_are_no_question(begin, text):
    talk = begin()
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.REMARK
    assert reply.kind is Kind.DECLINE
    assert reply.considerations == ()


@pytest.mark.parametrize("text", SCORN)
def test_scorn_after_the_advice_is_told_where_the_deal_stands(talk, text):
    talk.say("advise now")
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.REMARK
    assert (reply.considerations, reply.question) == ((), None)
    assert reply.lead[-1].text.startswith("No red flag so far")


@pytest.mark.parametrize("text", ["just kidding", "I was only joking"])
def test_a_jest_in_a_deal_is_told_how_it_is_put_right(talk, text):
    talk.say(text)
    assert talk.messages[-1].intent is Intent.PUT_RIGHT


@pytest.mark.parametrize("text", [
    "is it a waste of time to train them?", "their courts are useless", "the police are stupid",
    "what does the guidance say about jokes", "useless safeguards?",
])
def test_what_is_said_of_others_is_no_scorn_of_the_tool(talk, text):
    talk.say("advise now")
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.REMARK
