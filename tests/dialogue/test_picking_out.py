"""What is picked out of a list that was shown: "tell me more about the second safeguard"."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.messages.picking_out import place_in

POLICE = "facial recognition for the police in Kenya, to watch protests"


@pytest.mark.parametrize(("asked", "place"), [
    ("tell me more about the first safeguard", 1),
    ("explain the second safeguard please", 2),
    ("what does safeguard 3 mean?", 3),
    ("can you go into the last safeguard", -1),
])
def test_a_safeguard_is_picked_out_by_its_place_in_the_list(begin, asked, place):
    """It was searched for in the texts."""
    talk = begin()
    talk.say(POLICE)
    listed = [s.id for s in talk.say("what are the safeguards?").safeguards]
    reply = talk.say(asked)
    assert [s.id for s in reply.safeguards] == [listed[place - 1 if place > 0 else place]]
    assert talk.messages[-1].intent is Intent.REMEDY and not talk.messages[-1].heard


@pytest.mark.parametrize("asked", ["and the second?", "and 2?", "what about the second one",
                                   "tell me more about number 2"])
def test_what_goes_on_from_a_list_is_of_that_list(begin, asked):
    """"And 2?" was taken for the answer to the question that stood."""
    talk = begin()
    talk.say(POLICE)
    listed = [s.id for s in talk.say("what do I put in the contract?").safeguards]
    assert [s.id for s in talk.say(asked).safeguards] == [listed[1]]
    assert not talk.messages[-1].heard


def test_the_list_is_remembered_as_long_as_it_is_gone_through(begin):
    """"And 3?" behind "the second one" was an answer."""
    talk = begin()
    talk.say(POLICE)
    listed = [s.id for s in talk.say("what are the safeguards?").safeguards]
    for asked, place in (("tell me more about the second one", 1), ("and 3?", 2),
                         ("and the first?", 0)):
        assert [s.id for s in talk.say(asked).safeguards] == [listed[place]]
        assert not talk.messages[-1].heard


@pytest.mark.parametrize("before", [(), ("advise now",)])
@pytest.mark.parametrize("wish", ["more safeguards", "what are the safeguards?"])
def test_the_list_is_that_which_was_shown_last(begin, wish, before):
    """The third of "more safeguards" was the sixth of them."""
    talk = begin()
    for text in (POLICE, *before):
        talk.say(text)
    listed = [s.id for s in talk.say(wish).safeguards]
    for asked, place in (("and the third one?", 2), ("the second one?", 1)):
        assert [s.id for s in talk.say(asked).safeguards] == [listed[place]]


def test_the_safeguards_of_a_deal_stand_in_the_order_of_its_advice(begin):
    talk = begin()
    talk.say(POLICE)
    told = talk.say("advise now").safeguards
    assert [s.id for s in talk.say("what are the safeguards?").safeguards] == [s.id for s in told]


def test_red_flags_are_picked_out_one_by_one(begin):
    """"And the second" was an answer, and settled a fact for sure."""
    talk = begin()
    talk.say(POLICE)
    raised = [f.id for f in talk.say("which red flags are there?").flags]
    assert len(raised) > 1
    for asked, flag in (("explain the first flag", raised[0]), ("and the second", raised[1]),
                        ("the source of red flag 1", raised[0])):
        assert [f.id for f in talk.say(asked).flags] == [flag]
        assert not talk.messages[-1].heard


def test_a_place_by_itself_answers_what_was_asked(begin):
    """Only who wishes to hear of it picks it out of a list."""
    talk = begin()
    talk.say("phone forensics for the police in Kenya")
    talk.say("what are the safeguards?")
    asked = talk.conversation.awaiting()
    talk.say("the first, yes")
    assert asked[0] in talk.messages[-1].heard


def test_a_place_behind_the_end_shows_the_whole_list(begin):
    """Nothing is made up for it."""
    talk = begin()
    talk.say(POLICE)
    assert len(talk.say("explain safeguard 29").safeguards) > 1
    assert len(talk.say("explain red flag 29").flags) > 1


@pytest.mark.parametrize(("subject", "found"), [
    ("all#2", ("all", 2)), ("before sale#0", ("before sale", 0)), ("all", None), (None, None),
    ("#2", None), ("all#x", None)])
def test_a_subject_names_a_list_and_a_place(subject, found):
    """Others have no place."""
    assert place_in(subject) == found
