"""Where data lies, a freedom that people have and what holds no more settle nothing."""

from datetime import timedelta

import pytest

from tests.dialogue.talking import WHEN

OPENER = "drones for the police in Togo"


def said_of(begin, said, fact):
    """The values noted of *fact* once *said* is told, and whether they are asked back."""
    talk = begin()
    talk.say(OPENER)
    talk.say(said, WHEN + timedelta(hours=1))
    deal = talk.conversation.deal
    return deal.known(fact), deal.guessed(fact)


@pytest.mark.parametrize("said", [
    "all data is stored locally by the customer", "recordings are held at headquarters",
    "all data is stored in our cloud", "they keep footage 90 days",
])
def test_where_data_lies_is_no_sharing_of_it(begin, said):
    assert said_of(begin, said, "data_sharing") == (set(), False)


@pytest.mark.parametrize(("said", "value"), [
    ("the police store the data and any ministry can pull it", "open"),
    ("they keep all of it and pass it to whoever asks", "open"),
    ("footage is kept in a drive that the whole government can open", "open"),
    ("data is stored for 90 days and only two officers can see it", "restricted"),
])
def test_who_gets_what_is_stored_is_heard(begin, said, value):
    assert said_of(begin, said, "data_sharing") == ({value}, False)


@pytest.mark.parametrize("said", ["anyone may hold a rally", "there's freedom of speech"])
def test_a_freedom_is_no_limit_on_it(begin, said):
    assert said_of(begin, said, "rights_limits") == (set(), False)


@pytest.mark.parametrize(("said", "values"), [
    ("no freedom of speech", {"yes"}), ("anyone who holds a rally is fined", {"yes"}),
    ("there's freedom of speech but bloggers get fined", {"yes"}),
    ("anyone may hold a rally unless they criticise the king", {"yes"}),
    ("nobody may hold a rally", {"yes"}), ("freedom of speech exists on paper only", {"yes"}),
    ("people can say what they like there", {"no"}), ("they have a free press", {"no"}),
])
def test_what_takes_a_freedom_back_is_heard_and_so_is_what_grants_it(begin, said, values):
    assert said_of(begin, said, "rights_limits")[0] == values


@pytest.mark.parametrize(("said", "fact", "value"), [
    ("only named users see it, not any more", "data_sharing", "restricted"),
    ("they shared data with everyone, not any more", "data_sharing", "open"),
    ("courts were independent, not any more", "judicial_oversight", "independent"),
    ("we host it, not any more", "hosting", "supplier"),
    # Nor is a charge dropped by it: whether it is over is asked.
    ("they arrest journalists, but not any more", "detentions", "yes"),
])
def test_what_holds_no_more_is_asked_back(begin, said, fact, value):
    assert said_of(begin, said, fact) == ({value}, True)
    assert said_of(begin, said, "conflict") == (set(), False)


@pytest.mark.parametrize(("said", "fact", "value"), [
    ("we host it, not them", "hosting", "supplier"),
    ("they arrest journalists, no more than others do", "detentions", "yes"),
    ("only named users see it. They want no more cameras", "data_sharing", "restricted"),
])
def test_what_stands_beside_other_words_holds(begin, said, fact, value):
    assert said_of(begin, said, fact) == ({value}, False)
