"""Clocks that go wrong: what is posted, tried again and answered first by the database's clock."""

from datetime import timedelta

import pytest

from bot.queue.clock import EXACT_SECONDS, DatabaseClock
from bot.queue.desk import HANDLING_WAITS
from bot.store import Store
from tests.faults.small import LATER_SECONDS, Killed, real_time
from tests.slack.office import (
    GRACE,
    Office,
    said,
)
from tests.store.conftest import store  # noqa: F401  a fixture
from tests.store.small import START, Clock


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("dead", "other"), [(0, 60), (-60, 0)])
def test_replicas_whose_clocks_are_apart_tell_alike_how_long_ago_a_post_was_begun(
    store: Store, dead: float, other: float  # noqa: F811  the fixture
) -> None:
    """Whoever took over posted it at once, while Slack might still be taking the first."""
    def by(seconds: float) -> DatabaseClock:
        return DatabaseClock(lambda: real_time() + timedelta(seconds=seconds))

    offices = [Office(store, by(dead)), Office(store, by(other))]
    offices[1].slack = offices[0].slack
    offices[1].open()
    offices[0].box.receive(said("a"))
    offices[0].slack.coming.append("killed before")
    with pytest.raises(Killed):
        offices[0].work()

    offices[1].work()

    assert (offices[1].slack.looked, offices[1].slack.keys) == (1, [])
    assert offices[1].states() == {"a:0": "waiting"}


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_messages_are_stored_by_the_databases_clock_wherever_the_machines_is_set(
    store: Store  # noqa: F811  the fixture
) -> None:
    """Of a replica with a wrong clock the first message seemed to have waited for minutes, which
    wakes somebody, and so did all until its next turn after its clock was set."""
    off = [timedelta(seconds=-200)]
    clock = DatabaseClock(lambda: real_time() + off[0])
    clock.ask(store)
    office = Office(store, clock)
    office.box.receive(said("a"))
    off[0] = timedelta(seconds=200)
    office.box.receive(said("b", 1))

    arrived = [office.box.arrived("a"), office.box.arrived("b")]

    assert all(one is not None and abs(real_time() - one) < timedelta(seconds=60)
               for one in arrived)


def test_the_databases_clock_is_not_taken_from_an_answer_that_took_long(clock: Clock) -> None:
    """The process stood still over it, so by now it is later than the database said."""
    def steady() -> float:
        return (clock.now - START).total_seconds()

    by_database = DatabaseClock(clock, steady)
    by_database.hear(clock.now + timedelta(seconds=90), EXACT_SECONDS)
    clock.pass_by(1)
    assert by_database() == clock.now + timedelta(seconds=90)
    by_database.hear(clock.now, EXACT_SECONDS + 0.001)
    assert by_database() == clock.now + timedelta(seconds=90)


def test_what_waits_to_be_tried_again_does_not_wait_until_the_clock_has_caught_up(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.bot.coming.append("fails")
    office.slack.coming.extend(["takes", "breaks after"])
    office.work()
    clock.pass_by(HANDLING_WAITS[0])
    office.work()  # the answer stands, and nobody has heard so
    clock.pass_by(-3600)
    office.box.receive(said("b", 1))
    office.work()
    clock.pass_by(GRACE)
    office.work()
    assert office.slack.keys == ["a:sorry", "a:0", "b:0"]
    assert office.slack.doubled == []


@pytest.mark.parametrize("step", [1, 240, 3600])
def test_of_messages_stored_before_and_after_the_clock_went_back_the_first_is_answered_first(
    office: Office, clock: Clock, step: int
) -> None:
    office.box.receive(said("a"))
    clock.pass_by(-step)
    office.box.receive(said("b", 1))
    office.work()
    assert office.bot.handled == ["a", "b"]
    assert office.slack.keys == ["b:0"]


def test_a_clock_ten_years_ahead_changes_nothing(office: Office, clock: Clock) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("later")
    office.work()
    clock.pass_by(10 * 365 * 86400)
    office.box.receive(said("b", 1))
    office.work()
    clock.pass_by(-10 * 365 * 86400)
    office.box.receive(said("c", 2))
    office.work()
    assert office.slack.doubled == []
    assert office.bot.handled == ["a", "b", "c"]


def test_what_slack_wants_later_is_not_posted_before(office: Office, clock: Clock) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("later")
    office.work()
    clock.pass_by(LATER_SECONDS - 0.001)
    office.work()
    assert office.slack.keys == []
    clock.pass_by(0.001)
    office.work()
    assert office.slack.keys == ["a:0"]
