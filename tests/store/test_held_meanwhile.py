"""What somebody decides while an erasure waits for the log holds for it, on PostgreSQL too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing, NotErased
from bot.record.erasure_list import HELD
from bot.record.log import rows
from tests.store.queueing import in_turn
from tests.store.small import START, begin, step

C1, TEAM = ConversationId("c1"), "T1"
BY = {"by": "U-lead", "reason": "suit"}
LATER = START + timedelta(days=60)


@pytest.fixture
def erasing(postgresql):
    turn, after = step(begin("c1"), "c1:1", "U1", "kits for Wolpertinger")
    postgresql.record(turn, after, 0, workspace=TEAM)
    return Erasing(postgresql, lambda: LATER)


def words(store):
    return [turn.text for turn in store.turns(C1)]


def kinds(store):
    with store.reading() as connection:
        return [row.kind for row in rows(connection, C1)]


def test_a_conversation_that_is_held_while_its_erasure_waits_is_not_erased(postgresql, erasing):
    held, erased = in_turn(postgresql, TEAM, [
        lambda: erasing.hold(TEAM, C1, **BY), lambda: erasing.conversation(TEAM, C1, **BY)])

    assert held.exception() is None
    assert isinstance(erased.exception(), NotErased)
    assert words(postgresql) == ["kits for Wolpertinger"]
    assert kinds(postgresql) == ["turn", HELD]


def test_a_person_who_is_erased_keeps_what_is_held_while_that_waits(postgresql, erasing):
    _, erased = in_turn(postgresql, TEAM, [
        lambda: erasing.hold(TEAM, C1, **BY), lambda: erasing.person(TEAM, "U1", **BY)])

    assert (erased.result().conversations, erased.result().held) == ((), (C1,))
    assert words(postgresql) == ["kits for Wolpertinger"]


def test_retention_leaves_alone_what_is_held_while_it_waits(postgresql, erasing):
    erasing.retain(TEAM, 30, **BY)
    held, erased = in_turn(postgresql, TEAM, [
        lambda: erasing.hold(TEAM, C1, **BY), erasing.overdue])

    assert (held.exception(), erased.result()) == (None, ())
    assert words(postgresql) == ["kits for Wolpertinger"]


def test_retention_leaves_alone_what_is_spoken_in_while_it_waits(postgresql, erasing):
    erasing.retain(TEAM, 30, **BY)
    turn, after = step(postgresql.load(C1), "c1:2", "U1", "and drones")
    turn = replace(turn, recorded_at=LATER - timedelta(days=1))
    _, erased = in_turn(postgresql, TEAM, [
        lambda: postgresql.record(turn, after, 1, workspace=TEAM), erasing.overdue])

    assert erased.result() == ()
    assert words(postgresql) == ["kits for Wolpertinger", "and drones"]


def test_what_somebody_says_while_their_erasure_waits_is_erased_too(postgresql, erasing):
    turn, after = step(begin("c2"), "c2:1", "U1", "and drones")
    _, erased = in_turn(postgresql, TEAM, [
        lambda: postgresql.record(turn, after, 0, workspace=TEAM),
        lambda: erasing.person(TEAM, "U1", **BY)])

    assert sorted(erased.result().conversations) == ["c1", "c2"]
    assert [one.text for one in postgresql.turns(ConversationId("c2"))] == [""]


def test_of_two_who_hold_a_conversation_at_once_the_second_is_told_that_it_is_held(
    postgresql, erasing
):
    first, second = in_turn(postgresql, TEAM, [lambda: erasing.hold(TEAM, C1, **BY)] * 2)

    assert first.exception() is None
    assert "is held already" in str(second.exception())
    assert kinds(postgresql) == ["turn", HELD]


def test_of_two_who_set_a_retention_period_at_once_the_second_one_s_holds(postgresql, erasing):
    erasing.retain(TEAM, 90, **BY)
    both = in_turn(postgresql, TEAM, [
        lambda: erasing.retain(TEAM, 60, **BY), lambda: erasing.retain(TEAM, 30, **BY)])

    assert [one.exception() for one in both] == [None, None]
    assert erasing.retained(TEAM) == 30
