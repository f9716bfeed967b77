"""What is known of threads in which something was passed over: where and when, for a while."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.queue import passed_over
from bot.queue.passed_over import KEPT_SECONDS, PassedOver
from bot.turns.delivery import Place

HERE, THERE = Place("T1", "C1", "100.000001"), Place("T1", "C1", "200.000001")
THEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def threads(clock: Clock) -> PassedOver:
    return PassedOver(clock)


def test_a_thread_is_known_until_when_something_was_passed_over_there(
    threads: PassedOver,
) -> None:
    threads.note(HERE, THEN)

    assert threads.after(HERE, THEN - MOMENT)
    assert not threads.after(HERE, THEN)
    assert not threads.after(THERE, THEN - MOMENT)


def test_the_latest_counts_in_whatever_order_they_came(threads: PassedOver) -> None:
    threads.note(HERE, THEN + MOMENT)
    threads.note(HERE, THEN)

    assert threads.after(HERE, THEN)


def test_a_thread_is_forgotten_after_a_while_unless_more_is_passed_over_there(
    threads: PassedOver, clock: Clock
) -> None:
    threads.note(HERE, THEN)
    threads.note(THERE, THEN)
    clock.now += KEPT_SECONDS / 2
    threads.note(HERE, THEN)
    clock.now += KEPT_SECONDS / 2

    assert threads.after(HERE, THEN - MOMENT)
    assert not threads.after(THERE, THEN - MOMENT)


def test_no_more_threads_than_so_many_are_known(
    threads: PassedOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passed_over, "MOST", 2)
    places = [Place("T1", "C1", f"{n}.000001") for n in range(3)]
    for place in places:
        threads.note(place, THEN)

    assert [threads.after(place, THEN - MOMENT) for place in places] == [False, True, True]
