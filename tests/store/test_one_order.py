"""Whoever writes to the log takes its head before all else, so that none waits for another."""


from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.casebook import lines
from bot.console.entry.sessions import Sessions
from bot.console.viewer import Role
from bot.dialogue.conversation import ConversationId
from bot.language_model.choices import ChatChoices
from bot.log_order import LOCAL
from bot.queue.cases import Cases
from bot.record.log import Happening, lock
from bot.schema import case_cites, cases, deliveries, outgoing, turns
from bot.turns.delivery import CaseEvent, Overtaken, Place, Then
from tests.store.boxes import HOME, PLACE, SAM, TEAM, next_of, owe, owed, post, said
from tests.store.queueing import in_turn, until_waiting
from tests.store.small import START, begin, step

BY = {"by": "U-lead", "reason": "request of 2 March"}
EVENT = CaseEvent("listening", SAM, {"on": True})


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


def test_who_signs_in_with_another_workspace_s_cookie_and_who_publishes_never_wait_for_each_other(
    postgresql, clock
):
    sessions = Sessions(postgresql, clock)
    before = sessions.open("A1", SAM, "Sam", Role.REVIEWER, by="slack")

    with ThreadPoolExecutor(1) as pool:
        with postgresql.writing() as connection:
            lock(connection, "A1")
            opened = pool.submit(lambda: sessions.open(
                TEAM, SAM, "Sam", Role.REVIEWER, by="slack", instead_of=before.secret))
            until_waiting(postgresql, 1)
            lock(connection, TEAM)
        opened.result(30)
    assert (sessions.live("A1"), [one.user for one in sessions.live(TEAM)]) == ([], [SAM])


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


@contextmanager
def held(store, statement) -> Iterator[Callable[..., list[Future[Any]]]]:
    """Hold the rows that *statement* changes; gives what begins acts that come to wait for them."""
    with ThreadPoolExecutor(2) as pool:
        begun: list[Future[Any]] = []

        def begin(act: Callable[[], Any]) -> Future[Any]:
            begun.append(pool.submit(act))
            until_waiting(store, len(begun))
            return begun[-1]

        with store.writing() as connection:
            connection.execute(statement)
            yield begin


ELSEWHERE = ConversationId("slack:T1:C1:200.000001")


@pytest.fixture
def old(postgresql, box, erasing, clock):
    """Two conversations whose retention period is over; gives what keeps it from `HOME`, the later.
    """
    for day, place in ((1, replace(PLACE, thread="200.000001")), (2, PLACE)):
        name = ConversationId(f"slack:T1:C1:{place.thread}")
        message = said(key=f"slack:T1:C1:{place.thread}", place=place, event_id=place.thread)
        box.receive(message)
        taken = next_of(box, name)
        turn, after = step(begin(name), message.key, SAM)
        turn = replace(turn, recorded_at=START + timedelta(days=day))
        postgresql.record(turn, after, 0, workspace=TEAM, along=lambda connection, taken=taken: (
            box.settle(connection, taken)))
    erasing.retain(TEAM, 30, **BY)
    clock.pass_by(40 * 86_400)
    return update(deliveries).where(deliveries.c.conversation == HOME).values(tries=1)


def test_links_that_are_kept_and_retention_never_wait_for_each_other(postgresql, erasing, old):
    with held(postgresql, old) as meanwhile:
        erased = meanwhile(erasing.overdue)
        kept = meanwhile(lambda: Cases(postgresql).keep_links(TEAM, {
            HOME: "https://a", ELSEWHERE: "https://b"}))

    assert (erased.exception(30), kept.exception(30)) == (None, None)
    (done,) = erased.result()
    assert done.conversations == (ELSEWHERE, HOME)
    with postgresql.reading() as connection:
        assert dict(connection.execute(select(cases.c.conversation, cases.c.link)).all()) == {
            HOME: "https://a", ELSEWHERE: "https://b"}


def test_what_is_posted_after_all_and_retention_never_wait_for_each_other(
    postgresql, box, erasing, old, clock
):
    for name in (HOME, ELSEWHERE):
        with postgresql.writing() as connection:
            box.outbox.owe(connection, name, TEAM, post(f"{name}/1"))
        queued = owed(box, name)
        box.outbox.begin(queued)
        box.outbox.refused(queued, "not_in_channel")
    with held(postgresql, old) as meanwhile:
        erased = meanwhile(erasing.overdue)
        again = meanwhile(lambda: box.outbox.again(TEAM, "C1", clock.now))

    assert (erased.exception(30), again.result(30)) == (None, 0)
    with postgresql.reading() as connection:
        assert connection.execute(select(outgoing.c.state, outgoing.c.body)).all() == [
            ("refused", None)] * 2


def test_a_thread_that_is_opened_and_an_erasure_never_wait_for_each_other(
    postgresql, box, erasing, spoken
):
    owe(box, postgresql, post("p", turn=1, opens_thread=True))
    queued = owed(box)
    box.outbox.begin(queued)
    with held(postgresql, update(turns).values(posted_ref="")) as meanwhile:
        sent = meanwhile(lambda: box.outbox.sent(queued, "C2:9.0", Place(TEAM, "C2", "9.0")))
        erased = meanwhile(lambda: erasing.conversation(TEAM, HOME, **BY))

    assert (sent.result(30), erased.exception(30)) == (True, None)
    assert postgresql.verify_log() is None
