"""A message edited after others have added to what it told, or have put it in doubt."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.advisor import Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from tests.dialogue.talking import WHEN

POLICE = "drones for the police in Kenya"

# What others have added to since -------------------------------------------------------------

MINISTRY = "drones for the ministry of defence in Kenya"


@pytest.mark.parametrize(("edited", "parties"), [
    ("drones for the navy in Kenya", {"military", "police"}),
    ("drones for a university in Kenya", {"university", "police"}),
    ("drones for Kenya", {"police"}),
    ("drones for the ministry of defence, in Kenya please", {"military", "police"}),
], ids=["the same", "another", "none", "the same words"])
def test_an_edit_takes_back_the_value_that_another_message_added_to(say, edited, parties):
    say(MINISTRY, key="m0")
    say("also for the police", key="m1")
    deal = say(edited, edits=MessageKey("m0")).conversation.deal

    assert deal.known("end_user") == parties
    assert deal.certain("end_user")


def test_what_is_left_is_quoted_by_the_message_that_told_it(say):
    say(MINISTRY, key="m0")
    say("also for the police", key="m1")
    deal = say("drones for a university in Kenya", edits=MessageKey("m0")).conversation.deal

    assert [(a.message, a.said) for a in deal.resting_on("end_user", {"police"})] == \
        [("m1", "police")]
    assert [(a.message, a.said) for a in deal.resting_on("end_user", {"university"})] == \
        [("m0", "university")]


def test_a_value_that_a_later_message_names_too_stays(say):
    say(MINISTRY, key="m0")
    say("also for the police", key="m1")
    say("so for the ministry of defence, the police and the coast guard", key="m2")
    deal = say("drones for Kenya", edits=MessageKey("m0")).conversation.deal

    assert deal.known("end_user") == {"military", "police", "border-guard"}


def test_an_edit_of_a_message_in_the_middle_leaves_what_came_before_and_after(say):
    say(POLICE, key="m0")
    say("and cctv cameras too", key="m1")
    say("and body cameras too", key="m2")
    deal = say("and licence-plate readers too", edits=MessageKey("m1")).conversation.deal

    assert deal.known("product") == {"drone", "alpr", "body-worn-camera"}


def test_what_was_taken_away_since_is_not_told_again_by_an_edit(say):
    say("drones for the army and the police in Kenya", key="m0")
    say("not for the police", key="m1")
    deal = say("drones for the university and the police in Kenya",
               edits=MessageKey("m0")).conversation.deal

    assert deal.known("end_user") == {"university"}


# What was less sure than what stood ----------------------------------------------------------

def test_a_maybe_that_is_edited_away_puts_nothing_in_doubt_any_more(say):
    say(POLICE, key="m0")
    maybe = say("maybe the army too", key="m1").conversation.deal
    deal = say("thanks a lot", edits=MessageKey("m1")).conversation.deal

    assert maybe.latest("end_user") == {"police", "military"}
    assert deal.latest("end_user") == {"police"}
    assert deal.certain("end_user")


def test_a_maybe_that_is_edited_into_another_is_that_alone(say):
    say(POLICE, key="m0")
    say("maybe the army too", key="m1")
    deal = say("maybe a university too", edits=MessageKey("m1")).conversation.deal

    assert deal.latest("end_user") == {"police", "university"}
    assert deal.known("end_user") == {"police"}


def test_a_maybe_stays_where_the_message_is_edited_that_it_puts_in_doubt(say):
    say(POLICE, key="m0")
    say("maybe the army too", key="m1")
    deal = say("drones for a university in Kenya", edits=MessageKey("m0")).conversation.deal

    assert deal.known("end_user") == {"university"}
    assert deal.latest("end_user") == {"university", "military"}


# Any of several messages edited into any other --------------------------------------------------

PARTIES = ("police", "army", "coast guard", "university", "prison service", "health ministry")
WAYS = ("also for the {}", "not for the {}", "thanks a lot")
FIRST = "drones for the {} in Kenya"


@pytest.mark.long
@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_edit_comes_to_what_saying_it_so_at_first_would(advisor, data):
    parties = data.draw(st.permutations(PARTIES))
    told = [FIRST.format(parties[0]), *(
        data.draw(st.sampled_from(WAYS)).format(party) for party in parties[1:5])]
    number = data.draw(st.integers(0, len(told) - 1))
    way = FIRST if number == 0 else data.draw(st.sampled_from(WAYS))
    anew = [*told[:number], way.format(parties[5]), *told[number + 1:]]
    # The keys of a database that lives as long as the test tell its examples apart.
    name = f"{hash((*told, *anew))}"
    edited = _spoken(advisor, f"{name}:e", told, (number, anew[number]))
    fresh = _spoken(advisor, f"{name}:f", anew)

    assert edited.known("end_user") == fresh.known("end_user")
    assert edited.latest("end_user") == fresh.latest("end_user")
    assert edited.known("product") == fresh.known("product") == {"drone"}
    assert edited.certain("end_user") == fresh.certain("end_user")


def _spoken(advisor, name, texts, edit=None):
    for n, text in enumerate(texts):
        deal = advisor.take_turn(Said(MessageKey(f"{name}:{n}"), ConversationId(name), "a", WHEN,
                                      text)).conversation.deal
    if edit is not None:
        number, text = edit
        deal = advisor.take_turn(
            Said(MessageKey(f"{name}:edit"), ConversationId(name), "a", WHEN, text,
                 edits=MessageKey(f"{name}:{number}"))).conversation.deal
    return deal
