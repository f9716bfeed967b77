"""Questions on the texts that were taken for a deal, for something else, or lost their matter."""

import pytest

from bot.dialogue.conversation import Message
from bot.dialogue.deciding import decide
from bot.dialogue.intents import Intent
from bot.dialogue.messages.heard_requests import heard_request
from retrieval.words.requests import Request
from tests.dialogue.talking import LIMIT, Talk, read

COMPLAINT = ("stage", "complaint", 0.99, "grievance")
LIMITED = ("rights_limits", "yes", 0.9, "freedom")


@pytest.mark.parametrize("text", [
    "grievance mechanism - what makes it effective", "grievance mechanism: how is it set up",
    "grievance channel \u2013 why is it needed",
])
def test_a_question_behind_its_matter_and_a_dash_tells_nothing(guidance, text):
    """A complaint was noted for certain, and the advice began with "Stop"."""
    message = read(guidance, text, COMPLAINT)

    assert (message.intent, message.heard) == (Intent.ASK, {})


@pytest.mark.parametrize("text", [
    "grievance filed - what they want we don't know",
    "we got a complaint - what now is unclear to me",
])
def test_what_is_told_before_a_dash_is_told(guidance, text):
    assert "stage" in read(guidance, text, COMPLAINT).heard


@pytest.mark.parametrize("text", [
    "freedom of assembly online", "the freedom of the press at elections",
    "freedom-limiting laws and privacy", "freedom laws vs due process",
    "freedom limits, un position", "red flags on freedom",
    "the treaty that lists what may limit freedom in more than a hundred countries of the world",
])
def test_a_heading_that_names_a_right_or_describes_a_text_raises_no_flag(guidance, text):
    message = read(guidance, text, LIMITED)

    assert (message.intent, message.heard) == (Intent.ASK, {})


@pytest.mark.parametrize("text", [
    "freedom of speech curtailed", "freedom of assembly is limited", "no freedom of the press",
])
def test_what_is_so_of_a_right_is_told(guidance, text):
    assert "rights_limits" in read(guidance, text, LIMITED).heard


@pytest.mark.parametrize("text", [
    "limited freedom, does that matter", "limits on freedom, is it a problem",
    "the freedom of the press under pressure, how bad is that",
])
def test_a_matter_that_the_question_behind_it_asks_about_tells_nothing(guidance, text):
    """The advice began with "Pause before you quote" to "weak courts, does that matter"."""
    message = read(guidance, text, LIMITED)

    assert (message.intent, message.heard) == (Intent.ASK, {})


@pytest.mark.parametrize("text", [
    "their freedom is limited, does that matter", "we hear freedom is limited, is that bad",
    "no freedom, does that matter", "limited freedom, drones for Kenya, does that matter",
    "freedom restricted, how bad is that", "the freedom of the press is limited, does that matter",
    "limited freedom, what do we have to do about it",
])
def test_what_somebody_says_before_they_ask_of_it_is_told(guidance, text):
    assert "rights_limits" in read(guidance, text, LIMITED).heard


@pytest.mark.parametrize("text", ["hipaa and cctv", "german supply chain act", "cjeu on cctv"])
def test_what_names_a_text_that_is_not_held_opens_no_deal(guidance, text):
    message = read(guidance, text, ("product", "cctv", 0.99, "cctv"))

    assert (message.intent, message.heard) == (Intent.ASK, {})


def test_what_the_rights_record_is_looked_up_in_is_of_no_clause(begin):
    """Where to find the draft of the contract was told."""
    talk = begin()
    talk.say("where can I look up the human rights record of a country")

    assert talk.messages[-1].intent is Intent.ASK


@pytest.mark.parametrize(("word", "intent"), [
    ("minorities", Intent.ASK), ("whistleblowing", Intent.UNCLEAR), ("product", Intent.UNCLEAR),
])
def test_a_word_of_few_texts_alone_is_looked_for(begin, word, intent):
    talk = begin()
    talk.say(word)

    assert talk.messages[-1].intent is intent


def searched(talk: Talk, text: str) -> list[str]:
    """What is searched for *text*, said next in *talk*."""
    before = talk.conversation
    talk.say(text)
    return [query.text for query in decide(
        before, talk.messages[-1], talk.guidance, LIMIT).queries]


@pytest.mark.parametrize(("first", "then"), [
    ("what is KYC?", "how often"), ("what is KYC?", "who has to do it"),
    ("what is KYC?", "and who does that"), ("what does UNGP 19 say about leverage", "how often"),
])
def test_a_question_that_names_nothing_goes_on_from_the_one_before(begin, first, then):
    """ "How often" alone was said not to be covered."""
    talk = begin()
    talk.say(first)
    [text] = searched(talk, then)

    assert text.endswith(then)
    assert len(text) > len(then) + 10


def test_a_deal_asks_for_itself(begin):
    talk = begin()
    talk.say("what is KYC?")
    [*texts] = searched(talk, "drones for the police in Chad")

    assert not any("customer, signs" in text for text in texts)


def test_of_two_questions_the_second_may_go_on_from_the_first(begin):
    first, second = searched(begin(), "what is KYC? and who does it?")

    assert first == "what is KYC?"
    assert second.endswith("and who does it?")
    assert len(second) > len("what is KYC? and who does it?")


def of(talk: Talk, message: Message, wants: Request) -> Intent:
    return heard_request(message, talk.conversation, talk.guidance, lambda _: wants).intent


@pytest.mark.parametrize(("text", "intent"), [
    ("does ITAR matter here", Intent.ASK), ("does UNGP 19 matter here", Intent.ASK),
    ("does anybody matter here", Intent.HELP),
])
def test_what_names_a_text_asks_nothing_of_advisor(begin, text, intent):
    """Who reads along was told."""
    talk = begin()
    talk.say(text)

    assert of(talk, talk.messages[-1], Request.READERS) is intent


def test_who_does_what_was_asked_about_is_nobody_to_turn_to(begin):
    talk = begin()
    talk.say("what is a grievance mechanism")
    talk.say("who has to set it up")

    assert of(talk, talk.messages[-1], Request.WHO) is Intent.ASK
