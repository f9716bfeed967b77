"""Few threads compute at once, and who waits for something lets others compute."""

import threading
import time

import pytest

from bot.queue.baton import Baton, aside


class Count:
    """How many threads are at it, and how many there were at most."""

    def __init__(self) -> None:
        self.now, self.most = 0, 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.now -= 1


def run(count: int, work) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_compute_than_may(at_once):
    baton, count = Baton(at_once), Count()

    def work() -> None:
        for _ in range(20):
            with baton.held(), count:
                time.sleep(0.001)

    run(6, work)
    assert (count.now, count.most) == (0, at_once)


def test_whoever_waits_lets_all_others_compute():
    baton, waiting = Baton(1), threading.Barrier(5)

    def work() -> None:
        with baton.held(), aside():
            waiting.wait(10)  # passes only when all five are here at once

    run(5, work)


def test_whoever_has_waited_longest_comes_next():
    baton, order = Baton(1), []

    def wait(n: int) -> None:
        with baton.held():
            order.append(n)

    with baton.held():
        threads = []
        for n in range(5):
            threads.append(threading.Thread(target=wait, args=(n,)))
            threads[-1].start()
            while len(baton._waiting) <= n:
                time.sleep(0.001)
    # Who has just let go of it comes after all who waited.
    with baton.held():
        order.append(99)
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4, 99]


def test_after_the_wait_it_is_held_again_and_given_back_in_the_end():
    baton, count = Baton(1), Count()

    def work() -> None:
        for _ in range(20):
            with baton.held():
                with aside():
                    time.sleep(0.001)
                with count:
                    time.sleep(0.001)

    run(4, work)
    assert count.most == 1
    with baton.held():
        pass


def test_an_error_while_waiting_or_computing_gives_it_back():
    baton = Baton(1)
    for _ in range(3):
        with pytest.raises(OSError), baton.held(), aside():
            raise OSError
        with pytest.raises(OSError), baton.held():
            raise OSError
    run(1, lambda: baton.held().__enter__())


def test_a_thread_that_holds_it_may_ask_again():
    baton = Baton(1)
    with baton.held(), baton.held(), aside():
        run(1, lambda: baton.held().__enter__())


def test_without_a_baton_there_is_nothing_to_let_go_of():
    with aside():
        pass


def test_nobody_at_all_may_not_be_asked_for():
    with pytest.raises(ValueError, match="at least one thread"):
        Baton(0)
