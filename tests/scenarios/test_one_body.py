"""One body that is heard as two: the police of a city at home."""

import pytest


@pytest.mark.parametrize(("said", "users"), [
    ("chicago police department wants 200 bodycams", {"domestic-us"}),
    ("Boston police want 40 drones", {"domestic-us"}),
    # Two bodies are two, however clearly one of them is at home.
    ("cctv for the Boston police and for the police in Kenya", {"domestic-us", "police"}),
    ("we sell drones to the police in Ghana and to the LAPD", {"domestic-us", "police"}),
])
def test_who_is_at_home_is_of_a_kind_too(begin, said, users):
    talk = begin()
    talk.say(said)
    deal = talk.conversation.deal
    assert deal.known("end_user") == users
    assert deal.settled("end_user")
