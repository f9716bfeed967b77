"""As `tests.dialogue.test_told_in_turns`, of what a model hears or does not hear."""

import pytest

from bot.dialogue.reply import Status


def raised(talk) -> set[str]:
    return {f.id for f in talk.replies[-1].flags if f.status is Status.RAISED}


def told(begin, *turns):
    talk = begin()
    for text in turns:
        talk.say(text)
    return talk


def asking(begin, fact):
    """A conversation that waits for *fact*, on a deal of which nothing else is told."""
    talk = told(begin, "facial recognition for the police in Kenya")
    question = talk.guidance.questions[fact]
    talk.conversation = talk.conversation.asking([question.fact])
    return talk


def test_grave_news_that_is_half_heard_is_asked_back_and_not_lost(begin):
    talk = told(begin, "licence plate readers for the police in Mexico",
                "an officer there was caught selling the data to a cartel")

    assert talk.conversation.deal.known("agency_misuse") == {"yes"}
    assert talk.conversation.deal.guessed("agency_misuse")
    assert "sg-c2-rf6" in raised(talk)


def test_who_no_go_between_is_left_of_is_asked_back(begin):
    talk = told(begin, "spyware to the police in Panama through a broker", "now direct")

    assert talk.conversation.deal.known("intermediary") == {"broker"}
    assert talk.conversation.deal.answers["intermediary"].instead == {"none"}


def test_a_word_that_may_answer_is_nothing_beside_what_is_named(begin):
    talk = told(begin, "cloud hosting for the health ministry in Rwanda, public health",
                "the data goes to the interior ministry too",
                "not any more, access is limited to named users now")

    assert not talk.conversation.deal.answered("conflict")
    assert talk.conversation.deal.latest("data_sharing") == {"restricted"}


@pytest.mark.parametrize(("fact", "said", "value", "sure"), [
    ("agency_misuse", "mostly clean from what I hear", "no", False),
    ("transparency", "they answered some of our questions", "open", False),
    ("transparency", "they answered all our questions in writing", "open", True),
    ("law_in_practice", "the cops there do as they please", "ignored", True),
    ("data_sharing", "any ministry that asks", "open", True),
    ("misuse_reports", "we looked, came up with nothing", "no", True),
    ("export_review", "done in June", "done", False),
    ("end_use", "law enforcement", "law-enforcement", True),
])
def test_an_answer_in_other_words_is_as_sure_as_it_is_heard(begin, fact, said, value, sure):
    talk = asking(begin, fact)
    talk.say(said)
    answer = talk.conversation.deal.answers[fact]

    assert answer.values == {value}
    assert answer.sure is sure


@pytest.mark.parametrize("said", ["quit", "exit", "Quit."])
def test_who_leaves_tells_nothing(begin, said):
    talk = told(begin, "cctv for the police in Ghana")
    before = talk.conversation.deal
    talk.say(said)

    assert talk.conversation.deal == before


def test_what_is_named_in_place_of_what_is_denied_is_heard(begin):
    talk = told(begin, "drones for the police in France for monitoring demos",
                "we don't monitor demos any more, just traffic")

    assert talk.conversation.deal.known("end_use") == {"traffic"}
    assert "monitoring-of-assemblies" not in raised(talk)


@pytest.mark.parametrize("said", ["done in June", "done in May"])
def test_when_a_review_was_done_is_no_stage_of_the_deal(begin, said):
    talk = asking(begin, "export_review")
    talk.say(said)

    assert talk.conversation.deal.known("export_review") == {"done"}
    assert not talk.conversation.deal.answered("stage")
