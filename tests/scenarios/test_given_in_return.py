"""What is given only for something in return is not certain yet."""

from datetime import timedelta

import pytest

from tests.dialogue.talking import WHEN


@pytest.mark.parametrize(("said", "value", "sure"), [
    ("provided they get a discount they accept the clause", "accepted", False),
    ("they accept the clause, provided we drop the audit", "accepted", False),
    ("they accept the clause on condition that training is free", "accepted", False),
    ("as long as we cut the price they accept the human rights clause", "accepted", False),
    # What was provided is no condition, nor is what another sentence has one for.
    ("they accept the clause", "accepted", True),
    ("the manual was provided and they accepted the clause", "accepted", True),
    ("they accept the clause. They buy more provided we train them", "accepted", True),
    # A refusal stands whatever it hangs on.
    ("they refuse the clause, provided that we insist", "refused", True),
])
def test_what_hangs_on_something_in_return_is_not_certain(begin, said, value, sure):
    talk = begin()
    talk.say("drones for the police in Togo")
    talk.say(said, WHEN + timedelta(hours=1))

    answer = talk.conversation.deal.answers["human_rights_clause"]
    assert (answer.values, answer.sure) == ({value}, sure)


@pytest.mark.parametrize(("said", "fact", "value"), [
    ("data is provided to named users only", "data_sharing", "restricted"),
    ("only named users see it, as long as they have clearance", "data_sharing", "restricted"),
    ("each request is subject to a warrant", "access_safeguards", "adequate"),
])
def test_a_rule_is_none_of_it(begin, said, fact, value):
    talk = begin()
    talk.say("drones for the police in Togo")
    talk.say(said, WHEN + timedelta(hours=1))

    assert talk.conversation.deal.known(fact) == {value}
