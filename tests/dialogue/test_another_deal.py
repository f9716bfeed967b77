"""Another deal in the conversation of a first: told beside it, announced, or begun in its place."""

from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from retrieval.guidance import Fact
from tests.dialogue.talking import IN_KENYA, WHEN, asked_in

ASKS = "Is this another deal?"
MALL = "for a shopping mall in Oman, against theft"
OPENING = "cctv for the police in Ghana"


@pytest.mark.parametrize(("text", "sounds"), [
    ("the army of Chad also wants drones", True),
    ("we also sell drones to the police in Kenya", True),
    ("it will be used in Kenya too", False),
    ("the army uses it too, and they also get drones", False),
    ("no wait, it is drones for the army of Chad instead", False),
    ("they pay on delivery", False),
])
def test_what_sounds_like_another_deal_is_said_to(begin, text, sounds):
    talk = begin()
    talk.say(OPENING)
    reply = talk.say(text)

    assert any(line.text.startswith(ASKS) for line in reply.lead) is sounds


@pytest.mark.parametrize("text", [
    "1) cctv for the city of Warsaw 2) spyware for Rwandan intelligence - which one is worse?",
    "1. drones for the police in Kenya\n2. spyware for Rwandan intelligence",
    "Deal 1: drones for the police in Kenya\nDeal 2: drones for the police in Chad",
    "a) drones for the police in Kenya b) cctv for the police in Chad",
    "two opportunities: drones for the police in Kenya, spyware for Rwandan intelligence",
    "couple of quick ones - cctv for the mayor of Lima; spyware for the army in Oman",
    "could you look at two:\nplate readers for Omani customs\ndrones for the Kenyan army",
    "3 things: gait recognition for Togo's police, drones for their army, and who signs off",
])
def test_of_two_deals_in_one_list_nothing_is_mixed(begin, text):
    talk = begin()
    talk.say(text)

    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert not talk.conversation.deal.answers


@pytest.mark.parametrize(("text", "countries"), [
    ("drones for 1) the police in Kenya 2) the army in Uganda", {"KE", "UG"}),
    ("1) drones 2) for the police in Kenya", {"KE"}),
    ("1. product: drones\n2. user: the police\n3. country: Kenya", {"KE"}),
    ("1) drones for the police in Kenya 2) spyware for the Kenyan army", {"KE"}),
])
def test_a_list_of_what_one_deal_is_made_of_is_one_deal(begin, text, countries):
    talk = begin()
    talk.say(text)

    assert talk.conversation.deal.known(Fact("country")) == countries


@pytest.mark.parametrize("text", [
    "two products: drones and cctv for the police in Kenya",
    "2 questions: who signs off, and is cctv for the police in Kenya covered",
    "two sites - cctv for the police in Nairobi and in Mombasa, Kenya",
    "several units: drones for the police in Kenya, drones for the army in Kenya",
    "cctv for the police in Kenya, two things: they pay late, and the reseller is in Dubai",
])
def test_several_things_of_one_deal_are_one_deal(begin, text):
    talk = begin()
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.OTHER_DEAL


def test_a_first_message_of_two_places_is_one_deal(begin):
    reply = begin().say("cctv for the police in Ghana and drones for the army in Chad")

    assert not any(line.text.startswith(ASKS) for line in reply.lead)


@pytest.mark.parametrize("text", [
    "start over. the army of Chad wants drones",
    "Start over: drones for the army of Chad",
    "reset, the army of Chad wants drones",
    "ok. start over. the army of Chad wants drones",
    "Hi, start over. the army of Chad wants drones",
])
def test_who_starts_over_and_goes_on_at_once_has_told_the_new_deal(begin, text):
    talk = begin()
    talk.say(OPENING)
    reply = talk.say(text)
    alone = begin()
    plain = alone.say("the army of Chad wants drones")

    assert talk.messages[-1].intent is Intent.START_OVER
    assert {f: a.values for f, a in talk.conversation.deal.answers.items()} == {
        f: a.values for f, a in alone.conversation.deal.answers.items()}
    assert talk.conversation.version == 2
    assert talk.conversation.pending == alone.conversation.pending
    assert reply.lead[0].text.startswith("Started over with what you tell here")
    assert reply.lead[1:] == plain.lead
    assert reply.question == plain.question


@pytest.mark.parametrize("text", [
    "different deal: drones for the army of Chad",
    "another deal, the army of Chad wants drones",
])
def test_another_deal_told_by_that_name_is_not_mixed_into_the_first(begin, text):
    talk = begin()
    talk.say(OPENING)
    before = talk.conversation.deal
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert talk.conversation.deal == before
    assert reply.lead[0].text.startswith("I keep one deal per conversation")


@pytest.mark.parametrize("text", [
    "start over", "start over.", "start over, ok?",
])
def test_a_mere_wish_to_start_over_leaves_nothing(begin, text):
    talk = begin()
    talk.say(OPENING)
    talk.say(text)

    assert talk.messages[-1].intent is Intent.START_OVER
    assert not talk.conversation.deal.answers


@pytest.mark.parametrize("text", [
    "A clean slate, as far as we know.",
    "Clean slate, nothing in the press.",
    "Fresh start, they say: a new unit",
    "Reset: they reset the passwords every month",
    "Restart, if there was one, keeps the logs",
    "Forget it all, it is the army.",
    "start over? no, wait",
    "start over, or rather not",
])
def test_a_first_clause_that_sounds_like_it_leaves_no_deal(begin, text):
    talk = begin()
    talk.say(OPENING)
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.START_OVER
    assert talk.conversation.deal.known(Fact("product")) == {"cctv"}


@pytest.mark.parametrize("text", [
    "start over: 40 drones for the army of Chad, advise now",
    "start over. Can we sell drones to the army of Chad?",
])
def test_the_new_deal_is_told_whatever_else_is_wanted(begin, text):
    talk = begin()
    talk.say(OPENING)
    talk.say(text)

    assert talk.messages[-1].intent is Intent.START_OVER
    assert talk.conversation.deal.known(Fact("country")) == {"TD"}
    assert talk.conversation.deal.known(Fact("product")) == {"drone"}


def test_what_the_new_deal_tells_beside_the_guidance_is_passed_on(begin):
    talk = begin()
    talk.say(OPENING)
    reply = talk.say("start over, the army of Chad wants drones and pays in cash")

    assert talk.messages[-1].other_matters == ("odd-payment",)
    assert len(reply.aside) == 1


@pytest.mark.parametrize("text", [
    "phone unlocking kits for the police in Serbia", "drones for the army in Togo, demo tomorrow",
])
def test_who_names_another_deal_whole_has_not_only_said_what_is_sold(begin, text):
    """Its product alone was taken for the answer; its user, or its country too, was lost."""
    talk = begin()
    talk.say(MALL)
    assert talk.conversation.awaiting() == ("product",)
    reply = talk.say(text)
    deal = talk.conversation.deal

    assert any(line.text.startswith(ASKS) for line in reply.lead)
    assert len(deal.known(Fact("country"))) == 2
    assert deal.known(Fact("end_user")) & {"police", "military"}


def test_who_names_a_user_beside_what_is_sold_has_not_named_another_deal(begin):
    talk = begin()
    talk.say(MALL)
    before = talk.conversation.deal
    talk.say("cctv, the police there know of it")

    assert talk.conversation.deal.known(Fact("product")) == {"cctv"}
    assert talk.conversation.deal.answers[Fact("end_user")] == before.answers[Fact("end_user")]


def test_another_deal_that_follows_at_once_is_said_to_be_one_and_once_only(begin):
    """What is told in parts is one telling, held against what was known before its first."""
    talk = begin()
    talk.say("cctv for the police in Ghana", at=WHEN)
    told = [
        [line.text.startswith(ASKS) for line in talk.say(
            text, at=WHEN + timedelta(minutes=n, seconds=9 * n)).lead].count(True)
        for n, text in enumerate(["hang on, the phone"], start=2)]
    told += [
        [line.text.startswith(ASKS) for line in talk.say(
            text, at=WHEN + timedelta(minutes=2, seconds=18 + 9 * n)).lead].count(True)
        for n, text in enumerate(["the army of Chad also wants drones", "and cameras"], start=1)]

    assert told == [0, 1, 0]


@pytest.mark.parametrize("text", [
    "also got another one, drones for the police in Togo",
    "got another one: drones for the police in Togo",
])
def test_another_one_that_was_got_is_another_deal(begin, text):
    talk = begin()
    talk.say(OPENING)
    before = talk.conversation.deal
    talk.say(text)

    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert talk.conversation.deal == before


@pytest.mark.parametrize("text", ["new deal", "another deal please", "let's do a different deal"])
def test_a_new_deal_puts_none_aside_unasked(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    told = talk.conversation.deal
    talk.say(text)
    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert talk.conversation.deal == told


@pytest.mark.parametrize("text", [
    "a couple of deals before, all signed", "2 deals with them before, no misuse reports found",
    "next deal stage: contract signed, reseller Acme in Togo"])
def test_deals_of_before_are_no_second_deal(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.OTHER_DEAL


@pytest.mark.parametrize(("text", "before", "lead"), [
    ("ok different deal: drones for a farm coop in Kenya", (IN_KENYA,),
     "I keep one deal per conversation, so I have noted nothing of that message."),
    ("new deal. spyware to the army in Sudan", (IN_KENYA,),
     "I keep one deal per conversation, so I have noted nothing of that message."),
    ("I have two deals. first: cctv for the police in Ghana. second: drones for a farm", (),
     "I keep one deal per conversation, so I have noted nothing yet."),
])
def test_two_deals_are_kept_apart(begin, text, before, lead):
    _, intent, reply = asked_in(begin, text, *before)
    assert intent is Intent.OTHER_DEAL
    assert reply.lead[0].text.startswith(lead)


@pytest.mark.parametrize("text", ["i have a deal", "got a deal for you", "new deal"])
def test_who_announces_a_first_deal_is_asked_to_tell_it(begin, text):
    reply = begin().say(text)
    assert [line.text[:48] for line in reply.lead] == [
        "Hello. Tell me about a deal in your own words: w"]


def test_a_first_message_that_says_it_is_a_new_deal_tells_it(begin):
    talk = begin()
    talk.say("new deal: drones for the army in Chad")
    assert talk.conversation.deal.known("end_user") == {"military"}


def test_a_new_deal_is_no_wish_where_it_answers_how_far_the_deal_is(begin):
    talk = begin()
    talk.say(IN_KENYA)
    talk.conversation = talk.conversation.asking(["stage"])
    known = talk.conversation.deal

    talk.say("new deal")

    assert talk.messages[-1].intent is not Intent.START_OVER
    assert known.answers.items() <= talk.conversation.deal.answers.items()


TWO = [
    "Deal 1: bodycams for Ottawa police. Deal 2: spyware for Vietnam's ministry of interior.",
    "we have two tenders on the table: plate readers for Tirana and spyware for Tajikistan's army",
    "2 deals in the pipeline, drones for the police in Kenya and cctv for a bank in Peru",
    "got 2 deals, drones for the peru navy and face rec for a mall in lima",
    "hi need help w two tenders: imsi catcher for kenya police + cctv for a bank in norway",
]


@pytest.mark.parametrize("two", TWO)
@pytest.mark.parametrize("text", ["the second", "the first one please", "2"])
def test_of_two_deals_told_at_once_one_is_told_again(begin, two, text):
    talk = begin()
    talk.say(two)
    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert not talk.conversation.deal.answers
    assert "one deal per conversation" in reply.lead[0].text


def test_two_deals_of_before_are_no_two_deals(begin):
    talk = begin()
    talk.say("two deals closed with them before, now drones for the police in Kenya")

    assert talk.conversation.deal.known("country") == {"KE"}


@pytest.mark.parametrize("text", [
    "and the same to the police in Uganda", "same for the army of Uganda",
    "also the same kit for the police in Chad",
])
def test_who_else_gets_the_same_elsewhere_is_another_deal(begin, text):
    talk = begin()
    talk.say("drones for the wildlife service in Kenya")
    before = talk.conversation.deal
    talk.say(text)

    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert talk.conversation.deal == before


def test_who_else_gets_the_same_there_is_of_the_same_deal(begin):
    talk = begin()
    talk.say("drones for the army in Kenya")
    talk.say("and the same for the police in Kenya")

    assert talk.conversation.deal.known("end_user") == {"military", "police"}


@pytest.mark.parametrize("text", [
    "forget it. start over", "ok forget it, start over", "lets start over pls",
    "can we start over?", "i want to start over", "no wait, start over please",
    "this is wrong. start over",
    "sorry i messed up, let's start again", "never mind, start from scratch",
])
def test_a_wish_to_begin_again_is_heard_however_it_is_put(begin, text):
    talk = begin().amid({"country": "PE", "end_user": "police", "product": "cctv"}, ["conflict"])
    talk.say(text)

    assert talk.messages[-1].intent is Intent.START_OVER
    assert not talk.conversation.deal.answers


@pytest.mark.parametrize("text", [
    "no need to start over", "do i have to start over?", "they had to start over",
    "the tender starts over in may", "don't start over", "forget it", "never mind",
    "they want to restart the project", "sorry, wait",
])
def test_what_only_names_a_new_start_keeps_the_deal(begin, text):
    talk = begin().amid({"country": "PE", "end_user": "police", "product": "cctv"}, ["conflict"])
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.START_OVER
    assert talk.conversation.deal.known("country") == {"PE"}
