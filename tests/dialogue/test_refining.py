"""What facts say only together, and what they say once they are apart."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import scope_of
from bot.dialogue.reading import PlainReader
from bot.dialogue.refining import refined
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Says, Talk

DOMESTIC, POLICE = frozenset({"domestic-us"}), frozenset({"police"})


def told(begin, *said: str) -> Talk:
    talk = begin()
    for text in said:
        talk.say(text)
    return talk


@pytest.mark.parametrize("correction", [
    "sorry, it's for Guatemala", "actually it's Guatemala, not Texas", "also for Guatemala",
])
def test_who_is_abroad_after_all_is_no_domestic_end_user(begin, correction):
    talk = told(begin, "cctv for the police in Texas")
    assert talk.conversation.deal.known("end_user") == DOMESTIC
    talk.say(correction)
    deal = talk.conversation.deal
    assert "GT" in deal.known("country")
    assert deal.known("end_user") == POLICE
    assert scope_of(talk.guidance, deal) is None
    assert deal.answers["end_user"].said == "police"
    assert deal.answers["end_user"].message == "0"


def test_who_was_named_with_the_place_is_asked_for_at_once(begin):
    talk = told(begin, "cctv for the police in the US")
    reply = talk.say("actually it's Kenya")
    assert not talk.conversation.deal.answered("end_user")
    assert reply.question.fact == "end_user"
    assert scope_of(talk.guidance, talk.conversation.deal) is None


def test_a_country_that_is_picked_says_as_much_as_one_that_is_written(begin):
    talk = told(begin, "cctv for the police")
    talk.choose({"country": ["US"]})
    assert talk.conversation.deal.known("end_user") == DOMESTIC
    reply = talk.choose({"country": ["KE"]})
    assert not talk.conversation.deal.answered("end_user")
    assert reply.question.fact == "end_user"


def test_what_is_picked_of_the_end_user_stands(begin):
    talk = told(begin, "cctv in the United States")
    talk.choose({"end_user": ["police"]})
    assert talk.conversation.deal.known("end_user") == POLICE


def test_a_country_picked_later_makes_no_other_body_of_one_that_was_picked(begin):
    together, later = begin(), begin()
    together.choose({"end_user": ["police"], "country": ["AS"]})
    later.choose({"end_user": ["police"], "country": ["AF"]})
    later.choose({"country": ["AS"]})
    assert together.conversation.deal.known("end_user") == POLICE
    assert later.conversation.deal.known("end_user") == POLICE


def test_what_is_supposed_elsewhere_is_tried_out_as_it_would_be_there(begin):
    talk = told(begin, "spyware for the police in Texas")
    reply = talk.say("what if it was Guatemala instead?")
    assert talk.conversation.deal.known("end_user") == DOMESTIC
    assert talk.conversation.supposed["end_user"].values == POLICE
    assert "hacking-tools-for-the-state" in {
        flag.id for part in reply.changes.groups for flag in part.named}
    talk.say("ok, do that")
    assert talk.conversation.deal.known("end_user") == POLICE


@pytest.mark.parametrize(("first", "then", "who"), [
    ("spyware for the police", "maybe the United States", (POLICE, True)),
    ("spyware in the United States", "maybe the police", (DOMESTIC, False)),
])
def test_a_hedge_makes_nobody_domestic_for_sure(begin, first, then, who):
    talk = told(begin, first, then)
    answer = talk.conversation.deal.answers["end_user"]
    assert (answer.values, answer.sure) == who
    assert scope_of(talk.guidance, talk.conversation.deal) is None


def test_who_is_named_as_domestic_and_as_police_at_once_is_one_of_them(guidance):
    here = Answer(frozenset({"US"}), "in the US", MessageKey("0"))
    both = Answer(POLICE | DOMESTIC, "police in the US", MessageKey("0"), sure=False, end=16)
    read = refined(guidance, Deal(), {Fact("country"): here, Fact("end_user"): both})
    assert read["end_user"] == replace(both, values=DOMESTIC)
    # What is read already is no news.
    known = Deal({Fact("end_user"): read["end_user"]})
    assert refined(guidance, known, {Fact("country"): here}).keys() == {"country"}


def test_it_rests_on_words_of_the_message_they_stand_in(begin):
    talk = told(begin, "israeli made spyware, buyer is the police in accra",
                "actually it's the United States, not Ghana")
    answer = talk.conversation.deal.answers["end_user"]
    assert (answer.values, answer.message) == (DOMESTIC, "0")
    assert talk.messages[0].text[answer.start:answer.end] == answer.said == "police"


def test_a_telling_that_goes_on_abroad_is_no_domestic_one(begin):
    talk = begin()
    talk.say("cctv for the police in Texas", at=WHEN)
    talk.say("and for the police in Kenya", at=WHEN + timedelta(seconds=5))
    assert talk.conversation.deal.known("country") == {"US", "KE"}
    assert talk.conversation.deal.known("end_user") != DOMESTIC


def test_what_goes_on_takes_nobody_away_where_a_name_goes_over_the_cut(guidance, sentences):
    """As one text they name the police in the US, of whom a model hears little."""
    says = Says(("product", "cctv", .99, "cctv"), ("end_user", "police", .98, "the police"),
                ("country", "US", .98, "police in the US"),
                ("end_user", "domestic-us", .3, "police in the US"))
    talk = Talk(guidance, PlainReader(guidance, says), sentences)
    talk.say("cctv for the police", at=WHEN)
    talk.say("in the US", at=WHEN + timedelta(seconds=5))
    deal = talk.conversation.deal
    assert deal.known("end_user") == POLICE
    assert not talk.messages[-1].retracted
