"""What a message makes of what is known: a fact left with no value is asked for again."""

import pytest

from retrieval.guidance import Fact


@pytest.mark.parametrize(("opening", "denial", "fact", "value"), [
    ("cctv for the police in Ghana", "the buyer is the Bureau of Plans, not the police",
     "end_user", "police"),
    ("cctv for the police in Ghana, to watch crowds", "not to watch crowds", "end_use",
     "crowd-monitoring"),
])
def test_a_fact_left_with_no_value_is_not_known_any_more(begin, opening, denial, fact, value):
    talk = begin()
    talk.say(opening)
    assert talk.conversation.deal.known(Fact(fact)) == {value}

    reply = talk.say(denial)

    assert Fact(fact) not in talk.conversation.deal.answers
    assert Fact(fact) in reply.open_facts


def test_what_is_left_of_several_values_stands(begin):
    talk = begin()
    talk.say("cctv for the police and the army in Ghana")
    talk.say("not the army")

    answer = talk.conversation.deal.answers[Fact("end_user")]
    assert (answer.values, answer.sure) == ({"police"}, True)
