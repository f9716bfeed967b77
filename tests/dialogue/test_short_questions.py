"""Short questions before and beside a deal: on the texts by "it", on the talk, and on nothing."""

from dataclasses import replace

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import CHANGED, CONTACT, IN_SHORT, READERS, TEXTS
from bot.dialogue.reply import Kind
from retrieval.guidance import Fact

DEAL = "drones for the police in Kenya"
GUIDANCE = "Guidance on Implementing the UN Guiding Principles"


@pytest.fixture
def talk(begin):
    talk = begin()
    talk.say(DEAL)
    return talk


def shown(reply) -> list[str]:
    return [c.id for c in reply.considerations]


# On the texts ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "who wrote this", "who published it?", "when was it published", "is it still in force",
    "is there a newer version", "latest version?", "where can I download it", "has it been updated",
    "is it up to date?", "who's behind this", "how old is it", "what edition is this?",
])
def test_it_is_the_guidance_before_any_deal(begin, text):
    reply = begin().say(text)

    (line,) = reply.lead
    assert GUIDANCE in line.text
    assert [c.provision for c in line.citations] == ["sg-p-1"]


def test_after_a_question_on_a_source_it_is_that_one(begin):
    talk = begin()
    talk.say("what does UNGP 19 say?")

    assert "Guiding Principles on Business" in talk.say("when was it published?").lead[0].text


@pytest.mark.parametrize("text", [
    "who made you", "when were you written?", "which version are you", "who made your answers"])
def test_what_is_asked_of_us_is_not_asked_of_the_guidance(begin, text):
    reply = begin().say(text)

    assert not any(GUIDANCE in line.text for line in reply.lead)


@pytest.mark.parametrize("text", [
    "where can I download the footage", "who made the cameras", "is the law still in force",
    "when was the order published", "is there a newer version of the drone"])
def test_what_has_a_subject_of_its_own_is_not_asked_of_it_either(begin, text):
    reply = begin().say(text)

    assert not any(GUIDANCE in line.text for line in reply.lead)


@pytest.mark.parametrize(("text", "first", "second"), [
    ("what's the difference between UNGP 13 and 19", "ungp-13", "ungp-19"),
    ("ungp 13 vs 19", "ungp-13", "ungp-19"),
    ("difference between principle 13 and principle 17", "ungp-13", "ungp-17"),
    ("compare UNGP 17 and 18", "ungp-17", "ungp-18"),
    ("how does UNGP 13 differ from UNGP 19?", "ungp-13", "ungp-19"),
    ("ICCPR 17 versus ICCPR 19", "iccpr-17", "iccpr-19"),
])
def test_two_that_are_held_against_one_another_are_shown_and_nothing_else(
    begin, guidance, text, first, second
):
    ids = shown(begin().say(text))

    assert ids[:1] == [first]
    assert second in ids
    pinpoints = {guidance.provisions[one].pinpoint.split(",")[0] for one in ids if "ungp" in one}
    assert pinpoints <= {guidance.provisions[one].pinpoint for one in (first, second)}


@pytest.mark.parametrize("text", [
    "red flag 3", "red flag #2", "the second red flag", "what is red flag number 4?",
    "tell me about red flag five"])
def test_a_red_flag_by_a_number_is_answered_with_all(begin, text):
    talk = begin()
    talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.RED_FLAGS, TEXTS)


@pytest.mark.parametrize("text", [
    "is hidden ownership a red flag?", "which red flag comes first for a broker",
    "two red flags came up with this customer last year"])
def test_a_red_flag_with_more_said_of_it_is_read(begin, text):
    talk = begin()
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.RED_FLAGS


@pytest.mark.parametrize("text", ["what are the 8 steps", "list the eight steps"])
def test_the_steps_are_the_considerations(begin, text):
    assert len(begin().say(text).lead) == 10


# On the talk -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "is this confidential", "is it confidential?", "do you keep this?", "is this stored"])
def test_who_reads_along_is_told(begin, text):
    talk = begin()
    talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, READERS)


@pytest.mark.parametrize("text", [
    "who signs off", "who do I ask?", "who has to approve this", "who needs to approve this deal",
    "who in the company should sign off on this kinda deal", "whose approval do I need for this",
    "does my boss need to approve this deal", "does the board have to sign off on it",
])
def test_whom_to_ask_is_told_before_any_deal(begin, text):
    talk = begin()
    talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, CONTACT)


@pytest.mark.parametrize("text", ["how long does this take", "how long will it take?"])
def test_how_long_it_takes_is_how_it_works_or_what_is_open(begin, talk, text):
    before = begin()
    before.say(text)
    talk.say(text)

    assert before.messages[-1].intent is Intent.HELP
    assert talk.messages[-1].intent is Intent.STILL_OPEN


@pytest.mark.parametrize("text", [
    "too many questions", "way too many questions!", "these are far too many questions"])
def test_too_many_questions_get_the_short_advice_and_no_more_of_them(talk, text):
    reply = talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (
        Intent.ADVISE_NOW, IN_SHORT)
    assert reply.shape == "brief"
    assert reply.question is None
    assert not reply.considerations
    assert talk.conversation.awaiting() == ()


def test_who_wants_the_advice_beside_it_gets_the_whole(talk):
    assert talk.say("too many questions, just give me the advice").considerations


# On nothing --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "and then?", "so?", "what next", "what now", "now what?", "so what", "next", "what's next?",
    "what do I do next", "anything else?"])
def test_who_goes_on_from_nothing_is_told_what_can_be_told(begin, text):
    talk = begin()
    reply = talk.say(text)

    assert reply.lead[0].text.startswith("Hello. Tell me about a deal")
    assert reply.considerations == ()
    assert talk.conversation.awaiting() == ()


def test_behind_a_question_it_goes_on_with_that(begin):
    talk = begin()
    talk.say("what does UNGP 19 say?")
    talk.say("and then?")

    assert talk.messages[-1].intent is Intent.ASK


@pytest.mark.parametrize("text", [
    "why should I care", "why does this matter?", "what's the point of this", "why bother"])
def test_what_it_is_good_for_is_asked_of_the_texts(begin, text):
    talk = begin()
    talk.say(text)

    assert talk.messages[-1].intent is Intent.ASK


def test_why_it_matters_is_asked_of_the_question_though_nothing_is_told_yet(begin):
    talk = begin()
    talk.conversation = replace(talk.conversation, pending="intermediary")
    talk.say("why does that matter")

    assert talk.messages[-1].intent is Intent.WHY


def test_why_it_matters_stays_asked_of_the_question_that_was_put(talk):
    talk.say("why does this matter?")

    assert talk.messages[-1].intent is Intent.WHY


# Verdicts, suppositions and countries ------------------------------------------------------


@pytest.mark.parametrize("text", [
    "great, so now we can sign?", "so we can sign?", "then we can ship it?",
    "so we're good to go?", "ok so I can quote now?"])
def test_a_verdict_that_is_taken_for_granted_is_declined_as_well(talk, text):
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.VERDICT
    assert reply.kind is Kind.DECLINE
    assert talk.conversation.deal.known("stage") == frozenset()


@pytest.mark.parametrize(("text", "facts"), [
    ("what if we sell to india", {"country": {"IN"}}),
    ("What if we sold drones to the army in Chad?",
     {"product": {"drone"}, "end_user": {"military"}, "country": {"TD"}}),
    ("suppose we supply spyware", {"product": {"spyware"}}),
    ("ok so what if we sell to Nigeria?", {"country": {"NG"}}),
    ("what about selling to Peru", {"country": {"PE"}}),
    ("thinking of selling thermal cameras to Jordan",
     {"product": {"thermal-imaging"}, "country": {"JO"}}),
])
def test_a_supposition_before_any_deal_is_the_deal(begin, text, facts):
    talk = begin()
    talk.say(text)

    assert talk.messages[-1].intent is Intent.DESCRIBE
    assert {f: a.values for f, a in talk.conversation.deal.answers.items()} == facts


@pytest.mark.parametrize("text", [
    "what if we sell to a bad country", "what if we sell drones and they crash?",
    "what if we sell to India, do we need a licence?", "what if they misuse it",
    "what about selling instead of leasing"])
def test_a_supposition_that_asks_something_stays_a_question(begin, text):
    talk = begin()
    talk.say(text)

    assert talk.messages[-1].intent is Intent.ASK
    assert not talk.conversation.deal.answers


@pytest.mark.parametrize("text", [
    "is Uganda safer?", "would Ghana be less risky", "isn't Chile better?"])
def test_a_country_asked_about_by_itself_is_no_deal_of_mine(talk, text):
    """No text says anything of a country: the deal is tried out there."""
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.deal.known("country") == {"KE"}


@pytest.mark.parametrize("text", [
    "is the Uganda one safer?", "is this riskier than the Uganda deal?"])
def test_a_deal_that_is_named_by_its_country_is_still_compared(talk, text):
    talk.say(text)

    assert talk.messages[-1].intent is Intent.COMPARE


@pytest.mark.parametrize(("text", "intent"), [
    ("exit", Intent.THANKS), ("exit please", Intent.THANKS), ("ok quit", Intent.THANKS),
    ("how to exit responsibly", Intent.ASK), ("exit clause", Intent.ASK),
    ("when to exit", Intent.ASK), ("quit selling to them?", Intent.ASK),
    ("thanks, what about complaints", Intent.ASK), ("thanks, is that all?", Intent.THANKS),
    ("grievance mechanism thanks", Intent.DEFINE),
    ("hi grievance mechanism", Intent.DEFINE), ("leverage pls", Intent.DEFINE),
    ("test", Intent.GREETING), ("this is a test", Intent.GREETING),
    ("what's the legality test", Intent.ASK), ("necessity test", Intent.ASK),
])
def test_what_leaves_or_tries_out_by_itself_asks_with_more_beside_it(begin, text, intent):
    talk = begin()
    talk.say(text)

    assert talk.messages[-1].intent is intent
    assert talk.messages[-1].heard == {}


def test_what_to_do_under_a_named_provision_is_no_call_for_help(begin):
    reply = begin().say("what should I do under UNGP 19")

    assert reply.considerations[0].id == "ungp-19"


@pytest.mark.parametrize(("text", "user"), [
    ("is the police", "police"), ("is a public prosecutor", "prosecutor"), ("is police", "police"),
])
def test_who_leaves_its_subject_out_tells_who_it_is(begin, text, user):
    """A Spanish speaker's "is the police" was answered with where to read reports on agencies."""
    talk = begin().amid({"product": "mobile-forensics", "country": "EC"}, ["detentions"])

    talk.say(text)

    assert talk.conversation.deal.known(Fact("end_user")) == {user}


@pytest.mark.parametrize("text", [
    "is the police ok", "is the police?", "is there police", "is it police", "is the army worse",
])
def test_what_asks_about_who_it_is_tells_nothing(begin, text):
    talk = begin().amid({"product": "mobile-forensics", "country": "EC"}, ["detentions"])

    talk.say(text)

    assert not talk.conversation.deal.known(Fact("end_user"))


@pytest.mark.parametrize("text", [
    "what do I tell legal", "what should I tell our lawyers?", "what will legal ask me",
    "what does compliance want to know", "what kind of questions will our legal team ask",
])
def test_what_to_tell_legal_is_no_question_whether_it_is_legal(talk, text):
    """"What do I tell legal" was told that nobody here can say whether a deal is lawful."""
    talk.say(text)

    message = talk.messages[-1]
    assert (message.intent, message.subject) == (Intent.ADVISE_NOW, IN_SHORT)


@pytest.mark.parametrize("text", [
    "do I have to tell legal about this", "should I involve compliance?", "does legal need to know",
])
def test_whether_legal_has_to_know_is_none_either(talk, text):
    talk.say(text)

    assert talk.messages[-1].intent is Intent.NEXT_STEPS


@pytest.mark.parametrize("text", ["is it legal", "is this legal?", "is the deal legal"])
def test_whether_it_is_legal_is_still_asked(talk, text):
    talk.say(text)

    assert talk.messages[-1].intent is Intent.VERDICT


@pytest.mark.parametrize("text", ["what does that change", "so does that change anything?"])
def test_what_a_fact_changes_is_asked_of_that_fact(talk, text):
    talk.say("journalists are arrested there")

    talk.say(text)

    message = talk.messages[-1]
    assert (message.intent, message.subject) == (Intent.WHAT_IS_KNOWN, CHANGED)


@pytest.mark.parametrize("text", [
    "does it matter that they have two sites", "does it matter who installs it",
])
def test_whether_something_else_matters_is_no_question_why_we_ask(talk, text):
    """It was answered with why each of three questions is asked."""
    talk.say(text)

    assert talk.messages[-1].intent is Intent.ASK


@pytest.mark.parametrize("text", ["does it matter?", "does that matter", "why does it matter"])
def test_why_we_ask_is_still_asked(talk, text):
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHY


def test_dk_is_a_dont_know(talk):
    talk.say("dk")

    awaiting = talk.messages[-1].heard
    assert awaiting and all(answer.values is None for answer in awaiting.values())


@pytest.mark.parametrize("text", [
    "sanctions apply or not", "courts matter here or not", "we need a licence or not",
    "the guidance covers drones or not", "so the export rules matter for this or nah"])
def test_what_asks_by_its_end_alone_is_asked(begin, text):
    """It was called no answer."""
    talk = begin()
    talk.say("drones for the police in Togo")
    talk.say(text)

    assert talk.messages[-1].intent is Intent.ASK


@pytest.mark.parametrize("text", [
    "they will fly it, licence or not", "we don't know if they accept or not",
    "unclear whether there's a war or not"])
def test_what_leaves_both_open_asks_nothing(begin, text):
    talk = begin()
    talk.say("drones for the police in Togo")
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.ASK
