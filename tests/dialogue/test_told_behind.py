"""What is told once the questions have ended: what it changes, and not the whole advice again."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.messages.heard_requests import heard_request
from bot.dialogue.naming import IN_SHORT
from bot.plain import to_text
from retrieval.words.requests import Request

DEAL = "body cameras for the prison service in Colombia. Inmates are abused there, and detained."


def ended(begin, text=DEAL):
    talk = begin()
    talk.say(text)
    return talk, talk.say("advise now")


@pytest.mark.parametrize("text", [
    "they accepted the human rights clause", "we sell direct", "we host it ourselves",
    "no, we sell direct and they accepted the human rights clause",
])
def test_a_fact_that_raises_no_flag_gets_what_it_changes_and_no_more(begin, guidance, text):
    """Each such word was answered with the whole advice once more: some 900 words on a phone."""
    talk, whole = ended(begin)

    reply = talk.say(text)

    assert whole.shape == "full" and reply.shape == "step"
    assert reply.heard and reply.to_send  # it can be sent on as it stands now
    assert len(to_text(reply, guidance).split()) < len(to_text(whole, guidance).split()) / 3
    assert talk.say("advise now").shape == "full"


def test_a_fact_that_raises_a_flag_gets_the_whole_advice(begin):
    talk, _ = ended(begin)

    reply = talk.say("they refused the human rights clause")

    assert reply.shape == "full" and reply.fresh


def test_a_deal_that_was_hardly_in_scope_gets_the_whole_advice_once_it_is(begin):
    talk, first = ended(begin, "thermal cameras for a university in Norway for frost research")

    assert first.shape == "short"
    assert talk.say("it's for the police, for criminal investigation").shape == "full"


def test_what_ends_nothing_gets_the_advice_in_short(begin, guidance):
    """"Ok skip", behind the whole advice, got all of it again."""
    talk, _ = ended(begin)
    talk.say("they pay late")

    message = heard_request(
        talk.messages[-1], talk.conversation, guidance, lambda _: Request.NOW)

    assert (message.intent, message.subject) == (Intent.ADVISE_NOW, IN_SHORT)


@pytest.mark.parametrize("text", [
    "he ships also to Ethiopia and Chad", "the reseller also sells to Ethiopia"])
def test_where_a_go_between_sells_besides_is_no_place_of_use(begin, text):
    """It was added to the countries of use, for certain."""
    talk = begin().amid({"product": "cctv", "end_user": "police", "country": "SO",
                         "intermediary": "reseller"}, ["detentions"])
    talk.say(text)
    assert talk.conversation.deal.known("country") == {"SO"}


def test_where_the_user_wants_it_as_well_is_one(begin):
    talk = begin().amid({"product": "cctv", "end_user": "police", "country": "SO"}, ["detentions"])
    talk.say("they also want it in Ethiopia")
    assert talk.conversation.deal.known("country") == {"SO", "ET"}


@pytest.mark.parametrize("text", [
    "kindly share final recommendation", "give me the recommendation"])
def test_who_wants_the_recommendation_gets_the_advice(begin, text):
    talk = begin().amid({"product": "cctv", "end_user": "police", "country": "SO"}, ["detentions"])
    talk.say(text)
    assert talk.messages[-1].intent is Intent.ADVISE_NOW
