"""How what is said comes on top of what is known, or in its place."""

import pytest

PHONES = "phone forensics for a customer in Oman"


@pytest.mark.parametrize(("before", "told", "expected"), [
    # Who would not say, and then says.
    ("they won't tell who the end user is", "ok they came back: it's the police", {"police"}),
    ("the end user is undisclosed", "and it's the police", {"police"}),
    ("they won't tell who the end user is", "it's also for the army", {"military"}),
    # In one breath, what is named for sure outweighs that nobody says; a guess does not.
    ("the customer won't say who the end user is. ok they came back: it's the police", None,
     {"police"}),
    ("the end user is undisclosed, maybe the police", None, {"undisclosed"}),
    # Who is named, and then nobody says who it really is.
    ("it's for the police", "they won't tell who the end user is", {"undisclosed"}),
])
def test_what_stands_alone_holds_beside_nothing(begin, before, told, expected):
    talk = begin()
    talk.say(PHONES)
    talk.say(before)
    if told is not None:
        talk.say(told)

    assert talk.conversation.deal.known("end_user") == expected


def test_no_go_between_goes_once_one_is_named(begin):
    talk = begin()
    talk.say(PHONES)
    talk.say("we sell direct")
    talk.say("also through a reseller")

    assert talk.conversation.deal.known("intermediary") == {"reseller"}


def test_what_is_picked_by_number_holds_together(begin, guidance):
    talk = begin()
    talk.say("phone forensics")
    values = [choice.value for choice in guidance.questions["end_user"].choices]
    talk.conversation = talk.conversation.asking(["end_user"])

    talk.say(f"{values.index('police') + 1}, {values.index('undisclosed') + 1}")

    assert talk.conversation.deal.known("end_user") == {"police"}
