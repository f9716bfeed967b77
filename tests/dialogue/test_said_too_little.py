"""What a short answer says too little of is a guess that is asked back, and no fact."""

import pytest

from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Says, Talk

GHANA = "cctv for the police in Ghana, against burglary"


@pytest.fixture
def asked(begin):
    """What is noted of a fact, and how surely, where *text* answers the question about it."""
    def heard(fact, text):
        talk: Talk = begin()
        talk.say(GHANA)
        talk.conversation = talk.conversation.asking((Fact(fact),))
        talk.say(text)
        answer = talk.messages[-1].heard.get(Fact(fact))
        return (answer.values, answer.sure) if answer else None
    return heard


@pytest.mark.parametrize(("fact", "text", "value"), [
    ("detentions", "no journalists there", "no"),
    ("detentions", "there are no minorities there", "no"),
    ("detentions", "no journalists there, no war", "no"),
    ("rights_limits", "you can protest if registered", "no"),
    ("rights_limits", "freedom of press no", "yes"),
    ("human_rights_clause", "they agreed to a meeting", "accepted"),
    ("export_review", "we export a lot", "done"),
    ("export_review", "export no issue", "not-started"),
    ("judicial_oversight", "courts work if paid", "independent"),
    ("conflict", "war in the neighbouring country", "yes"),
    ("conflict", "War: across the border", "yes"),
])
def test_it_is_never_noted_for_certain(asked, fact, text, value):
    """Each was taken for certain, and with it a red flag was raised or quieted that nobody told."""
    assert asked(fact, text) == ({value}, False)


@pytest.mark.parametrize(("fact", "text", "value"), [
    ("restrictive_laws", "lawless", "no"),
    ("human_rights_clause", "terms no", "refused"),
    ("human_rights_clause", "clause sent", "accepted"),
    ("human_rights_clause", "no clause", "refused"),
    ("stage", "the system works", "delivered"),
    ("intermediary", "no partner yet", "none"),
    ("intermediary", "a distributor for other products", "distributor"),
    ("judicial_oversight", "they have judges", "independent"),
    ("judicial_oversight", "judges are elected", "weak"),
    ("restrictive_laws", "libel is civil", "yes"),
    ("rights_limits", "social media is huge there", "yes"),
    ("transparency", "they told us the basics", "open"),
    ("export_review", "the sanctions check passed", "done"),
    ("stage", "still waiting", "signed"),
])
def test_a_model_that_hears_it_is_not_sure_either(begin, fact, text, value):
    talk = begin()
    talk.say(GHANA)
    reader = PlainReader(talk.guidance, Says((fact, value, 0.99, text)))
    read = reader.read(text, talk.conversation.asking((Fact(fact),)), key=MessageKey("m"),
                       author="a", sent_at=WHEN)
    answer = read.heard[Fact(fact)]
    assert (answer.values, answer.sure) == ({value}, False)


@pytest.mark.parametrize("text", ["2a", "3a", "1a"])
def test_a_letter_behind_a_number_picks_nothing(begin, text):
    """"2a" picked the second option: that no detentions are known, for certain."""
    talk = begin()
    talk.say(GHANA)
    talk.conversation = talk.conversation.asking(
        tuple(map(Fact, ("detentions", "conflict", "rights_limits"))))
    talk.say(text)
    assert not talk.messages[-1].heard


@pytest.mark.parametrize(("fact", "text", "value"), [
    ("detentions", "they jail journalists as criminals", "yes"),
    ("detentions", "they jail criminals and journalists", "yes"),
    ("detentions", "no arrests", "no"),
    ("detentions", "no journalists detained", "no"),
    ("rights_limits", "no limits", "no"),
    ("conflict", "there's a war in the neighbouring country and fighting here too", "yes"),
    ("human_rights_clause", "they agreed to meet and signed the clause", "accepted"),
    ("intermediary", "no reseller", "none"),
    ("intermediary", "a reseller for the whole country", "reseller"),
    ("judicial_oversight", "the courts are independent", "independent"),
])
def test_what_is_clearly_said_stays_certain(asked, fact, text, value):
    assert asked(fact, text) == ({value}, True)


@pytest.mark.parametrize("text", ["Mali or Niger", "Niger or Mali"])
def test_one_of_two_countries_is_not_both_for_certain(begin, text):
    talk = begin()
    talk.say("cctv for the police")
    talk.conversation = talk.conversation.asking((Fact("country"),))
    talk.say(text)
    answer = talk.messages[-1].heard[Fact("country")]
    assert (answer.values, answer.sure) == ({"ML", "NE"}, False)


def test_a_country_that_is_asked_and_denied_is_not_certain(begin):
    talk = begin()
    talk.say("cctv for the police")
    talk.conversation = talk.conversation.asking((Fact("country"),))
    talk.say("Mali? no")
    answer = talk.messages[-1].heard[Fact("country")]
    assert (answer.values, answer.sure) == ({"ML"}, False)


def test_a_right_denied_in_a_list_of_answers_is_no_freedom(begin):
    talk = begin()
    talk.say(GHANA)
    asked = Fact("detentions"), Fact("conflict"), Fact("rights_limits")
    talk.conversation = talk.conversation.asking(asked)
    talk.say("no arrests, no war, freedom of press no")
    heard = talk.messages[-1].heard
    assert [(heard[fact].values, heard[fact].sure) for fact in asked] == [
        ({"no"}, True), ({"no"}, True), ({"yes"}, False)]


def test_no_problem_with_a_right_denies_none(asked):
    assert asked("rights_limits", "freedom of speech no problem") == ({"no"}, True)
