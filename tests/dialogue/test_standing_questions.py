"""What is no answer leaves the question standing; whoever won't answer is not asked again."""

import pytest

from bot.dialogue.intents import Intent

FIRST = "cctv for the police in Ghana, against burglary"


def asked_of(reply) -> list[str]:
    return [] if reply.question is None else [q.fact for q in reply.question.all()]


def said(reply) -> str:
    return " ".join(line.text for line in reply.lead)


@pytest.fixture
def talk(begin):
    talk = begin()
    talk.say(FIRST)
    assert len(talk.conversation.awaiting()) == 3
    return talk


@pytest.mark.parametrize("text", [
    "hang on, phone call", "purple monkey dishwasher", "brb lunch", "hm let me get coffee first",
    "my cat walked over the keyboard", "gendarmerie, mind", "asdf",
])
def test_what_can_not_be_read_leaves_the_questions_standing_once(talk, text):
    before = talk.conversation
    reply = talk.say(text)

    assert talk.messages[-1].heard == {}
    assert tuple(asked_of(reply)) == before.awaiting()
    assert talk.conversation.rounds == before.rounds
    assert "could not read" not in said(reply)


def test_what_can_not_be_read_twice_in_a_row_is_kept_open_and_passed_over(talk):
    before = talk.conversation.awaiting()
    talk.say("purple monkey dishwasher")
    reply = talk.say("purple dishwasher monkey")

    assert set(asked_of(reply)).isdisjoint(before)
    assert "could not read" in said(reply)
    assert talk.conversation.unanswered == 0


def test_what_was_answered_in_between_begins_the_count_anew(talk):
    talk.say("purple monkey dishwasher")
    talk.say("no idea")
    before = talk.conversation.awaiting()

    assert tuple(asked_of(talk.say("purple dishwasher monkey"))) == before


@pytest.mark.parametrize("between", ["hmm", "what is DPI?", "why do you ask?"])
def test_an_aside_between_two_is_no_step_back(talk, between):
    before = talk.conversation.awaiting()
    talk.say("purple monkey dishwasher")
    talk.say(between)

    assert set(asked_of(talk.say("purple dishwasher monkey"))).isdisjoint(before)


def test_nobody_is_pressed_by_remarks(talk):
    before = talk.conversation.awaiting()

    assert tuple(asked_of(talk.say("too long"))) == before
    assert tuple(asked_of(talk.say("this takes forever"))) == before
    reply = talk.say("my boss is waiting")
    assert set(asked_of(reply)).isdisjoint(before)
    assert "could not read" in said(reply)


def test_matters_beside_the_guidance_use_nothing_up(talk):
    before = talk.conversation.awaiting()
    for text in ("they pay in cash", "they want to pay us in cash", "cash on delivery, they say"):
        talk.say(text)
        if talk.messages[-1].other_matters:
            assert talk.conversation.awaiting() == before


@pytest.mark.parametrize("text", [
    "I'd rather not answer", "I would rather not say", "ask me something else",
    "let me ask my boss", "let me ask the customer", "I'd have to ask my manager", "I'll pass",
    "I don't want to say", "ask another question",
])
def test_whoever_will_not_or_can_not_say_now_is_asked_something_else(talk, text):
    before = talk.conversation.awaiting()
    reply = talk.say(text)

    assert {f: a.values for f, a in talk.messages[-1].heard.items()} == dict.fromkeys(before)
    assert asked_of(reply)
    assert set(asked_of(reply)).isdisjoint(before)


@pytest.mark.parametrize("text", [
    "let me ask you something", "do I have to ask the customer?", "no boss there",
    "the reseller is under NDA with the ministry", "I pass it through the reseller",
    "I'd rather not sell to them", "can't share data with anyone", "they don't want to say",
])
def test_what_only_sounds_so_leaves_them_unanswered(talk, text):
    before = talk.conversation.awaiting()
    talk.say(text)

    assert {f: a.values for f, a in talk.messages[-1].heard.items() if f in before
            and a.values is None} == {}


def test_our_own_refusal_is_no_evasion_of_the_customers(talk):
    talk.say("I don't want to say")

    assert not talk.conversation.deal.answered("transparency")


def test_the_customers_refusal_is(talk):
    talk.say("they don't want to say")

    assert talk.conversation.deal.known("transparency") == {"evasive"}


@pytest.mark.parametrize("text", [
    "en español por favor", "auf Deutsch bitte", "en français s'il vous plaît",
    "nicht für die Polizei",
])
def test_who_goes_on_in_another_language_is_told_so_and_the_question_stands(talk, text):
    before = talk.conversation.awaiting()
    reply = talk.say(text)

    assert tuple(asked_of(reply)) == before
    assert "English only" in said(reply)


@pytest.mark.parametrize("text", ["link to source 2", "open source 3", "show me source [1]"])
def test_a_source_by_its_number_is_shown_and_uses_nothing_up(talk, text):
    before = talk.conversation.awaiting()
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.SHOW_SOURCES
    assert reply.shape == "sources"
    assert talk.conversation.awaiting() == before


@pytest.mark.parametrize("text", [
    "confirm no red flags please", "confirm there are no red flags", "please confirm no flags",
])
def test_who_wants_no_flags_confirmed_is_told_where_they_stand(talk, text):
    before = talk.conversation.awaiting()
    talk.say(text)

    assert talk.messages[-1].intent in {Intent.RED_FLAGS, Intent.VERDICT}
    assert talk.conversation.awaiting() == before


def test_what_is_known_already_is_no_answer_to_anything_else(talk):
    before = talk.conversation
    for _ in range(2):
        talk.say("it's the gendarmerie, not the police")
        assert talk.conversation.awaiting() == before.awaiting()
        assert talk.conversation.deal == before.deal


@pytest.mark.parametrize("text", ["that's confidential", "confidential", "sorry, confidential"])
def test_an_end_user_that_is_kept_secret_is_undisclosed(begin, text):
    talk = begin()
    talk.say("spyware for the UAE")
    assert talk.conversation.pending == "end_user"
    talk.say(text)

    assert talk.conversation.deal.known("end_user") == {"undisclosed"}


def test_what_is_told_beyond_a_refusal_is_heard(begin):
    talk = begin()
    talk.say("location tracking for Oman")
    talk.say("I don't want to say who the end user is")

    assert talk.conversation.deal.known("end_user") == {"undisclosed"}


@pytest.mark.parametrize("text", [
    "skip, it's for border control", "I'd rather not say, it is through a reseller"])
def test_who_skips_one_matter_and_tells_another_has_closed_none(talk, text):
    before = talk.conversation.awaiting()
    talk.say(text)

    assert talk.conversation.awaiting() == before


def test_what_stands_beside_the_guidance_keeps_no_question_standing_for_ever(talk):
    before = talk.conversation.awaiting()
    for _ in range(3):
        talk.say("they pay in cash")

    assert talk.conversation.awaiting() != before


@pytest.mark.parametrize("text", [
    "who can read the chats?", "do they store the conversations?", "can they wipe the history",
    "who else has access?", "will the company keep records?",
    "who gets access to their chat history?",
])
def test_what_the_product_does_is_not_asked_of_us(begin, text):
    talk = begin()
    talk.say("social media monitoring for the police in Ghana")
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.HELP


TOLD = ["we sell through a reseller", "they host it themselves",
        "the contract has a human rights clause and they accepted it", "it's for border control"]


def test_who_tells_of_other_matters_is_asked_the_same_thrice_at_most(talk):
    before = talk.conversation.awaiting()
    asked = [tuple(asked_of(talk.say(text))) for text in TOLD[:3]]

    assert [set(facts) >= set(before) for facts in asked] == [True, True, False]
    assert set(asked[2]).isdisjoint(before)


def test_an_answer_in_between_begins_that_count_anew(talk):
    talk.say(TOLD[0])
    talk.say(TOLD[1])
    talk.say("detentions: no idea")
    left = talk.conversation.awaiting()
    assert tuple(asked_of(talk.say(TOLD[2]))) == left
    assert tuple(asked_of(talk.say(TOLD[3]))) == left
