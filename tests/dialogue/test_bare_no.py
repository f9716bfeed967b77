"""A "no" that nobody put a comma behind, as on a phone."""

import pytest


@pytest.mark.parametrize(("said", "users"), [
    ("actually no the army", {"military"}),
    ("no it's the army", {"military"}),
    ("nope its the army", {"military"}),
    # Here it denies what follows.
    ("no police", set()),
    ("not the police", set()),
])
def test_a_no_before_an_article_denies_nothing_of_what_follows(begin, said, users):
    talk = begin()
    talk.say("cctv for the police in Guatemala")
    talk.say(said)
    assert talk.conversation.deal.known("end_user") == users
