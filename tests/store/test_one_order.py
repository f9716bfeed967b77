"""Whoever writes to the log takes its head before all else, so that none waits for another."""


from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select

from bot.casebook import lines
from bot.console.entry.sessions import Sessions
from bot.console.viewer import Role
from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.language_model.choices import ChatChoices
from bot.log_order import LOCAL
from bot.record.log import Happening, lock
from bot.schema import case_cites
from bot.turns.delivery import CaseEvent, Overtaken, Then
from tests.store.boxes import HOME, SAM, TEAM, next_of, owe, owed, post, said
from tests.store.queueing import in_turn, until_waiting
from tests.store.small import begin, step

BY = {"by": "U-lead", "reason": "request of 2 March"}
EVENT = CaseEvent("listening", SAM, {"on": True})


@pytest.fixture
def erasing(postgresql, clock):
    return Erasing(postgresql, clock)


@pytest.fixture
def spoken(postgresql, box):
    """A conversation with a turn, and a message that waits."""
    box.receive(said())
    turn, after = step(begin(HOME), said().key, SAM)
    taken = next_of(box)
    postgresql.record(turn, after, 0, workspace=TEAM, along=lambda connection: box.settle(
        connection, taken))
    box.receive(said(1))


def close(box):
    box.close(next_of(box), events=[EVENT])


def give_up(box):
    box.give_up(next_of(box), "T-1")


def move(box):
    box.move(next_of(box), ConversationId("elsewhere"), event=EVENT)


@pytest.mark.parametrize("act", [close, give_up, move])
def test_what_is_noted_of_a_message_never_waits_for_an_erasure_that_waits_for_it(
    postgresql, box, erasing, spoken, act
):
    erased, noted = in_turn(postgresql, TEAM, [
        lambda: erasing.conversation(TEAM, HOME, **BY), lambda: act(box)])

    assert erased.exception() is None
    assert isinstance(noted.exception(), Overtaken)
    assert postgresql.verify_log() is None


@pytest.mark.parametrize("end", ["sent", "refused"])
def test_what_is_noted_of_a_post_never_waits_for_an_erasure_that_waits_for_it(
    postgresql, box, erasing, spoken, end
):
    owe(box, postgresql, post("p", then=Then(events=(EVENT,))))
    queued = owed(box)
    box.outbox.begin(queued)
    done = {"sent": lambda: box.outbox.sent(queued, "C1:9.0"),
            "refused": lambda: box.outbox.refused(queued, "is_archived")}[end]
    erased, noted = in_turn(postgresql, TEAM, [
        lambda: erasing.conversation(TEAM, HOME, **BY), done])

    assert (erased.exception(), noted.exception()) == (None, None)
    assert postgresql.verify_log() is None


@pytest.mark.parametrize("ends", [True, False])
def test_a_session_that_ends_never_waits_for_an_erasure_that_waits_for_it(
    postgresql, erasing, spoken, clock, ends
):
    """Who signs in takes away what ran out, which may be of whoever is erased."""
    sessions = Sessions(postgresql, clock)
    opened = sessions.open(TEAM, SAM, "Sam", Role.REVIEWER, by="slack")
    clock.pass_by(0 if ends else 40 * 86_400)
    act = (lambda: sessions.sign_out(opened.session.id)) if ends else (
        lambda: sessions.open(TEAM, "U2", "Noor", Role.REVIEWER, by="slack"))
    erased, done = in_turn(postgresql, TEAM, [lambda: erasing.person(TEAM, SAM, **BY), act])

    assert (erased.exception(), done.exception()) == (None, None)
    assert [one.user for one in sessions.live(TEAM)] == ([] if ends else ["U2"])
    assert postgresql.verify_log() is None


def test_of_two_who_choose_at_once_whether_a_model_is_used_the_second_one_s_holds(
    postgresql, spoken, clock
):
    choices = ChatChoices(postgresql, clock)
    choices.choose(TEAM, allow=True, by="U1", reason="trial")
    both = in_turn(postgresql, TEAM, [
        lambda allow=allow: choices.choose(TEAM, allow=allow, by="U1", reason="trial")
        for allow in (True, False)])

    assert [one.exception() for one in both] == [None, None]
    assert choices.allowed(TEAM) is False


def test_who_makes_all_lines_anew_and_who_publishes_never_wait_for_each_other(postgresql, clock):
    """All logs were held by their names, and that of `LOCAL` is held first by who publishes."""
    for name in ("A1", LOCAL):
        postgresql.note(name, Happening("viewed", f"v:{name}", clock(), "U1"))

    def anew():
        with postgresql.writing() as connection:
            return lines.rebuild(connection)

    with ThreadPoolExecutor(1) as pool:
        with postgresql.writing() as connection:
            lock(connection, LOCAL)
            made = pool.submit(anew)
            until_waiting(postgresql, 1)
            lock(connection, "A1")
        assert made.result(30) == 0


def test_of_programs_that_start_at_once_one_makes_the_lines_that_are_missing(postgresql, spoken):
    with postgresql.reading() as connection:
        before = connection.execute(select(case_cites)).all()
    assert before != []
    with postgresql.writing() as connection:
        connection.execute(delete(case_cites))
    both = in_turn(postgresql, TEAM, [postgresql.upgrade] * 2)

    assert [one.exception() for one in both] == [None, None]
    with postgresql.reading() as connection:
        assert connection.execute(select(case_cites)).all() == before
