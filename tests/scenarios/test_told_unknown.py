"""What nobody knows yet is kept as such whenever it is said, and not asked as if unheard."""

from datetime import timedelta

import pytest

from tests.dialogue.talking import WHEN

OPENER = "drones for the police in Togo"
ASKED = {"detentions", "restrictive_laws", "conflict"}
LATER = timedelta(hours=1)


def unknown(talk):
    deal = talk.conversation.deal
    return {fact: a.said for fact, a in deal.answers.items() if a.values is None}


@pytest.mark.parametrize(("said", "fact"), [
    ("no idea about their record", "agency_misuse"),
    ("no clue whether they've misused it before", "agency_misuse"),
    ("we don't know anything about their past", "agency_misuse"),
    ("no idea who hosts it", "hosting"),
    ("can't say whether they pass it on", "onward_supply"),
    ("not sure yet what they'll use it for", "end_use"),
    ("not sure if there's a broker in between", "intermediary"),
    ("we haven't asked who owns the reseller", "hidden_ownership"),
    ("we don't know if they arrest journalists", "detentions"),
])
@pytest.mark.parametrize("first", [True, False])
def test_what_nobody_knows_is_said_back_and_not_asked(begin, said, fact, first):
    talk = begin()
    if first:
        replies = [talk.say(f"{OPENER}, {said}")]
    else:
        talk.say(OPENER)
        replies = [talk.say(said, WHEN + LATER)]
    assert unknown(talk) == {fact: said}
    for n in range(2, 12):
        replies.append(talk.say("skip", WHEN + n * LATER))

    assert fact not in {q.fact for r in replies if r.question for q in r.question.all()}
    assert unknown(talk)[fact] == said


@pytest.mark.parametrize("said", [
    "no idea who hosts it, but they arrest journalists",
    "they arrest journalists. no idea who hosts it",
])
def test_what_is_known_beside_it_is_heard(begin, said):
    talk = begin()
    talk.say(OPENER)
    talk.say(said, WHEN + LATER)

    assert unknown(talk) == {"hosting": "no idea who hosts it"}
    assert talk.conversation.deal.known("detentions") == {"yes"}


@pytest.mark.parametrize("said", [
    "no idea", "dunno", "not sure tbh", "don't know yet", "I'd have to ask them",
    "hard to tell from here", "not known yet", "no clue, will check", "that's for legal",
])
def test_a_dont_know_of_nothing_else_is_of_all_that_was_asked(begin, said):
    talk = begin()
    talk.say(OPENER)
    talk.say(said, WHEN + LATER)

    assert unknown(talk) == dict.fromkeys(ASKED, said)


@pytest.mark.parametrize(("said", "fact", "value"), [
    ("not sure they'd misuse it", "agency_misuse", "yes"),
    ("the customer won't say what it's for", "end_use", "undisclosed"),
    ("don't know yet who gets to see the data", "data_sharing", "unknown"),
    ("we don't know how they handle the data", "data_sharing", "unknown"),
    ("haven't checked the export side", "export_review", "not-started"),
])
def test_what_is_an_answer_is_none_of_it(begin, said, fact, value):
    talk = begin()
    talk.say(OPENER)
    talk.say(said, WHEN + LATER)

    assert talk.conversation.deal.known(fact) == {value}
    assert unknown(talk) == {}


@pytest.mark.parametrize("said", [
    "no idea how to price this", "no clue why they picked us", "not sure I follow",
    "does anybody know how independent the courts are?", "what if we don't know who hosts it",
    "it's unclear who ends up with it",
])
def test_what_is_unknown_or_asked_of_the_talk_says_nothing_of_the_deal(begin, said):
    talk = begin()
    talk.say(OPENER)
    before = talk.conversation.deal
    talk.say(said, WHEN + LATER)

    assert talk.conversation.deal == before


def test_what_is_found_out_later_takes_its_place(begin):
    talk = begin()
    talk.say(f"{OPENER}. No idea about their record.")
    assert unknown(talk) == {"agency_misuse": "No idea about their record"}
    talk.say("we looked it up: the police there misused cameras against the opposition",
             WHEN + LATER)

    assert talk.conversation.deal.known("agency_misuse") == {"yes"}
