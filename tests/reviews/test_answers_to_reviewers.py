"""Whom a reviewer asks is told to answer in the thread, and what they write next is heard so."""

import pytest

from bot.dialogue.intents import Intent
from tests.reviews.conftest import ADA, C1

TOLD = "Lawful interception for the interior ministry in Chad, direct sale."
ASKED = f"{TOLD} It is to investigate crimes."
NOTED = ("Thank you. I keep this as your answer to what the reviewer asked; they read it here.",)


@pytest.fixture
def asking(house):
    """A deal in the middle of its interview, where "no" answers what is asked next."""
    house.say(ASKED)
    return house


@pytest.fixture
def advised(house):
    """A deal that was advised on."""
    house.say(TOLD)
    house.say("Give me the advice now.")
    return house


def last(house):
    """The last turn."""
    return house.store.turns(C1)[-1]


def lead(turn):
    return tuple(line.text for line in turn.reply.lead)


def known(house, fact):
    return house.store.load(C1).deal.known(fact)


def answered(house):
    return [(one.answered, one.turn) for one in house.of().review.questions]


@pytest.mark.parametrize(("question", "answer"), [
    ("Who is the unit that will use it?", "It is the cyber unit, Directorate 5"),
    ("Please name the reseller", "Gulf Trade FZE"),
    ("Did they sign?", "yes"),
    ("How many licences?", "3"),
    ("Who installs it?", "I don't know"),
    ("What else do they run?", "our expense report tool, I think"),
])
def test_after_the_advice_it_is_kept_as_the_answer_and_never_searched(advised, question, answer):
    """A search result came back, and no sign-off was possible until a reviewer took the turn."""
    before = advised.store.load(C1).deal
    advised.reviewing.ask(ADA, C1, question)
    advised.say(answer)

    turn = last(advised)
    assert (turn.message.answers_reviewer, turn.message.intent) == (True, Intent.REMARK)
    assert lead(turn) == NOTED
    assert (turn.found, turn.reply.considerations, turn.reply.question) == ((), (), None)
    assert advised.store.load(C1).deal == before
    assert answered(advised) == [(True, turn.version)]


def test_within_the_interview_it_is_no_answer_to_what_was_asked_there(asking):
    """It was called no answer; a bare "yes" was taken for one to another question."""
    pending = asking.store.load(C1).awaiting()
    for answer in ("Mr Hassan and his two deputies", "yes", "no", "1"):
        asking.pass_(minutes=1)
        asking.reviewing.ask(ADA, C1, "Who?")
        asking.say(answer)
        turn = last(asking)
        assert lead(turn) == NOTED
        assert [q.fact for q in turn.reply.question.all()] == list(pending)
        assert turn.message.heard == {}
    assert asking.store.load(C1).unanswered == 0
    assert [one for one, _ in answered(asking)] == [True] * 4

    # What was asked there can be answered next, as ever.
    asking.say("no")
    assert not last(asking).message.answers_reviewer
    assert last(asking).message.answers_pending


def test_what_it_plainly_tells_is_noted_as_ever(advised):
    advised.reviewing.ask(ADA, C1, "Who sells it?")
    advised.say("It goes through a reseller after all, and the country is Niger, not Chad.")

    assert lead(last(advised))[0] == NOTED[0]
    assert known(advised, "intermediary") == {"reseller"}
    assert known(advised, "country") == {"NE"}
    assert answered(advised) == [(True, 3)]


@pytest.mark.parametrize("answer", [
    "The ministry of finance pays by bank transfer from N'Djamena",
    "It may be for network security, perhaps",
])
def test_what_it_does_not_plainly_tell_is_not_noted(advised, answer):
    """Who pays became the end-user, and the name of a department perhaps what it is used for."""
    advised.reviewing.ask(ADA, C1, "Who pays, and from where?")
    advised.say(answer)

    assert last(advised).message.heard == {}
    assert known(advised, "end_user") == {"interior-ministry"}
    assert lead(last(advised)) == NOTED


@pytest.mark.parametrize("said", [
    "What does the guidance say about audits?", "Give me the advice now.", "thanks",
    "UNGP 17", "why do you ask?", "more safeguards",
])
def test_what_asks_something_of_us_is_answered_by_us(advised, said):
    advised.reviewing.ask(ADA, C1, "Who?")
    advised.say(said)

    assert not last(advised).message.answers_reviewer
    assert answered(advised) == [(False, None)]


def test_an_answer_in_two_messages_is_one(advised):
    advised.reviewing.ask(ADA, C1, "Which unit?")
    advised.say("the unit is the drug squad")
    advised.say("Directorate 5")  # a second later

    assert lead(last(advised)) == NOTED
    advised.pass_(minutes=10)
    advised.say("Directorate 5")
    assert not last(advised).message.answers_reviewer


def test_what_follows_at_once_may_answer_what_is_asked_here(asking):
    asking.reviewing.ask(ADA, C1, "Which unit?")
    asking.say("the unit is the drug squad")
    asking.say("no")  # the question of the interview was put again beside the thanks

    assert not last(asking).message.answers_reviewer
    assert last(asking).message.answers_pending


def test_others_and_what_follows_are_heard_as_ever(advised):
    advised.say("Gulf Trade FZE")
    assert last(advised).message.intent is Intent.ASK
    advised.reviewing.ask(ADA, C1, "Who?")
    advised.say("Gulf Trade FZE", user="U2")
    assert not last(advised).message.answers_reviewer
    assert answered(advised) == [(False, None)]


def test_a_grave_matter_in_an_answer_is_said_back(advised):
    advised.reviewing.ask(ADA, C1, "What for?")
    advised.say("They want it to find gays in bars, and they have used it against journalists.")

    turn = last(advised)
    assert turn.message.other_matters
    assert turn.message.heard["agency_misuse"].values == {"yes"}
    assert turn.message.answers_reviewer
    assert lead(turn)[0] == NOTED[0]
