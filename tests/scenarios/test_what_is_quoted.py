"""What a fact is said to rest on ends where its ground ends, whatever is written beside it."""

from datetime import timedelta

import pytest

from tests.dialogue.talking import WHEN

OPENER = "drones for the police in Togo"


@pytest.mark.parametrize(("said", "fact", "quoted"), [
    ("they want to watch demos. ok to quote today", "end_use", "they want to watch demos"),
    ("they want to watch demos. can I quote today?", "end_use", "they want to watch demos"),
    ("they want to watch demos, is it ok to quote today", "end_use", "they want to watch demos"),
    ("no court order is needed. The chief just signs. ok?", "access_safeguards",
     "no court order is needed. The chief just signs"),
    ("the data goes wherever the minister likes and what should we do about it", "data_sharing",
     "the data goes wherever the minister likes"),
    ("they refuse the clause on rights. should I push?", "human_rights_clause",
     "they refuse the clause on rights"),
    # What is told in two sentences or clauses is quoted of both, and so is a question's answer.
    ("activists vanish there. all the time", "detentions", "activists vanish there. all the time"),
    ("journalists, mostly women, get jailed", "detentions",
     "journalists, mostly women, get jailed"),
    ("they'd like to see who shows up at the march", "end_use",
     "they'd like to see who shows up at the march"),
    ("no, none that we found", "detentions", "no, none that we found"),
])
def test_the_quotation_ends_where_the_ground_does(begin, said, fact, quoted):
    talk = begin()
    talk.say(OPENER)
    talk.say(said, WHEN + timedelta(hours=1))

    assert talk.conversation.deal.answers[fact].said == quoted
